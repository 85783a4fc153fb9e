"""Calls that are compared: timed in turn, so that all meet the same machine."""

import random
import time
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple, TypeVar

import numpy as np

Input = TypeVar("Input")
Clock = Callable[[], float]

_SEED = 5


class Times(NamedTuple):
    """Median and 90th percentile of the times of a call, in milliseconds."""

    p50_ms: float
    p90_ms: float

    @classmethod
    def of_seconds(cls, seconds: Sequence[float]) -> "Times":
        """Return the percentiles, interpolated between the two nearest times."""
        p50, p90 = np.percentile(seconds, [50, 90])
        return cls(1000 * float(p50), 1000 * float(p90))


def time_in_turn(
    calls: Mapping[str, Callable[[Input], object]],
    inputs: Sequence[Input],
    clock: Clock = time.perf_counter,
) -> dict[str, Times]:
    """Return the times of each call over all inputs.

    Each input goes through every call before the next one does, each time in another order.
    All of it is done once before, untimed, so that nothing is loaded while the clock runs.
    """
    order = random.Random(_SEED)
    seconds: dict[str, list[float]] = {name: [] for name in calls}
    for is_timed in (False, True):
        for each in inputs:
            for name in order.sample(list(calls), len(calls)):
                began = clock()
                calls[name](each)
                taken = clock() - began
                if is_timed:
                    seconds[name].append(taken)
    return {name: Times.of_seconds(each) for name, each in seconds.items()}
