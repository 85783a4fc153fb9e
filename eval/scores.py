"""A score is a value, not applicable with a reason, or an error with a reason; never NaN."""

import math
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Self

from assistant.statistics import (
    Interval,
    clustered_interval,
    clustered_standard_error,
    minimum_detectable_effect,
    zero_failures_bound,
)


@dataclass(frozen=True, slots=True)
class Score:
    """One metric of one case: exactly one of `value`, `not_applicable` and `error` is set.

    `weight` is what the value is a share of (say, the number of markers of an
    answer), so that a mean over cases can be a share of all of them; 1 where each
    case counts alike.

    Raises:
        ValueError: none or several are set, the value is not finite, or the weight is below 1.
    """

    value: float | None = None
    not_applicable: str | None = None
    error: str | None = None
    weight: int = 1

    def __post_init__(self) -> None:
        """Refuse a score that is not exactly one finite thing."""
        given = [x for x in (self.value, self.not_applicable, self.error) if x is not None]
        if len(given) != 1:
            raise ValueError(f"a score is one of value, not_applicable and error, not {given!r}")
        if self.value is not None and not math.isfinite(self.value):
            raise ValueError(f"a score must be finite, not {self.value}")
        if self.weight < 1:
            raise ValueError(f"a score weighs at least 1, not {self.weight}")

    def to_dict(self) -> dict[str, float | str]:
        """Return the one thing that is set, under its name; the weight only where it is not 1."""
        if self.value is not None:
            weight = {"weight": self.weight} if self.weight != 1 else {}
            return {"value": round(self.value, 6), **weight}
        if self.error is not None:
            return {"error": self.error}
        return {"not_applicable": str(self.not_applicable)}


@dataclass(frozen=True, slots=True)
class Aggregate:
    """One metric over many cases, and how many of them gave a value, none, or an error.

    `value` is None exactly when nothing was measured; `reason` then says why. `interval`
    holds it with 95% confidence; `detectable` is the change that so many cases would show with
    a power of 80%. Both are None where there are too few clusters, or it is no mean, and the
    second where all cases agree.
    """

    value: float | None
    measured: int
    not_applicable: int = 0
    errors: int = 0
    reason: str | None = None
    interval: Interval | None = None
    detectable: float | None = None

    @classmethod
    def of(
        cls,
        value: float | None,
        scores: Iterable[Score],
        interval: Interval | None = None,
        detectable: float | None = None,
    ) -> Self:
        """Return `value` with the counts of the `scores` that it was made from."""
        scores = list(scores)
        errors = [s.error for s in scores if s.error is not None]
        not_applicable = [s.not_applicable for s in scores if s.not_applicable is not None]
        reasons = [*errors, *not_applicable, "no case"]
        return cls(
            value=value,
            measured=sum(s.value is not None for s in scores),
            not_applicable=len(not_applicable),
            errors=len(errors),
            reason=reasons[0] if value is None else None,
            interval=interval,
            detectable=detectable,
        )

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON values; interval and reason only where there are any."""
        row: dict[str, Any] = {
            "value": None if self.value is None else round(self.value, 6),
            "measured": self.measured,
            "not_applicable": self.not_applicable,
            "errors": self.errors,
        }
        if self.interval is not None:
            row["interval"] = [round(bound, 6) for bound in self.interval]
        if self.detectable is not None:
            row["minimum_detectable_effect"] = round(self.detectable, 6)
        return row if self.reason is None else {**row, "reason": self.reason}


def weighted_mean(scores: Sequence[Score], clusters: Sequence[Hashable] = ()) -> Aggregate:
    """Return the mean of the values, each by its weight; errors are counted, never averaged.

    Args:
        scores: the scores.
        clusters: what each score is about, one to one; scores about the same thing are not
            independent, and the interval resamples them together. Without: no interval.
    """
    measured = [(i, s.value, s.weight) for i, s in enumerate(scores) if s.value is not None]
    if not measured:
        return Aggregate.of(None, scores)
    places, values, weights = zip(*measured, strict=True)
    mean = math.fsum(v * w for v, w in zip(values, weights, strict=True)) / sum(weights)
    about = [clusters[place] for place in places] if clusters else []
    return Aggregate.of(
        mean, scores, _interval(values, weights, about), _detectable(values, weights, about)
    )


def _detectable(
    values: Sequence[float], weights: Sequence[int], clusters: Sequence[Hashable]
) -> float | None:
    if len(set(clusters)) < 2 or len(set(values)) < 2:
        return None
    return minimum_detectable_effect(clustered_standard_error(values, weights, clusters))


def _interval(
    values: Sequence[float], weights: Sequence[int], clusters: Sequence[Hashable]
) -> Interval | None:
    """Return the bootstrap interval; where all agree on 0 or 1, the rule of three."""
    distinct = len(set(clusters))
    if distinct < 2:
        return None
    bound = zero_failures_bound(distinct)
    if set(values) == {0.0}:
        return Interval(0.0, bound)
    if set(values) == {1.0}:
        return Interval(1 - bound, 1.0)
    return clustered_interval(values, weights, clusters)
