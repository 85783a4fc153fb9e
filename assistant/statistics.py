"""Intervals, exact bounds and paired tests: for calibration here and for the evaluation.

Cases about the same paper are not independent, so standard errors and resampling go by
clusters. Pure; the resampling has a fixed seed.
"""

import math
from collections.abc import Hashable, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

RESAMPLES = 2000
_BISECTIONS = 60

Floats = npt.NDArray[np.float64]


class Interval(NamedTuple):
    """A range that covers the true value at the confidence that it was made for."""

    low: float
    high: float


def clopper_pearson(successes: int, trials: int, confidence: float = 0.95) -> Interval:
    """Return the exact binomial interval of a share (Clopper and Pearson 1934).

    Raises:
        ValueError: there are no trials, or the counts or the confidence make no sense.
    """
    _check_counts(successes, trials)
    tail = (1 - _checked(confidence)) / 2
    failures = trials - successes
    low = 1 - binomial_upper_bound(failures, trials, 1 - tail)
    return Interval(low, binomial_upper_bound(successes, trials, 1 - tail))


def binomial_upper_bound(failures: int, trials: int, confidence: float = 0.95) -> float:
    """Return the one-sided exact upper bound of a failure rate.

    It is the rate p at which `failures` or fewer of `trials` have probability
    1 - confidence; 1 if all failed.

    Raises:
        ValueError: there are no trials, or the counts or the confidence make no sense.
    """
    _check_counts(failures, trials)
    if failures == trials:
        return 1.0
    delta, low, high = 1 - _checked(confidence), failures / trials, 1.0
    for _ in range(_BISECTIONS):
        middle = (low + high) / 2
        above = _binomial_cdf(failures, trials, middle) > delta
        low, high = (middle, high) if above else (low, middle)
    return high


def zero_failures_bound(trials: int) -> float:
    """Return 3/n, the 95% upper bound of a failure rate when none of n failed; at most 1.

    The rule of three (Hanley and Lippman-Hand 1983).

    Raises:
        ValueError: there are no trials.
    """
    _check_counts(0, trials)
    return min(1.0, 3 / trials)


def clustered_standard_error(
    values: Sequence[float], weights: Sequence[float], clusters: Sequence[Hashable]
) -> float:
    """Return the standard error of a weighted mean whose cases come in clusters.

    With w the weights, m the weighted mean and r_g the sum of w (value - m) over cluster g
    of G: sqrt(G / (G - 1) * sum of r_g squared) / sum of w (the linearised ratio
    estimator; Cochran 1977, section 6.3). With one case a cluster and equal weights it
    is the usual standard error of a mean.

    Raises:
        ValueError: there are fewer than two clusters, or the lengths differ.
    """
    residuals = _residuals(values, weights, clusters)
    if len(residuals) < 2:
        raise ValueError("a standard error needs two clusters")
    return math.sqrt(len(residuals) / (len(residuals) - 1) * float(residuals @ residuals))


def clustered_difference_error(
    before: tuple[Sequence[float], Sequence[float]],
    after: tuple[Sequence[float], Sequence[float]],
    clusters: Sequence[Hashable],
) -> float:
    """Return the standard error of the difference of two weighted means over the same cases.

    Each side is (values, weights); a weight of 0 leaves a case out of that side. The residuals
    of both, as in `clustered_standard_error`, are subtracted cluster by cluster, so that what
    the two have in common cancels.

    Raises:
        ValueError: there are fewer than two clusters, the lengths differ, or a side weighs 0.
    """
    residuals = _residuals(*after, clusters) - _residuals(*before, clusters)
    if len(residuals) < 2:
        raise ValueError("a standard error needs two clusters")
    return math.sqrt(len(residuals) / (len(residuals) - 1) * float(residuals @ residuals))


def two_sided_p(difference: float, standard_error: float) -> float:
    """Return the p-value of a difference by the normal law; with no spread, 1 or 0."""
    if standard_error == 0:
        return float(difference == 0)
    return math.erfc(abs(difference) / standard_error / math.sqrt(2))


