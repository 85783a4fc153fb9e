"""The fit of the verdict: what the checks and the checker's reading come to, and from when on.

A logistic regression tells statements that an abstract supports from those that it doesn't,
over the passage that most probably says them: which one that is depends on the weights, so the
fit is repeated until it settles. All that is reported is cross-validated, the statements of an
abstract in one fold.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from assistant.checker import Reading
from assistant.logistic import fit_logistic
from assistant.types import Label, Verdict
from assistant.weighing import IN_A_COPY, MEASURES, Finding, Fitted, measured, weigh
from eval.benches.fusion_fit import FOLDS, split_folds

TRUE, FALSE, UNSTATED = "true", "false", "unstated"
COPIED, TWISTED, MOVED = "copied", "twisted", "moved"
WEIGHTS = {TRUE: 1.0, FALSE: 0.6, UNSTATED: 0.5, COPIED: 1.0, TWISTED: 3.0, MOVED: 3.0}
"""How much a statement of each kind counts. The last three are made by code: a sentence of the
abstract in a few other words; that, or a true statement, turned false in one thing; and a true
statement held against the nearest other abstract."""
_KINDS = ("strength", "words")
CLASHES = (*_KINDS, *(f"{kind}{IN_A_COPY}" for kind in _KINDS))
"""The kinds of clash that are weighed; the others veto."""
ROUNDS = 5
_COLUMNS = len(MEASURES) + len(CLASHES)
_RIDGE_MEASURED, _RIDGE_CLASH = 0.5, 1.0

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Statement:
    """A statement with what is found and read of it; `group` is its abstract."""

    group: str
    kind: str
    findings: tuple[Finding, ...]
    readings: tuple[Reading, ...]

    def columns(self) -> Floats:
        """Return what is known of each open passage without a veto, shape (passages, columns).

        The columns are what is measured, then the clashes.
        """
        pairs = [
            (finding, reading)
            for finding, reading in zip(self.findings, self.readings, strict=True)
            if finding.is_open and not finding.veto(reading)
        ]
        return np.array(
            [
                [
                    *measured(finding, reading).values(),
                    *(kind in finding.kinds for kind in CLASHES),
                ]
                for finding, reading in pairs
            ],
            np.float64,
        ).reshape(len(pairs), _COLUMNS)


@dataclass(frozen=True, slots=True)
class ErrorRates:
    """What share of hand-written statements may get a wrong word.

    Of the true, how many may be `refused` and called `contradicted`; of the false, how many
    may be called `supported`.
    """

    refused: float
    supported: float
    contradicted: float


def fit(statements: Sequence[Statement]) -> Floats:
    """Return the weights, the intercept last; of statements that a veto decides nothing is said."""
    open_ones = [each for each in statements if len(each.columns())]
    columns = [each.columns() for each in open_ones]
    targets = np.array([each.kind in (TRUE, COPIED) for each in open_ones], np.float64)
    counts = np.array([WEIGHTS[each.kind] for each in open_ones])
    ridge = [*[_RIDGE_MEASURED] * len(MEASURES), *[_RIDGE_CLASH] * len(CLASHES), 1e-6]
    chosen = np.array([each[0] for each in columns])
    weights = np.zeros(_COLUMNS + 1)
    for _ in range(ROUNDS):
        weights = fit_logistic(chosen, targets, ridge, counts)
        chosen = np.array([each[int(np.argmax(each @ weights[:-1]))] for each in columns])
    return weights


def chance(statement: Statement, weights: Floats) -> float:
    """Return the probability that the likeliest passage says a statement; 0 if vetoes decide."""
    columns = statement.columns()
    if not len(columns):
        return 0.0
    odds = float((columns @ weights[:-1]).max() + weights[-1])
    return 1 / (1 + math.exp(-odds))


def out_of_fold(statements: Sequence[Statement], rates: ErrorRates) -> tuple[Floats, list[Fitted]]:
    """Return for each statement its probability, and what was fitted, on other abstracts.

    The thresholds of a fold are those of the probabilities of the other folds, each by
    weights that were fitted without it.
    """
    folds = split_folds([each.group for each in statements])
    of_fold = [
        fit([each for each, at in zip(statements, folds, strict=True) if at != fold])
        for fold in range(FOLDS)
    ]
    chances = np.array(
        [chance(each, of_fold[fold]) for each, fold in zip(statements, folds, strict=True)]
    )
    kept: list[Fitted] = []
    for fold in range(FOLDS):
        others = [place for place, at in enumerate(folds) if at != fold]
        at = thresholds([statements[place] for place in others], chances[others], rates)
        kept.append(fitted(of_fold[fold], at, ""))
    return chances, [kept[fold] for fold in folds]


def upper_threshold(scores: Sequence[float], error: float) -> float:
    """Return the threshold that a share of at most `error` of further such scores reaches.

    The ceil((n + 1)(1 - error))-th smallest of n (split conformal prediction, Vovk et al.
    2005); 1 if there are too few.
    """
    place = math.ceil((len(scores) + 1) * (1 - error))
    return 1.0 if place > len(scores) else float(np.nextafter(sorted(scores)[place - 1], 2.0))


def thresholds(statements: Sequence[Statement], chances: Floats, rates: ErrorRates) -> Floats:
    """Return from which probability on a claim is supported, attributed, and contradicted.

    The first by the hand-written false and unstated ones, each kind by itself; the others by
    the true ones; what a veto refuses counts among the refused.
    """
    wrong = [
        [c for each, c in zip(statements, chances, strict=True) if each.kind == kind]
        for kind in (FALSE, UNSTATED)
    ]
    true = [each for each in statements if each.kind == TRUE]
    of_true = [c for each, c in zip(statements, chances, strict=True) if each.kind == TRUE]
    denied = [max(reading.denies for reading in each.readings) for each in true]
    return np.array(
        [
            max(upper_threshold(each, rates.supported) for each in wrong if each),
            float(np.quantile(of_true, rates.refused, method="lower")),
            upper_threshold(denied, rates.contradicted),
        ]
    )


def fitted(weights: Floats, at: Floats, fitted_on: str) -> Fitted:
    """Return weights and thresholds as the product reads them."""
    measures = dict(zip(MEASURES, map(float, weights), strict=False))
    clashes = map(float, weights[len(MEASURES) : -1])
    supported, attributed, contradicted = map(float, at)
    return Fitted(
        fitted_on=fitted_on,
        intercept=float(weights[-1]),
        measures=measures,
        clashes=dict(zip(CLASHES, clashes, strict=True)),
        supported=supported,
        attributed=min(attributed, supported),
        contradicted=contradicted,
    )


def shares(
    statements: Sequence[Statement], judge: Callable[[Statement], Verdict]
) -> dict[str, dict[str, float]]:
    """Return for each kind of statement what share gets each label."""
    labels: dict[str, list[Label]] = {}
    for each in statements:
        labels.setdefault(each.kind, []).append(judge(each).label)
    return {
        kind: {str(label): found.count(label) / len(found) for label in Label}
        for kind, found in labels.items()
    }


def word(fitted: Fitted) -> Callable[[Statement], Verdict]:
    """Return what gives the verdict by some weights."""
    return lambda statement: weigh(statement.findings, statement.readings, fitted)


def by_code(statement: Statement) -> Verdict:
    """Return the verdict without the checker."""
    unread = [Reading(skipped="left out")] * len(statement.findings)
    return weigh(statement.findings, unread)
