"""Papers that are like one: those whose chunks lie nearest to the middle of its own."""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

import numpy as np

from assistant.embedding import Vectors
from assistant.types import Paper

if TYPE_CHECKING:
    from assistant.library import Library

CHUNKS_A_PAPER = 3
"""So many chunks are asked for each paper that is wanted: long papers hold several of the best."""


def similar_papers(library: "Library", paper: Paper, count: int = 5) -> list[Paper]:
    """Return the `count` papers most like a stored one, best first; nothing is embedded.

    Raises:
        LibraryError: the library can't be read.
    """
    try:
        vectors = library.record.embedded(paper).chunk_vectors
    except ValueError:  # no chunks are stored
        return []
    found = library.dense(middle(vectors), CHUNKS_A_PAPER * (count + 1))
    return library.papers_by_id(nearest_others(found, paper.paper_id))[:count]


def middle(vectors: Vectors) -> Vectors:
    """Return the unit vector in the middle of unit vectors, shape (number, dimension)."""
    total = vectors.sum(axis=0)
    unit: Vectors = (total / max(float(np.linalg.norm(total)), 1e-12)).astype(np.float32)
    return unit


def nearest_others(found: Iterable[tuple[str, float]], paper_id: str) -> Iterator[str]:
    """Yield each paper of chunks that were found once, in their order, without the one named."""
    return (each for each in dict.fromkeys(key for key, _ in found) if each != paper_id)
