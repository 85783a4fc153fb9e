"""Diversity: MMR and the Vendi Score by hand, by their properties, by the definition once more."""

import math

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from assistant.diversity import mmr, vendi_score, vendi_score_of_similarity

EAST, NORTH, WEST = [1.0, 0.0], [0.0, 1.0], [-1.0, 0.0]
NORTH_EAST = [math.sqrt(0.5), math.sqrt(0.5)]


def items(seed, size, dimension=4):
    """Relevances from 0 to 1 and unit vectors, no two alike."""
    random = np.random.default_rng(seed)
    vectors = random.normal(size=(size, dimension))
    return random.uniform(size=size), vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


SEEDS, SIZES = st.integers(0, 1000), st.integers(1, 8)
TRADE_OFFS = st.floats(0, 1)


# Maximal marginal relevance


def test_mmr_by_hand():
    # 0 leads. Then, at one half: 1 has (0.9 - 0.707) / 2 = 0.096, 2 has (0.5 - 0) / 2 = 0.25.
    # Then: 1 has its greater cosine of 0.707 with both, so it stays at 0.096; 3 is 0 once more,
    # (0.8 - 1) / 2 = -0.1.
    relevance = np.array([1.0, 0.9, 0.5, 0.8])
    vectors = np.array([EAST, NORTH_EAST, NORTH, EAST])
    assert mmr(relevance, vectors, 4, 0.5) == [0, 2, 1, 3]


def test_what_is_opposite_is_newer_than_what_is_unrelated():
    # With novelty alone: the cosines with 0 are 0 and -1; then only 1 is left.
    assert mmr(np.array([1.0, 0.5, 0.5]), np.array([EAST, NORTH, WEST]), 3, 0.0) == [0, 2, 1]


def test_the_nearest_of_the_chosen_counts_and_not_their_mean():
    # 2 lies on 0 and is opposite to 1: its mean cosine is 0, its greatest is 1. 3 has 0 with both.
    relevance = np.array([1.0, 0.9, 0.6, 0.5])
    vectors = np.array([EAST, WEST, EAST, NORTH])
    assert mmr(relevance, vectors, 3, 0.5) == [0, 1, 3]


def test_of_equals_the_first_given_goes_first():
    assert mmr(np.ones(3), np.array([EAST, EAST, EAST]), 3, 0.5) == [0, 1, 2]


@pytest.mark.parametrize(("count", "chosen"), [(0, []), (1, [1]), (2, [1, 0]), (9, [1, 0])])
def test_as_many_are_chosen_as_are_wanted_and_there(count, chosen):
    assert mmr(np.array([0.1, 0.2]), np.array([EAST, NORTH]), count, 0.5) == chosen


def test_nothing_is_chosen_of_nothing():
    assert mmr(np.zeros(0), np.zeros((0, 2)), 3, 0.5) == []


@given(SEEDS, SIZES, TRADE_OFFS)
def test_each_is_chosen_once_and_the_most_relevant_first(seed, size, trade_off):
    relevance, vectors = items(seed, size)
    chosen = mmr(relevance, vectors, size, trade_off)
    assert sorted(chosen) == list(range(size))
    assert chosen[0] == np.argmax(relevance)


@given(SEEDS, SIZES)
def test_relevance_alone_is_the_plain_order(seed, size):
    relevance, vectors = items(seed, size)
    assert mmr(relevance, vectors, size, 1.0) == sorted(range(size), key=lambda i: -relevance[i])


