"""A library: a folder with the record of its papers and the two indexes over them.

SQLite is the record; Chroma and BM25 follow it. Each write of papers raises the
record's generation, and the indexes remember up to which one they are complete.
Where the two differ a writer died in between, and the next open rebuilds them.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import Self, TypeVar

from assistant.config import Config
from assistant.embedding import Embedder, Vectors, load_embedder
from assistant.errors import LibraryError
from assistant.filters import Filters
from assistant.ingest_report import IngestReport, Skipped
from assistant.paper_list import COLUMNS, PaperList
from assistant.store.batch import Batch
from assistant.store.indexes import Indexes
from assistant.store.keeper import Keeper
from assistant.store.lock import Notify
from assistant.store.made_with import adopt_embedder, check_dimension
from assistant.store.near import NearDuplicate, near_duplicates
from assistant.store.record import RECORD, open_record
from assistant.store.removal import RemovalReport, remove_named
from assistant.store.seen import Seen
from assistant.store.tally import Tally
from assistant.store.writer import Writer
from assistant.types import LibraryStamp, Paper, Span

BATCH_PAPERS = 128
WAIT_FOR_WRITER_S = 30.0
SERVER_TIMEOUT_S = 30.0

Found = TypeVar("Found")

Progress = Callable[[int], None]
"""Called with the number of records read so far."""


class Library:
    """The papers of one folder; one writer at a time, any number of readers."""

    def __init__(
        self,
        path: Path,
        embedder: Embedder,
        *,
        chroma_url: str | None = None,
        timeout_s: float = SERVER_TIMEOUT_S,
        wait_s: float = WAIT_FOR_WRITER_S,
    ) -> None:
        """Open the library in folder `path`, making it if it is missing.

        Args:
            path: its folder.
            embedder: the one that it was made with, or is to be made with.
            chroma_url: a Chroma server for the chunks and vectors, in place of the folder.
            timeout_s: how long that server may take for each call.
            wait_s: how long writing waits for another process that writes.

        Raises:
            LibraryError: made with another embedder or schema, or unreadable.
        """
        self.path = path
        self.embedder = embedder
        self.record = open_record(path)
        self.wait_s = wait_s
        self.notify: Notify | None = None  # told whom a writer waits for
        self._keeper = Keeper(path, self.record, embedder, chroma_url, timeout_s)
        self._stamp: tuple[int, LibraryStamp] | None = None
        self._list: tuple[int, PaperList] | None = None
        try:
            adopt_embedder(path, self.record, embedder)
            self._keeper.repair_if_needed()
        except BaseException:
            self.close()
            raise

    @staticmethod
    def exists(path: Path) -> bool:
        """Whether there is a library in folder `path`."""
        return (path / RECORD).is_file()

    def __enter__(self) -> Self:
        """Use the library as a context manager: it closes at the end."""
        return self

    def __exit__(self, *exception: object) -> None:
        """Close the library."""
        self.close()

    def close(self) -> None:
        """Let go of the library's files."""
        self._keeper.close()
        self.record.close()

    @property
    def notice(self) -> str:
        """What a person must know: why it is searched without its indexes; "" if all is well."""
        return self._keeper.notice

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

    @property
    def paper_list(self) -> PaperList:
        """The papers as a list to be looked through and ordered, made anew when they change."""
        generation, kept = self.record.generation, self._list
        if kept is None or kept[0] != generation:
            self._list = kept = (generation, PaperList(self.record.columns(COLUMNS)))
        return kept[1]

    def papers(self) -> Iterator[Paper]:
        """Yield every paper, in the order in which they came."""
        return self.record.papers()

    def paper(self, paper_id: str) -> Paper:
        """Return one paper, by its id or by one that led to it before papers were joined.

        Raises:
            LibraryError: there is none with this id.
        """
        paper = self.record.paper(paper_id)
        if paper is None:
            raise LibraryError(f"{self.path}: no paper {paper_id!r}; it may have been removed")
        return paper

    def papers_by_id(self, paper_ids: Iterable[str]) -> list[Paper]:
        """Return the papers with these ids, in this order, without those that are gone.

        A former id finds none here: the paper that it leads to may be among them already.
        """
        wanted = list(dict.fromkeys(paper_ids))
        found = {paper.paper_id: paper for paper in self.record.papers_by_id(wanted)}
        return [found[paper_id] for paper_id in wanted if paper_id in found]

    def records(self, paper_id: str) -> list[Paper]:
        """Return what each source says about a paper, one record each, with `source` set."""
        return self.record.records(self.record.current_id(paper_id))

    def sources(self) -> dict[str, int]:
        """Return the number of records of each source; "" stands for those that named none."""
        return dict(self.record.sources())

    def sentences(self, paper_id: str) -> tuple[list[Span], Vectors]:
        """Return a paper's sentences and their unit vectors, shape (sentences, dimension)."""
        return self.record.sentences(paper_id)

    def dense(self, vector: Vectors, top_k: int) -> list[tuple[str, float]]:
        """Return (paper id, cosine) of the `top_k` nearest chunks, best first."""
        check_dimension(self.path, self.record, vector.shape[-1])
        return self._keeper.ask(lambda indexes: indexes.nearest(vector, top_k))

    def lexical(self, query: str, top_k: int) -> list[tuple[str, float]]:
        """Return (paper id, BM25 score) of the `top_k` best papers, best first."""
        return self._keeper.ask(lambda indexes: indexes.lexical.query(query, top_k))

    def consult(self, question: Callable[[Indexes], Found]) -> Found:
        """Return what fresh indexes answer to a question that takes more than one of them."""
        return self._keeper.ask(question)

    def count_of(self, filters: Filters) -> int:
        """Return how many papers the filters let through."""
        return self._keeper.ask(lambda indexes: int(indexes.view.catalogue.mask(filters).sum()))

    def idf(self, stem: str) -> float:
        """Return the inverse document frequency of a stem over the papers, natural log."""
        return self._keeper.ask(lambda indexes: indexes.lexical.idf(stem))

    def knows(self, stem: str) -> bool:
        """Whether any paper holds this stem."""
        return self.document_frequency(stem) > 0

    def document_frequency(self, stem: str) -> int:
        """Return the number of papers that hold this stem."""
        return self._keeper.ask(lambda indexes: indexes.lexical.document_frequency(stem))

    def ingest(
        self, items: Iterable[Paper | Skipped], progress: Progress | None = None
    ) -> IngestReport:
        """Take in what is new or has changed; what is stored already costs nothing.

        Each item is what one source says about a paper. What a source said before, to the
        letter, is left alone; what it says anew about a work takes the place of what it
        said before; what another source says is merged into the paper of that work, whose
        id stays (see `assistant.store.merging.Work`).

        A paper whose text changes is embedded before anything is written. What was stored
        before a failure or an interruption stays stored, and is searchable; the next
        ingest of the same items goes on from there.

        Raises:
            LibraryBusyError: another process is writing.
            ProviderError: the embedding server failed.
        """
        tally, tell = Tally(), progress or _tell_nobody
        with self._writer() as writer, Seen() as seen:
            stream = iter(items)
            while records := list(islice(stream, BATCH_PAPERS)):
                batch, before = Batch(self.record, seen), tally.read
                tally.take(records, batch)
                tally.embedded += writer.store(batch.works(), _counted_on(tell, before))
                writer.complete_now_and_then()
                tell(tally.read)
        report = tally.report()
        self.record.log_ingest(report.to_dict())
        return report

    def remove(self, names: Iterable[str]) -> RemovalReport:
        """Remove papers by id, DOI or arXiv id, or all that a source file says.

        A paper that other sources tell of stays, as they tell it.

        Raises:
            LibraryBusyError: another process is writing.
            ProviderError: a paper had to be embedded anew, and the embedding server failed.
        """
        with self._writer() as writer:
            return remove_named(self.record, writer, names, BATCH_PAPERS)

    def near_duplicates(self) -> Iterator[NearDuplicate]:
        """Yield pairs of papers that may be one, and are kept apart because that is not sure."""
        return near_duplicates(self.record)

    def rebuild(self) -> None:
        """Make both indexes anew from the record; nothing is embedded."""
        self._keeper.rebuild(self.wait_s, self.notify)

    @contextmanager
    def _writer(self) -> Iterator[Writer]:
        """Give a writer, and complete the indexes at the end, also where the block fails."""
        with self._keeper.writing(self.wait_s, self.notify) as indexes:
            writer = Writer(self.path, self.record, indexes, self.embedder)
            try:
                yield writer
            finally:
                writer.complete()


def open_library(config: Config) -> Library:
    """Open the library that the configuration names, with its embedder, making it if it is missing.

    Raises:
        UsageError: there is no such embedder.
        LibraryError: as for `Library`.
    """
    return Library(
        config.library,
        load_embedder(config),
        chroma_url=config.chroma_url,
        timeout_s=config.timeout_s,
        wait_s=config.wait_s,
    )


def _tell_nobody(read: int) -> None:
    """Nobody asked for progress."""


def _counted_on(tell: Progress, before: int) -> Progress:
    """Return what tells of papers that come after `before` others."""
    return lambda done: tell(before + done)
