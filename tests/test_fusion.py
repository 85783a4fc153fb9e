"""Fusion: z-scores, contributions and feedback, against hand-worked numbers and properties."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.fusion import (
    WEIGHTS,
    Signals,
    contributions,
    feedback_weights,
    min_max,
    total,
    z_scores,
)


def array(*values):
    return np.array(values, dtype=np.float32)


VALUES = st.lists(st.floats(-100, 100, width=32), min_size=1, max_size=9).map(lambda v: array(*v))


def signals(lexical, chunk=None, **others):
    none = np.zeros_like(lexical)
    rest = {"sentence": none, "whole": none, "title": none, "author": none, "named": none} | others
    return Signals(lexical=lexical, chunk=none if chunk is None else chunk, **rest)


def test_z_scores_worked_by_hand():
    assert z_scores(array(1, 2, 3, 6)).tolist() == pytest.approx(
        [-2 / 3.5**0.5, -1 / 3.5**0.5, 0, 3 / 3.5**0.5]  # mean 3, variance (4 + 1 + 0 + 9) / 4
    )


@pytest.mark.parametrize("values", [array(), array(0.3), array(0.3, 0.3, 0.3)])
def test_where_all_agree_nothing_stands_out(values):
    assert z_scores(values).tolist() == [0] * len(values)


@given(VALUES)
def test_z_scores_keep_the_order(values):
    scaled = z_scores(values)
    for one, other in zip(scaled, values, strict=True):
        assert all(one >= scaled[i] for i in np.flatnonzero(values < other))


def test_min_max_worked_by_hand():
    assert min_max(array(2, 4, 3)).tolist() == [0, 1, 0.5]
    assert min_max(array(7, 7)).tolist() == [1, 1]
    assert min_max(array()).tolist() == []


def test_contributions_worked_by_hand():
    parts = contributions(
        signals(
            array(0, 2),
            array(0.4, 0.2),
            whole=array(0.9, 1.0),
            title=array(0.95, 0.2),
            named=array(0, 1),
        )
    )
    assert parts["lexical"].tolist() == pytest.approx([-0.4, 0.4])
    assert parts["chunk"].tolist() == pytest.approx([0.35, -0.35])
    assert parts["sentence"].tolist() == [0, 0]
    assert parts["whole"].tolist() == pytest.approx([0, 2], abs=1e-5)
    assert parts["title"].tolist() == pytest.approx([1, 0], abs=1e-5)
    assert parts["named"].tolist() == [0, 10]
    assert "feedback" not in parts
    assert total(parts).tolist() == pytest.approx([0.95, 12.05], abs=1e-5)


def test_every_signal_has_a_weight():
    assert set(Signals.__slots__) == set(WEIGHTS.__slots__)


@given(VALUES, st.integers(0, 8), st.floats(1, 50, width=32))
def test_a_higher_cosine_alone_never_lowers_a_paper_below_another(values, place, gain):
    place %= len(values)
    raised = values.copy()
    raised[place] += gain
    before = total(contributions(signals(np.zeros_like(values), values)))
    after = total(contributions(signals(np.zeros_like(values), raised)))
    for other in range(len(values)):
        if before[place] >= before[other]:
            assert after[place] >= after[other]


def test_feedback_is_a_softmax_of_the_three_best():
    weights = feedback_weights(array(0, 1, 2, -5, 1.5))
    powers = np.exp([-1, 0, -0.5])
    expected = np.zeros(5)
    expected[[1, 2, 4]] = powers / powers.sum()
    assert weights.tolist() == pytest.approx(expected.tolist())


@given(VALUES)
def test_feedback_weights_sum_to_one(scores):
    weights = feedback_weights(scores)
    assert weights.sum() == pytest.approx(1, abs=1e-5)
    assert np.count_nonzero(weights) <= 3


def test_of_no_papers_nothing_is_learnt():
    assert feedback_weights(array()).tolist() == []
