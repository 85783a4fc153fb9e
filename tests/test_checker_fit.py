"""The fit of the verdict: thresholds at a stated error, on statements that a test makes up."""

import numpy as np
import pytest

from assistant.agreement import Clash
from assistant.checker import Reading
from assistant.relevance import Signs
from assistant.types import Evidence, Label, Paper
from assistant.weighing import Finding
from eval.benches.checker_fit import (
    ErrorRates,
    Statement,
    by_code,
    chance,
    fit,
    fitted,
    shares,
    thresholds,
    upper_threshold,
    word,
)
from eval.benches.checker_fit_report import render, report_on

PAPER = Paper("p:1", "Clocks", "Clocks drift in cold water.")


def statement(number, kind, says, denies=0.1, clash=None):
    clashes = (clash,) if clash else ()
    found = Finding(Evidence(PAPER, 0, 27, 0.7), Signs(0.5, 0.5, 0.5), clashes)
    return Statement(f"abstract {number // 3}", kind, (found,), (Reading(says, denies),))


def drawn(count=300):
    """True statements that are mostly read as said, false ones mostly as denied."""
    draw = np.random.default_rng(3)
    found = []
    for number in range(count):
        kind = ("true", "false", "unstated")[number % 3]
        middle = {"true": 0.75, "false": 0.3, "unstated": 0.3}[kind]
        says = float(np.clip(draw.normal(middle, 0.2), 0.01, 0.98))
        denies = (1 - says) * (0.8 if kind == "false" else 0.2)
        turned = Clash("strength", Label.CONTRADICTED, "turned")
        has_clash = draw.random() < (0.4 if kind == "false" else 0.05)
        found.append(statement(number, kind, says, denies, turned if has_clash else None))
    return found


@pytest.mark.parametrize(("count", "error", "place"), [(19, 0.05, 19), (99, 0.1, 90)])
def test_the_threshold_is_the_one_of_split_conformal_prediction(count, error, place):
    """ceil(20 x 0.95) = 19 of 19; ceil(100 x 0.9) = 90 of 99."""
    scores = [number / 100 for number in range(1, count + 1)]
    assert upper_threshold(scores, error) == pytest.approx(place / 100)
    assert sum(score >= upper_threshold(scores, error) for score in scores) == count - place


def test_too_few_scores_allow_nothing():
    assert upper_threshold([0.1] * 10, 0.05) == 1.0


def test_what_speaks_for_a_statement_is_found():
    weights = fitted(fit(drawn()), np.array([0.9, 0.3, 0.7]), "")
    assert weights.measures["says"] > 0
    assert weights.clashes["strength"] < 0


def test_the_likeliest_passage_counts():
    weights = fit(drawn())
    low, high = statement(0, "true", 0.2), statement(0, "true", 0.9)
    both = Statement("abstract", "true", low.findings + high.findings, low.readings + high.readings)
    assert chance(both, weights) == pytest.approx(chance(high, weights))


def test_what_a_veto_decides_is_refused_and_not_fitted():
    vetoed = statement(0, "true", 0.9, clash=Clash("numbers", Label.UNSUPPORTED, "40"))
    weights = fit([*drawn(), vetoed])
    assert weights == pytest.approx(fit(drawn()))
    assert chance(vetoed, weights) == 0


def test_no_more_is_said_wrongly_than_was_asked_for():
    statements = drawn(900)
    weights = fit(statements)
    chances = np.array([chance(each, weights) for each in statements])
    rates = ErrorRates(refused=0.1, supported=0.05, contradicted=0.05)
    kept = fitted(weights, thresholds(statements, chances, rates), "")
    found = shares(statements, word(kept))
    assert found["false"]["supported"] <= 0.051
    assert found["unstated"]["supported"] <= 0.051
    assert found["true"]["contradicted"] <= 0.051
    assert found["true"]["unsupported"] + found["true"]["contradicted"] <= 0.11


def test_the_report_has_what_was_before_beside_what_is():
    report = report_on(drawn(), "a checker", 0.1, 0.05, 0.05)
    assert report.abstracts == 100
    assert report.auc > 0.8
    assert report.before == shares(drawn(), by_code)
    assert report.before["true"]["supported"] == 0
    assert report.after["true"]["supported"] > 0.1
    text = render(report)
    assert "without the checker" in text
    assert f"supported from {report.fitted.supported:.3f}" in text
    assert report.to_dict()["fitted"]["measures"] == report.fitted.measures
