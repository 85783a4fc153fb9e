"""A test split with a budget: ``paper-assistant eval holdout [SUITE]``.

Each run over the split uses up a little of what it can tell about fresh questions. So runs
are counted, and of the results only the best value of each gated metric is told, by the Ladder.
"""

import argparse
import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields, replace
from datetime import UTC, datetime
from math import sqrt
from pathlib import Path
from typing import Any

import numpy as np

from assistant.errors import UsageError
from eval.bench import Call
from eval.evaluating import Named
from eval.gate import EXIT_INCOMPLETE, EXIT_PASS, Threshold, load_thresholds
from eval.holdout_file import BUDGET, Query, count_query, keep_best, read_holdout
from eval.ladder import DIGITS, Estimate, estimate_of, ladder, thresholdout
from eval.live import LIVE
from eval.parts import job_ids, parts_in
from eval.results import Result
from eval.suite import THRESHOLDS, Suite, row_hashes
from eval.suite_run import run_suite, settings_of, thresholds_of
from eval.summary import METRICS, TIME_METRICS, Settings
from eval.table import NONE, align
from eval.wording import counted

HOLDOUT = "holdout"
THRESHOLDOUT_ROWS = 2_000
"""With fewer rows, the threshold of Thresholdout is wider than any change that matters."""

_OTHERS = ("out", "baseline", "save_baseline", "lint", "seal", "auto")


@dataclass(frozen=True, slots=True)
class Told:
    """All that is told of a gated metric: the best so far, and whether it is of this run.

    `measured` is whether this run gave a value at all.
    """

    metric: str
    higher_is_better: bool
    best: Estimate | None
    is_new: bool
    measured: bool

    @property
    def words(self) -> str:
        """What this run has to do with it."""
        if not self.measured:
            return "not measured"
        return "new best" if self.is_new else "no better than before"

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON values."""
        best = asdict(self.best) if self.best else {"value": None, "standard_error": None}
        return {"better": self.better, "best": best, "told": self.words}

    @property
    def better(self) -> str:
        """Which direction is for the better."""
        return "higher" if self.higher_is_better else "lower"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add how often a test split may be asked."""
    parser.add_argument(
        "--budget",
        type=int,
        metavar="N",
        help=f"of {HOLDOUT}: how many runs the test split is for ({BUDGET}); set by the first run",
    )


def check_options(arguments: argparse.Namespace) -> None:
    """Refuse options that would tell more of a holdout, and the budget for what is none.

    Raises:
        UsageError: there is such an option, or the budget is below 1.
    """
    if HOLDOUT not in arguments.names:
        if arguments.budget is not None:
            raise UsageError(f"--budget is for {HOLDOUT} alone; add {HOLDOUT}, or leave it out")
        return
    others = [f"--{name.replace('_', '-')}" for name in _OTHERS if getattr(arguments, name)]
    if others := others + [LIVE] * (LIVE in arguments.names):
        raise UsageError(f"{HOLDOUT} tells its best values alone; leave out {others[0]}")
    if arguments.budget is not None and arguments.budget < 1:
        raise UsageError(f"--budget is {arguments.budget}; give 1 or more")


def run_holdout(named: Named, call: Call) -> int:
    """Count a query, run the test split, and print the best values; return the exit code.

    0, or 6 if a row ended in an error: then the query is used and nothing is told.

    Raises:
        UsageError: the budget is used up or is another one, the suite has no test rows or no
            usable thresholds, or its folder can't be written.
        LibraryError: the library can't be read.
    """
    folder = named.suite.folder
    test = _test_split(named)
    thresholds = _gated(test)
    rows = rows_hash(test.suite)
    read_holdout(folder, rows, call.arguments.budget)
    size = _size(test)
    is_large = size >= THRESHOLDOUT_ROWS
    with call.open() as assistant:
        query = _query(settings_of(*test, assistant))
        held = count_query(folder, rows, call.arguments.budget, query)
        call.say(f"query {len(held.queries)} of {held.budget} is counted now, whatever comes of it")
        results = run_suite(named.suite if is_large else test.suite, test.parts, assistant)
    failed = sum(result.error is not None for result in results)
    told = () if failed else _tell(folder, results, thresholds, is_large=is_large)
    facts = {
        "suite": folder.name,
        "query": len(held.queries),
        "budget": held.budget,
        "rows": size,
        "thresholdout": is_large,
        "failed": failed,
        "metrics": {each.metric: each.to_dict() for each in told},
    }
    call.tell(facts, render(facts, told))
    return EXIT_INCOMPLETE if failed else EXIT_PASS


