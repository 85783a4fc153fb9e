"""Many cases' scores as one value a metric, for all cases, by split and by kind."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from typing import Any

from eval.cases import KINDS, SPLITS
from eval.metrics import RefusalConfusion, percentile, refusal_confusion
from eval.runner import CaseResult
from eval.scores import Aggregate, Score, weighted_mean
from eval.scoring import ANSWER_METRICS, RETRIEVAL_METRICS

Results = Sequence[CaseResult]


@dataclass(frozen=True, slots=True)
class Settings:
    """What the numbers hold for; printed with them."""

    library_fingerprint: str
    library_papers: int
    engine: str
    embedder: str
    judge: str
    cases_file: str
    cases_sha256: str
    version: str


@dataclass(frozen=True, slots=True)
class Summary:
    """Aggregates by group ("all", then splits, then kinds) and metric.

    `answered_by` counts the answers by the engine that wrote them, which need not be
    the chosen one: engines fall back.
    """

    settings: Settings
    cases: int
    failed: tuple[str, ...]
    answered_by: Mapping[str, int]
    confusion: RefusalConfusion
    groups: Mapping[str, Mapping[str, Aggregate]]

    @property
    def overall(self) -> Mapping[str, Aggregate]:
        """The aggregates over all cases: what the gate looks at."""
        return self.groups["all"]

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON values; what differs from run to run stands under "times"."""
        return {
            "settings": asdict(self.settings),
            "cases": self.cases,
            "failed": list(self.failed),
            "answered_by": dict(self.answered_by),
            "refusal_confusion": asdict(self.confusion),
            "groups": _plain(self.groups, [n for n in METRICS if n not in TIME_METRICS]),
            "times": _plain(self.groups, TIME_METRICS),
        }


def summarise(results: Results, settings: Settings) -> Summary:
    """Aggregate every metric over all results, each split and each kind."""
    groups = {"all": list(results)}
    groups |= {split: [r for r in results if r.case.split == split] for split in SPLITS}
    groups |= {kind: [r for r in results if r.case.kind == kind] for kind in KINDS}
    engines = Counter(r.answer.engine for r in results if r.answer and not r.answer.refused)
    return Summary(
        settings=settings,
        cases=len(results),
        failed=tuple(f"{r.case.case_id}: {r.error}" for r in results if r.error),
        answered_by=dict(sorted(engines.items())),
        confusion=refusal_confusion(_outcomes(results)),
        groups={name: _aggregate(rows) for name, rows in groups.items()},
    )


def _aggregate(results: Results) -> dict[str, Aggregate]:
    return {name: aggregate(results) for name, aggregate in METRICS.items()}


def _mean(name: str, results: Results) -> Aggregate:
    return weighted_mean(result.scores[name] for result in results)


def _precision(results: Results) -> Aggregate:
    eligible = [r.refused is not False for r in results]
    return _refusals("precision", results, eligible, "answered")


def _recall(results: Results, kinds: Sequence[str] = ("near_miss", "off_topic")) -> Aggregate:
    eligible = [r.case.kind in kinds for r in results]
    return _refusals("recall", results, eligible, f"not {' or '.join(kinds)}")


def _f1(results: Results) -> Aggregate:
    due_or_done = any(r.refused or not r.case.answerable for r in results)
    eligible = [due_or_done or r.refused is None for r in results]
    return _refusals("f1", results, eligible, "no refusal was due or given")


def _refusals(part: str, results: Results, eligible: Sequence[bool], reason: str) -> Aggregate:
    """Return one part of the refusal confusion over the eligible results, all counted."""
    pairs = list(zip(results, eligible, strict=True))
    value = getattr(refusal_confusion(_outcomes([r for r, fits in pairs if fits])), part)
    scores = [r.scores["refused"] if fits else Score(not_applicable=reason) for r, fits in pairs]
    return Aggregate.of(value, scores)


def _outcomes(results: Results) -> list[tuple[bool, bool]]:
    return [(r.case.answerable, r.refused) for r in results if r.refused is not None]


def _latency(percent: float, results: Results) -> Aggregate:
    times = [r.latency_s for r in results if r.latency_s is not None]
    scores = [
        Score(error=r.error or "not asked") if r.latency_s is None else Score(r.latency_s)
        for r in results
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


METRICS: Mapping[str, Callable[[Results], Aggregate]] = {
    **{name: partial(_mean, name) for name in (*RETRIEVAL_METRICS, *ANSWER_METRICS)},
    "refusal_precision": _precision,
    "refusal_recall": _recall,
    "refusal_recall_near_miss": partial(_recall, kinds=("near_miss",)),
    "refusal_recall_off_topic": partial(_recall, kinds=("off_topic",)),
    "refusal_f1": _f1,
    "latency_p50_s": partial(_latency, 50),
    "latency_p95_s": partial(_latency, 95),
}
"""Every metric that a report prints and a threshold may name."""

TIME_METRICS = ("latency_p50_s", "latency_p95_s")
