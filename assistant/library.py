"""A library: a folder with the record of its papers and the two indexes over them.

SQLite is the record; Chroma and BM25 follow it. Each write of papers raises the
record's generation, and the indexes remember up to which one they are complete.
Where the two differ a writer died in between, and the next open rebuilds them.
"""

import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from types import TracebackType
from typing import Self

from assistant.embedding import Embedder, Vectors
from assistant.errors import LibraryBusyError, LibraryError
from assistant.store.indexes import Indexes, are_whole, indexed_generation
from assistant.store.lock import writer_lock
from assistant.store.record import EmbeddedPaper, Record
from assistant.store.tally import Tally
from assistant.types import IngestReport, LibraryStamp, Paper, Skipped, Span

BATCH_PAPERS = 128
WAIT_FOR_WRITER_S = 30.0

Progress = Callable[[int], None]
"""Called with the number of records read so far."""


class Library:
    """The papers of one folder; one writer at a time, any number of readers."""

    def __init__(self, path: Path, embedder: Embedder) -> None:
        """Open the library in folder `path`, making it if it is missing.

        Raises:
            LibraryError: made with another embedder or schema, or unreadable.
        """
        self.path = path
        self.embedder = embedder
        self.record = _open_record(path)
        self._indexes: Indexes | None = None
        self._opening = threading.RLock()
        self._stamp: tuple[int, LibraryStamp] | None = None
        _check_embedder(path, self.record, embedder)
        self._repair_if_needed()

    @staticmethod
    def exists(path: Path) -> bool:
        """Whether there is a library in folder `path`."""
        return (path / "library.sqlite").is_file()

    def __enter__(self) -> Self:
        """Use the library as a context manager: it closes at the end."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Close the library."""
        self.close()

    def close(self) -> None:
        """Let go of the library's files."""
        if self._indexes is not None:
            self._indexes.close()
            self._indexes = None
        self.record.close()

    @property
    def count(self) -> int:
        """The number of papers."""
        return self.record.count()

    @property
    def stamp(self) -> LibraryStamp:
        """Which library this is: a fingerprint of its content and its number of papers."""
        generation = self.record.generation
        if self._stamp is None or self._stamp[0] != generation:
            self._stamp = (generation, LibraryStamp(self.record.fingerprint(), self.count))
        return self._stamp[1]

    @property
    def fingerprint(self) -> str:
        """A hash of all papers' content."""
        return self.stamp.fingerprint

    def stats(self) -> dict[str, str | int]:
        """Return what there is to say about the library in a few lines."""
        return {
            "path": str(self.path),
            "papers": self.count,
            "chunks": self.record.count_chunks(),
            "embedder": self.embedder.name,
            "fingerprint": self.fingerprint,
        }

    def papers(self) -> Iterator[Paper]:
        """Yield every paper, in the order in which they came."""
        return self.record.papers()

    def paper(self, paper_id: str) -> Paper:
        """Return one paper.

        Raises:
            LibraryError: there is none with this id.
        """
        paper = self.record.paper(paper_id)
        if paper is None:
            raise LibraryError(f"{self.path}: no paper {paper_id!r}; it may have been removed")
        return paper

    def papers_by_id(self, paper_ids: Iterable[str]) -> list[Paper]:
        """Return the papers with these ids, in this order, without those that are gone."""
        found = (self.record.paper(paper_id) for paper_id in paper_ids)
        return [paper for paper in found if paper is not None]

    def sentences(self, paper_id: str) -> tuple[list[Span], Vectors]:
        """Return a paper's sentences and their unit vectors, shape (sentences, dimension)."""
        return self.record.sentences(paper_id)

    def dense(self, vector: Vectors, top_k: int) -> list[tuple[str, float]]:
        """Return (paper id, cosine) of the `top_k` nearest chunks, best first."""
        return self._fresh_indexes().dense.query(vector, top_k)

    def lexical(self, query: str, top_k: int) -> list[tuple[str, float]]:
        """Return (paper id, BM25 score) of the `top_k` best papers, best first."""
        return self._fresh_indexes().lexical.query(query, top_k)

    def idf(self, stem: str) -> float:
        """Return the inverse document frequency of a stem over the papers, natural log."""
        return self._fresh_indexes().lexical.idf(stem)

    def knows(self, stem: str) -> bool:
        """Whether any paper holds this stem."""
        return self._fresh_indexes().lexical.document_frequency(stem) > 0

    def ingest(
        self, items: Iterable[Paper | Skipped], progress: Progress | None = None
    ) -> IngestReport:
        """Take in new and changed papers; those that are stored already cost nothing.

        Whatever was stored before a failure stays stored, and is searchable.

        Raises:
            LibraryBusyError: another process is writing.
            ProviderError: the embedding server failed.
        """
        tally = Tally()
        with self._writing() as indexes:
            known = self.record.content_hashes()
            stream = iter(items)
            try:
                while batch := list(islice(stream, BATCH_PAPERS)):
                    changed = tally.sort(batch, known)
                    if changed:
                        embedded = _embed(changed, self.embedder)
                        tally.embedded += sum(len(e.chunks) + len(e.sentences) for e in embedded)
                        self._store(embedded, indexes)
                    if progress:
                        progress(tally.read)
            finally:
                if indexes.dense_generation == self.record.generation != indexes.generation:
                    indexes.complete()
        report = tally.report()
        self.record.log_ingest(report.to_dict())
        return report

    def remove(self, paper_ids: Sequence[str]) -> int:
        """Remove papers from the record and both indexes; return how many there were."""
        with self._writing() as indexes:
            chunk_ids = self.record.chunk_ids(paper_ids)
            removed = self.record.remove(paper_ids)
            indexes.dense.delete(chunk_ids)
            indexes.complete()
        return removed

    def rebuild(self) -> None:
        """Make both indexes anew from the record; nothing is embedded."""
        with self._writing() as indexes:
            indexes.rebuild()

    def _store(self, embedded: Sequence[EmbeddedPaper], indexes: Indexes) -> None:
        """Write papers to the record first, then to the dense index."""
        stale = set(self.record.chunk_ids(entry.paper.paper_id for entry in embedded))
        stale.difference_update(chunk.chunk_id for entry in embedded for chunk in entry.chunks)
        self.record.put(embedded)
        indexes.put(embedded, sorted(stale))

    def _fresh_indexes(self) -> Indexes:
        """Return the indexes, reopened if another process has written since."""
        with self._opening:
            current = indexed_generation(self.record)
            if self._indexes is None or self._indexes.generation != current:
                return self._reopen()
            return self._indexes

    def _reopen(self) -> Indexes:
        """Open the indexes anew; another thread may still be reading the old ones."""
        with self._opening:
            self._indexes = Indexes.open(self.path, self.record)
            return self._indexes

    @contextmanager
    def _writing(self, wait_s: float = WAIT_FOR_WRITER_S) -> Iterator[Indexes]:
        """Hold the writer's lock, with indexes that are fresh and whole."""
        with writer_lock(self.path, wait_s):
            if are_whole(self.path, self.record):
                yield self._reopen()
            else:
                self.record.set_meta("indexed_generation", "0")
                self._reopen().rebuild()
                yield self._fresh_indexes()

    def _repair_if_needed(self) -> None:
        """Rebuild the indexes if a writer died; if one is at work now, leave it to that one."""
        if are_whole(self.path, self.record):
            return
        try:
            with self._writing(wait_s=0):
                pass
        except LibraryBusyError:
            return


