"""Work on all cores there are."""

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

Item = TypeVar("Item")
Found = TypeVar("Found")


def cores() -> int:
    """Return how many threads of work this process may run at once."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def on_all_cores(work: Callable[[Item], Found], items: Sequence[Item]) -> list[Found]:
    """Return what `work` gives for each item, in order; a single one needs no thread."""
    if len(items) < 2:
        return [work(item) for item in items]
    with ThreadPoolExecutor(cores()) as threads:
        return list(threads.map(work, items))
