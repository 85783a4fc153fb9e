"""An earlier run as a baseline: what has become worse, case by case.

Only cases that are the same in both runs are compared. A drop is a regression if it is larger
than the metric's margin, and significant after Holm's correction over all gated metrics.
"""

import json
import math
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from assistant.errors import UsageError
from assistant.statistics import (
    clustered_difference_error,
    holm,
    mcnemar_exact,
    two_sided_p,
)
from eval.gate import Threshold
from eval.results import Result
from eval.scores import Score

SIGNIFICANT = 0.05
ROUNDING = 1e-6
"""Of the values in a file of results."""
RESULTS = "results.jsonl"

Pair = tuple[Score, Score, str]
"""What a metric gave of a case before and now, and what the case is about."""


@dataclass(frozen=True, slots=True)
class Baseline:
    """The scores of an earlier run, by the id of the result; and the hash of each one's row."""

    path: str
    scores: Mapping[str, Mapping[str, Score]]
    rows: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Change:
    """A metric before and now, over the same `cases`; `p` is Holm's.

    `worse` is what the gate looks at: whether this is a regression.
    """

    metric: str
    before: float
    after: float
    cases: int
    p: float
    margin: float
    worse: bool

    @property
    def difference(self) -> float:
        """How much higher it is now, as far as a file of results tells."""
        return round(self.after - self.before, 6) + 0.0  # never a negative zero

    def __str__(self) -> str:
        """Return it in words."""
        return f"{self.metric} {self.before:.3f} -> {self.after:.3f} (p {self.p:.3f})"


@dataclass(frozen=True, slots=True)
class CaseChange:
    """A score of one result that is not what it was; None where it had, or has, no value."""

    id: str
    metric: str
    before: float | None
    after: float | None


@dataclass(frozen=True, slots=True)
class Comparison:
    """All gated metrics against a baseline; `unpaired` results have no same case in it.

    `moved` are the single scores that differ, of every metric that the baseline holds.
    """

    path: str
    changes: tuple[Change, ...]
    paired: int
    unpaired: int
    moved: tuple[CaseChange, ...] = ()

    @property
    def regressions(self) -> tuple[Change, ...]:
        """The changes for the worse that count."""
        return tuple(change for change in self.changes if change.worse)

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON values."""
        return {
            "paired": self.paired,
            "unpaired": self.unpaired,
            "changes": [
                {key: round(v, 6) if isinstance(v, float) else v for key, v in asdict(c).items()}
                for c in self.changes
            ],
        }


def load_baseline(path: Path) -> Baseline:
    """Read the ``results.jsonl`` of an earlier run, or of the folder that holds it.

    Raises:
        UsageError: it can't be read, or is no such file.
    """
    file = path / RESULTS if path.is_dir() else path
    fix = "give the results.jsonl that --out or --save-baseline wrote"
    try:
        lines = file.read_text("utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{file}: can't be read ({error}); {fix}") from error
    scores: dict[str, dict[str, Score]] = {}
    rows: dict[str, str] = {}
    for number, line in enumerate(lines, 1):
        try:
            row = json.loads(line)
            scores[row["id"]] = {name: Score(**each) for name, each in row["scores"].items()}
            rows[row["id"]] = row["row"]
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise UsageError(f"{file}, line {number}: no result of a run; {fix}") from error
    if not scores:
        raise UsageError(f"{file}: holds no result; {fix}")
    return Baseline(file.name, scores, rows)


def baseline_jsonl(results: Iterable[Result], metrics: Iterable[str]) -> str:
    """Return what a baseline needs of results: the scores of some metrics, without any text."""
    wanted = frozenset(metrics)
    rows = (
        {
            "id": result.id,
            "row": result.row,
            "scores": {n: s.to_dict() for n, s in result.scores.items() if n in wanted},
        }
        for result in results
    )
    return "".join(json.dumps(row) + "\n" for row in rows if row["scores"])


def compare(
    results: Sequence[Result], baseline: Baseline, thresholds: Iterable[Threshold]
) -> Comparison:
    """Hold results against a baseline, in the metrics that have a threshold."""
    same = [result for result in results if baseline.rows.get(result.id) == result.row]
    found = []
    for threshold in thresholds:
        name = threshold.metric
        pairs = [
            (before, after, result.cluster)
            for result in same
            if (after := result.scores.get(name))
            and (before := baseline.scores[result.id].get(name))
        ]
        if any(b.value is not None for b, _, _ in pairs) and any(
            a.value is not None for _, a, _ in pairs
        ):
            found.append((threshold, pairs))
    p_values = holm([_p_value(pairs) for _, pairs in found])
    changes = tuple(_change(*each, p) for each, p in zip(found, p_values, strict=True))
    moved = tuple(each for result in same for each in _moved(result, baseline.scores[result.id]))
    return Comparison(baseline.path, changes, len(same), len(results) - len(same), moved)


def _moved(result: Result, before: Mapping[str, Score]) -> Iterator[CaseChange]:
    """Yield the scores that differ by more than the rounding of a file of results."""
    for name, score in result.scores.items():
        if name in before:
            was, now = before[name].value, score.value
            if (was is None) != (now is None) or abs((was or 0.0) - (now or 0.0)) > ROUNDING:
                yield CaseChange(result.id, name, was, now)


def _change(threshold: Threshold, pairs: Sequence[Pair], p: float) -> Change:
    before, after = (_mean([pair[side] for pair in pairs]) for side in (0, 1))  # type: ignore[misc]
    drop = before - after if threshold.least is not None else after - before
    margin = threshold.margin_at(before)
    worse = drop > margin and p < SIGNIFICANT
    return Change(threshold.metric, before, after, len(pairs), p, margin, worse)


def _mean(scores: Sequence[Score]) -> float:
    held = [(score.value, score.weight) for score in scores if score.value is not None]
    return math.fsum(v * w for v, w in held) / sum(w for _, w in held)


def _p_value(pairs: Sequence[Pair]) -> float:
    """Return the probability of such a change by chance.

    Exact where each case is a plain yes or no in both runs; else from the clustered standard
    error of the difference of the two weighted means.
    """
    scores = [score for before, after, _ in pairs for score in (before, after)]
    if all(score.value in (0.0, 1.0) and score.weight == 1 for score in scores):
        lost = sum(before.value == 1 and after.value == 0 for before, after, _ in pairs)
        won = sum(before.value == 0 and after.value == 1 for before, after, _ in pairs)
        return mcnemar_exact(lost, won)
    clusters: list[Hashable] = [cluster for _, _, cluster in pairs]
    if len(set(clusters)) < 2:
        return 1.0
    sides = [_values_and_weights([pair[side] for pair in pairs]) for side in (0, 1)]  # type: ignore[misc]
    difference = _mean([pair[1] for pair in pairs]) - _mean([pair[0] for pair in pairs])
    if abs(difference) <= ROUNDING:
        return 1.0
    return two_sided_p(difference, clustered_difference_error(sides[0], sides[1], clusters))


def _values_and_weights(scores: Sequence[Score]) -> tuple[list[float], list[float]]:
    """Return the values, 0 where there is none, and the weights, 0 there as well."""
    return (
        [score.value or 0.0 for score in scores],
        [0.0 if score.value is None else float(score.weight) for score in scores],
    )
