"""Logistic regression, shrunk: calibration here and every fit of the evaluation use this one."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]

_STEPS = 50
_STILL = 1e-9
_LARGEST = 30.0
"""Log-odds beyond which a probability no longer changes."""


def fit_logistic(
    columns: ArrayLike, targets: ArrayLike, shrinkage: ArrayLike, counts: ArrayLike = 1.0
) -> Floats:
    """Return the weights of a logistic regression, the intercept last; by Newton's method.

    Args:
        columns: shape (rows, columns).
        targets: the probability of each row, in [0, 1].
        shrinkage: of each weight, the intercept last (ridge).
        counts: how much each row counts.
    """
    held = np.asarray(columns, np.float64)
    rows = np.hstack([held, np.ones((len(held), 1))])
    ridge = np.diag(np.asarray(shrinkage, np.float64))
    weights = np.zeros(rows.shape[1])
    for _ in range(_STEPS):
        chances = 1 / (1 + np.exp(-np.clip(rows @ weights, -_LARGEST, _LARGEST)))
        gradient = rows.T @ (counts * (chances - np.asarray(targets, np.float64))) + ridge @ weights
        hessian = (rows.T * (counts * chances * (1 - chances))) @ rows + ridge
        step = np.linalg.solve(hessian, gradient)
        weights = weights - step
        if np.abs(step).max() < _STILL:
            break
    return weights
