"""The dense index in the library's own folder: an embedded Chroma.

Traps that are handled here: a second process's writes stay invisible until its cache
is cleared and the client reopened (`open_index`); two processes that write damage the
files without a word, and **opening is writing**: a reader takes in what the log of the
last writer still holds. So every write and every opening waits for its turn.
"""

import shutil
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from pathlib import Path
from typing import Any, TypeVar

from assistant.errors import LibraryError
from assistant.store.collection import DenseIndex
from assistant.store.disk import way_out, written
from assistant.store.lock import short_lock

T = TypeVar("T")

COLLECTION = "chunks"

_opening = threading.Lock()
"""Chroma's cache is one for the whole process."""

PAGE_BYTES = 16_384
"""Chroma indexes every string of metadata; what exceeds a quarter of a page of SQLite takes
whole pages in that index. In pages of this size no chunk does."""


class EmbeddedStore:
    """Chunks and vectors in the folder ``chroma/`` of the library, as `DenseStore` has it."""

    place = "chroma"

    def __init__(self, folder: Path) -> None:
        """Use the library in `folder`."""
        self._folder = folder / "chroma"
        self._new = folder / "chroma.new"

    def is_there(self) -> bool:
        """Whether there is something to open."""
        return self._folder.is_dir()

    def open(self, *, create: bool = False) -> DenseIndex:
        """Open the index with a fresh view of what other processes wrote."""
        return open_index(self._folder, create=create)

    def make(self) -> DenseIndex:
        """Make an empty index beside the one in use."""
        self.discard()
        return open_index(self._new, create=True)

    def adopt(self) -> None:
        """Put the index that was made, and closed, in place of the one in use."""
        with _turn(self._folder):
            _delete(self._folder)
            with written(self._folder):
                self._new.rename(self._folder)

    def discard(self) -> None:
        """Delete what an interrupted `make` left."""
        _delete(self._new)

    def is_of_another(self, generation: int) -> bool:
        """Whether another record has written here: no, it is in this one's own folder."""
        return False


class _InTurn:
    """Access to an embedded Chroma, whose `system` is let go of at the end.

    Not by the client's own `close`, which stops whichever client of its folder came last.
    """

    def __init__(self, folder: Path, system: Any) -> None:
        self._folder = folder
        self._system = system

    def reading(self, call: Callable[[], T]) -> T:
        with _errors_named(self._folder):
            return call()

    def writing(self, call: Callable[[], T]) -> T:
        with _turn(self._folder), _errors_named(self._folder):
            return call()

    def close(self) -> None:
        if self._system is not None:
            self._system.stop()
            self._system = None


def open_index(folder: Path, *, create: bool = True) -> DenseIndex:
    """Open an embedded index with a fresh view of what other processes wrote.

    Raises:
        LibraryError: Chroma can't read the folder, or there is no collection to open.
    """
    import chromadb
    import chromadb.config
    from chromadb.api.shared_system_client import SharedSystemClient

    with _opening, _turn(folder), _errors_named(folder):
        SharedSystemClient.clear_system_cache()
        _choose_page_size(folder)
        client: Any = chromadb.PersistentClient(
            path=str(folder), settings=chromadb.config.Settings(anonymized_telemetry=False)
        )
        access = _InTurn(folder, client._system)
        SharedSystemClient.clear_system_cache()  # so that nobody shares what we will stop
        try:
            index = DenseIndex(client, COLLECTION, str(folder), access, create=create)
            index.count()  # takes in, now that it may write, what the log still holds
        except BaseException:
            access.close()
            raise
        return index


def _choose_page_size(folder: Path) -> None:
    """Begin Chroma's SQLite file, if there is none, with pages of `PAGE_BYTES`."""
    path = folder / "chroma.sqlite3"
    if path.exists():
        return
    folder.mkdir(parents=True, exist_ok=True)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(f"PRAGMA page_size = {PAGE_BYTES}")
        connection.execute("VACUUM")


def _turn(folder: Path) -> AbstractContextManager[None]:
    return short_lock(folder.with_name("chroma.lock"))


@contextmanager
def _errors_named(folder: Path) -> Iterator[None]:
    """Turn what Chroma raises into an error that names the folder and what to do."""
    from chromadb.errors import ChromaError

    try:
        yield
    except (ChromaError, ValueError, OSError, sqlite3.Error) as error:
        of_the_disk = "disk" in str(error)  # SQLite's words, within Chroma's
        mend = way_out(folder, "" if of_the_disk else "run: paper-assistant library rebuild")
        raise LibraryError(f"{folder}: Chroma can't use it ({error}); {mend}") from error


def _delete(folder: Path) -> None:
    try:
        if folder.exists():
            shutil.rmtree(folder)
    except OSError as error:
        raise LibraryError(
            f"{folder}: can't be deleted ({error.strerror}); close what uses the library"
        ) from error
