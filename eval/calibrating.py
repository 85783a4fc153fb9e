"""What ``paper-assistant calibrate`` measures: each question of a suite answered, sure or not."""

import math
from collections.abc import Iterator
from math import inf

from assistant.abstention import Gate
from assistant.ask import Assistant
from assistant.calibration import Curve, Outcome
from assistant.errors import UsageError
from eval.jobs import run_all
from eval.results import Result
from eval.runner import case_jobs
from eval.suite import find_suite, load_suite

_PLAIN = Curve(1.0, 0.0)
"""Takes a score to a confidence from which it can be had back."""


class Unguarded(Assistant):
    """An assistant that answers however little speaks for an answer."""

    def gate(self, engine: str) -> Gate:
        """Return a gate that is always open."""
        return Gate(-inf, _PLAIN)


def measure(assistant: Assistant, suite: str) -> list[Outcome]:
    """Return what comes of each question of a suite if it is answered.

    Raises:
        UsageError: there is no such suite, it has no questions, or one could not be judged.
    """
    cases = load_suite(find_suite(suite)).cases
    if not cases:
        raise UsageError(f"{suite}: no question in it; give a folder with a cases.jsonl")
    unguarded = Unguarded(assistant.library, assistant.config)
    return list(_outcomes(suite, run_all(case_jobs(unguarded, cases))))


def _outcomes(suite: str, results: tuple[Result, ...]) -> Iterator[Outcome]:
    for result in results:
        if result.answer is None or result.error is not None:
            raise UsageError(f"{suite}: {result.id} can't be judged ({result.error}); mend it")
        wrong = result.scores["wrong_answer_rate"].value
        confidence = result.answer.confidence
        if wrong is None or confidence is None:
            yield Outcome(result.cluster, -inf, wrong=False, passed=False)
        else:
            yield Outcome(result.cluster, _score(confidence), wrong=bool(wrong))


def _score(confidence: float) -> float:
    kept = min(max(confidence, 1e-6), 1 - 1e-6)
    return math.log(kept / (1 - kept))
