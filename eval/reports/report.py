"""Renders a summary for the terminal, and writes it as files. Pure, but for `write_files`."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path

from assistant.errors import UsageError
from eval.baseline import RESULTS, Comparison
from eval.cases import SPLITS
from eval.reports.flaws import flaws_of
from eval.reports.html_report import html_report
from eval.reports.junit_report import junit_xml
from eval.reports.markdown_report import markdown_report
from eval.result_rows import results_jsonl
from eval.results import Result
from eval.scores import Aggregate
from eval.suite_run import Run
from eval.summary import GROUPS, METRICS, Summary
from eval.table import NONE, align, value_and_interval

WORST_SHOWN = 4
"""So many of dev of each kind."""


def render_report(run: Run) -> str:
    """Return the report as text; its first line is the verdict."""
    summary, results = run.summary, run.results
    parts = [
        [str(run.verdict)],
        _settings_lines(summary),
        _overall_table(summary),
        _comparison_table(run.comparison) if run.comparison else [],
        *(_kind_table(summary, kind) for kind in GROUPS if summary.sizes[kind]),
        _refusal_lines(summary),
        _worst_lines(results),
    ]
    return "\n\n".join("\n".join(lines) for lines in parts if lines)


def summary_json(run: Run) -> str:
    """Return the summary as JSON text, the verdict first."""
    verdict, compared = run.verdict, run.comparison
    head = {
        "verdict": str(verdict),
        "exit_code": verdict.exit_code,
        "breaches": list(verdict.breaches),
        "regressions": list(verdict.regressions),
        "gaps": list(verdict.gaps),
        "baseline": compared.to_dict() if compared else None,
    }
    return json.dumps(head | run.summary.to_dict(), ensure_ascii=False, indent=2)


def write_files(out: Path, run: Run, abstracts: Mapping[str, str] | None = None) -> None:
    """Write all reports to the folder `out`, made if missing.

    Args:
        out: the folder.
        run: what is reported.
        abstracts: of the papers by id; a quotation of one of them is shown among its words.

    Raises:
        UsageError: the folder can't be written.
    """
    files = {
        "summary.json": summary_json(run) + "\n",
        RESULTS: results_jsonl(run.results),
        "report.md": markdown_report(run),
        "junit.xml": junit_xml(run),
        "report.html": html_report(run, abstracts),
    }
    try:
        out.mkdir(parents=True, exist_ok=True)
        for name, text in files.items():
            (out / name).write_text(text, "utf-8")
    except OSError as error:
        raise UsageError(f"{out}: can't be written ({error}); give another folder") from error


def _settings_lines(summary: Summary) -> list[str]:
    settings = summary.settings
    answered_by = ", ".join(f"{name} {n}" for name, n in summary.answered_by.items())
    suite = f"{settings.suite}, sha256 {settings.suite_sha256[:12]}"
    options = ", ".join(f"{name} {value}" for name, value in settings.options.items())
    return [
        f"library   {settings.library_papers} papers, fingerprint {settings.library_fingerprint}",
        f"engine    {settings.engine} (answers: {answered_by or 'none'})",
        f"embedder  {settings.embedder}",
        f"judge     {settings.judge} decides whether a quotation carries a sentence",
        f"suite     {suite}, {summary.results} results",
        *([f"options   {options}"] if options else []),
        f"version   {settings.version}",
    ]


def _overall_table(summary: Summary) -> list[str]:
    """Make a line a metric: its value over all that it applies to, and how many that were."""
    rows = [
        [name, *_cells(row), _detectable(row), str(row.not_applicable), str(row.errors)]
        for name, row in summary.overall.items()
        if row.measured or row.errors
    ]
    return align([["metric", "all", "95%", "n", "mde", "n/a", "error"], *rows])


def _comparison_table(comparison: Comparison) -> list[str]:
    """Make a line a gated metric: before, now, and whether it is a regression."""
    left = f", {comparison.unpaired} without a same case there" if comparison.unpaired else ""
    head = f"against {comparison.path}: {comparison.paired} same cases{left}"
    rows = [
        [
            change.metric,
            *(f"{value:.3f}" for value in (change.before, change.after)),
            f"{change.difference:+.3f}",
            f"{change.p:.3f}",
            str(change.cases),
            "worse" if change.worse else "",
        ]
        for change in comparison.changes
    ]
    return [head, *align([["metric", "before", "now", "change", "p (Holm)", "n", ""], *rows])]


def _kind_table(summary: Summary, kind: str) -> list[str]:
    """Make a line a metric that applies to the kind: dev and test apart."""
    header = [kind, *(cell for split in SPLITS for cell in (split, "95%", "n"))]
    rows = [
        [name, *(cell for split in SPLITS for cell in _cells(_in(summary, kind, split, name)))]
        for name in METRICS
        if summary.groups[kind][name].measured
    ]
    return align([header, *rows])


def _in(summary: Summary, kind: str, split: str, name: str) -> Aggregate:
    return summary.groups[f"{kind} {split}"][name]


def _cells(aggregate: Aggregate) -> tuple[str, str, str]:
    """Return value, interval and number of cases; "-" where there is none."""
    return *value_and_interval(aggregate), str(aggregate.measured)


def _detectable(aggregate: Aggregate) -> str:
    return NONE if aggregate.detectable is None else f"{aggregate.detectable:.3f}"


def _refusal_lines(summary: Summary) -> list[str]:
    counts = asdict(summary.confusion)
    rows = [
        [kind, *(str(counts[f"{outcome}_{kind}"]) for outcome in ("answered", "refused"))]
        for kind in ("answerable", "unanswerable")
    ]
    return align([["questions", "answered", "refused"], *rows])


def _worst_lines(results: Sequence[Result]) -> list[str]:
    """List the worst of dev by kind; of test nothing is shown."""
    flawed = [(r, flaws) for r in results if r.split == "dev" and (flaws := flaws_of(r))]
    rows = []
    for kind in GROUPS:
        of_kind = [pair for pair in flawed if pair[0].kind == kind]
        of_kind.sort(key=lambda pair: -max(pair[1].values()))
        rows += [[r.id, kind, "; ".join(f), r.asked] for r, f in of_kind[:WORST_SHOWN]]
    return [f"worst of dev ({len(rows)} of {len(flawed)} with a flaw)", *align(rows, "<")]
