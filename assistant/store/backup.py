"""A copy of a library's record in one file, made while the library is in use, and the way back.

The record holds everything: the indexes are rebuilt from it.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory

from assistant.errors import LibraryError, UsageError
from assistant.store.dense import renew_id
from assistant.store.disk import written
from assistant.store.lock import Notify, writer_lock
from assistant.store.record import RECORD, Record, open_record

WAIT_S = 30.0


def back_up(folder: Path, file: Path) -> int:
    """Write the record of the library in `folder` to `file`; return the number of its papers.

    Others may read and write the library meanwhile: the copy is of one moment. What was
    in `file` is there until the copy is whole.

    Raises:
        LibraryError: the record is damaged, or `file` can't be written.
    """
    with written(file), _scratch(file.parent) as scratch:
        copy = scratch / RECORD
        with _named(folder / RECORD), _database(folder / RECORD) as source:
            _copy(source, copy)
            _make_one_file(copy)
        count = _checked(copy, f"{folder / RECORD}: damaged", "restore an earlier backup")
        copy.replace(file)
    return count


def import_backup(
    file: Path, folder: Path, wait_s: float = WAIT_S, notify: Notify | None = None
) -> int:
    """Make the library in `folder` of a backup; return the number of its papers.

    Its indexes count as missing: the next open makes them. It is another library than the
    one that was backed up, and both may be used from then on. A backup of an earlier
    version is brought up to date; `file` itself stays as it is.

    Raises:
        UsageError: there is no such file, or it is no backup.
        LibraryError: there is a library with papers already, or the folder can't be written.
        LibraryBusyError: another process is writing.
    """
    _refuse_other_files(file)
    with written(folder):
        folder.mkdir(parents=True, exist_ok=True)
    with writer_lock(folder, wait_s, notify), written(folder), _scratch(folder) as scratch:
        generation = _generation_of_empty(folder)
        with _named(file), _database(file) as source:
            _copy(source, scratch / RECORD)
        count = _checked(scratch / RECORD, f"{file}: damaged", "take another backup")
        with closing(Record(scratch / RECORD)) as record:  # which brings its tables up to date
            record.set_meta("indexed_generation", "0")
            record.set_meta("generation", str(max(generation, record.generation) + 1))
            renew_id(record)  # else both would write to one collection of a Chroma server
        with _named(folder / RECORD), _database(scratch / RECORD) as source:
            _copy(source, folder / RECORD)
    return count


def _refuse_other_files(file: Path) -> None:
    """Refuse what is no backup, before anything is made of it."""
    if not file.is_file():
        raise UsageError(f"no file {file}; name one that `library backup` wrote")
    found = None
    with suppress(sqlite3.DatabaseError), _database(file) as source:
        found = source.execute("SELECT 1 FROM sqlite_schema WHERE name = 'papers'").fetchone()
    if not found:
        raise UsageError(f"{file}: no backup of a library; name one that `library backup` wrote")


def _generation_of_empty(folder: Path) -> int:
    """Return the generation of a library without papers, or 0 if there is no library.

    Raises:
        LibraryError: it has papers.
    """
    if not (folder / RECORD).is_file():
        return 0
    with closing(open_record(folder)) as record:
        if count := record.count():
            raise LibraryError(
                f"{folder}: holds {count} papers, which an import would replace; "
                "choose a new folder with --library"
            )
        return record.generation


@contextmanager
def _scratch(folder: Path) -> Iterator[Path]:
    """Give a folder on the same disk, gone at the end."""
    with TemporaryDirectory(prefix=".backup-", dir=folder, ignore_cleanup_errors=True) as scratch:
        yield Path(scratch)


@contextmanager
def _database(path: Path) -> Iterator[sqlite3.Connection]:
    """Open a database that exists, for reading only."""
    address = f"{path.absolute().as_uri()}?mode=ro"
    with closing(sqlite3.connect(address, uri=True, timeout=WAIT_S)) as connection:
        yield connection


def _copy(source: sqlite3.Connection, target: Path) -> None:
    """Copy a database in one step: whole, or not at all."""
    with closing(sqlite3.connect(target, timeout=WAIT_S)) as copy:
        source.backup(copy)


def _make_one_file(path: Path) -> None:
    """Leave a database without the files beside it that the library's own needs."""
    with closing(sqlite3.connect(path)) as copy:
        copy.execute("PRAGMA journal_mode = DELETE")


def _checked(copy: Path, what: str, mend: str) -> int:
    """Return the number of papers in a copy.

    Raises:
        LibraryError: a page of it is damaged.
    """
    reason = ""
    with suppress(sqlite3.Error), _database(copy) as database:
        reason = str(database.execute("PRAGMA quick_check(1)").fetchone()[0])
        if reason == "ok":
            return int(database.execute("SELECT count(*) FROM papers").fetchone()[0])
    raise LibraryError(f"{what} ({reason or 'not a database'}); {mend}")


@contextmanager
def _named(path: Path) -> Iterator[None]:
    """Turn what SQLite raises into an error that names the file."""
    try:
        yield
    except sqlite3.Error as error:
        raise LibraryError(
            f"{path}: can't be copied ({error}); see that it is a library's record, and that "
            "its disk has room"
        ) from error
