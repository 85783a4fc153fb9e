"""Runs a suite from Python, as ``paper-assistant eval`` does: ``from eval import evaluate``."""

from collections.abc import Callable, Collection, Mapping
from contextlib import AbstractContextManager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from assistant.config import Config
from assistant.errors import UsageError
from eval.baseline import load_baseline
from eval.gate import load_thresholds
from eval.opening import open_library
from eval.parts import PARTS, parts_in
from eval.reports.report import write_files
from eval.results import Result
from eval.running import Unfinished
from eval.suite import THRESHOLDS, Suite, find_suite, load_suite
from eval.suite_run import Run, begin, judge_run, run_suite, settings_of, thresholds_of
from eval.summary import METRICS

if TYPE_CHECKING:
    from assistant.ask import Assistant

GOLDEN = "golden"
"""The suite that is run where none is named."""

Open = Callable[[], AbstractContextManager["Assistant"]]
Measure = Callable[["Assistant", Unfinished | None], tuple[Result, ...]]


class Named(NamedTuple):
    """A suite and which of its parts are run; or one of the other runs, which it lends floors."""

    suite: Suite
    parts: tuple[str, ...]


def evaluate(
    suite: str | Path = GOLDEN,
    *,
    library: str | Path | None = None,
    parts: Collection[str] = (),
    baseline: str | Path | None = None,
    out: str | Path | None = None,
    config: Config | None = None,
) -> Run:
    """Run a suite over a library, and hold what it gives against the suite's thresholds.

    A threshold that is missed raises nothing: ``run.verdict`` says what was missed in words,
    and its ``exit_code`` is 0 passed, 1 below a threshold, 5 worse than the baseline,
    6 incomplete or nothing measured.

    Args:
        suite: the folder of a suite, or the name of one that is shipped.
        library: the folder of a library; by default the sample library, which is made if it
            is missing, wherever `config` says that the person's own library is.
        parts: which parts are run; by default all that the suite has rows for.
        baseline: the ``results.jsonl`` of an earlier run, or the folder that holds it.
        out: a folder for the reports; a run that was stopped is taken up from there.
        config: the settings; by default those of file and environment.

    Returns:
        The results, their summary, the verdict, and the comparison if there is a baseline.

    Raises:
        UsageError: the suite, a part, the thresholds, the baseline or a setting is unusable,
            or `out` can't be written.
        LibraryError: there is no library, it is empty, or it can't be read.
    """
    return run_gated(
        choose(suite, parts),
        lambda: open_library(library, config),
        baseline=Path(baseline) if baseline else None,
        out=Path(out) if out else None,
    )


def choose(suite: str | Path, parts: Collection[str] = ()) -> Named:
    """Return a suite, and those of its parts that are named, or all of them.

    Raises:
        UsageError: there is no such suite or part, or the suite has no rows for a part.
    """
    loaded = load_suite(find_suite(str(suite)))
    if unknown := [name for name in parts if name not in PARTS]:
        raise UsageError(f"no part {unknown[0]!r}; the parts are {', '.join(PARTS)}")
    has = parts_in(loaded)
    chosen = tuple(name for name in PARTS if name in parts) or has
    if lacking := [name for name in chosen if name not in has]:
        files = " or ".join(f"{file}.jsonl" for file in PARTS[lacking[0]].files)
        raise UsageError(f"{loaded.folder}: has no rows for {lacking[0]}; write {files}")
    return Named(loaded, chosen)


def run_gated(
    named: Named,
    open: Open,
    measure: Measure | None = None,
    *,
    baseline: Path | None = None,
    out: Path | None = None,
    options: Mapping[str, str | int] | None = None,
    say: Callable[[str], None] = lambda _: None,
) -> Run:
    """Measure what is named, and write the reports if a folder is given.

    Args:
        named: the suite, and the parts whose thresholds hold.
        open: opens the library.
        measure: gives the results; by default the parts are run.
        baseline: as in `evaluate`.
        out: as in `evaluate`.
        options: of the run, told with its numbers; one of others is not taken up.
        say: told that a stopped run is taken up.

    Raises:
        UsageError: thresholds or baseline are unusable, or `out` can't be written.
        LibraryError: the library can't be read.
    """
    suite, parts = named
    held = load_baseline(baseline) if baseline else None
    thresholds = thresholds_of(load_thresholds(suite.folder / THRESHOLDS, METRICS), parts)
    with open() as assistant:
        settings = settings_of(suite, parts, assistant, options)
        unfinished = begin(out, settings, say)
        results = (measure or partial(run_suite, suite, parts))(assistant, unfinished)
        papers = list(assistant.library.papers()) if out else []
    done = judge_run(results, settings, thresholds, held)
    if out:
        write_files(out, done, {paper.paper_id: paper.abstract for paper in papers})
    if unfinished:
        unfinished.end()
    return done
