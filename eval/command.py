"""The subcommand ``paper-assistant eval``: the parts of a suite over a library, and the gate."""

import argparse
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.config import ENGINES
from assistant.errors import UsageError
from eval import auto_run, holdout, model_run
from eval.auto_metrics import AUTO
from eval.auto_run import auto_results
from eval.baseline import baseline_jsonl
from eval.bench import Call
from eval.evaluating import GOLDEN, Named, choose, run_gated
from eval.holdout import HOLDOUT, run_holdout
from eval.judging import judge_results
from eval.live import LIVE, LIVE_PARTS
from eval.model_run import check_engine, live_results
from eval.parts import PARTS
from eval.reports.report import render_report, summary_json
from eval.results import Result
from eval.running import Unfinished
from eval.suite import find_suite, load_suite
from eval.suite_run import Run, run_suite
from eval.tending import begin_suite, find_faults, renew_seals

if TYPE_CHECKING:
    from assistant.ask import Assistant


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what is run, what it is held against, and where the reports go."""
    listed = "; ".join(f"{name}: {part.help}" for name, part in PARTS.items())
    parser.epilog = (
        f"The parts of a suite: {listed}; {LIVE}: answers and refusals, with the engine's model; "
        f"{HOLDOUT}: the test split, as often as its budget allows, and its best values alone."
    )
    parser.add_argument(
        "names",
        nargs="*",
        metavar="SUITE|PART",
        help="a suite (the folder of one of your own, or golden, the default), and which of its "
        f"parts are run (all that need no model); {LIVE} asks its questions of a model, "
        f"{HOLDOUT} counts how often the test split is asked",
    )
    parser.add_argument(
        "--out",
        type=Path,
        metavar="DIR",
        help="also write the reports there; a run that was stopped is taken up from it",
    )
    parser.add_argument(
        "--baseline",
        type=Path,
        metavar="FILE",
        help="an earlier run: what is significantly worse than there fails with exit code 5",
    )
    parser.add_argument(
        "--save-baseline", type=Path, metavar="FILE", help="keep this run as a baseline"
    )
    parser.add_argument(
        "--judge",
        choices=[engine for engine in ENGINES if engine != "extractive"],
        help="let the model of an engine judge the citations as well, and judge the judge",
    )
    auto_run.add_arguments(parser)
    model_run.add_arguments(parser)
    holdout.add_arguments(parser)
    _add_tending(parser)


def _add_tending(parser: argparse.ArgumentParser) -> None:
    tending = parser.add_mutually_exclusive_group()
    tending.add_argument(
        "--lint", action="store_true", help="only look for faults in the suite itself"
    )
    tending.add_argument(
        "--new", action="store_true", help="write a suite to begin with, and run nothing"
    )
    tending.add_argument(
        "--seal", action="store_true", help="only write the suite's manifest.json and schema.json"
    )


def run(call: Call) -> int:
    """Run what the arguments name, and return the exit code.

    0 passed, 1 below a threshold or a fault in the suite, 5 worse than the baseline,
    6 incomplete.

    Raises:
        UsageError: a suite, its thresholds or a baseline is unusable, or a file can't be written.
        LibraryError: the library can't be read.
    """
    arguments = call.arguments
    if arguments.new:
        with call.open() as assistant:
            return begin_suite(new_folder(arguments.names), assistant, call.write)
    named = read_names(arguments.names, auto=arguments.auto)
    holdout.check_options(arguments)
    if HOLDOUT in arguments.names:
        return run_holdout(named, call)
    if LIVE in named.parts:
        check_engine(call.config.engine)
    if arguments.seal:
        return renew_seals(named.suite, call.write)
    if arguments.lint:
        with call.open() as assistant:
            return find_faults(named.suite, assistant, call.write)
    return _gate(named, call)


def new_folder(names: Sequence[str]) -> Path:
    """Return the folder that is named for a new suite.

    Raises:
        UsageError: it is not one name of a folder.
    """
    if len(names) != 1 or names[0] in {*PARTS, LIVE, HOLDOUT, GOLDEN}:
        raise UsageError("--new needs the name of one folder, for example: eval my-suite --new")
    return Path(names[0])


def read_names(names: Sequence[str], *, auto: bool = False) -> Named:
    """Return the suite and the parts that are named, in any order.

    For `auto` the suite only lends its thresholds.

    Raises:
        UsageError: a name is neither, several are suites, or a suite has no rows for a part.
    """
    folders = [name for name in names if name not in {*PARTS, LIVE, HOLDOUT}]
    if len(folders) > 1:
        raise UsageError(f"two suites, {' and '.join(folders)}; run one after the other")
    suite = folders[0] if folders else GOLDEN
    if auto:
        return Named(load_suite(find_suite(suite)), (AUTO,))
    if LIVE in names:
        return Named(load_suite(find_suite(suite)), (*LIVE_PARTS, LIVE))
    return choose(suite, [name for name in names if name in PARTS])


def _gate(named: Named, call: Call) -> int:
    """Run what is named, report, and return the gate's exit code."""
    arguments = call.arguments
    done = run_gated(
        named,
        call.open,
        partial(_results, named, call),
        baseline=arguments.baseline,
        out=arguments.out,
        options=options_of(named, arguments),
        say=call.say,
    )
    if arguments.save_baseline:
        _keep(done, [each.metric for each in done.thresholds], arguments.save_baseline)
    call.write(summary_json(done) if arguments.json else _told(done, named))
    return done.verdict.exit_code


def _results(
    named: Named, call: Call, assistant: "Assistant", unfinished: Unfinished | None
) -> tuple[Result, ...]:
    if AUTO in named.parts:
        results = auto_results(assistant, named.suite, unfinished, call)
    elif LIVE in named.parts:
        results = live_results(assistant, named.suite, unfinished, call)
    else:
        results = run_suite(named.suite, named.parts, assistant, unfinished)
    if call.arguments.judge:
        judge = assistant.model(call.arguments.judge)
        results += judge_results(results, named.suite, assistant, judge)
    return results


def options_of(named: Named, arguments: argparse.Namespace) -> dict[str, str | int]:
    """Return the options that change what is measured, as far as they apply."""
    wanted = [
        *(["papers", "seed"] if AUTO in named.parts else []),
        *(["repeat"] if LIVE in named.parts else []),
        *(["judge"] if arguments.judge else []),
    ]
    return {name: getattr(arguments, name) for name in wanted}


def _told(done: Run, named: Named) -> str:
    from eval.auto_findings import auto_findings

    findings = auto_findings(done.results) if AUTO in named.parts else []
    return "\n\n".join(filter(None, [render_report(done), "\n".join(findings)]))


def _keep(done: Run, metrics: Sequence[str], path: Path) -> None:
    try:
        path.write_text(baseline_jsonl(done.results, metrics), "utf-8")
    except OSError as error:
        raise UsageError(f"{path}: can't be written ({error}); give another file") from error
