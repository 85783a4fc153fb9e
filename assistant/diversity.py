"""Diversity of what was found: choosing without repetition, and counting what is different."""

import numpy as np
import numpy.typing as npt
from numpy.typing import NDArray

from assistant.embedding import Vectors

_LENGTH_TOLERANCE = 1e-2
"""How far from 1 the length of a unit vector may be: stored ones have been rounded."""


def mmr(
    relevance: NDArray[np.floating], vectors: Vectors, count: int, trade_off: float
) -> list[int]:
    """Return the indices of `count` items in the order of their maximal marginal relevance.

    The first is the most relevant. Each next one, i, has the greatest
    ``trade_off * relevance[i] - (1 - trade_off) * max(vectors[i] @ vectors[j])`` over the
    chosen j (Carbonell and Goldstein 1998). Of equals, the first given goes first.

    Args:
        relevance: shape (n,), higher is better, on a scale that cosines can be held against.
        vectors: shape (n, dimension), unit rows.
        count: how many to choose; all of them where there are fewer.
        trade_off: 1 for relevance alone, 0 for novelty alone.

    Raises:
        ValueError: the shapes don't fit, a number is not finite, or `count` or `trade_off` is out
            of range.
    """
    gains, rows = np.asarray(relevance, dtype=np.float64), _unit_rows(vectors)
    if gains.shape != (len(rows),) or not np.isfinite(gains).all():
        raise ValueError(f"give {len(rows)} finite relevances, one a vector, not {gains.shape}")
    if count < 0:
        raise ValueError(f"count is {count}; give 0 or more")
    if not 0 <= trade_off <= 1:
        raise ValueError(f"trade_off is {trade_off}; give a number from 0 to 1")
    chosen: list[int] = []
    left = np.ones(len(rows), dtype=bool)
    nearest = np.full(len(rows), -1.0)
    for _ in range(min(count, len(rows))):
        marginal = trade_off * gains - (1 - trade_off) * nearest if chosen else gains
        best = int(np.argmax(np.where(left, marginal, -np.inf)))
        chosen.append(best)
        left[best] = False
        nearest = np.maximum(nearest, rows @ rows[best])
    return chosen


def vendi_score(vectors: Vectors) -> float:
    """Return how many different things n things are, by their cosines: between 1 and n.

    Args:
        vectors: shape (n, dimension), unit rows.

    Raises:
        ValueError: there are no rows, or they are not of unit length.
    """
    rows = _unit_rows(vectors)
    return vendi_score_of_similarity(rows @ rows.T)


def vendi_score_of_similarity(similarity: npt.ArrayLike) -> float:
    """Return the Vendi Score: how many different things n things are, between 1 and n.

    exp(-sum of l ln l) over the eigenvalues l of K / n, with K the similarity matrix,
    shape (n, n), positive semi-definite with ones on its diagonal (Friedman and Dieng 2023).

    Raises:
        ValueError: the matrix is empty, not square, not symmetric, or its diagonal is not ones.
    """
    matrix = np.asarray(similarity, dtype=np.float64)
    if matrix.ndim != 2 or matrix.shape[0] != matrix.shape[1] or not matrix.size:
        raise ValueError(f"a similarity matrix is square and not empty, not {matrix.shape}")
    if not np.allclose(matrix, matrix.T) or not np.allclose(np.diag(matrix), 1.0):
        raise ValueError("a similarity matrix is symmetric and has ones on its diagonal")
    values = np.linalg.eigvalsh(matrix / len(matrix))
    values = values[values > 1e-12]
    return float(np.exp(-np.sum(values * np.log(values))))


def _unit_rows(vectors: Vectors) -> NDArray[np.float64]:
    """Return unit vectors in double precision, the rounding of their lengths mended.

    Raises:
        ValueError: `vectors` is not a matrix whose rows are of unit length.
    """
    rows = np.asarray(vectors, dtype=np.float64)
    if rows.ndim != 2:
        raise ValueError(f"give vectors as rows of a matrix, not in the shape {rows.shape}")
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    wrong = lengths[~(np.abs(lengths - 1) < _LENGTH_TOLERANCE)]  # "not a number" is wrong too
    if wrong.size:
        raise ValueError(f"give vectors of length 1; one has the length {wrong[0]:.3g}")
    return np.asarray(rows / lengths)
