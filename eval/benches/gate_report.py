"""What the fit of the gate found, as values and as text."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from assistant.calibration import Curve, calibration_error
from assistant.logistic import fit_logistic
from assistant.sufficiency import LACKING, MEASURED, Fitted, WithReading, unread
from assistant.views.text import printable
from eval.benches.claims_scores import auc
from eval.benches.fusion_fit import FOLDS, Floats
from eval.benches.gate_fit import (
    DEVELOPMENT_COUNTS,
    NEAR_MISSES_EXPECTED,
    Bools,
    auc_within,
    gate_scale,
    labels,
    lowered,
    move_for,
    near_miss_scores,
    out_of_fold,
    regression,
    see_all,
    see_question,
    vector_scale,
)
from eval.benches.gate_reading import (
    ReadQuestions,
    fit_reading,
    only_read,
    out_of_fold_reading,
    read_scores,
)
from eval.benches.gate_rows import GateRow
from eval.table import align

SHARES = (0.04, 0.06, 0.08)
"""Further shares of which the scores are told."""

_CURVE_SHRINKAGE = 0.1


@dataclass(frozen=True, slots=True)
class AtShare:
    """What a threshold gives by which `refused` of the answered questions are refused."""

    refused: float
    near_misses_refused: float
    f1: float

    def to_dict(self) -> dict[str, float]:
        """Return plain JSON values."""
        return {
            "answered_refused": round(self.refused, 6),
            "near_misses_refused": round(self.near_misses_refused, 6),
            "f1": round(self.f1, 6),
        }

    def told(self) -> tuple[str, str, str]:
        """Return it as a row of a table."""
        return f"{self.refused:.3f}", f"{self.near_misses_refused:.3f}", f"{self.f1:.3f}"


@dataclass(frozen=True, slots=True)
class ReadReport:
    """What the checker's reading adds, on the questions that it read and had not seen.

    `shares` are without its reading and with it; `development` is with it, at the threshold.
    """

    questions: int
    auc: float
    shares: tuple[tuple[AtShare, AtShare], ...]
    development: AtShare

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON values."""
        return {
            "questions": self.questions,
            "auc": round(self.auc, 6),
            "shares": [
                {"without": without.to_dict(), "with": with_it.to_dict()}
                for without, with_it in self.shares
            ],
            "development": self.development.to_dict(),
        }

    def told(self) -> list[tuple[str, str, str, str]]:
        """Return it as rows of a table."""
        rows: list[tuple[str, str, str, str]] = []
        for without, with_it in self.shares:
            rows.append(("read, without the checker", *without.told()))
            rows.append(("read, with the checker", *with_it.told()))
        return [*rows, ("development, with the checker", *self.development.told())]


