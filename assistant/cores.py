"""How many cores there are to compute on."""

import os


def cores() -> int:
    """Return how many threads of work this process may run at once."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
