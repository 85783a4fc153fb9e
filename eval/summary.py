"""Many results as one value a metric: for all, by split, by kind, and by kind and split."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from functools import partial
from typing import Any

from eval.auto_metrics import AUTO
from eval.cases import KINDS, SPLITS
from eval.dialogues import FOLLOW_UP
from eval.metrics import RefusalConfusion, percentile, refusal_confusion
from eval.parts import PART_OF
from eval.perturbed import PERTURBED
from eval.replayed import REPLAYED
from eval.results import Result
from eval.scores import Aggregate, Score, weighted_mean

Results = Sequence[Result]

GROUPS = (
    *KINDS,
    FOLLOW_UP,
    *("paraphrase", "falsehood", PERTURBED),
    "adversarial",
    REPLAYED,
    AUTO,
)
"""The kinds of results, in the order of a report."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What the numbers hold for; printed with them, and a stopped run is taken up by them.

    `options` are those of the run and of the configuration that change what is measured.
    """

    library_fingerprint: str
    library_papers: int
    engine: str
    embedder: str
    judge: str
    suite: str
    suite_sha256: str
    version: str
    parts: tuple[str, ...] = ()
    checker: str = ""
    prompts_sha256: str = ""
    python: str = ""
    options: Mapping[str, str | int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Summary:
    """Aggregates by group and metric; a group is "all", a split, a kind, or "kind split".

    `answered_by` counts the answers by the engine that wrote them, which need not be
    the chosen one: engines fall back.
    """

    settings: Settings
    results: int
    failed: tuple[str, ...]
    answered_by: Mapping[str, int]
    confusion: RefusalConfusion
    sizes: Mapping[str, int]
    groups: Mapping[str, Mapping[str, Aggregate]]

    @property
    def overall(self) -> Mapping[str, Aggregate]:
        """The aggregates over all results: what the gate looks at."""
        return self.groups["all"]

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON values; what differs from run to run stands under "times"."""
        return {
            "settings": asdict(self.settings),
            "results": self.results,
            "failed": list(self.failed),
            "answered_by": dict(self.answered_by),
            "refusal_confusion": asdict(self.confusion),
            "sizes": dict(self.sizes),
            "groups": _plain(self.groups, [n for n in METRICS if n not in TIME_METRICS]),
            "times": _plain(self.groups, TIME_METRICS),
        }


def summarise(results: Results, settings: Settings) -> Summary:
    """Aggregate every metric over each group."""
    groups = {"all": list(results)}
    groups |= {split: [r for r in results if r.split == split] for split in SPLITS}
    for kind in GROUPS:
        groups[kind] = [r for r in results if r.kind == kind]
        groups |= {f"{kind} {s}": [r for r in groups[kind] if r.split == s] for s in SPLITS}
    engines = Counter(r.answer.engine for r in results if r.answer and not r.answer.refused)
    return Summary(
        settings=settings,
        results=len(results),
        failed=tuple(f"{r.id}: {_told_error(r)}" for r in results if r.error),
        answered_by=dict(sorted(engines.items())),
        confusion=refusal_confusion(_outcomes(results)),
        sizes={name: len(rows) for name, rows in groups.items()},
        groups={name: _aggregate(rows) for name, rows in groups.items()},
    )


def _told_error(result: Result) -> str:
    """Return the error; of the test split only where it arose, and its class."""
    told = str(result.error)
    return told if result.split == "dev" else ": ".join(told.split(": ")[:2]).split("'")[0]


def _aggregate(results: Results) -> dict[str, Aggregate]:
    return {name: aggregate(results) for name, aggregate in METRICS.items()}


def _mean(name: str, results: Results) -> Aggregate:
    """Return the mean over the results that have this score."""
    scored = [(r.scores[name], r.cluster) for r in results if name in r.scores]
    return weighted_mean([score for score, _ in scored], [cluster for _, cluster in scored])


def _outcomes(results: Results) -> list[tuple[bool, bool]]:
    """Return (is answerable, was refused) of each question of the golden set."""
    return [
        (r.answerable, r.refused)
        for r in results
        if r.kind in KINDS and r.answerable is not None and r.refused is not None
    ]


def _latency(percent: float, results: Results) -> Aggregate:
    """Return a percentile over the questions; each tells its time, or why it has none."""
    asked = [r for r in results if r.kind in KINDS]
    times = [r.latency_s for r in asked if r.latency_s is not None]
    scores = [
        Score(error=r.error or "not asked") if r.latency_s is None else Score(r.latency_s)
        for r in asked
    ]
    return Aggregate.of(percentile(times, percent) if times else None, scores)


def _plain(
    groups: Mapping[str, Mapping[str, Aggregate]], names: Iterable[str]
) -> dict[str, dict[str, Any]]:
    names = list(names)
    return {
        group: {name: aggregates[name].to_dict() for name in names}
        for group, aggregates in groups.items()
    }


TIME_METRICS = ("latency_p50_s", "latency_p95_s")

METRICS: Mapping[str, Callable[[Results], Aggregate]] = {
    **{name: partial(_mean, name) for name in PART_OF},
    "latency_p50_s": partial(_latency, 50),
    "latency_p95_s": partial(_latency, 95),
}
"""Every metric that a report prints and a threshold may name."""