@dataclass(frozen=True, slots=True)
class GateReport:
    """What was fitted, and what it is worth: all but `shipped_auc` is cross-validated.

    `alike_auc` is that among questions to which the classifier of the question alone gives
    nearly the same; `development` is what the threshold does where it was set. `read` is None
    where no checker read anything.
    """

    fitted: Fitted
    questions: int
    abstracts: int
    auc: float
    question_alone_auc: float
    shipped_auc: float
    alike_auc: float
    shares: tuple[AtShare, ...]
    development: AtShare
    read: ReadReport | None
    calibration_error: float

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON values; the direction is left out."""
        return {
            "questions": self.questions,
            "abstracts": self.abstracts,
            "folds": FOLDS,
            "auc": round(self.auc, 6),
            "question_alone_auc": round(self.question_alone_auc, 6),
            "alike_auc": round(self.alike_auc, 6),
            "shipped_auc": round(self.shipped_auc, 6),
            "shares": [each.to_dict() for each in self.shares],
            "development": self.development.to_dict(),
            "read": self.read.to_dict() if self.read else None,
            "expected_calibration_error": round(self.calibration_error, 6),
            "named": {name: round(value, 6) for name, value in self.fitted.named.items()},
            "constant": round(self.fitted.constant, 6),
        }


def report_on(
    rows: Sequence[GateRow],
    development: Sequence[GateRow],
    embedder: str,
    refused: float,
) -> GateReport:
    """Fit the gate on rows, and say what such a fit is worth on questions it has not seen.

    Args:
        rows: written questions with their signs, to fit on.
        development: other questions, to fit on as well and to set the threshold on.
        embedder: the name of what their vectors come from.
        refused: the share of the answered ones of `development` that may be refused.
    """
    both, count = [*rows, *development], len(rows)
    seen, held = see_all(both), labels(both)
    counts = np.r_[np.ones(count), np.full(len(development), DEVELOPMENT_COUNTS)]
    groups = [row.written.abstract for row in both]
    scores = out_of_fold(seen, held, groups, gate_scale, counts)
    weights = regression(seen, held, gate_scale(seen), counts)
    answered, abstracts = held[:count], groups[:count]
    unseen, beyond = scores[:count], scores[count:]
    style = out_of_fold(see_question(rows), answered, abstracts, vector_scale, counts[:count])
    moved = move_for(development, beyond, labels(development), refused)
    curve, error = _curve(rows, lowered(rows, unseen - moved), answered)
    fitted = _fitted(rows, seen[:count], weights, moved, curve, embedder)
    read, read_report = only_read(rows, unseen - moved), None
    if len({row.written.abstract for row in read.rows}) >= FOLDS:
        beside = only_read(development, beyond - moved)
        fitted, error, read_report = _with_reading(fitted, read, beside, refused)
    return GateReport(
        fitted=fitted,
        read=read_report,
        questions=len(rows),
        abstracts=len(set(abstracts)),
        auc=_auc(unseen, answered),
        question_alone_auc=_auc(style, answered),
        alike_auc=auc_within(unseen, style, answered),
        shipped_auc=_auc(np.array([unread(row.signs, embedder) for row in rows]), answered),
        shares=tuple(_at_share(rows, unseen, share) for share in SHARES),
        development=_at_share(development, beyond, refused),
        calibration_error=error,
    )


def _with_reading(
    fitted: Fitted, read: ReadQuestions, development: ReadQuestions, refused: float
) -> tuple[Fitted, float, ReadReport]:
    """Return what was fitted with the reading in it, its calibration error, and its report."""
    reading = fit_reading(read, development)
    beyond, unseen = read_scores(development, reading), out_of_fold_reading(read)
    answered = labels(read.rows)
    moved = move_for(development.rows, beyond, labels(development.rows), refused)
    curve, error = _curve(read.rows, lowered(read.rows, unseen - moved), answered)
    reading = replace(reading, constant=reading.constant - moved, curve=curve)
    report = ReadReport(
        questions=len(read.rows),
        auc=_auc(unseen, answered),
        shares=tuple(
            (_at_share(read.rows, read.unread, share), _at_share(read.rows, unseen, share))
            for share in SHARES
        ),
        development=_at_share(development.rows, beyond, refused),
    )
    return replace(fitted, reading=reading), error, report


def render_gate(report: GateReport) -> str:
    """Return the report as text."""
    fitted = report.fitted
    head = ("", "answered ones refused", "near misses refused", "F1")
    rows = [("written, cross-validated", *each.told()) for each in report.shares]
    rows.append(("development, at the threshold", *report.development.told()))
    rows += report.read.told() if report.read else []
    lines = [
        f"{report.questions} written questions about {report.abstracts} abstracts, "
        f"embedder {fitted.embedder}; {FOLDS} folds, no abstract in two of them",
        f"AUC cross-validated     {report.auc:.3f}",
        f"AUC of what ships       {report.shipped_auc:.3f}, which may have been fitted on these",
        f"AUC of question alone   {report.question_alone_auc:.3f}, cross-validated: what is asked, "
        "and the writers' style, without any abstract",
        f"AUC among alike         {report.alike_auc:.3f}, cross-validated: among questions that "
        "the question alone does not tell apart",
        _told_of_reading(report.read),
        "",
        *align([head, *rows]),
        "",
        f"calibration error of the probability {report.calibration_error:.3f}, cross-validated, "
        f"as if {NEAR_MISSES_EXPECTED:.0%} were near misses",
        "weights   " + ", ".join(f"{name} {value:.2f}" for name, value in fitted.named.items()),
    ]
    return printable("\n".join(lines))


def _told_of_reading(read: ReadReport | None) -> str:
    if read is None:
        return "AUC with the checker    skipped: it read nothing"
    return (
        f"AUC with the checker    {read.auc:.3f}, cross-validated, on {read.questions} questions "
        "that it was not trained on"
    )


def _at_share(rows: Sequence[GateRow], fitted: Floats, share: float) -> AtShare:
    answered = labels(rows)
    moved = move_for(rows, fitted, answered, share)
    return AtShare(*near_miss_scores(lowered(rows, fitted - moved), answered))


def _auc(scores: Floats, answered: Bools) -> float:
    return auc(scores[answered].tolist(), scores[~answered].tolist())


def _curve(rows: Sequence[GateRow], scores: Floats, answered: Bools) -> tuple[Curve, float]:
    """Return the probability that an answer quotes the evidence, by its score, and its error."""
    carried = np.array([row.carried for row in rows])
    odds = NEAR_MISSES_EXPECTED / (1 - NEAR_MISSES_EXPECTED)
    weights = np.where(answered, 1.0, odds * answered.sum() / (~answered).sum())
    slope, intercept = fit_logistic(scores[:, None], carried, [_CURVE_SHRINKAGE, 1e-6], weights)
    curve = Curve(float(slope), float(intercept))
    told = np.array([curve(score) for score in scores])
    return curve, calibration_error(told, carried, weights)


def _fitted(
    rows: Sequence[GateRow],
    seen: Floats,
    weights: Floats,
    moved: float,
    curve: Curve,
    embedder: str,
) -> Fitted:
    """Return weights as the product reads them, the threshold moved to 0; no reading yet."""
    count = len(MEASURED) + len(LACKING)
    of_vectors = (
        seen @ weights[:-1] - seen[:, len(MEASURED) : count] @ weights[len(MEASURED) : count]
    )
    constant = float(weights[-1]) - moved
    abstracts = len({row.written.abstract for row in rows})
    return Fitted(
        embedder=embedder,
        fitted_on=f"{len(rows):,} hand-written questions about {abstracts} abstracts, "
        "half of them near misses, and the development questions about the sample library",
        named=dict(zip((*MEASURED, *LACKING), map(float, weights[:count]), strict=True)),
        constant=constant,
        elsewhere=constant + float(of_vectors.mean()),
        curve=curve,
        direction=weights[count:-1].astype(np.float32),
        reading=WithReading(1.0, 0.0, 0.0, curve),
    )
