"""Search and the bare parts that it is held against, called in turn for the same queries."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from assistant.config import Config
from assistant.embedding import Vectors
from assistant.filters import NO_FILTERS
from assistant.library import Library
from assistant.retrieval import retrieve
from eval.benches.bare_chroma import BareChroma, open_bare
from eval.benches.cold_start import BARE, SEARCH, TOP_K, time_cold_starts
from eval.benches.made_up import TimedAsModel
from eval.benches.nearest import VectorOf, filtered_agreement, graph_recall, list_recall
from eval.benches.speed_library import Query
from eval.benches.speed_report import Ratio, Share
from eval.benches.timing import time_in_turn

WHOLE_BAR, ALONE_BAR, FILTERED_BAR = 1.3, 2.0, 0.3
GROWTH_BAR, COLD_BAR = 3.0, 1.2
RECALL_BAR, AGREEMENT_BAR = 0.999, 1.0
"""What ought to hold; printed beside what was measured. A timing is no gate."""

_OURS = "ours"
_RAW = {"lean raw query": True, "raw query": False}
"""What search is held against, and whether it is lean: for ids and distances, no more."""

_Call = Callable[[Query], object]


@dataclass(frozen=True, slots=True)
class Compared:
    """A library and its bare Chroma, open beside each other, and the queries for both."""

    library: Library
    bare: BareChroma
    embedder: TimedAsModel
    queries: Sequence[Query]

    def whole_queries(self) -> list[Ratio]:
        """Hold search against the embedding of the query and a raw query with its vector."""

        def embed(text: str) -> Vectors:
            vector: Vectors = self.embedder.embed([text])[0]
            return vector

        search = _search(self.library)
        return self._ratios("whole query", search, "embedding + {}", embed, WHOLE_BAR)

    def queries_alone(self) -> list[Ratio]:
        """Hold search against a raw query, each with a vector that is there already."""
        return self._ratios(
            "query without embedding", self._retrieve, "{}", self.embedder.made_up, ALONE_BAR
        )

    def filtered_queries(self) -> list[Ratio]:
        """Hold filtered search against Chroma's `where`, each with a vector that is there."""
        return self._ratios(
            "filtered query without embedding",
            lambda query: self._retrieve(query, filtered=True),
            "{} with where",
            self.embedder.made_up,
            FILTERED_BAR,
            filtered=True,
        )

    def recalls(self) -> list[Share]:
        """Hold the list of search, and what Chroma's graph would find, against all vectors."""
        asked = (self.library, self.queries, self.embedder.made_up, TOP_K)
        found = {"the list of search": list_recall(*asked), "Chroma's graph": graph_recall(*asked)}
        return [
            Share(f"recall@{TOP_K} of {of}", "all vectors", self.library.count, share, RECALL_BAR)
            for of, share in found.items()
        ]

    def filtered_agreement(self) -> list[Share]:
        """Hold the nearest papers that filtered search finds against all, and Chroma's."""
        shares = filtered_agreement(
            self.library, self.bare, self.queries, self.embedder.made_up, TOP_K
        )
        what = f"filtered queries: {TOP_K} nearest papers the same"
        return [
            Share(what, against, self.library.count, share, AGREEMENT_BAR)
            for against, share in zip(("all vectors", "Chroma's where"), shares, strict=True)
        ]

    def _retrieve(self, query: Query, *, filtered: bool = False) -> object:
        vector = self.embedder.made_up(query.text)
        filters = query.filters if filtered else NO_FILTERS
        return retrieve(self.library, query.text, vector, TOP_K, filters)

    def _raw(self, vector_of: VectorOf, *, lean: bool, filtered: bool) -> _Call:
        def ask(query: Query) -> object:
            where = query.where if filtered else None
            return self.bare.query(vector_of(query.text), TOP_K, lean=lean, where=where)

        return ask

    def _ratios(
        self,
        what: str,
        ours: _Call,
        against: str,
        vector_of: VectorOf,
        bar: float,
        *,
        filtered: bool = False,
    ) -> list[Ratio]:
        """Time a call of ours beside the raw queries, in turn."""
        theirs = {
            against.format(raw): self._raw(vector_of, lean=lean, filtered=filtered)
            for raw, lean in _RAW.items()
        }
        times = time_in_turn({_OURS: ours, **theirs}, self.queries)
        papers = self.library.count
        return [Ratio(what, name, papers, times[_OURS], times[name], bar) for name in theirs]


@contextmanager
def open_compared(
    folder: Path, embedder: TimedAsModel, queries: Sequence[Query]
) -> Iterator[Compared]:
    """Open a library and its bare Chroma beside each other."""
    with Library(folder, embedder) as library:
        library.consult(lambda indexes: indexes.dense.count())  # opens ours before the bare one
        with open_bare(folder) as bare:
            yield Compared(library, bare, embedder, queries)


def growth(large: Path, small: Path, embedder: TimedAsModel, queries: Sequence[Query]) -> Ratio:
    """Hold search in a large library against search in a small one."""
    with Library(large, embedder) as one, Library(small, embedder) as other:
        times = time_in_turn({_OURS: _search(one), "theirs": _search(other)}, queries)
        against = f"whole query at {other.count}"
        ours, theirs = times[_OURS], times["theirs"]
        return Ratio("whole query", against, one.count, ours, theirs, GROWTH_BAR)


def cold_start(library: Path, papers: int, queries: Sequence[Query], rounds: int) -> Ratio:
    """Hold the first search of a process against the loading of the bare parts and a raw query."""
    times = time_cold_starts(library, [query.text for query in queries], rounds)
    return Ratio(
        "first query of a process", "bare parts", papers, times[SEARCH], times[BARE], COLD_BAR
    )


def _search(library: Library) -> _Call:
    """Return the search of an assistant that reranks nothing, as it is by default."""
    from assistant.ask import Assistant

    assistant = Assistant(library, Config(library=library.path))
    return lambda query: assistant.search(query.text, TOP_K)
