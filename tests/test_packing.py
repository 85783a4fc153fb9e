import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.store.packing import (
    pack_directions,
    pack_half,
    pack_json,
    pack_spans,
    unpack_directions,
    unpack_half,
    unpack_json,
    unpack_spans,
)
from assistant.types import Span


def unit_vectors(seed, count, dimension):
    vectors = np.random.default_rng(seed).normal(size=(count, dimension)).astype(np.float32)
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


@settings(deadline=None)
@given(st.integers(0, 1000), st.integers(256, 400))
def test_packed_directions_keep_their_cosines_to_a_thousandth_or_so(seed, dimension):
    vectors, query = unit_vectors(seed, 20, dimension), unit_vectors(seed + 1, 1, dimension)[0]
    packed = pack_directions(vectors)
    assert len(packed) == 20 * dimension
    unpacked = unpack_directions(packed, 20, dimension)
    assert unpacked.dtype == np.float32
    assert np.linalg.norm(unpacked, axis=1) == pytest.approx(1, abs=1e-5)
    assert np.abs(unpacked @ query - vectors @ query).max() < 4e-3
    assert np.mean(np.abs(unpacked @ query - vectors @ query)) < 1e-3


def test_a_vector_of_zeros_stays_one_and_no_vectors_have_their_shape():
    zeros = np.zeros((1, 8), dtype=np.float32)
    assert np.array_equal(unpack_directions(pack_directions(zeros), 1, 8), zeros)
    assert unpack_directions(pack_directions(zeros[:0]), 0, 8).shape == (0, 8)
    assert unpack_half([], 8).shape == (0, 8)


@given(st.lists(st.tuples(st.integers(0, 2**32 - 1), st.integers(0, 2**32 - 1))))
def test_spans_come_back_as_they_were(pairs):
    spans = [Span(start, end) for start, end in pairs]
    assert unpack_spans(pack_spans(spans)) == spans


def test_half_precision_keeps_three_digits():
    vectors = unit_vectors(1, 5, 384)
    assert unpack_half(map(pack_half, vectors), 384) == pytest.approx(vectors, abs=1e-3)


@given(st.dictionaries(st.text(st.characters(codec="utf-8")), st.integers() | st.none()))
def test_json_comes_back_as_it_was(value):
    assert unpack_json(pack_json(value)) == value
