"""The command ``calibrate``: what it does and prints; its options are in `calibrate_options`."""

import argparse
import json
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, NamedTuple

from assistant.calibration import (
    Curve,
    Outcome,
    Step,
    at_threshold,
    calibration_error,
    fit_curve,
    needs,
    split_by_paper,
    table,
    walk,
)
from assistant.errors import UsageError
from assistant.gatekeeping import Calibration, fingerprints, save_calibration

if TYPE_CHECKING:
    from assistant.ask import Assistant
Write = Callable[[str], None]
Measure = Callable[["Assistant", str], list[Outcome]]
"""Answers every question of a suite and judges the answers; it comes with the evaluation."""

_ROWS = 12
_LEAST = 0.001
"""Who wants less risk needs thousands of questions."""


class Found(NamedTuple):
    """What a walk over the questions gave; `chosen` is None where no threshold will do."""

    outcomes: Sequence[Outcome]
    steps: Sequence[Step]
    chosen: Step | None
    held_out: Step | None
    curve: Curve
    error: float | None
    """The expected calibration error of the probability on the questions held out."""


def run(
    arguments: argparse.Namespace,
    open: Callable[[], "Assistant"],
    measure: Measure,
    write: Write,
    say: Write,
) -> int:
    """Calibrate the threshold; exit with 1, and change nothing, where none keeps the risk.

    Raises:
        UsageError: a number makes no sense, or the suite can't be used.
        LibraryError: the calibration can't be written.
    """
    risk, confidence = arguments.risk, arguments.confidence
    for name, share in (("--risk", risk), ("--confidence", confidence)):
        if not _LEAST <= share < 1:
            raise UsageError(f"{name} is {share}; give a share from {_LEAST} to 1, such as 0.1")
    say(_feasible(risk, confidence))
    with open() as assistant:
        found = calibrate(measure(assistant, arguments.suite), risk, confidence)
        if found.chosen is not None:
            library = assistant.library
            holds_for = fingerprints(library.fingerprint, library.embedder.name, assistant.config)
            calibration = _calibration(found, found.chosen, risk, confidence, holds_for)
            say(f"written to {save_calibration(library.path, calibration)}")
    if arguments.json:
        write(json.dumps(_facts(found, risk, confidence), indent=2))
    else:
        write(_text(found, risk, confidence))
    return 1 if found.chosen is None else 0


def calibrate(outcomes: Sequence[Outcome], risk: float, confidence: float) -> Found:
    """Walk over two thirds of the papers, and look at what the others say of the result."""
    taken, held_out = split_by_paper(outcomes)
    accepted = walk(taken, risk, confidence)
    chosen = accepted[-1] if accepted else None
    curve = fit_curve(taken)
    shown = [each for each in held_out if each.passed]
    error = None
    if shown:
        chances = [curve(each.score) for each in shown]
        error = calibration_error(chances, [not each.wrong for each in shown])
    checked = None if chosen is None else at_threshold(held_out, chosen.threshold, confidence)
    return Found(outcomes, table(taken, risk, confidence), chosen, checked, curve, error)


def _calibration(
    found: Found, chosen: Step, risk: float, confidence: float, holds_for: dict[str, str]
) -> Calibration:
    taken, _ = split_by_paper(found.outcomes)
    return Calibration(
        threshold=chosen.threshold,
        risk=risk,
        confidence=confidence,
        questions=len(taken),
        papers=_papers(taken),
        answered=chosen.answered,
        wrong=chosen.wrong,
        bound=chosen.bound,
        slope=found.curve.slope,
        intercept=found.curve.intercept,
        holds_for=holds_for,
    )


def _feasible(risk: float, confidence: float) -> str:
    needed = ", ".join(
        f"{need.answered} with {need.wrong} wrong" for need in needs(risk, confidence)
    )
    return f"at most {risk:.0%} wrong with {confidence:.0%} confidence needs answers: {needed}"


def _text(found: Found, risk: float, confidence: float) -> str:
    taken, held_out = split_by_paper(found.outcomes)
    lines = [
        f"{len(taken)} questions about {_papers(taken)} papers to calibrate on, "
        f"{len(held_out)} about {_papers(held_out)} others held out",
        "",
        "threshold  answered  coverage  wrong  share  upper bound",
        *(_row(step, len(taken)) for step in _some(found.steps, found.chosen)),
        "",
        _result(found, len(taken), len(held_out), risk),
    ]
    if found.error is not None:
        lines.append(f"probability that an answer is right: off by {found.error:.3f} on average")
    return "\n".join(lines)


def _result(found: Found, taken: int, held_out: int, risk: float) -> str:
    if found.chosen is None or found.held_out is None:
        bound = found.steps[0].bound if found.steps else 1.0
        return (
            f"nothing was changed: going down from the strictest threshold, the upper bound is "
            f"{bound:.1%} at once, not the {risk:.0%} that are allowed; what is looser is not "
            "tried after a failure. Give more questions, or a higher --risk"
        )
    chosen, checked = found.chosen, found.held_out
    return (
        f"threshold {chosen.threshold:.3f}: answers {chosen.answered} of {taken} "
        f"({chosen.answered / taken:.0%}), {chosen.wrong} wrong, at most {chosen.bound:.1%}; "
        f"held out: {checked.answered} of {held_out}, {checked.wrong} wrong"
    )


def _some(steps: Sequence[Step], chosen: Step | None) -> list[Step]:
    """Return about a dozen steps over the whole range, the chosen and the last among them."""
    every = max(1, len(steps) // _ROWS)
    return [
        step
        for place, step in enumerate(steps)
        if place % every == 0 or step is chosen or step == chosen or place == len(steps) - 1
    ]


def _row(step: Step, questions: int) -> str:
    return (
        f"{step.threshold:9.3f}  {step.answered:8}  {step.answered / questions:8.0%}  "
        f"{step.wrong:5}  {step.wrong / step.answered:5.0%}  {step.bound:11.1%}"
    )


def _facts(found: Found, risk: float, confidence: float) -> dict[str, object]:
    return {
        "risk": risk,
        "confidence": confidence,
        "needs": [need._asdict() for need in needs(risk, confidence)],
        "questions": len(found.outcomes),
        "papers": _papers(found.outcomes),
        "steps": [step._asdict() for step in found.steps],
        "chosen": found.chosen and found.chosen._asdict(),
        "held_out": found.held_out and found.held_out._asdict(),
        "calibration_error": found.error,
    }


def _papers(outcomes: Sequence[Outcome]) -> int:
    return len({each.paper for each in outcomes})
