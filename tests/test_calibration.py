"""Calibrated thresholds: the walk, the split by paper, the probability, and where they are kept."""

import math
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.abstention import SHIPPED
from assistant.calibration import (
    Curve,
    Outcome,
    at_threshold,
    calibration_error,
    fit_curve,
    needs,
    split_by_paper,
    table,
    walk,
)
from assistant.config import Config
from assistant.errors import LibraryError
from assistant.gatekeeping import (
    Calibration,
    changed_since,
    fingerprints,
    gate_of,
    load_calibration,
    save_calibration,
    told,
)

NOW = fingerprints("papers", "minilm", Config())
MADE = Calibration(0.5, 0.1, 0.95, 80, 40, 60, 1, 0.077, 1.2, -0.3, NOW)


def outcomes(wrong):
    """One question a paper, the surest first; `wrong` says which answers are."""
    count = len(wrong)
    return [Outcome(f"p{place}", float(count - place), bad) for place, bad in enumerate(wrong)]


OUTCOMES = st.lists(
    st.builds(
        Outcome,
        st.sampled_from("abcdefgh"),
        st.integers(-3, 3).map(float),
        st.booleans(),
        st.booleans(),
    ),
    max_size=80,
)


@pytest.mark.parametrize(("risk", "answers"), [(0.1, (29, 46, 61)), (0.05, (59, 93, 124))])
def test_how_many_answers_a_risk_needs_at_95_percent(risk, answers):
    assert [need.answered for need in needs(risk, 0.95)] == list(answers)


def test_29_right_answers_allow_a_risk_of_a_tenth_and_28_do_not():
    (step,) = walk(outcomes([False] * 29), 0.1, 0.95)
    assert (step.answered, step.wrong, step.threshold) == (29, 0, 1.0)
    assert step.bound <= 0.1
    assert walk(outcomes([False] * 28), 0.1, 0.95) == []


def test_the_walk_stops_at_its_first_failure():
    early = [*[False] * 20, True, *[False] * 100]
    assert walk(outcomes(early), 0.1, 0.95) == []  # fails at once, with 31 answered
    late = [*[False] * 60, True, True, True, *[False] * 100]
    assert walk(outcomes(late), 0.1, 0.95)[-1].answered == 62


def test_questions_of_one_score_are_answered_together():
    alike = [Outcome(f"p{place}", 1.0, False) for place in range(40)]
    assert [step.answered for step in walk(alike, 0.1, 0.95)] == [40]


@settings(max_examples=60)
@given(OUTCOMES)
def test_every_step_counts_what_its_threshold_answers(rows):
    for step in table(rows, 0.3, 0.8):
        assert at_threshold(rows, step.threshold, 0.8) == step


@given(OUTCOMES)
def test_the_questions_of_a_paper_stay_together(rows):
    taken, held_out = split_by_paper(rows)
    assert sorted(taken + held_out) == sorted(rows)
    assert not {each.paper for each in taken} & {each.paper for each in held_out}


def test_the_probability_rises_with_the_score_and_meets_the_share_of_right_answers():
    rows = [Outcome("p", float(n % 10), wrong=n % 10 < 3 + n % 3) for n in range(300)]
    curve = fit_curve(rows)
    assert curve(9.0) > 0.9 > 0.1 > curve(0.0)
    mean = sum(curve(each.score) for each in rows) / len(rows)
    assert mean == pytest.approx(sum(not each.wrong for each in rows) / len(rows), abs=0.01)


@pytest.mark.parametrize("wrong", [False, True])
def test_where_all_answers_are_alike_the_probability_stays_off_0_and_1(wrong):
    assert 0 < fit_curve(outcomes([wrong] * 40))(20.0) < 1
    assert 0 < Curve(1.0, 0.0)(math.inf) <= 1


def test_the_calibration_error_worked_by_hand():
    # one bin holds 0.75 and 0.75 with one event of two; the other 0.15 with none
    assert calibration_error([0.75, 0.75, 0.15], [True, False, False]) == pytest.approx(
        (abs(1.5 - 1) + 0.15) / 3
    )
    # counted twice, the last is half of the whole
    assert calibration_error([0.75, 0.75, 0.15], [1, 0, 0], [1, 1, 2]) == pytest.approx(0.8 / 4)


def test_a_calibration_is_kept_in_the_folder(tmp_path):
    assert load_calibration(tmp_path) is None
    odd = replace(MADE, holds_for={**NOW, "model": 'a "b" \\ c'})
    save_calibration(tmp_path, odd)
    assert load_calibration(tmp_path) == odd


def test_a_damaged_calibration_is_an_error_that_names_file_and_fix(tmp_path):
    (tmp_path / "calibration.toml").write_text("threshold = [")
    with pytest.raises(LibraryError, match=r"calibration\.toml.*paper-assistant calibrate"):
        load_calibration(tmp_path)


@pytest.mark.parametrize("name", NOW)
def test_a_calibration_holds_for_what_it_was_made_with_and_for_nothing_else(name):
    assert gate_of(MADE, NOW).threshold == 0.5
    assert "at most 10% of answers wrong, with 95% confidence" in told(MADE, NOW)
    later = {**NOW, name: "another"}
    assert changed_since(MADE, later) == [name]
    assert gate_of(MADE, later) == SHIPPED
    assert "stale" in told(MADE, later) and "10%" not in told(MADE, later)


def test_what_ships_is_said_not_to_be_calibrated_here():
    assert gate_of(None, NOW) == SHIPPED
    assert "not calibrated here" in told(None, NOW)
