"""The highest of many values, and the likeliest of many vectors, without a look at all of each."""

import numpy as np
from numpy.typing import NDArray

from assistant.embedding import Vectors

BLOCK = 16
"""Of so many values the highest stands for all while the others are ruled out."""

DIRECTIONS = 96
"""Along how many of 384 vectors are looked at first: a quarter of what there is to read."""

MARGIN = 4.0
"""Standard deviations of what the other directions add to a product."""

SAMPLE = 5000
"""Vectors that tell how all of them lie."""

Places = NDArray[np.int64]


def highest(values: NDArray[np.float32], count: int) -> Places:
    """Return the places of the `count` highest values, in no order; which of equals is open.

    The values below the `count`-th highest of all blocks' highest are ruled out at once:
    as many as are wanted are as high as that one.
    """
    if len(values) <= count:
        return np.arange(len(values))
    blocks = len(values) // BLOCK
    if blocks > count:
        tops = values[: blocks * BLOCK].reshape(BLOCK, blocks).max(axis=0)
        left = np.flatnonzero(values >= np.partition(tops, -count)[-count])
    else:
        left = np.arange(len(values))
    return left[np.argpartition(values[left], -count)[-count:]]


class Projection:
    """Vectors as they lie along the directions in which they differ most: principal components.

    Products of these are nearly those of the vectors, and take a quarter of the time.
    """

    def __init__(self, vectors: Vectors) -> None:
        """Project `vectors`, shape (n, dimension), on the first components of a sample of them."""
        sample = vectors[:: -(-len(vectors) // SAMPLE)]
        powers, axes = np.linalg.eigh(sample.T @ sample / len(sample))
        self._axes = np.ascontiguousarray(axes[:, -DIRECTIONS:])
        # One direction after the other, which is read twice as fast as one vector after the other.
        self._projected = np.ascontiguousarray(self._axes.T @ vectors.T)
        self._left_out = axes[:, :-DIRECTIONS]
        self._powers_left_out = np.maximum(powers[:-DIRECTIONS], 0)

    def likely(self, query: Vectors, count: int) -> Places:
        """Return vectors that may have one of the `count` highest products with `query`.

        They are those whose projection comes within `MARGIN` of the `count`-th highest, so that
        there are more of them the less of the query its projection holds.
        """
        products = query @ self._axes @ self._projected
        least = products[highest(products, count)].min()
        deviation = np.sqrt(np.square(query @ self._left_out) @ self._powers_left_out)
        return np.flatnonzero(products >= least - MARGIN * deviation)
