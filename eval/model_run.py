"""The run of a suite's questions with a model: ``paper-assistant eval live``."""

import argparse
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.errors import UsageError
from eval.bench import Call
from eval.jobs import Job
from eval.live import LIVE, LIVE_PARTS, consistency, hear, live_jobs, save_drafts
from eval.results import Result
from eval.running import Unfinished
from eval.suite import Suite
from eval.suite_run import run_suite

if TYPE_CHECKING:
    from assistant.ask import Assistant


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add how often a model is asked, and where its calls go or come from."""
    options = parser.add_argument_group(f"options of {LIVE}: the questions with a model")
    options.add_argument("--repeat", type=int, default=1, metavar="N", help="ask all N times (1)")
    options.add_argument(
        "--record", type=Path, metavar="FILE", help="write the model's calls there; no key is kept"
    )
    options.add_argument(
        "--recordings",
        type=Path,
        metavar="FILE",
        help="play the calls from there; one that is missing ends the run with exit code 7",
    )
    options.add_argument(
        "--save-drafts", type=Path, metavar="FILE", help="write its drafts as rows of replay"
    )


def check_engine(engine: str) -> None:
    """Raise a UsageError where an engine has no model to measure."""
    if engine == "extractive":
        raise UsageError("live measures a model; give --engine openai or --engine local")


def live_results(
    assistant: "Assistant", suite: Suite, unfinished: Unfinished | None, call: Call
) -> tuple[Result, ...]:
    """Ask every question of a suite of the engine's model, as often as is wanted.

    Raises:
        UsageError: the engine has no model, the suite no questions, or a file can't be used.
        RecordingMissingError: a call that was to be played is not among the recordings.
    """
    arguments = call.arguments
    if not suite.cases:
        raise UsageError(f"{suite.folder}: has no questions; write cases.jsonl")
    if arguments.repeat < 1:
        raise UsageError(f"--repeat is {arguments.repeat}; give 1 or more")
    heard = hear(assistant, arguments.record, arguments.recordings)

    def jobs(done: Collection[str]) -> Iterator[Job]:
        return live_jobs(assistant, suite.cases, arguments.repeat, done)

    results = run_suite(suite, LIVE_PARTS, assistant, unfinished, jobs)
    if arguments.save_drafts:
        kept = save_drafts(arguments.save_drafts, suite.cases, heard)
        call.say(f"{kept} drafts in {arguments.save_drafts}")
    return (*results, *consistency(results))
