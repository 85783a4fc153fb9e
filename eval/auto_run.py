"""The run of tests that a library gives by itself: ``paper-assistant eval --auto``."""

import argparse
from collections.abc import Collection, Iterator
from typing import TYPE_CHECKING

from eval.auto_metrics import AUTO, PAPERS, SEED
from eval.bench import Call
from eval.jobs import Job
from eval.results import Result
from eval.running import Unfinished
from eval.suite import Suite
from eval.suite_run import run_suite

if TYPE_CHECKING:
    from assistant.ask import Assistant


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add that a library is tested by itself, and by how many of its papers."""
    options = parser.add_argument_group("options of --auto: tests made of the library itself")
    options.add_argument(
        "--auto",
        action="store_true",
        help="needs no suite: known items, papers withheld, citations and numbers swapped",
    )
    options.add_argument(
        "--papers", type=int, default=PAPERS, metavar="N", help=f"how many are drawn ({PAPERS})"
    )
    options.add_argument("--seed", type=int, default=SEED, help=f"of what is drawn ({SEED})")


def auto_results(
    assistant: "Assistant", suite: Suite, unfinished: Unfinished | None, call: Call
) -> tuple[Result, ...]:
    """Test a library by papers of its own; `suite` only lends its thresholds."""
    from eval.auto import auto_suite

    with auto_suite(assistant, call.arguments.papers, call.arguments.seed) as jobs:

        def left(done: Collection[str]) -> Iterator[Job]:
            return (job for job in jobs if job.id not in done)

        return run_suite(suite, (AUTO,), assistant, unfinished, left)
