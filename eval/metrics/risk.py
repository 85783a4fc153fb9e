"""Risk and coverage: how wrong the answers are if only the surest are given."""

from collections.abc import Sequence
from itertools import groupby
from typing import NamedTuple


class CurvePoint(NamedTuple):
    """Answering the surest `coverage` of the questions, a share `risk` of them is wrong."""

    coverage: float
    risk: float


def risk_coverage_curve(confidences: Sequence[float], wrong: Sequence[bool]) -> list[CurvePoint]:
    """Return one point for each number of questions answered, the surest first.

    Questions of equal confidence have no order: their points are what a random order
    gives on average (El-Yaniv and Wiener 2010, with ties averaged).

    Raises:
        ValueError: there are no questions, or the lengths differ.
    """
    blocks = _blocks(confidences, wrong)
    total, points = len(wrong), []
    answered, errors = 0, 0.0
    for block in blocks:
        share_wrong = sum(block) / len(block)
        for _ in block:
            answered, errors = answered + 1, errors + share_wrong
            points.append(CurvePoint(answered / total, errors / answered))
    return points


def aurc(confidences: Sequence[float], wrong: Sequence[bool]) -> float:
    """Return the area under the risk-coverage curve: the mean risk over its points.

    Raises:
        ValueError: there are no questions, or the lengths differ.
    """
    points = risk_coverage_curve(confidences, wrong)
    return sum(point.risk for point in points) / len(points)


def excess_aurc(confidences: Sequence[float], wrong: Sequence[bool]) -> float:
    """Return AURC less that of a perfect order, all wrong answers last (E-AURC; Geifman 2019).

    Raises:
        ValueError: there are no questions, or the lengths differ.
    """
    ideal = sorted(wrong)
    return aurc(confidences, wrong) - aurc(range(len(ideal), 0, -1), ideal)


def coverage_at_risk(
    confidences: Sequence[float], wrong: Sequence[bool], risk: float = 0.05
) -> float:
    """Return the largest share of questions that a threshold can answer at `risk` or less.

    A threshold takes all questions of equal confidence or none; 0 if none will do.

    Raises:
        ValueError: there are no questions, or the lengths differ.
    """
    answered, errors, best = 0, 0, 0
    for block in _blocks(confidences, wrong):
        answered, errors = answered + len(block), errors + sum(block)
        if errors <= risk * answered:
            best = answered
    return best / len(wrong)


def _blocks(confidences: Sequence[float], wrong: Sequence[bool]) -> list[list[bool]]:
    """Group the outcomes by confidence, the surest first."""
    if not wrong or len(confidences) != len(wrong):
        raise ValueError(f"{len(confidences)} confidences of {len(wrong)} questions give no curve")
    pairs = sorted(zip(confidences, wrong, strict=True), key=lambda pair: -pair[0])
    return [[bad for _, bad in group] for _, group in groupby(pairs, key=lambda pair: pair[0])]
