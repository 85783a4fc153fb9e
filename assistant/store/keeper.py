"""Keeping the indexes of a library fresh: for readers, for the writer, after a death."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TypeVar

from assistant.embedding import Embedder
from assistant.errors import AssistantError, LibraryBusyError, LibraryError, ProviderError
from assistant.store.dense import DenseStore, dense_store, renew_id
from assistant.store.indexes import Indexes, are_whole, indexed_generation
from assistant.store.lock import Notify, writer_lock
from assistant.store.made_with import check_embedder
from assistant.store.makeshift import Makeshift
from assistant.store.record import Record

WAIT_FOR_READING_S = 1.0
READ_ATTEMPTS = 3

Found = TypeVar("Found")


class Keeper:
    """Gives the indexes of one library: to any thread that reads, to the one that writes.

    Other processes may write meanwhile. They raise the record's generation when they are
    done, and a view of an earlier one is opened anew before it answers.
    """

    def __init__(
        self,
        path: Path,
        record: Record,
        embedder: Embedder,
        chroma_url: str | None,
        timeout_s: float,
    ) -> None:
        """Keep the indexes over `record`, made with `embedder`: in the folder, or on a server."""
        self.notice = ""
        self._path = path
        self._record = record
        self._embedder = embedder
        self._server = (chroma_url, timeout_s)
        self._indexes: Indexes | None = None
        self._in_use = threading.RLock()

    @property
    def store(self) -> DenseStore:
        """Where chunks and vectors are; a rebuild may choose another collection of a server."""
        return dense_store(self._path, self._record, *self._server)

    def ask(self, question: Callable[[Indexes], Found]) -> Found:
        """Return what fresh indexes answer; asked again if they were replaced meanwhile.

        Raises:
            LibraryBusyError: another process is making the first ones.
            LibraryError: they are damaged.
            ProviderError: they are on a server that can't be used.
        """
        with self._in_use:
            if self.notice and not self._is_mended():
                return question(self._without_indexes())
            failures = 0
            while True:
                current = indexed_generation(self._record)
                try:
                    return question(self._fresh(current))
                except AssistantError as error:
                    self.close()  # what failed once is not asked again
                    failures += current == indexed_generation(self._record)
                    is_lasting = isinstance(error, LibraryBusyError | ProviderError)
                    if is_lasting or failures == READ_ATTEMPTS:
                        raise

    @contextmanager
    def writing(self, wait_s: float, notify: Notify | None = None) -> Iterator[Indexes]:
        """Hold the writer's lock, with indexes that are fresh and whole."""
        with writer_lock(self._path, wait_s, notify):
            whole = are_whole(self._path, self._record, self.store)
            yield self._reopen() if whole else self._remake()

    def rebuild(self, wait_s: float, notify: Notify | None = None) -> None:
        """Make both indexes anew from the record; nothing is embedded."""
        with writer_lock(self._path, wait_s, notify):
            self._remake()

    def repair_if_needed(self) -> None:
        """Rebuild the indexes if a writer died; if one is at work now, leave it to that one.

        If that fails, as on a full disk, the papers are searched without them; `notice` says so.
        """
        if self._is_mended():
            return
        try:
            if self._record.why_read_only:
                raise LibraryError(self._record.why_read_only)
            with suppress(LibraryBusyError), self.writing(wait_s=0):
                pass
        except (LibraryError, ProviderError) as error:
            self.notice = f"searching without indexes, which is slow: {error}"

    def close(self) -> None:
        """Let go of Chroma's files, or of the connection to its server."""
        with self._in_use:
            if self._indexes is not None:
                self._indexes.close()
                self._indexes = None

    def _fresh(self, current: int) -> Indexes:
        """Return the indexes of generation `current`; while they are made anew, the old ones."""
        mine = self._indexes
        being_made = current == 0 and self._record.generation > 0
        if mine is not None and (mine.generation if being_made else mine.generation == current):
            return mine
        if being_made:  # or left so by a process that died
            with self.writing(WAIT_FOR_READING_S) as indexes:
                return indexes
        return self._reopen()

    def _reopen(self) -> Indexes:
        with self._in_use:
            self.close()
            check_embedder(self._path, self._record, self._embedder)
            self._indexes = Indexes.open(self._path, self._record, self.store)
            self._indexes.check_complete()
            return self._indexes

    def _remake(self) -> Indexes:
        with self._in_use:
            self.close()
            if self.store.is_of_another(self._record.generation):
                renew_id(self._record)
            self._indexes = Indexes.make(self._path, self._record, self.store)
            return self._indexes

    def _is_mended(self) -> bool:
        if self._record.why_read_only or not are_whole(self._path, self._record, self.store):
            return False
        if self.notice:
            self.notice = ""
            self.close()
        return True

    def _without_indexes(self) -> Indexes:
        if self._indexes is None or self._indexes.generation != self._record.generation:
            self.close()
            self._indexes = Makeshift(self._path, self._record)
        return self._indexes
