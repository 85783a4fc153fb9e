"""The gated metrics of a run, each with its bounds, its value and its change: rows of reports."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from eval.baseline import Change
from eval.gate import Threshold, breaches_of
from eval.parts import PART_OF
from eval.scores import Aggregate
from eval.suite_run import Run


class Standing(StrEnum):
    """How a gated metric stands; all but `HOLDS` fail a run."""

    HOLDS = "holds"
    MISSED = "missed"
    WORSE = "worse"
    UNMEASURED = "not measured"


@dataclass(frozen=True, slots=True)
class Gated:
    """One threshold over all results; `change` is None without a baseline that holds it."""

    part: str
    threshold: Threshold
    aggregate: Aggregate
    change: Change | None
    breaches: tuple[str, ...]

    @property
    def metric(self) -> str:
        """The name of the metric."""
        return self.threshold.metric

    @property
    def standing(self) -> Standing:
        """The first thing that is wrong, if any."""
        if self.aggregate.value is None:
            return Standing.UNMEASURED
        if self.breaches:
            return Standing.MISSED
        return Standing.WORSE if self.change and self.change.worse else Standing.HOLDS

    @property
    def bounds(self) -> str:
        """The floor and the ceiling in words."""
        least, most = self.threshold.least, self.threshold.most
        told = [] if least is None else [f"at least {least:g}"]
        return ", ".join(told if most is None else [*told, f"at most {most:g}"])


def gated_rows(run: Run) -> tuple[Gated, ...]:
    """Return a row a threshold, in the order of the thresholds."""
    changes = {each.metric: each for each in run.comparison.changes} if run.comparison else {}
    overall = run.summary.overall
    return tuple(
        Gated(
            PART_OF.get(threshold.metric, ""),
            threshold,
            overall[threshold.metric],
            changes.get(threshold.metric),
            tuple(breaches_of(threshold, overall[threshold.metric].value, run.results)),
        )
        for threshold in run.thresholds
    )


def headline(run: Run, rows: Sequence[Gated]) -> str:
    """Say in one line how many thresholds and results hold, or what is not as it should be."""
    verdict = run.verdict
    if verdict.exit_code == 0:
        return f"all {verdict.thresholds} thresholds hold over {verdict.results} results"
    missed = sum(row.standing is Standing.MISSED for row in rows)
    told = [f"{missed} of {verdict.thresholds} thresholds missed"] if missed else []
    if verdict.regressions:
        told.append(f"{len(verdict.regressions)} worse than the baseline")
    return ", ".join([*told, "incomplete"] if verdict.gaps else told)


def settings_rows(run: Run) -> list[tuple[str, str]]:
    """Return what the numbers hold for, as names and values."""
    settings, summary = run.summary.settings, run.summary
    engines = ", ".join(f"{name} {count}" for name, count in summary.answered_by.items())
    rows = [
        ("suite", f"{settings.suite}, sha256 {settings.suite_sha256[:12]}"),
        ("results", str(summary.results)),
        ("parts", ", ".join(settings.parts)),
        ("library", f"{settings.library_papers} papers, {settings.library_fingerprint}"),
        ("engine", f"{settings.engine} (answers: {engines or 'none'})"),
        ("embedder", settings.embedder),
        ("checker", settings.checker),
        ("judge", settings.judge),
        ("prompts", settings.prompts_sha256[:12]),
        ("options", ", ".join(f"{name} {value}" for name, value in settings.options.items())),
        ("version", settings.version),
        ("python", settings.python),
        ("baseline", _baseline(run)),
    ]
    return [(name, value) for name, value in rows if value]


def _baseline(run: Run) -> str:
    compared = run.comparison
    if compared is None:
        return ""
    left = f", {compared.unpaired} without a same case there" if compared.unpaired else ""
    return f"{compared.path}: {compared.paired} same cases{left}"
