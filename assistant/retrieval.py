"""Hybrid search: a dense and a lexical list, fused; one hit a paper."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from assistant.embedding import Vectors
from assistant.library import Library
from assistant.types import Hit

LIST_LENGTH = 100
"""How many papers each list contributes to the fusion."""

CHUNKS_PER_PAPER = 3
"""How many chunks are asked for a paper of the dense list; most abstracts have one or two."""

Scores = Mapping[str, float]
"""Paper id to score."""


@dataclass(frozen=True, slots=True)
class Retrieval:
    """The hits of a query, best first, and the cosine of each paper's nearest chunk, by its id."""

    hits: tuple[Hit, ...]
    cosines: Scores


def retrieve(library: Library, query: str, vector: Vectors, top_k: int) -> Retrieval:
    """Return the `top_k` best papers for `query`.

    Args:
        library: where to search.
        query: its words, for the lexical list.
        vector: its unit vector, shape (dimension,), for the dense list.
        top_k: how many papers at most.
    """
    chunks = library.dense(vector, LIST_LENGTH * CHUNKS_PER_PAPER)
    cosines = best_per_paper(chunks)
    fused = fuse([cosines, dict(library.lexical(query, LIST_LENGTH))])
    ranked = sorted(fused, key=lambda paper_id: (-fused[paper_id], paper_id))[:top_k]
    hits = [
        Hit(paper, fused[paper.paper_id], rank)
        for rank, paper in enumerate(library.papers_by_id(ranked), start=1)
    ]
    return Retrieval(tuple(hits), cosines)


def best_per_paper(chunk_scores: Sequence[tuple[str, float]]) -> Scores:
    """Return each paper's best chunk score, for the `LIST_LENGTH` best papers."""
    best: dict[str, float] = {}
    for paper_id, score in chunk_scores:
        best[paper_id] = max(score, best.get(paper_id, score))
    return dict(sorted(best.items(), key=lambda item: -item[1])[:LIST_LENGTH])


def fuse(lists: Sequence[Scores]) -> Scores:
    """Return the mean over the lists of each paper's min-max normalised score, in [0, 1].

    A paper that a list doesn't hold scores 0 there. An empty list is left out, so
    that the other one keeps its range.
    """
    normalised = [_min_max(scores) for scores in lists if scores]
    paper_ids = {paper_id for scores in normalised for paper_id in scores}
    return {
        paper_id: sum(scores.get(paper_id, 0.0) for scores in normalised) / len(normalised)
        for paper_id in paper_ids
    }


def _min_max(scores: Scores) -> Scores:
    low, high = min(scores.values()), max(scores.values())
    if high == low:
        return dict.fromkeys(scores, 1.0)
    return {paper_id: (score - low) / (high - low) for paper_id, score in scores.items()}
