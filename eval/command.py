"""The subcommand ``paper-assistant eval``: arguments in, report out, exit code back."""

import argparse
import hashlib
from collections.abc import Callable
from pathlib import Path

from assistant import __version__
from eval.cases import load_cases
from eval.gate import judge_summary, load_thresholds
from eval.judge import JUDGE_NAME
from eval.report import render_report, summary_json, write_files
from eval.runner import run_cases
from eval.subject import Subject
from eval.summary import METRICS, Settings, summarise

DEFAULT_CASES = Path(__file__).parent / "data" / "golden" / "cases.jsonl"
DEFAULT_THRESHOLDS = Path(__file__).parent / "thresholds.toml"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what is special to this subcommand; ``--json`` and the like are the command's own."""
    parser.add_argument(
        "--cases",
        type=Path,
        metavar="FILE",
        default=DEFAULT_CASES,
        help="cases to run, one JSON object a line (default: the golden set)",
    )
    parser.add_argument(
        "--thresholds",
        type=Path,
        metavar="FILE",
        default=DEFAULT_THRESHOLDS,
        help="floors and ceilings that the run must keep (default: those of the golden set)",
    )
    parser.add_argument(
        "--out",
        type=Path,
        metavar="DIR",
        help="also write summary.json and results.jsonl there",
    )


def run(arguments: argparse.Namespace, assistant: Subject, write: Callable[[str], None]) -> int:
    """Run the evaluation and return its exit code: 0 passed, 1 below a threshold, 6 incomplete.

    Raises:
        UsageError: the cases or thresholds are unusable, or `--out` can't be written.
    """
    thresholds = load_thresholds(arguments.thresholds, METRICS)
    cases = load_cases(arguments.cases)
    results = run_cases(assistant, cases)
    summary = summarise(results, _settings(arguments.cases, assistant))
    verdict = judge_summary(summary, thresholds)
    if arguments.out:
        write_files(arguments.out, summary, verdict, results)
    as_json = getattr(arguments, "json", False)
    write(summary_json(summary, verdict) if as_json else render_report(summary, verdict, results))
    return verdict.exit_code


def _settings(cases_file: Path, assistant: Subject) -> Settings:
    return Settings(
        library_fingerprint=assistant.library.fingerprint,
        library_papers=assistant.library.count,
        engine=assistant.config.engine,
        embedder=assistant.config.embedder,
        judge=JUDGE_NAME,
        cases_file=cases_file.name,
        cases_sha256=hashlib.sha256(cases_file.read_bytes()).hexdigest(),
        version=__version__,
    )
