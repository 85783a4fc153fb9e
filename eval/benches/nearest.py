"""Whether what search takes for the nearest papers are the nearest, held against all of them."""

from collections.abc import Callable, Iterable, Mapping, Sequence

import numpy as np

from assistant.embedding import Vectors
from assistant.library import Library
from assistant.retrieval import LIST_LENGTH, NEAR_CHUNKS, find
from assistant.store.indexes import Indexes
from assistant.store.vectors import NO_COSINE, Numbers
from eval.benches.bare_chroma import BareChroma, papers_found
from eval.benches.speed_library import Query

VectorOf = Callable[[str], Vectors]
"""The unit vector of a query's text, shape (dimension,)."""

ROUNDING = 1e-4
"""Cosines that differ less are equal: vectors of the record are in half precision, and with
those that Chroma has they differ by some 1e-5."""


def list_recall(
    library: Library, queries: Iterable[Query], vector_of: VectorOf, top_k: int
) -> float:
    """Return the mean share of the `top_k` nearest papers that the list of search holds."""
    return _recall(library, queries, vector_of, top_k, _listed)


def graph_recall(
    library: Library, queries: Iterable[Query], vector_of: VectorOf, top_k: int
) -> float:
    """Return the mean share of the `top_k` nearest papers that Chroma's graph finds.

    The graph is asked as search asks it in a library that is too large for memory.
    """
    return _recall(library, queries, vector_of, top_k, _in_graph)


def _recall(
    library: Library,
    queries: Iterable[Query],
    vector_of: VectorOf,
    top_k: int,
    find_places: Callable[[Indexes, Vectors], Numbers],
) -> float:
    def recall(indexes: Indexes) -> list[float]:
        recalls = []
        for vector in vectors:
            cosines = indexes.view.vectors.chunk_cosines(vector)
            last = np.sort(cosines)[-top_k:][0]
            found = cosines[find_places(indexes, vector)]
            wanted = min(top_k, len(cosines))
            right = int(np.count_nonzero(found >= last - ROUNDING))
            recalls.append(min(right, wanted) / wanted)
        return recalls

    vectors = [vector_of(query.text) for query in queries]
    return float(np.mean(library.consult(recall)))


def _listed(indexes: Indexes, vector: Vectors) -> Numbers:
    return indexes.view.vectors.nearest(vector, LIST_LENGTH)


def _in_graph(indexes: Indexes, vector: Vectors) -> Numbers:
    near = indexes.near(vector, NEAR_CHUNKS)
    return np.array([indexes.view.place[paper_id] for paper_id in near], np.int64)


def filtered_agreement(
    library: Library, bare: BareChroma, queries: Sequence[Query], vector_of: VectorOf, top_k: int
) -> tuple[float, float]:
    """Return for which shares of filtered queries the nearest papers of search are right.

    Against all vectors that Chroma holds under the filter, and against Chroma's own `where`
    query, which tells of fewer papers where one has several chunks.
    """
    exact, chroma = [], []
    for year in sorted({query.year for query in queries}):
        paper_ids, vectors = bare.vectors({"year": year})
        for query in (each for each in queries if each.year == year):
            vector = vector_of(query.text)
            cosines = _nearest_first(paper_ids, vectors @ vector)
            mine = searched(library, query, vector, top_k)
            found = papers_found(bare.query(vector, top_k, lean=True, where=query.where))
            exact.append(_are_the_same(mine, list(cosines)[:top_k], cosines))
            chroma.append(_are_the_same(mine[: len(found)], found, cosines))
    return float(np.mean(exact)), float(np.mean(chroma))


def searched(library: Library, query: Query, vector: Vectors, top_k: int) -> list[str]:
    """Return the nearest papers among those that a filtered search weighs, nearest first."""

    def nearest(indexes: Indexes) -> list[str]:
        found = find(indexes, query.text, vector, query.filters)
        best = np.argsort(-found.signals.chunk, kind="stable")[:top_k]
        return [indexes.lexical.paper_ids[found.papers[row]] for row in best]

    return library.consult(nearest)


def _nearest_first(paper_ids: Sequence[str], cosines: Vectors) -> dict[str, float]:
    """Return the cosine of each paper's nearest chunk, from those of all chunks; nearest first."""
    nearest: dict[str, float] = {}
    for row in np.argsort(-cosines, kind="stable").tolist():
        nearest.setdefault(paper_ids[row], float(cosines[row]))
    return nearest


def _are_the_same(one: Sequence[str], other: Sequence[str], cosines: Mapping[str, float]) -> bool:
    """Whether two lists hold the same papers, or other ones only in place of equals."""
    last = min((cosines[paper_id] for paper_id in other), default=0.0)
    return len(one) == len(other) and all(
        abs(cosines.get(paper_id, NO_COSINE) - last) <= ROUNDING
        for paper_id in set(one) ^ set(other)
    )
