"""The fit of the gate: a logistic regression that tells answered questions from near misses.

Numbers are cross-validated, an abstract's questions in one fold. Beside the gate stands what
a classifier can do that sees the question alone: so much the style of the writers tells.
"""

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from assistant.logistic import fit_logistic
from assistant.sufficiency import LACKING, MEASURED, lacking
from eval.benches.claims_scores import auc
from eval.benches.fusion_fit import Floats, split_folds
from eval.benches.gate_rows import GateRow

SHRINKAGE = 100.0
NAMED_SCALE = 2.0
"""Standard deviations that a named sign is given: it is shrunk less than the direction."""

VECTOR_SCALE = 14.0
"""Brings what is left over, of length near 1 in 384 dimensions, to the size of the named signs."""

NEAR_MISSES_EXPECTED = 0.2
"""The probability of an answer is told as if so many of the questions on topic were near misses."""

DEVELOPMENT_COUNTS = 3.0
"""So often counts a question of the suite, which is about the library that ships."""

_NO_SPREAD = 1e-6
_STRATA = 20

Bools = NDArray[np.bool_]


def see_all(rows: Sequence[GateRow]) -> Floats:
    """Return what the gate sees, unscaled, shape (rows, named signs + dimension)."""
    named = [
        [
            *(getattr(row.signs, name) for name in MEASURED),
            *(lacking(row.signs)[name] for name in LACKING),
        ]
        for row in rows
    ]
    return np.hstack([np.array(named, float), np.stack([row.signs.left_over for row in rows])])


def see_question(rows: Sequence[GateRow]) -> Floats:
    """Return the question's vector alone, shape (rows, dimension)."""
    return np.stack([row.vector for row in rows]).astype(np.float64)


def labels(rows: Sequence[GateRow]) -> Bools:
    """Return which of the questions are answered by their abstract."""
    return np.array([row.written.answered for row in rows])


def gate_scale(columns: Floats) -> Floats:
    """Return by what each column that the gate sees is divided, to be shrunk as it should be."""
    named = len(MEASURED) + len(LACKING)
    spread = columns[:, :named].std(axis=0) / NAMED_SCALE
    spread = np.where(spread > _NO_SPREAD, spread, 1.0)
    return np.concatenate([spread, vector_scale(columns[:, named:])])


def vector_scale(columns: Floats) -> Floats:
    """Return by what each column of a vector is divided."""
    return np.full(columns.shape[1], 1 / VECTOR_SCALE)


def regression(columns: Floats, answered: Bools, scale: Floats, counts: Floats) -> Floats:
    """Return weights of the columns as they are, the intercept last; shrunk as scaled.

    `counts` is how much each row counts.
    """
    shrinkage = np.append(np.full(columns.shape[1], SHRINKAGE), 1e-6)
    found = fit_logistic(columns / scale, answered, shrinkage, counts)
    return np.concatenate([found[:-1] / scale, found[-1:]])


def out_of_fold(
    columns: Floats,
    answered: Bools,
    abstracts: Sequence[str],
    scale: Callable[[Floats], Floats],
    counts: Floats,
) -> Floats:
    """Return for each row what a regression on the other folds gives it."""
    folds = split_folds(abstracts)
    scores = np.empty(len(columns))
    for fold in range(folds.max() + 1):
        others = folds != fold
        seen = columns[others]
        weights = regression(seen, answered[others], scale(seen), counts[others])
        scores[~others] = columns[~others] @ weights[:-1] + weights[-1]
    return scores


def lowered(rows: Sequence[GateRow], fitted: Floats) -> Floats:
    """Return scores as the gate lowers them to the most that each question can have."""
    most = np.array([row.most for row in rows])
    alone = np.array([row.alone for row in rows])
    return np.where(alone, most, np.minimum(most, fitted))


def move_for(rows: Sequence[GateRow], fitted: Floats, answered: Bools, refused: float) -> float:
    """Return what to take off the fitted scores for a share of the answered ones to be below 0."""
    most = np.array([row.most for row in rows])
    alone = np.array([row.alone for row in rows])
    free = np.where(most < 0, -np.inf, np.where(alone, np.inf, fitted))
    return float(np.quantile(free[answered], refused, method="higher"))


def near_miss_scores(scores: Floats, answered: Bools) -> tuple[float, float, float]:
    """Return the share of answered ones refused, of near misses refused, and the latter's F1."""
    refused = scores < 0
    right, wrong = int((refused & ~answered).sum()), int((refused & answered).sum())
    misses = int((~answered).sum())
    return wrong / int(answered.sum()), right / misses, 2 * right / (right + wrong + misses)


def auc_within(scores: Floats, beside: Floats, answered: Bools) -> float:
    """Return the AUC of scores among rows that lie in one of equally large strata of others."""
    edges = np.quantile(beside, np.linspace(0, 1, _STRATA + 1)[1:-1])
    strata = np.digitize(beside, edges)
    total, pairs = 0.0, 0
    for stratum in np.unique(strata):
        ones, others = (scores[(strata == stratum) & kind] for kind in (answered, ~answered))
        if count := len(ones) * len(others):
            total, pairs = total + count * auc(ones.tolist(), others.tolist()), pairs + count
    return total / pairs if pairs else 0.5
