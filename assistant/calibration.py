"""Calibrated thresholds: how sure one must be of a question for few enough answers to be wrong.

An answered question is wrong as the evaluation says (``eval.metrics.wrong_answer``). The
threshold is walked from strict to loose for as long as the exact binomial upper bound of
P(wrong given answered) stays within the chosen risk; the first failure ends the walk. The
steps are fixed by the scores alone, before it is seen which answers are wrong, so that the
last one accepted holds at the chosen confidence. Pure.
"""

import hashlib
import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import count, islice, pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from assistant.logistic import fit_logistic
from assistant.statistics import binomial_upper_bound

LEAST_COVERAGE = 0.25
"""The walk begins where this share of the questions is answered: less would be of little use."""

HELD_OUT_SHARE = 1 / 3
"""Of the papers, to see on questions that the threshold has not seen what was promised."""

_BINS = 10
_SHRINKAGE = 1.0


class Outcome(NamedTuple):
    """A question that was answered whatever its score, the paper it is about, and what came of it.

    `wrong` says so of the answer; `passed` whether a sentence passed the check: what did not
    is refused at any threshold.
    """

    paper: str
    score: float
    wrong: bool
    passed: bool = True


class Need(NamedTuple):
    """How many questions must be answered for `wrong` wrong answers to be few enough."""

    wrong: int
    answered: int


class Step(NamedTuple):
    """What a threshold gives: of all questions, how many it answers, and how many of these wrong.

    `bound` is the upper bound of their share, at the confidence of the walk.
    """

    threshold: float
    answered: int
    wrong: int
    bound: float


@dataclass(frozen=True, slots=True)
class Curve:
    """A probability as a function of the score: 1 / (1 + exp(-(slope * score + intercept)))."""

    slope: float = 1.0
    intercept: float = 0.0

    def __call__(self, score: float) -> float:
        """Return the probability at `score`."""
        at = max(-700.0, min(700.0, self.slope * score + self.intercept))
        return 1 / (1 + math.exp(-at))


def needs(risk: float, confidence: float) -> list[Need]:
    """Return how many answers are needed at least, with none, one and two of them wrong."""
    return [Need(wrong, _answers_needed(wrong, risk, confidence)) for wrong in range(3)]


def walk(outcomes: Sequence[Outcome], risk: float, confidence: float) -> list[Step]:
    """Return the steps from strict to loose that were accepted; none if the first one fails.

    Questions of one score are answered together or not at all.
    """
    steps = []
    for step in table(outcomes, risk, confidence):
        if step.bound > risk:
            break
        steps.append(step)
    return steps


def table(outcomes: Sequence[Outcome], risk: float, confidence: float) -> list[Step]:
    """Return every step of the walk, as if none failed."""
    ranked = sorted((each for each in outcomes if each.passed), key=lambda each: -each.score)
    least = max(_answers_needed(0, risk, confidence), math.ceil(LEAST_COVERAGE * len(outcomes)))
    steps, wrong = [], 0
    for answered, (outcome, following) in enumerate(pairwise([*ranked, None]), start=1):
        assert outcome is not None
        wrong += outcome.wrong
        ties = following is not None and following.score == outcome.score
        if answered >= least and not ties:
            bound = binomial_upper_bound(wrong, answered, confidence)
            steps.append(Step(outcome.score, answered, wrong, bound))
    return steps


def at_threshold(outcomes: Sequence[Outcome], threshold: float, confidence: float) -> Step:
    """Return what a threshold gives on `outcomes`; with nothing answered the bound is 1."""
    shown = [each for each in outcomes if each.passed and each.score >= threshold]
    wrong = sum(each.wrong for each in shown)
    bound = binomial_upper_bound(wrong, len(shown), confidence) if shown else 1.0
    return Step(threshold, len(shown), wrong, bound)


def split_by_paper(outcomes: Sequence[Outcome]) -> tuple[list[Outcome], list[Outcome]]:
    """Return the outcomes to calibrate on, and those held out; a paper's questions stay together.

    The papers are drawn by a hash of their titles: the same questions are split the same way.
    """
    papers = sorted({each.paper for each in outcomes}, key=_drawn)
    held_out = set(papers[: math.floor(HELD_OUT_SHARE * len(papers))])
    return (
        [each for each in outcomes if each.paper not in held_out],
        [each for each in outcomes if each.paper in held_out],
    )


def fit_curve(outcomes: Sequence[Outcome]) -> Curve:
    """Return the probability that an answer is not wrong, by its score (Platt 1999).

    A logistic regression on one number. The targets are Platt's, which
    keep the probabilities off 0 and 1; slightly shrunk, so that it also ends where right
    and wrong are parted.
    """
    shown = [each for each in outcomes if each.passed]
    right = sum(not each.wrong for each in shown)
    high, low = (right + 1) / (right + 2), 1 / (len(shown) - right + 2)
    targets = np.array([low if each.wrong else high for each in shown])
    scores = np.array([each.score for each in shown]).reshape(-1, 1)
    slope, intercept = fit_logistic(scores, targets, [_SHRINKAGE, 1e-3])
    return Curve(float(slope), float(intercept))


def calibration_error(
    probabilities: ArrayLike, happened: ArrayLike, counts: ArrayLike = 1.0
) -> float:
    """Return the expected calibration error, over ten bins of equal width (Guo et al. 2017).

    Args:
        probabilities: what was said of each event.
        happened: whether it came about.
        counts: how much each counts.

    Raises:
        ValueError: there are no probabilities, or the lengths differ.
    """
    said, true = np.asarray(probabilities, np.float64), np.asarray(happened, np.float64)
    if not len(said) or len(said) != len(true):
        raise ValueError(f"{len(said)} probabilities of {len(true)} events")
    mass = np.broadcast_to(np.asarray(counts, np.float64), said.shape)
    places = np.minimum((said * _BINS).astype(int), _BINS - 1)
    gaps = np.bincount(places, weights=mass * (said - true), minlength=_BINS)
    return float(np.abs(gaps).sum() / mass.sum())


def _answers_needed(wrong: int, risk: float, confidence: float) -> int:
    enough = (n for n in count(wrong + 1) if binomial_upper_bound(wrong, n, confidence) <= risk)
    return next(islice(enough, 1))


def _drawn(paper: str) -> str:
    return hashlib.sha256(paper.encode("utf-8", "surrogatepass")).hexdigest()