@given(SEEDS, SIZES, TRADE_OFFS)
def test_fewer_are_the_first_of_more(seed, size, trade_off):
    relevance, vectors = items(seed, size)
    all_of_them = mmr(relevance, vectors, size, trade_off)
    assert mmr(relevance, vectors, size // 2, trade_off) == all_of_them[: size // 2]


@given(SEEDS, SIZES, st.floats(0.01, 0.99), st.randoms(use_true_random=False))
def test_the_order_in_which_items_are_given_changes_nothing(seed, size, trade_off, random):
    relevance, vectors = items(seed, size)
    places = list(range(size))
    random.shuffle(places)
    chosen = mmr(relevance[places], vectors[places], size, trade_off)
    assert [places[i] for i in chosen] == mmr(relevance, vectors, size, trade_off)


@given(SEEDS, st.integers(2, 8), st.floats(0, 0.99), st.floats(0, 0.99))
def test_a_duplicate_of_the_first_is_chosen_last(seed, size, trade_off, share):
    relevance, vectors = items(seed, size)
    relevance = np.full(size, 0.5)  # as relevant as the others, or less
    relevance[0] = 1.0
    vectors[-1], relevance[-1] = vectors[0], share * 0.5
    assume(np.all(vectors[1:-1] @ vectors[0] < 1 - 1e-6))
    assert mmr(relevance, vectors, size, trade_off)[-1] == size - 1


@given(SEEDS, SIZES, TRADE_OFFS)
def test_each_choice_has_the_greatest_marginal_relevance(seed, size, trade_off):
    relevance, vectors = items(seed, size)
    chosen = mmr(relevance, vectors, size, trade_off)
    for place in range(1, size):

        def marginal(i, before=tuple(chosen[:place])):
            nearest = max(float(vectors[i] @ vectors[j]) for j in before)
            return trade_off * relevance[i] - (1 - trade_off) * nearest

        best = max(marginal(i) for i in chosen[place:])
        assert marginal(chosen[place]) == pytest.approx(best, abs=1e-9)


def test_vectors_that_have_been_rounded_are_still_of_unit_length():
    relevance, vectors = items(1, 6)
    rounded = vectors.astype(np.float16)
    assert mmr(relevance, rounded, 6, 0.5) == mmr(relevance, vectors, 6, 0.5)
    assert vendi_score(rounded) == pytest.approx(vendi_score(vectors), rel=1e-2)


@pytest.mark.parametrize(
    ("relevance", "vectors", "count", "trade_off", "told"),
    [
        ([1.0], [EAST, NORTH], 1, 0.5, "2 finite relevances"),
        ([1.0, math.nan], [EAST, NORTH], 1, 0.5, "finite"),
        ([[1.0]], [EAST], 1, 0.5, "one a vector"),
        ([1.0], EAST, 1, 0.5, "rows of a matrix"),
        ([1.0], [[3.0, 4.0]], 1, 0.5, "length 5"),
        ([1.0], [[math.nan, 0.0]], 1, 0.5, "length nan"),
        ([1.0], [EAST], -1, 0.5, "count is -1"),
        ([1.0], [EAST], 1, 1.5, "trade_off is 1.5"),
        ([1.0], [EAST], 1, math.nan, "trade_off is nan"),
    ],
)
def test_what_can_not_be_chosen_from_is_refused(relevance, vectors, count, trade_off, told):
    with pytest.raises(ValueError, match=told):
        mmr(np.array(relevance), np.array(vectors), count, trade_off)


# The Vendi Score


def test_vendi_scores_by_hand():
    assert vendi_score(np.array([EAST, NORTH])) == pytest.approx(2.0)
    assert vendi_score(np.array([EAST, EAST, EAST])) == pytest.approx(1.0)
    assert vendi_score(np.array([EAST, WEST])) == pytest.approx(1.0)  # one dimension
    # Two alike and one apart: eigenvalues 2/3 and 1/3.
    entropy = -(2 / 3) * math.log(2 / 3) - (1 / 3) * math.log(1 / 3)
    assert vendi_score(np.array([EAST, EAST, NORTH])) == pytest.approx(math.exp(entropy))
    # A cosine of c between two: eigenvalues (1 + c) / 2 and (1 - c) / 2.
    high, low = (1 + math.sqrt(0.5)) / 2, (1 - math.sqrt(0.5)) / 2
    expected = math.exp(-high * math.log(high) - low * math.log(low))
    assert vendi_score(np.array([EAST, NORTH_EAST])) == pytest.approx(expected)


@given(SEEDS, SIZES, st.integers(1, 5))
def test_a_vendi_score_is_that_of_the_singular_values(seed, size, dimension):
    vectors = items(seed, size, dimension)[1]
    values = np.linalg.svd(vectors / math.sqrt(size), compute_uv=False) ** 2
    values = values[values > 1e-12]
    expected = math.exp(-np.sum(values * np.log(values)))
    assert vendi_score(vectors) == pytest.approx(expected)
    assert vendi_score_of_similarity(vectors @ vectors.T) == pytest.approx(expected)


@given(SEEDS, SIZES)
def test_what_is_there_twice_counts_once(seed, size):
    vectors = items(seed, size)[1]
    assert vendi_score(np.vstack([vectors, vectors])) == pytest.approx(vendi_score(vectors))


@given(SEEDS, SIZES)
def test_a_vendi_score_does_not_depend_on_the_order(seed, size):
    vectors = items(seed, size)[1]
    assert vendi_score(vectors[::-1]) == pytest.approx(vendi_score(vectors))


@pytest.mark.parametrize("vectors", [np.zeros((0, 3)), np.zeros((2, 3)), np.array([1.0])], ids=repr)
def test_what_are_no_unit_vectors_has_no_vendi_score(vectors):
    with pytest.raises(ValueError, match=r"matrix|length"):
        vendi_score(vectors)
