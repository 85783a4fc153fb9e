"""What the checker's reading adds to the gate, on questions that a test makes up."""

import numpy as np
import pytest
from doubles import HashingEmbedder

from assistant.checker import NoChecker
from assistant.signs import Signs
from assistant.sufficiency import WithReading, read_fitted, sufficiency, unread
from eval.benches.gate_reading import (
    ReadQuestions,
    checker_for,
    fit_reading,
    only_read,
    out_of_fold_reading,
    read_scores,
)
from eval.benches.gate_report import render_gate, report_on
from eval.benches.gate_rows import GateRow
from eval.benches.written import Written
from eval.checker.written_pairs import held_out

NAME = HashingEmbedder().name


def row(number, answered, answering):
    signs = Signs(0.6, 0.5, 0.9, 0.0, 0.7, np.array([0.0, 0.1]), (), (), answering)
    written = Written(f"paper-{number // 2}", f"question {number}?", answered, "")
    return GateRow(written, signs, 9.0, False, np.array([1.0, 0.0]), answered)


def drawn(count=120):
    """Half answered; the checker mostly sees which."""
    draw = np.random.default_rng(1)
    answered = np.arange(count) % 2 == 0
    odds = np.where(answered, 1.0, -1.0) + draw.normal(size=count)
    return [row(n, bool(a), float(o)) for n, (a, o) in enumerate(zip(answered, odds, strict=True))]


def test_only_questions_that_the_checker_was_not_trained_on_are_read():
    checker = object()
    names = [f"arxiv:{number}" for number in range(200)]
    seen = [checker_for(checker, Written(name, "Why?", True, "")) for name in names]
    for name, given in zip(names, seen, strict=True):
        assert (given is checker) == held_out(name)
        assert given is checker or isinstance(given, NoChecker)
    assert 20 < seen.count(checker) < 60


def test_questions_that_were_not_read_are_left_out():
    rows = [row(0, True, 1.0), row(1, False, None), row(2, True, -1.0)]
    found = only_read(rows, np.array([0.1, 0.2, 0.3]))
    assert found.rows == [rows[0], rows[2]]
    assert found.columns.tolist() == [[0.1, 1.0], [0.3, -1.0]]


def test_what_the_checker_sees_is_worth_something():
    questions = ReadQuestions(drawn(), np.zeros(120))
    weights = fit_reading(questions, questions)
    assert weights.answering > 0.5
    assert read_scores(questions, weights) == pytest.approx(
        questions.columns @ [weights.score, weights.answering] + weights.constant
    )
    unseen = out_of_fold_reading(questions)
    answered = np.array([each.written.answered for each in questions.rows])
    assert unseen[answered].mean() > unseen[~answered].mean() + 1


def test_the_report_tells_what_the_reading_adds():
    report = report_on(drawn(), drawn(), "made-up", 0.06)
    assert report.read is not None
    assert report.read.questions == 120
    assert report.read.auc > report.auc + 0.2
    assert "read, with the checker" in render_gate(report)
    unread_rows = [row(n, n % 2 == 0, None) for n in range(120)]
    without = report_on(unread_rows, unread_rows, "made-up", 0.06)
    assert without.read is None
    assert without.fitted.reading == WithReading(1.0, 0.0, 0.0, without.fitted.curve)
    assert "skipped: it read nothing" in render_gate(without)


def test_without_a_reading_the_score_is_what_it_was():
    signs = row(0, True, None).signs
    assert sufficiency(signs, NAME) == unread(signs, NAME)


def test_the_more_the_checker_is_sure_the_more_speaks_for_an_answer():
    low, high = (sufficiency(row(0, True, odds).signs, NAME) for odds in (-3.0, 3.0))
    assert read_fitted().reading.answering > 0
    assert low < high
