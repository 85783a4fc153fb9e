"""What an evaluation runs: one thing after the other, each by itself, each with its results."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from eval.results import Result


@dataclass(frozen=True, slots=True)
class Job:
    """One row of a suite, put to the assistant.

    `id` is the row's; no other job of a run has it. `run` raises nothing: what fails is
    scored as an error. Most rows give one result, a conversation one for each turn that leans.
    """

    id: str
    run: Callable[[], tuple[Result, ...]]


def run_all(jobs: Iterable[Job]) -> tuple[Result, ...]:
    """Run jobs, one after the other, and return what they gave."""
    return tuple(result for job in jobs for result in job.run())
