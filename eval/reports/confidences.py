"""How sure answers were against how right they are: what curves of a run are drawn from. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from assistant.statistics import Interval, clopper_pearson
from eval.cases import KINDS
from eval.metrics import coverage_at_risk, risk_coverage_curve
from eval.metrics.risk import CurvePoint
from eval.results import Result

GROUPS = 10


class Sure(NamedTuple):
    """An answered question: how probable it was held that its evidence answers, and if wrongly."""

    confidence: float
    wrong: bool


@dataclass(frozen=True, slots=True)
class Confidences:
    """The answered questions of a run, among all `asked`; those that were refused had none."""

    answered: tuple[Sure, ...]
    asked: int

    def curve(self) -> list[CurvePoint]:
        """Return risk by coverage; what was refused counts as never answered."""
        points = risk_coverage_curve(*self._columns())
        return [CurvePoint(p.coverage * self._share, p.risk) for p in points]

    def coverage_at(self, risk: float) -> float:
        """Return the largest share of all that was asked which can be answered at `risk`."""
        return coverage_at_risk(*self._columns(), risk) * self._share

    @property
    def _share(self) -> float:
        return len(self.answered) / self.asked

    def _columns(self) -> tuple[list[float], list[bool]]:
        return [each.confidence for each in self.answered], [each.wrong for each in self.answered]


@dataclass(frozen=True, slots=True)
class Group:
    """Answers of similar confidence: its mean, and the share right with its exact 95% interval."""

    confidence: float
    right: float
    interval: Interval
    size: int


def confidences(results: Iterable[Result]) -> Confidences:
    """Return the questions of the golden kinds that were answered or refused."""
    asked = [r for r in results if r.kind in KINDS and r.answer is not None]
    answered = tuple(
        Sure(result.answer.confidence, wrong >= 1.0)
        for result in asked
        if result.answer is not None
        and result.answer.confidence is not None
        and (score := result.scores.get("wrong_answer_rate")) is not None
        and (wrong := score.value) is not None
    )
    unjudged = sum(1 for result in asked if not result.refused) - len(answered)
    return Confidences(answered, len(asked) - unjudged)


def deciles(answered: Sequence[Sure]) -> list[Group]:
    """Split answers, the least sure first, into ten groups of equal size, or as many as there are.

    Answers of one confidence stay together, so that groups may be fewer and differ in size.
    """
    ordered = sorted(answered)
    groups: list[list[Sure]] = []
    for index, each in enumerate(ordered):
        begins = index * GROUPS // len(ordered) != (index - 1) * GROUPS // len(ordered)
        tied = index > 0 and each.confidence == ordered[index - 1].confidence
        if not groups or (begins and not tied):
            groups.append([])
        groups[-1].append(each)
    return [_group(group) for group in groups]


def _group(group: Sequence[Sure]) -> Group:
    size, right = len(group), sum(not each.wrong for each in group)
    mean = sum(each.confidence for each in group) / size
    return Group(mean, right / size, clopper_pearson(right, size), size)
