"""The SQLite file of a library: its tables, a connection for each thread, its errors as ours."""

import os
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from assistant.errors import LibraryError
from assistant.store.disk import way_out
from assistant.store.lock import writer_lock
from assistant.store.schema import MIGRATIONS, SCHEMA_VERSION, TABLES, run_script

WAIT_FOR_WRITER_S = 30.0

PAGE_BYTES = 16_384
"""Papers with their vectors take a few kilobytes a row; in small pages a quarter would be air."""

Value = str | int | None

_OF_THE_DISK = {
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_PERM,
    sqlite3.SQLITE_READONLY,
}


class Database:
    """One SQLite file in WAL mode, for any number of threads and processes."""

    def __init__(self, path: Path) -> None:
        """Open the file, making its tables if they are missing, and bringing old ones up to date.

        Where it can be read and not written (a full disk, no permission), it is open for
        reading, and `why_read_only` says why; "" elsewhere.

        Raises:
            LibraryError: not a database, or of a newer schema version.
            LibraryBusyError: its tables are old, and another process is writing.
        """
        self.why_read_only = ""
        self._path = path
        self._uri = path.resolve().as_uri()
        self._of_thread = threading.local()
        self._connections: list[sqlite3.Connection] = []
        try:
            self._open()
            self._migrate_if_old()
        except LibraryError:
            self.close()
            raise

    def close(self) -> None:
        """Close the file, for every thread."""
        while self._connections:
            self._connections.pop().close()
        self._of_thread = threading.local()

    def rows(self, query: str, *values: Value) -> list[Any]:
        """Return all rows of a query."""
        with self._errors_named():
            return self._connection.execute(query, values).fetchall()

    def batches(self, query: str, size: int, *values: Value) -> Iterator[list[Any]]:
        """Yield the rows of a query, `size` at a time."""
        with self._errors_named():
            cursor = self._connection.execute(query, values)
            while rows := cursor.fetchmany(size):
                yield rows

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Cursor]:
        """Give a cursor; what it writes is kept if the block ends well, and else not."""
        with self._errors_named(), self._connection:
            yield self._connection.cursor()

    @contextmanager
    def brief_transaction(self, wait_s: float) -> Iterator[sqlite3.Cursor]:
        """Give a cursor for what may be left undone: it waits `wait_s` for others, not longer.

        Nor does it wait for the disk: a machine that loses its power then may lose what the
        block wrote, and nothing else.

        Raises:
            LibraryError: the file can't be written, or not so soon.
        """
        with self._errors_named():
            connection = self._connection
            connection.execute(f"PRAGMA busy_timeout = {round(1000 * wait_s)}")
            connection.execute("PRAGMA synchronous = NORMAL")
            try:
                with connection:
                    connection.execute("BEGIN IMMEDIATE")
                    yield connection.cursor()
            finally:
                connection.execute(f"PRAGMA busy_timeout = {round(1000 * WAIT_FOR_WRITER_S)}")
                connection.execute("PRAGMA synchronous = FULL")

    @property
    def _connection(self) -> sqlite3.Connection:
        """This thread's own connection: threads that share one see each other's cursors."""
        address = self._address()
        if getattr(self._of_thread, "address", None) != address:
            connection = sqlite3.connect(
                address[0], uri=True, check_same_thread=False, timeout=WAIT_FOR_WRITER_S
            )
            self._connections.append(connection)
            connection.execute("PRAGMA foreign_keys = ON")
            connection.execute("PRAGMA secure_delete = ON")  # however SQLite was built
            self._of_thread.connection, self._of_thread.address = connection, address
        return self._of_thread.connection  # type: ignore[no-any-return]

    @contextmanager
    def _errors_named(self) -> Iterator[None]:
        """Turn what SQLite raises into an error that names the file and what to do."""
        try:
            yield
        except sqlite3.Error as error:
            raise LibraryError(f"{self._path}: {_explained(error, self._path)}") from error

    def _open(self) -> None:
        """Open the file for writing, or where it is there and can't be written, for reading."""
        try:
            with self._errors_named():
                self._connection.execute(f"PRAGMA page_size = {PAGE_BYTES}")  # of a new file
                self._connection.execute("PRAGMA journal_mode = WAL")
                self._create_tables_once()
            if os.access(self._path.parent, os.W_OK):
                return
            # SQLite reads on, if a writer that died left the files that it needs beside it.
            raise LibraryError(f"{self._path}: the record can't be written; {way_out(self._path)}")
        except LibraryError as error:
            if error.__cause__ and _code(error.__cause__) not in _OF_THE_DISK:
                raise
            if not self._path.is_file():
                raise
            self.close()
            self.why_read_only = str(error)
            try:
                self._version()
            except LibraryError:
                raise error from None

    def _address(self) -> tuple[str, int]:
        """Return how SQLite is told to open the file, and what changes when it must do so anew.

        In WAL mode it makes two files beside it even to read, unless it is told that nobody
        writes. Where it can't make them it is told so, as long as nobody does.
        """
        address = self._uri
        if not self.why_read_only:
            return address, 0
        log = self._path.with_name(self._path.name + "-wal")
        if log.is_file() and log.stat().st_size > 0:
            return f"{address}?mode=ro", 0
        return f"{address}?mode=ro&immutable=1", self._path.stat().st_mtime_ns

    def _create_tables_once(self) -> None:
        """Make the tables in one step: a killed process leaves all or none, a second one waits."""
        if self._has_tables():
            return
        with self._connection:
            self._connection.execute("BEGIN IMMEDIATE")
            if self._has_tables():
                return
            run_script(self._connection.cursor(), TABLES)
            version = ("schema_version", str(SCHEMA_VERSION))
            self._connection.execute("INSERT INTO meta VALUES (?, ?)", version)

    def _has_tables(self) -> bool:
        return bool(self._connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()[0])

    def _migrate_if_old(self) -> None:
        """Bring the tables up to date in one step: a failure leaves them as they were."""
        if self._version() == SCHEMA_VERSION:
            return
        with (
            writer_lock(self._path.parent, WAIT_FOR_WRITER_S),
            self._errors_named(),
            self._connection,
        ):
            cursor = self._connection.cursor()
            cursor.execute("BEGIN IMMEDIATE")
            for version in range(self._version(), SCHEMA_VERSION):
                MIGRATIONS[version](cursor)
            set_version = "UPDATE meta SET value = ? WHERE name = 'schema_version'"
            cursor.execute(set_version, (str(SCHEMA_VERSION),))

    def _version(self) -> int:
        """Return the version of the tables.

        Raises:
            LibraryError: this program has no step from it to its own.
        """
        query = "SELECT value FROM meta WHERE name = 'schema_version'"
        found = str(next(iter(self.rows(query)), ("none",))[0])
        if found == str(SCHEMA_VERSION) or found in map(str, MIGRATIONS):
            return int(found)
        raise LibraryError(
            f"{self._path}: schema version {found}, this program reads up to {SCHEMA_VERSION}; "
            "run: pip install --upgrade paper-assistant"
        )


def _explained(error: sqlite3.Error, path: Path) -> str:
    """Return what an error of SQLite means for the record, and what mends it."""
    code = _code(error)
    if code == sqlite3.SQLITE_BUSY:
        return f"in use by another process ({error}); try again when it is done"
    if code in _OF_THE_DISK:
        return f"the record can't be read or written ({error}); {way_out(path)}"
    return (
        f"not a usable library record ({error}); restore a backup with: "
        "paper-assistant library import-backup FILE, or ingest anew into another folder"
    )


def _code(error: BaseException | None) -> int:
    """Return the kind of an error of SQLite: the rest of its code says where it was noticed."""
    return int(getattr(error, "sqlite_errorcode", 0)) & 0xFF
