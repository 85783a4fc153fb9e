"""Choosing without a look at everything: as sorting and as all products choose."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.store.selection import BLOCK, Projection, highest

FEW_VALUES = st.sampled_from([0.0, 0.25, 0.5, 1.0])


@given(st.lists(FEW_VALUES | st.floats(-9, 9, width=32), max_size=400), st.integers(1, 30))
def test_the_highest_values_are_those_that_sorting_puts_last(values, count):
    found = highest(np.array(values, np.float32), count)
    assert len(set(found.tolist())) == len(found) == min(count, len(values))
    assert sorted(np.array(values)[found]) == sorted(values)[-count:]


@pytest.mark.parametrize("place", [0, BLOCK, 997, 999])  # the last ones are in no whole block
def test_a_value_is_found_wherever_it_stands(place):
    values = np.zeros(1000, np.float32)
    values[place] = 1
    assert place in highest(values, 3)


def vectors_of_rank(rank, count, seed=3):
    """Unit vectors of 128 numbers that differ mostly along `rank` directions."""
    random = np.random.default_rng(seed)
    rows = random.normal(size=(count, rank)) @ random.normal(size=(rank, 128))
    rows += 0.3 * random.normal(size=rows.shape)
    return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)


@pytest.mark.parametrize("rank", [8, 40, 128])
def test_the_nearest_vectors_are_among_the_likely_ones(rank):
    vectors = vectors_of_rank(rank, 4000)
    projection = Projection(vectors[50:])
    for query in vectors[:50]:
        nearest = np.argsort(-(vectors[50:] @ query))[:10]
        likely = projection.likely(query, 20)
        assert set(nearest) <= set(likely)
        assert len(likely) < 2000


def test_fewer_are_likely_the_more_of_them_the_projection_tells():
    counts = []
    for rank in (8, 128):
        vectors = vectors_of_rank(rank, 4000)
        projection = Projection(vectors[50:])
        counts.append(np.mean([len(projection.likely(query, 20)) for query in vectors[:50]]))
    assert counts[0] < counts[1]


def test_vectors_with_no_more_numbers_than_directions_are_told_exactly():
    vectors = vectors_of_rank(8, 100)[:, :32]
    assert set(Projection(vectors).likely(vectors[7], 1)) == {int((vectors @ vectors[7]).argmax())}
