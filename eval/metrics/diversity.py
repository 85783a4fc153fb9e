"""Diversity of a set, as of the evidence of one answer or the questions of a suite."""

import numpy as np
import numpy.typing as npt


def vendi_score(similarity: npt.ArrayLike) -> float:
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
