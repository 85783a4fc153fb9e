"""Risk and coverage, evidence, diversity: by hand, and by the definition in another way."""

import math
from itertools import permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eval.metrics import (
    EvidenceScore,
    aurc,
    coverage_at_risk,
    evidence_score,
    excess_aurc,
    risk_coverage_curve,
    vendi_score,
)

OUTCOMES = st.lists(st.tuples(st.sampled_from([0.2, 0.5, 0.9]), st.booleans()), min_size=1)


# Risk and coverage


def test_the_curve_by_hand():
    # Surest first: right, wrong, right. Risks 0/1, 1/2, 1/3.
    confidences, wrong = [0.3, 0.9, 0.6], [False, False, True]
    assert risk_coverage_curve(confidences, wrong) == [(1 / 3, 0.0), (2 / 3, 0.5), (1.0, 1 / 3)]
    assert aurc(confidences, wrong) == pytest.approx((0 + 1 / 2 + 1 / 3) / 3)
    # A perfect order has the wrong one last: risks 0, 0, 1/3.
    assert excess_aurc(confidences, wrong) == pytest.approx((1 / 2) / 3)


def test_coverage_at_risk_by_hand():
    confidences = [0.9, 0.8, 0.7, 0.6]
    wrong = [False, True, False, False]
    assert coverage_at_risk(confidences, wrong, 0.05) == 0.25
    assert coverage_at_risk(confidences, wrong, 0.25) == 1.0  # falls back under the limit
    assert coverage_at_risk([0.5] * 4, wrong, 0.05) == 0.0  # a threshold takes all or none
    assert coverage_at_risk(confidences, [True] * 4) == 0.0


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.sampled_from([0.2, 0.9]), st.booleans()), min_size=1, max_size=6))
def test_ties_are_averaged_over_every_order(outcomes):
    confidences, wrong = [c for c, _ in outcomes], [w for _, w in outcomes]
    areas = []
    for order in permutations(range(len(wrong))):
        if all(confidences[a] >= confidences[b] for a, b in zip(order, order[1:], strict=False)):
            errors = np.cumsum([wrong[i] for i in order])
            areas.append(np.mean(errors / np.arange(1, len(wrong) + 1)))
    assert aurc(confidences, wrong) == pytest.approx(np.mean(areas))


@given(OUTCOMES)
def test_no_order_beats_the_perfect_one(outcomes):
    confidences, wrong = [c for c, _ in outcomes], [w for _, w in outcomes]
    assert excess_aurc(confidences, wrong) >= -1e-12
    assert risk_coverage_curve(confidences, wrong)[-1].risk == pytest.approx(np.mean(wrong))


def test_a_curve_of_nothing_is_refused():
    for function in (aurc, excess_aurc, coverage_at_risk, risk_coverage_curve):
        with pytest.raises(ValueError, match="no curve"):
            function([], [])
    with pytest.raises(ValueError, match="2 confidences of 1"):
        aurc([0.1, 0.2], [True])


# Evidence


def test_a_predicted_sentence_counts_if_all_of_its_rationale_is_predicted():
    # {1, 2} is wholly predicted, {4, 5} is not: 1 and 2 are right, 4 and 9 are not.
    # Precision 2/4, recall 2/4 (the gold sentences are 1, 2, 4, 5).
    assert evidence_score([({1, 2, 4, 9}, [{1, 2}, {4, 5}])]) == EvidenceScore(0.5, 0.5, 0.5)


def test_evidence_is_counted_over_all_claims_together():
    claims = [({1}, [{1}]), ({2, 3, 4}, [{5}]), (set(), [{1}, {2}])]
    got = evidence_score(claims)
    assert (got.precision, got.recall) == (1 / 4, 1 / 4)
    assert got.f1 == pytest.approx(0.25)


def test_evidence_at_its_limits():
    assert evidence_score([(set(), [{1}])]) == EvidenceScore(0.0, 0.0, 0.0)
    assert evidence_score([({1, 2}, [{1}, {1, 2}])]) == EvidenceScore(1.0, 1.0, 1.0)
    with pytest.raises(ValueError, match="rationale"):
        evidence_score([({1}, [])])


# Diversity


def test_vendi_scores_by_hand():
    assert vendi_score(np.eye(4)) == pytest.approx(4.0)  # four different things
    assert vendi_score(np.ones((4, 4))) == pytest.approx(1.0)  # four times the same
    assert vendi_score([[1, 0, 0], [0, 1, 1], [0, 1, 1]]) == pytest.approx(
        math.exp(-(1 / 3) * math.log(1 / 3) - (2 / 3) * math.log(2 / 3))
    )


@given(st.integers(1, 6), st.integers(0, 100))
def test_a_vendi_score_lies_between_one_and_the_number_of_things(size, seed):
    vectors = np.random.default_rng(seed).normal(size=(size, 3))
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    assert 1 - 1e-9 <= vendi_score(vectors @ vectors.T) <= min(size, 3) + 1e-9


@pytest.mark.parametrize("matrix", [[], [[1, 0]], [[1, 0.5], [0.4, 1]], [[2, 0], [0, 2]]], ids=repr)
def test_what_is_no_similarity_matrix_is_refused(matrix):
    with pytest.raises(ValueError, match="similarity matrix"):
        vendi_score(matrix)
