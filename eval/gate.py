"""The gate: aggregates against the floors and ceilings of a thresholds file."""

import math
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from assistant.errors import UsageError
from eval.parts import PART_OF
from eval.results import Result
from eval.scores import Aggregate
from eval.summary import TIME_METRICS, Summary
from eval.wording import counted

EXIT_PASS = 0
EXIT_BELOW = 1
EXIT_REGRESSION = 5
EXIT_INCOMPLETE = 6
MARGIN = 0.02
"""Least drop that counts as a regression, of a share; of larger numbers, this part of them."""
_TOLERANCE = 1e-9
_IDS_SHOWN = 8


@dataclass(frozen=True, slots=True)
class Threshold:
    """The bounds that a metric must keep, both included; None is no bound.

    `drop` is the least change for the worse that counts as a regression against a baseline:
    downwards where there is a `least`, upwards else. `each` holds every single result to the
    bounds, not their mean alone.
    """

    metric: str
    least: float | None = None
    most: float | None = None
    drop: float | None = None
    each: bool = False

    def missed_by(self, value: float) -> str:
        """Return the bound that a value misses, in words; empty if it keeps both."""
        if self.least is not None and value < self.least - _TOLERANCE:
            return f"below {self.least:g}"
        if self.most is not None and value > self.most + _TOLERANCE:
            return f"above {self.most:g}"
        return ""

    def margin_at(self, value: float) -> float:
        """Return the drop that counts from `value` on."""
        return MARGIN * max(1.0, abs(value)) if self.drop is None else self.drop


@dataclass(frozen=True, slots=True)
class Verdict:
    """The gate's outcome.

    `breaches` are bounds that were missed; `regressions` what is worse than a baseline;
    `gaps` say what was not measured, so that no verdict over the whole is possible.
    """

    thresholds: int
    results: int
    breaches: tuple[str, ...] = ()
    gaps: tuple[str, ...] = ()
    regressions: tuple[str, ...] = ()

    @property
    def exit_code(self) -> int:
        """0 passed, 1 a bound was missed, 5 a regression, 6 incomplete or nothing measured."""
        if self.breaches:
            return EXIT_BELOW
        if self.regressions:
            return EXIT_REGRESSION
        return EXIT_INCOMPLETE if self.gaps else EXIT_PASS

    def __str__(self) -> str:
        """One line that starts with PASS or FAIL."""
        worse = [f"worse than the baseline: {each}" for each in self.regressions]
        if self.breaches:
            missed = f"{len(self.breaches)} of {self.thresholds} thresholds missed"
            return f"FAIL {missed}: {'; '.join((*self.breaches, *worse, *self.gaps))}"
        if worse:
            return f"FAIL {'; '.join((*worse, *self.gaps))}"
        if self.gaps:
            return f"FAIL incomplete: {'; '.join(self.gaps)}"
        if not self.thresholds:
            return f"PASS nothing is gated; {self.results} results"
        return f"PASS all {self.thresholds} thresholds hold over {self.results} results"


def load_thresholds(path: Path, known: Iterable[str]) -> tuple[Threshold, ...]:
    """Read ``metric = { min = 0.8 }`` and ``{ max = 0.0 }`` lines of a TOML file.

    ``drop = 0.05`` beside a bound is the least drop that counts against a baseline, and
    ``each = true`` holds every single case to the bound.

    Args:
        path: the file.
        known: the names of the metrics that there are.

    Raises:
        UsageError: the file can't be read, gates nothing, names metrics that don't exist
            (all of them are named), or holds something else than numbers.
    """
    known = sorted(known)
    example = f"a line such as: {known[0]} = {{ min = 0.8 }}"
    try:
        table = tomllib.loads(path.read_text("utf-8"))
    except FileNotFoundError as error:
        raise UsageError(f"{path}: there is none; write floors into it, {example}") from error
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise UsageError(f"{path}: can't be read ({error}); give a TOML file") from error
    if unknown := [name for name in table if name not in known]:
        raise UsageError(
            f"{path}: unknown metric {', '.join(unknown)}; the metrics are {', '.join(known)}"
        )
    if not table:
        raise UsageError(f"{path}: gates nothing; add {example}")
    return tuple(_threshold(name, bounds, path) for name, bounds in table.items())


