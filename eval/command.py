"""The subcommand ``paper-assistant eval``: arguments in, report out, exit code back."""

import argparse
import json
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from statistics import fmean
from typing import TYPE_CHECKING

from assistant import __version__
from assistant.errors import UsageError
from eval.attacks import run_attacks
from eval.dialogues import run_dialogues
from eval.gate import judge_summary, load_thresholds
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

Write = Callable[[str], None]

INGEST = "ingest"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what is special to this subcommand; ``--json`` and the like are the command's own."""
    parser.add_argument(
        "suite",
        metavar="SUITE",
        nargs="?",
        default="golden",
        help="folder with cases.jsonl and thresholds.toml; `golden`, which is the default; or "
        "`ingest`, which measures what an ingest of --papers costs",
    )
    parser.add_argument(
        "--papers", type=Path, metavar="FILE", action="append", help="papers for `ingest`"
    )
    parser.add_argument(
        "--count", type=int, metavar="N", default=10_000, help="how many of them (default: 10000)"
    )
    parser.add_argument(
        "--stand-in",
        action="store_true",
        help="made-up vectors in place of the model's, for `ingest`: disk and memory, no times",
    )
    parser.add_argument(
        "--out",
        type=Path,
        metavar="DIR",
        help="also write summary.json and results.jsonl there",
    )
    instead = parser.add_mutually_exclusive_group()
    instead.add_argument(
        "--lint", action="store_true", help="only look for faults in the suite itself"
    )
    instead.add_argument(
        "--seal", action="store_true", help="only write the suite's manifest.json and schema.json"
    )


def run(arguments: argparse.Namespace, assistant: "Assistant", write: Write) -> int:
    """Run the evaluation, or look after the suite, and return the exit code.

    0 passed, 1 below a threshold or a fault in the suite, 6 incomplete.

    Raises:
        UsageError: the suite or its thresholds are unusable, or a file can't be written.
    """
    if arguments.suite == INGEST:
        return _measure_ingest(arguments, assistant, write)
    suite = load_suite(find_suite(arguments.suite))
    if arguments.seal:
        seal(suite)
        write(f"sealed {suite.folder}: {_counted(len(suite.rows), 'row')}")
        return 0
    if arguments.lint:
        return _lint(suite, assistant, write)
    thresholds = load_thresholds(suite.folder / THRESHOLDS, METRICS)
    results = run_suite(suite, assistant)
    summary = summarise(results, _settings(suite, assistant))
    verdict = judge_summary(summary, thresholds)
    if arguments.out:
        write_files(arguments.out, summary, verdict, results)
    as_json = getattr(arguments, "json", False)
    write(summary_json(summary, verdict) if as_json else render_report(summary, verdict, results))
    return verdict.exit_code


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


def _lint(suite: Suite, assistant: "Assistant", write: Write) -> int:
    papers = list(assistant.library.papers())
    faults = lint_suite(suite, papers)
    found = _counted(len(faults), "fault") if faults else "no fault"
    lines = [f"{suite.folder}: {_counted(len(suite.rows), 'row')}, {found}", *faults]
    if shares := overlaps(suite.cases, {paper.title: paper.abstract for paper in papers}):
        mean, nearest = fmean(shares.values()), max(shares, key=shares.__getitem__)
        highest = f"{shares[nearest]:.3f} ({nearest})"
        lines.append(f"lexical overlap of question and abstract: mean {mean:.3f}, most {highest}")
    write("\n".join(lines))
    return 1 if faults else 0


def _measure_ingest(arguments: argparse.Namespace, assistant: "Assistant", write: Write) -> int:
    from eval.ingest_bench import StandIn, measure_ingest, render_costs

    if not arguments.papers:
        raise UsageError("eval ingest needs papers; name a file: --papers FILE")
    if arguments.count < 1:
        raise UsageError(f"--count is {arguments.count}; give a number above 0")
    embedder = assistant.library.embedder
    chosen = StandIn(embedder) if arguments.stand_in else embedder
    costs = measure_ingest(arguments.papers, arguments.count, chosen)
    if getattr(arguments, "json", False):
        write(json.dumps(costs.to_dict(), indent=2))
    else:
        write(render_costs(costs, with_times=not arguments.stand_in))
    return 0


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
