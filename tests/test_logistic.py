"""The logistic regression: its gradient at the end, and an independent implementation."""

import numpy as np
import pytest
from scipy.optimize import minimize

from assistant.logistic import fit_logistic

DRAW = np.random.default_rng(1)
COLUMNS, COUNTS = DRAW.normal(size=(80, 4)), DRAW.uniform(0.5, 2, size=80)
TARGETS = (DRAW.random(80) < 0.4).astype(float)
SHRINKAGE = np.array([3.0, 3.0, 0.5, 3.0, 1e-6])


def loss(weights):
    odds = COLUMNS @ weights[:-1] + weights[-1]
    likelihood = COUNTS @ (np.logaddexp(0, odds) - TARGETS * odds)
    return likelihood + SHRINKAGE @ weights**2 / 2


def test_it_finds_what_a_general_minimiser_finds():
    found = fit_logistic(COLUMNS, TARGETS, SHRINKAGE, COUNTS)
    assert found == pytest.approx(minimize(loss, np.zeros(5), tol=1e-12).x, abs=1e-4)


def test_it_ends_where_rows_are_parted():
    found = fit_logistic([[-1.0], [1.0]], [0, 1], [0.1, 0.1])
    assert np.isfinite(found).all() and found[0] > 1