def judge_summary(
    summary: Summary,
    thresholds: Iterable[Threshold],
    regressions: Iterable[object] = (),
    results: Sequence[Result] = (),
) -> Verdict:
    """Hold the aggregates over all results against the thresholds.

    Args:
        summary: the aggregates.
        thresholds: the bounds.
        regressions: what is worse than a baseline, each of which says it as a string.
        results: what was aggregated, for thresholds that hold for each.
    """
    thresholds = list(thresholds)
    overall = summary.overall
    values = {name: row.value for name, row in overall.items()}
    return Verdict(
        thresholds=len(thresholds),
        results=summary.results,
        breaches=tuple(b for t in thresholds for b in breaches_of(t, values[t.metric], results)),
        gaps=(*_run_gaps(summary), *_unmeasured([t.metric for t in thresholds], overall)),
        regressions=tuple(f"{_part(each)}{each}" for each in regressions),
    )


def _run_gaps(summary: Summary) -> list[str]:
    if not summary.results:
        return ["nothing was measured, the suite is empty"]
    if summary.failed:
        failed = f"{len(summary.failed)} of {summary.results} ended in an error"
        return [f"{failed}, the first is {summary.failed[0]}"]
    return []


def _unmeasured(gated: Iterable[str], overall: Mapping[str, Aggregate]) -> list[str]:
    missing = [name for name in gated if overall[name].value is None]
    if not missing:
        return []
    return [f"not measured: {', '.join(missing)} ({overall[missing[0]].reason})"]


def breaches_of(
    threshold: Threshold, value: float | None, results: Iterable[Result] = ()
) -> list[str]:
    """Return the bound that a value misses, in words; none where nothing was measured.

    A threshold that holds for each of the `results` is also missed by a single one of
    them, and those that miss it are named.
    """
    if value is None:
        return []
    name = f"{_part(threshold.metric)}{threshold.metric}"
    misses = _misses(threshold, results) if threshold.each else {}
    named = f" ({_few(list(misses))})" if misses else ""
    if missed := threshold.missed_by(value):
        return [f"{name} {value:.3f} is {missed}{named}"]
    if misses:
        return [f"{name} of {counted(len(misses), 'case')} is {[*misses.values()][0]}{named}"]
    return []


def _misses(threshold: Threshold, results: Iterable[Result]) -> dict[str, str]:
    """Return the ids of the results that miss a bound, each with the bound in words."""
    scores = ((result.id, result.scores.get(threshold.metric)) for result in results)
    return {
        name: missed
        for name, score in scores
        if score and score.value is not None and (missed := threshold.missed_by(score.value))
    }


def _few(names: Sequence[str]) -> str:
    more = len(names) - _IDS_SHOWN
    return ", ".join(names[:_IDS_SHOWN]) + (f" and {more} more" if more > 0 else "")


def _part(told: object) -> str:
    """Return the part of the suite that gives the metric which `told` begins with."""
    part = PART_OF.get(str(told).split(maxsplit=1)[0])
    return f"{part}: " if part else ""


def _threshold(name: str, bounds: object, path: Path) -> Threshold:
    if isinstance(bounds, dict) and set(bounds) <= {"min", "max", "drop", "each"}:
        numbers = {key: bound for key, bound in bounds.items() if key != "each"}
        finite = all(type(b) in (int, float) and math.isfinite(b) for b in numbers.values())
        each = bounds.get("each", False)
        if finite and set(numbers) - {"drop"} and type(each) is bool:
            if each and name in TIME_METRICS:
                raise UsageError(f"{path}: {name} is of all cases together; take out its each")
            least, most, drop = map(numbers.get, ("min", "max", "drop"))
            return Threshold(name, least, most, drop, each)
    raise UsageError(
        f"{path}: {name} = {bounds!r} is no threshold; write {name} = {{ min = 0.8 }} or max"
    )