def render(facts: Mapping[str, Any], told: Sequence[Told]) -> str:
    """Return what is told as text."""
    size = facts["rows"]
    head = [
        f"holdout of {facts['suite']}: query {facts['query']} of {facts['budget']}, "
        f"{counted(size, 'row')} of the test split",
        "by the Ladder: a new best is better than the old one by more than its standard error",
        "by Thresholdout: shares are those of dev, but where the test split clearly differs"
        if facts["thresholdout"]
        else f"{THRESHOLDOUT_ROWS:,} rows would be needed for Thresholdout; this has {size:,}",
    ]
    if facts["failed"]:
        failed = f"{counted(facts['failed'], 'result')} ended in an error"
        return "\n".join([*head, "", f"{failed}: the query is used, and nothing is told"])
    cells = [[each.metric, each.better, *_numbers(each.best), each.words] for each in told]
    return "\n".join([*head, "", *align([["metric", "better", "best", "SE", "now"], *cells])])


def rows_hash(suite: Suite) -> str:
    """Return a hash of the rows of a suite, whatever their order."""
    hashes = "".join(sorted(row_hashes(suite).values()))
    return hashlib.sha256(hashes.encode()).hexdigest()[:16]


def holdout_estimate(
    results: Sequence[Result], metric: str, rng: np.random.Generator | None
) -> Estimate | None:
    """Return what the test rows give, by Thresholdout if there is an `rng` and it is a share."""
    test = [each for each in results if each.split == "test"]
    found = estimate_of(test, metric)
    seen = estimate_of((each for each in results if each.split == "dev"), metric)
    if rng is None or found is None or seen is None:
        return found
    if not all(0 <= each.value <= 1 for each in (found, seen)):
        return found
    scores = (each.scores.get(metric) for each in test)
    cases = sum(score is not None and score.value is not None for score in scores)
    value = thresholdout(seen.value, found.value, 4 / sqrt(cases), rng)
    return replace(found, value=min(1.0, max(0.0, value)))


def _test_split(named: Named) -> Named:
    """Return the test rows of a suite, and which of the parts have any.

    Raises:
        UsageError: none has.
    """
    rows = {
        field.name: tuple(row for row in getattr(named.suite, field.name) if row.split == "test")
        for field in fields(Suite)
        if field.name != "folder"
    }
    suite = Suite(folder=named.suite.folder, **rows)
    parts = tuple(name for name in named.parts if name in parts_in(suite))
    if not parts:
        wanted = ", ".join(named.parts) or "any part"
        raise UsageError(f"{suite.folder}: has no rows of the test split for {wanted}")
    return Named(suite, parts)


def _gated(test: Named) -> list[Threshold]:
    """Return the thresholds of what has a mean over rows."""
    every = load_thresholds(test.suite.folder / THRESHOLDS, METRICS)
    return [each for each in thresholds_of(every, test.parts) if each.metric not in TIME_METRICS]


def _size(test: Named) -> int:
    ids = frozenset(job_ids(*test))
    return sum(row.id in ids for row in test.suite.rows)


def _query(settings: Settings) -> Query:
    text = json.dumps(asdict(settings), sort_keys=True)
    return Query(
        at=datetime.now(UTC).isoformat(timespec="seconds"),
        version=settings.version,
        settings=hashlib.sha256(text.encode()).hexdigest()[:16],
    )


def _tell(
    folder: Path, results: Sequence[Result], thresholds: Sequence[Threshold], *, is_large: bool
) -> tuple[Told, ...]:
    """Keep what is a new best, and say how each metric stands."""
    rng = np.random.default_rng() if is_large else None
    found = {each.metric: holdout_estimate(results, each.metric, rng) for each in thresholds}
    higher = {each.metric: each.least is not None for each in thresholds}

    def best_after(held: Mapping[str, Estimate]) -> Mapping[str, Estimate]:
        return {
            **held,
            **{
                name: ladder(held.get(name), new, higher_is_better=higher[name])
                for name, new in found.items()
                if new
            },
        }

    before, after = keep_best(folder, best_after)
    return tuple(
        Told(
            metric=name,
            higher_is_better=higher[name],
            best=after.get(name),
            is_new=after.get(name) != before.get(name),
            measured=new is not None,
        )
        for name, new in found.items()
    )


def _numbers(best: Estimate | None) -> tuple[str, str]:
    if best is None:
        return NONE, NONE
    return f"{best.value:.{DIGITS}f}", f"{best.standard_error:.{DIGITS}f}"
