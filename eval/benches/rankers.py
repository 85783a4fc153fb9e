"""The rankers that are compared: what ships, and what it is made of."""

from collections import defaultdict
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from assistant.embedding import Vectors

if TYPE_CHECKING:
    from assistant.ask import Assistant

RRF_K = 60
"""The constant of reciprocal rank fusion, as in Cormack, Clarke and Buettcher 2009."""

SHIPPED = "hybrid"
"""The ranker that the others are held against."""

Ranker = Callable[["Assistant", str, Vectors, int], list[str]]
"""From an assistant, a query, its unit vector and a depth to so many paper ids, best first."""


def rank_lexically(assistant: "Assistant", query: str, vector: Vectors, depth: int) -> list[str]:
    """Rank by BM25 alone."""
    return [paper_id for paper_id, _ in assistant.library.lexical(query, depth)]


def rank_densely(assistant: "Assistant", query: str, vector: Vectors, depth: int) -> list[str]:
    """Rank by each paper's nearest chunk alone, from as many chunks as that takes."""
    chunks = 2 * depth
    while True:
        found = assistant.library.dense(vector, chunks)
        paper_ids = list(dict.fromkeys(paper_id for paper_id, _ in found))
        if len(paper_ids) >= depth or len(found) < chunks:
            return paper_ids[:depth]
        chunks *= 2


def rank_by_rrf(assistant: "Assistant", query: str, vector: Vectors, depth: int) -> list[str]:
    """Rank by the sum of 1 / (k + rank) over the two lists above, k = 60."""
    scores: defaultdict[str, float] = defaultdict(float)
    for rank_by in (rank_lexically, rank_densely):
        for rank, paper_id in enumerate(rank_by(assistant, query, vector, depth), start=1):
            scores[paper_id] += 1 / (RRF_K + rank)
    return sorted(scores, key=lambda paper_id: (-scores[paper_id], paper_id))[:depth]


def rank_as_shipped(assistant: "Assistant", query: str, vector: Vectors, depth: int) -> list[str]:
    """Rank as `Assistant.search` does; it embeds the query itself."""
    return [hit.paper.paper_id for hit in assistant.search(query, depth)]


RANKERS: Mapping[str, Ranker] = {
    "BM25": rank_lexically,
    "dense": rank_densely,
    "RRF": rank_by_rrf,
    SHIPPED: rank_as_shipped,
}
"""In the order of a report."""
