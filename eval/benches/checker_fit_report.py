"""What the fit of the verdict found, as values and as text."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from assistant.types import Label
from assistant.weighing import Fitted
from eval.benches.checker_fit import (
    FALSE,
    TRUE,
    WEIGHTS,
    ErrorRates,
    Floats,
    Statement,
    by_code,
    fit,
    fitted,
    out_of_fold,
    shares,
    thresholds,
    word,
)
from eval.benches.claims_scores import auc
from eval.benches.fusion_fit import FOLDS
from eval.table import align

Shares = dict[str, dict[str, float]]


@dataclass(frozen=True, slots=True)
class FitReport:
    """What was fitted; the shares of labels without the checker and, cross-validated, with it."""

    fitted: Fitted
    statements: int
    abstracts: int
    checker: str
    auc: float
    rates: ErrorRates
    before: Shares
    after: Shares

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON values."""
        return asdict(self)


def report_on(
    statements: Sequence[Statement],
    checker: str,
    refused: float,
    supported: float,
    contradicted: float,
) -> FitReport:
    """Fit weights and thresholds, and say what such a fit is worth on other abstracts."""
    rates = ErrorRates(refused, supported, contradicted)
    chances, unseen = out_of_fold(statements, rates)
    at = thresholds(statements, chances, rates)
    fitted_without = {id(each): kept for each, kept in zip(statements, unseen, strict=True)}
    abstracts = len({each.group for each in statements})
    told = f"{len(statements):,} statements on {abstracts} abstracts that {checker} has not seen"
    return FitReport(
        fitted=fitted(fit(statements), at, told),
        statements=len(statements),
        abstracts=abstracts,
        checker=checker,
        auc=auc(*(_of(statements, chances, kind) for kind in (TRUE, FALSE))),
        rates=rates,
        before=shares(statements, by_code),
        after=shares(statements, lambda each: word(fitted_without[id(each)])(each)),
    )


def render(report: FitReport) -> str:
    """Return the report as text."""
    labels = [str(label) for label in Label]
    rows = [("", "", *labels)]
    for kind in WEIGHTS:
        for when, found in (("without", report.before), ("with", report.after)):
            if kind in found:
                cells = [f"{found[kind][label]:.3f}" for label in labels]
                rows.append((kind, f"{when} the checker", *cells))
    kept, rates = report.fitted, report.rates
    return "\n".join(
        [
            f"{report.statements} statements on {report.abstracts} abstracts, checker "
            f"{report.checker}; {FOLDS} folds, no abstract in two of them",
            f"AUC of true against false {report.auc:.3f}, cross-validated",
            "",
            *align(rows),
            "",
            f"supported from {kept.supported:.3f} ({rates.supported:g} of the false), "
            f"attributed from {kept.attributed:.3f} ({rates.refused:g} of the true refused), "
            f"contradicted from {kept.contradicted:.3f} ({rates.contradicted:g} of the true)",
            "weights   "
            + ", ".join(
                f"{name} {value:.2f}" for name, value in {**kept.measures, **kept.clashes}.items()
            ),
        ]
    )


def _of(statements: Sequence[Statement], chances: Floats, kind: str) -> list[float]:
    return [float(c) for each, c in zip(statements, chances, strict=True) if each.kind == kind]
