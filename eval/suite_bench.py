"""The bench of suites, the golden set first: rows in, report out, exit code back."""

import argparse
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from statistics import fmean
from typing import TYPE_CHECKING

from assistant import __version__
from assistant.errors import UsageError
from eval.attacks import run_attacks
from eval.bench import Bench, Call
from eval.dialogues import run_dialogues
from eval.gate import Threshold, judge_summary, load_thresholds
from eval.judge import JUDGE_NAME
from eval.lint import lint_suite, overlaps
from eval.report import render_report, summary_json, write_files
from eval.results import Result
from eval.runner import run_cases
from eval.statements import run_statements
from eval.suite import THRESHOLDS, Suite, find_suite, load_suite, seal
from eval.summary import METRICS, Settings, summarise

if TYPE_CHECKING:
    from assistant.ask import Assistant

OPTIONS = ("out", "lint", "seal")
"""The names of its options, less the dashes."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of a suite."""
    options = parser.add_argument_group("options of a suite")
    options.add_argument(
        "--out",
        type=Path,
        metavar="DIR",
        help="also write summary.json and results.jsonl there",
    )
    options.add_argument(
        "--lint", action="store_true", help="only look for faults in the suite itself"
    )
    options.add_argument(
        "--seal", action="store_true", help="only write the suite's manifest.json and schema.json"
    )


def run(call: Call) -> int:
    """Run the evaluation, or look after the suite, and return the exit code.

    0 passed, 1 below a threshold or a fault in the suite, 6 incomplete.

    Raises:
        UsageError: the suite or its thresholds are unusable, or a file can't be written.
        LibraryError: the library can't be read.
    """
    arguments = call.arguments
    if arguments.seal and arguments.lint:
        raise UsageError("--lint and --seal exclude each other; give one of them")
    suite = load_suite(find_suite(arguments.suite))
    if arguments.seal:
        seal(suite)
        call.write(f"sealed {suite.folder}: {_counted(len(suite.rows), 'row')}")
        return 0
    if arguments.lint:
        with call.open() as assistant:
            return _lint(suite, assistant, call)
    thresholds = load_thresholds(suite.folder / THRESHOLDS, METRICS)
    with call.open() as assistant:
        return _judge(suite, thresholds, assistant, call)


def run_suite(suite: Suite, assistant: "Assistant") -> tuple[Result, ...]:
    """Run all rows of a suite; what writes to a library does so in a copy."""
    from eval.sandbox import sandbox

    results = [
        *run_cases(assistant, suite.cases),
        *run_statements(assistant, (*suite.paraphrases, *suite.falsehoods)),
    ]
    with ExitStack() as copies:
        if suite.conversations or suite.adversarial:
            plain = copies.enter_context(sandbox(assistant))
            results += run_dialogues(plain, suite.conversations)
        if suite.adversarial:
            plants = [plant for attack in suite.adversarial for plant in attack.plants]
            infected = copies.enter_context(sandbox(assistant, plants))
            results += run_attacks(plain, infected, suite.adversarial)
    return tuple(results)


def _judge(
    suite: Suite, thresholds: Sequence[Threshold], assistant: "Assistant", call: Call
) -> int:
    results = run_suite(suite, assistant)
    summary = summarise(results, _settings(suite, assistant))
    verdict = judge_summary(summary, thresholds)
    if call.arguments.out:
        write_files(call.arguments.out, summary, verdict, results)
    as_json = call.arguments.json
    call.write(
        summary_json(summary, verdict) if as_json else render_report(summary, verdict, results)
    )
    return verdict.exit_code


def _lint(suite: Suite, assistant: "Assistant", call: Call) -> int:
    papers = list(assistant.library.papers())
    faults = lint_suite(suite, papers)
    found = _counted(len(faults), "fault") if faults else "no fault"
    lines = [f"{suite.folder}: {_counted(len(suite.rows), 'row')}, {found}", *faults]
    if shares := overlaps(suite.cases, {paper.title: paper.abstract for paper in papers}):
        mean, nearest = fmean(shares.values()), max(shares, key=shares.__getitem__)
        highest = f"{shares[nearest]:.3f} ({nearest})"
        lines.append(f"lexical overlap of question and abstract: mean {mean:.3f}, most {highest}")
    call.write("\n".join(lines))
    return 1 if faults else 0


def _settings(suite: Suite, assistant: "Assistant") -> Settings:
    return Settings(
        library_fingerprint=assistant.library.fingerprint,
        library_papers=assistant.library.count,
        engine=assistant.config.engine,
        embedder=assistant.config.embedder,
        judge=JUDGE_NAME,
        suite=suite.folder.name,
        suite_sha256=suite.sha256,
        version=__version__,
    )


def _counted(count: int, name: str) -> str:
    return f"{count} {name}" if count == 1 else f"{count} {name}s"


BENCH = Bench("answers and refusals over the sample library, or --library", add_arguments, run)