def clustered_interval(
    values: Sequence[float],
    weights: Sequence[float],
    clusters: Sequence[Hashable],
    confidence: float = 0.95,
    seed: int = 0,
) -> Interval:
    """Return the percentile bootstrap interval of a weighted mean, clusters resampled whole.

    Raises:
        ValueError: there are fewer than two clusters, or the lengths differ.
    """
    sums, totals = _by_cluster(values, weights, clusters)
    if len(sums) < 2:
        raise ValueError("an interval needs two clusters")
    tail = (1 - _checked(confidence)) / 2
    size = len(sums)
    drawn = np.random.default_rng(seed).multinomial(size, np.full(size, 1 / size), RESAMPLES)
    means = np.sort((drawn @ sums) / (drawn @ totals))
    low, high = np.quantile(means, [tail, 1 - tail])
    return Interval(float(low), float(high))


def mcnemar_exact(only_first: int, only_second: int) -> float:
    """Return the two-sided p-value that two paired yes/no results differ by chance alone.

    The exact test of McNemar (1947): the discordant pairs fall to either side with
    probability one half.

    Args:
        only_first: pairs in which the first alone is yes.
        only_second: pairs in which the second alone is yes.
    """
    pairs = only_first + only_second
    if pairs == 0:
        return 1.0
    return min(1.0, 2 * _binomial_cdf(min(only_first, only_second), pairs, 0.5))


def holm(p_values: Sequence[float]) -> list[float]:
    """Return p-values adjusted for being several, in the order given (Holm 1979)."""
    adjusted = [0.0] * len(p_values)
    largest = 0.0
    for rank, position in enumerate(sorted(range(len(p_values)), key=p_values.__getitem__)):
        largest = max(largest, min(1.0, (len(p_values) - rank) * p_values[position]))
        adjusted[position] = largest
    return adjusted


def minimum_detectable_effect(standard_error: float) -> float:
    """Return the change that a two-sided test at 5% finds with a power of 80%: 2.8 SE."""
    return 2.8 * standard_error


def _residuals(
    values: Sequence[float], weights: Sequence[float], clusters: Sequence[Hashable]
) -> Floats:
    """Return each cluster's share in the error of the weighted mean."""
    sums, totals = _by_cluster(values, weights, clusters)
    if not totals.sum():
        raise ValueError("nothing has a weight")
    residuals: Floats = (sums - sums.sum() / totals.sum() * totals) / totals.sum()
    return residuals


def _by_cluster(
    values: Sequence[float], weights: Sequence[float], clusters: Sequence[Hashable]
) -> tuple[Floats, Floats]:
    """Return each cluster's sum of weighted values, and of weights."""
    if not len(values) == len(weights) == len(clusters):
        raise ValueError("values, weights and clusters go one to one")
    places = {cluster: place for place, cluster in enumerate(dict.fromkeys(clusters))}
    at = np.array([places[cluster] for cluster in clusters], dtype=np.intp)
    weighing = np.asarray(weights, dtype=np.float64)
    sums, totals = np.zeros(len(places)), np.zeros(len(places))
    np.add.at(sums, at, weighing * np.asarray(values, dtype=np.float64))
    np.add.at(totals, at, weighing)
    return sums, totals


def _binomial_cdf(most: int, trials: int, rate: float) -> float:
    """Return the probability of `most` or fewer successes."""
    if rate in (0.0, 1.0):
        return float(rate == 0.0 or most >= trials)
    return math.fsum(
        math.exp(
            math.lgamma(trials + 1)
            - math.lgamma(k + 1)
            - math.lgamma(trials - k + 1)
            + k * math.log(rate)
            + (trials - k) * math.log1p(-rate)
        )
        for k in range(most + 1)
    )


def _check_counts(part: int, trials: int) -> None:
    if not 0 <= part <= trials or trials < 1:
        raise ValueError(f"{part} of {trials} is no share")


def _checked(confidence: float) -> float:
    if not 0 < confidence < 1:
        raise ValueError(f"a confidence is between 0 and 1, not {confidence}")
    return confidence