def reembed(path: Path, embedder: Embedder) -> int:
    """Embed every paper of the library in `path` with another embedder; return how many.

    The new vectors replace the old ones in one step, so a failure changes nothing.

    Raises:
        LibraryError: there is no library in `path`.
        ProviderError: the embedding server failed.
    """
    if not Library.exists(path):
        raise LibraryError(f"no library in {path}; make one: paper-assistant ingest FILE")
    record = _open_record(path)
    try:
        with writer_lock(path, WAIT_FOR_WRITER_S):
            embedded = _embed(list(record.papers()), embedder)
            record.put(embedded, _built_with(embedder))
    finally:
        record.close()
    Library(path, embedder).close()
    return len(embedded)


def _open_record(path: Path) -> Record:
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise LibraryError(
            f"{path}: can't make the library's folder ({error.strerror}); "
            "choose another with --library"
        ) from error
    return Record(path / "library.sqlite")


def _built_with(embedder: Embedder) -> dict[str, str]:
    return {"embedder": embedder.name, "dimension": str(embedder.dimension)}


def _check_embedder(path: Path, record: Record, embedder: Embedder) -> None:
    """Note the embedder of a new library; refuse another one for a library that has papers.

    Raises:
        LibraryError: the library's vectors come from another embedder.
    """
    made_with = record.meta("embedder")
    if made_with is None or record.count() == 0:
        for name, value in _built_with(embedder).items():
            record.set_meta(name, value)
        (path / "library.toml").write_text(
            "# What this library was made with, for people to read; the truth is in "
            f'library.sqlite.\nembedder = "{embedder.name}"\ndimension = {embedder.dimension}\n',
            "utf-8",
        )
    elif made_with != embedder.name:
        raise LibraryError(
            f"{path}: made with the embedder {made_with}, opened with {embedder.name}; "
            f"choose {made_with}, or run: paper-assistant library rebuild --reembed"
        )


def _embed(papers: Sequence[Paper], embedder: Embedder) -> list[EmbeddedPaper]:
    """Embed papers through LlamaIndex, which takes seconds to import: only when there are some."""
    from assistant.ingestion import embed_papers

    return embed_papers(papers, embedder)
