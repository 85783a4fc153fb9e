"""The gate: aggregates against the floors and ceilings of a thresholds file."""

import math
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from assistant.errors import UsageError
from eval.scores import Aggregate
from eval.summary import Summary

EXIT_PASS = 0
EXIT_BELOW = 1
EXIT_INCOMPLETE = 6
_TOLERANCE = 1e-9


@dataclass(frozen=True, slots=True)
class Threshold:
    """The bounds that a metric must keep, both included; None is no bound."""

    metric: str
    least: float | None = None
    most: float | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """The gate's outcome.

    `breaches` are bounds that were missed; `gaps` say what was not measured, so that
    no verdict over the whole is possible.
    """

    thresholds: int
    results: int
    breaches: tuple[str, ...] = ()
    gaps: tuple[str, ...] = ()

    @property
    def exit_code(self) -> int:
        """0 passed, 1 a bound was missed, 6 incomplete or nothing measured."""
        if self.breaches:
            return EXIT_BELOW
        return EXIT_INCOMPLETE if self.gaps else EXIT_PASS

    def __str__(self) -> str:
        """One line that starts with PASS or FAIL."""
        if self.breaches:
            missed = f"{len(self.breaches)} of {self.thresholds} thresholds missed"
            return f"FAIL {missed}: {'; '.join((*self.breaches, *self.gaps))}"
        if self.gaps:
            return f"FAIL incomplete: {'; '.join(self.gaps)}"
        return f"PASS all {self.thresholds} thresholds hold over {self.results} results"


def load_thresholds(path: Path, known: Iterable[str]) -> tuple[Threshold, ...]:
    """Read ``metric = { min = 0.8 }`` and ``{ max = 0.0 }`` lines of a TOML file.

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


def judge_summary(summary: Summary, thresholds: Iterable[Threshold]) -> Verdict:
    """Hold the aggregates over all results against the thresholds."""
    thresholds = list(thresholds)
    overall = summary.overall
    values = {name: row.value for name, row in overall.items()}
    return Verdict(
        thresholds=len(thresholds),
        results=summary.results,
        breaches=tuple(b for t in thresholds for b in _breaches(t, values[t.metric])),
        gaps=(*_run_gaps(summary), *_unmeasured([t.metric for t in thresholds], overall)),
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


def _breaches(threshold: Threshold, value: float | None) -> list[str]:
    if value is None:
        return []
    name, least, most = threshold.metric, threshold.least, threshold.most
    breaches = []
    if least is not None and value < least - _TOLERANCE:
        breaches.append(f"{name} {value:.3f} is below {least:g}")
    if most is not None and value > most + _TOLERANCE:
        breaches.append(f"{name} {value:.3f} is above {most:g}")
    return breaches


def _threshold(name: str, bounds: object, path: Path) -> Threshold:
    if isinstance(bounds, dict) and bounds and set(bounds) <= {"min", "max"}:
        if all(type(b) in (int, float) and math.isfinite(b) for b in bounds.values()):
            return Threshold(name, bounds.get("min"), bounds.get("max"))
    raise UsageError(
        f"{path}: {name} = {bounds!r} is no threshold; write {name} = {{ min = 0.8 }} or max"
    )
