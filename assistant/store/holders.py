"""Which of things in a row hold each value: which papers a tag, which names a word."""

from collections.abc import Iterable, Sequence
from typing import Self

import numpy as np
from numpy.typing import NDArray

Mask = NDArray[np.bool_]
"""Shape (things,)."""
Integers = NDArray[np.int64]


class Holders:
    """The distinct values of things, each with those that hold it."""

    def __init__(
        self, values: Sequence[str], counts: Integers, holders: NDArray[np.int32], things: int
    ) -> None:
        """Take what an earlier one had; `of` makes the first.

        Args:
            values: distinct ones.
            counts: how many things hold each of them.
            holders: which things these are, those of the first value first.
            things: how many there are, with or without values.
        """
        self.values = values
        self.counts = counts
        self.holders = holders
        self._things = things
        self._numbers = {value: number for number, value in enumerate(values)}
        self._starts = np.cumsum(counts) - counts

    @classmethod
    def of(cls, values_of_things: Iterable[Iterable[str]]) -> Self:
        """Number the distinct values, in the order in which they come."""
        numbers: dict[str, int] = {}
        holders: list[int] = []
        held: list[int] = []
        things = 0
        for things, values in enumerate(values_of_things, start=1):
            for value in values:
                holders.append(things - 1)
                held.append(numbers.setdefault(value, len(numbers)))
        order = np.argsort(held, kind="stable")
        counts = np.bincount(np.array(held, np.int64), minlength=len(numbers))
        return cls(tuple(numbers), counts, np.array(holders, np.int32)[order], things)

    def count(self, value: str) -> int:
        """Return how many things hold a value; one that was given it twice counts twice."""
        number = self._numbers.get(value)
        return 0 if number is None else int(self.counts[number])

    def number(self, value: str) -> Integers:
        """Return the number of a value, shape (1,); shape (0,) if nothing holds it."""
        number = self._numbers.get(value)
        return np.array([] if number is None else [number], np.int64)

    def mask(self, numbers: Integers) -> Mask:
        """Return which things hold any of the values with these numbers, shape (things,)."""
        counts = self.counts[numbers]
        shifts = self._starts[numbers] - (np.cumsum(counts) - counts)
        mask = np.zeros(self._things, np.bool_)
        mask[self.holders[np.arange(counts.sum()) + np.repeat(shifts, counts)]] = True
        return mask

    def holding(self, value: str) -> Mask:
        """Return which things hold a value, shape (things,)."""
        return self.mask(self.number(value))
