"""What may be told of a holdout without wearing it out: the Ladder, and Thresholdout. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from assistant.statistics import clustered_standard_error
from eval.results import Result
from eval.scores import weighted_mean

DIGITS = 3
"""So exactly is a best value held: no more of it is in the file than was told."""

_TOLERANCE = 1e-9


@dataclass(frozen=True, slots=True)
class Estimate:
    """A mean and its standard error, clustered by what the cases are about."""

    value: float
    standard_error: float


def estimate_of(results: Iterable[Result], metric: str) -> Estimate | None:
    """Return the mean of a metric; None if it was measured on fewer than two papers."""
    scored = [(r.scores[metric], r.cluster) for r in results if metric in r.scores]
    measured = [(s.value, s.weight, about) for s, about in scored if s.value is not None]
    if len({about for _, _, about in measured}) < 2:
        return None
    mean = weighted_mean([score for score, _ in scored]).value
    error = clustered_standard_error(*zip(*measured, strict=True))
    return None if mean is None else Estimate(mean, error)


def ladder(held: Estimate | None, new: Estimate, *, higher_is_better: bool) -> Estimate:
    """Return the best value to tell: `held`, unless the new one is clearly better.

    The Ladder (Blum and Hardt 2015, "The Ladder: a reliable leaderboard for machine learning
    competitions"): a new best is told only if it beats the one before by more than a step,
    else that one is told again, so that little is learnt from asking often. The step is
    one standard error of the new value; the paper's own, that of the difference, would
    need the cases of the best to be kept.

    Args:
        held: the best so far; None at the first query, whose value is told as it is.
        new: what was measured now.
        higher_is_better: whether the metric has a floor, not a ceiling.
    """
    rounded = Estimate(round(new.value, DIGITS), round(new.standard_error, DIGITS))
    if held is None:
        return rounded
    gain = rounded.value - held.value if higher_is_better else held.value - rounded.value
    return rounded if gain > new.standard_error + _TOLERANCE else held


def thresholdout(
    train_value: float, holdout_value: float, threshold: float, rng: np.random.Generator
) -> float:
    """Return the training value, unless the holdout's differs by more than a noisy threshold.

    Thresholdout (Dwork et al. 2015, "The reusable holdout", Science 349): where both agree
    nothing is learnt of the holdout; where not, its value is told with noise. The noise is
    Laplace's, with the tolerance threshold/4 as the scale of what is told, twice it for the
    threshold and four times for the comparison. The paper draws the threshold's noise anew only
    after a difference was told; here at each call, each of which counts against the budget.

    Args:
        train_value: of the rows that one may look at; between 0 and 1.
        holdout_value: of the rows that one may not.
        threshold: the difference that counts as fitted to the training rows; 4/sqrt(n).
        rng: gives the noise; its seed must not be known.
    """
    scale = threshold / 4
    limit = threshold + rng.laplace(scale=2 * scale)
    if abs(holdout_value - train_value) > limit + rng.laplace(scale=4 * scale):
        return holdout_value + float(rng.laplace(scale=scale))
    return train_value
