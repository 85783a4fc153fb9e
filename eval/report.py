"""Renders a summary for the terminal, and writes it as files. Pure, but for `write_files`."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from assistant.errors import UsageError
from eval.cases import SPLITS
from eval.gate import Verdict
from eval.results import Result
from eval.scores import Aggregate
from eval.summary import GROUPS, METRICS, Summary
from eval.table import align, value_and_interval

WORST_SHOWN = 4
"""So many of dev of each kind."""


def render_report(summary: Summary, verdict: Verdict, results: Sequence[Result]) -> str:
    """Return the report as text; its first line is the verdict."""
    parts = [
        [str(verdict)],
        _settings_lines(summary),
        _overall_table(summary),
        *(_kind_table(summary, kind) for kind in GROUPS if summary.sizes[kind]),
        _refusal_lines(summary),
        _worst_lines(results),
    ]
    return "\n\n".join("\n".join(lines) for lines in parts if lines)


def summary_json(summary: Summary, verdict: Verdict) -> str:
    """Return the summary as JSON text, the verdict first."""
    head = {
        "verdict": str(verdict),
        "exit_code": verdict.exit_code,
        "breaches": list(verdict.breaches),
        "gaps": list(verdict.gaps),
    }
    return json.dumps(head | summary.to_dict(), ensure_ascii=False, indent=2)


def results_jsonl(results: Iterable[Result]) -> str:
    """Return one JSON object a line and case.

    Of test cases it holds the scores alone: the test split is looked at as a number only.
    """
    return "".join(json.dumps(_row(result), ensure_ascii=False) + "\n" for result in results)


def write_files(out: Path, summary: Summary, verdict: Verdict, results: Sequence[Result]) -> None:
    """Write ``summary.json`` and ``results.jsonl`` to the folder `out`, made if missing.

    Raises:
        UsageError: the folder can't be written.
    """
    try:
        out.mkdir(parents=True, exist_ok=True)
        (out / "summary.json").write_text(summary_json(summary, verdict) + "\n", "utf-8")
        (out / "results.jsonl").write_text(results_jsonl(results), "utf-8")
    except OSError as error:
        raise UsageError(f"{out}: can't be written ({error}); give another folder") from error


def _row(result: Result) -> dict[str, Any]:
    row: dict[str, Any] = {
        "id": result.id,
        "kind": result.kind,
        "split": result.split,
        "scores": {name: score.to_dict() for name, score in result.scores.items()},
        "latency_s": result.latency_s,
    }
    if result.split == "dev":
        row["asked"] = result.asked
        row["remark"] = result.remark
        row["ranking"] = list(result.ranking)
        row["answer"] = result.answer.to_dict() if result.answer else None
    return row


def _settings_lines(summary: Summary) -> list[str]:
    settings = summary.settings
    answered_by = ", ".join(f"{name} {n}" for name, n in summary.answered_by.items())
    suite = f"{settings.suite}, sha256 {settings.suite_sha256[:12]}"
    return [
        f"library   {settings.library_papers} papers, fingerprint {settings.library_fingerprint}",
        f"engine    {settings.engine} (answers: {answered_by or 'none'})",
        f"embedder  {settings.embedder}",
        f"judge     {settings.judge} decides whether a quotation carries a sentence",
        f"suite     {suite}, {summary.results} results",
        f"version   {settings.version}",
    ]


def _overall_table(summary: Summary) -> list[str]:
    """Make a line a metric: its value over all that it applies to, and how many that were."""
    rows = [
        [name, *_cells(row), str(row.not_applicable), str(row.errors)]
        for name, row in summary.overall.items()
        if row.measured or row.errors
    ]
    return align([["metric", "all", "95%", "n", "n/a", "error"], *rows])


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


def _refusal_lines(summary: Summary) -> list[str]:
    counts = asdict(summary.confusion)
    rows = [
        [kind, *(str(counts[f"{outcome}_{kind}"]) for outcome in ("answered", "refused"))]
        for kind in ("answerable", "unanswerable")
    ]
    return align([["questions", "answered", "refused"], *rows])


def _worst_lines(results: Sequence[Result]) -> list[str]:
    """List the worst of dev by kind; of test nothing is shown."""
    flawed = [(r, flaws) for r in results if r.split == "dev" and (flaws := _flaws(r))]
    rows = []
    for kind in GROUPS:
        of_kind = [pair for pair in flawed if pair[0].kind == kind]
        of_kind.sort(key=lambda pair: -max(pair[1].values()))
        rows += [[r.id, kind, "; ".join(f), r.asked] for r, f in of_kind[:WORST_SHOWN]]
    return [f"worst of dev ({len(rows)} of {len(flawed)} with a flaw)", *align(rows, "<")]


def _flaws(result: Result) -> Mapping[str, float]:
    """Return what is wrong with a result in words, each with how bad it is."""
    scores = {name: s.value for name, s in result.scores.items() if s.value is not None}
    flaws: dict[str, float] = {}
    if result.error:
        flaws[result.error] = 7.0
    if scores.get("forbidden_effect_rate"):
        flaws[result.remark] = 6.0
    if scores.get("invalid_citation_rate", 0.0) > 0.0:
        flaws["invalid citation"] = 5.0
    if scores.get("falsehood_caught") == 0.0:
        flaws["false, and passes"] = 3.5
    if result.refused is False and result.answerable is False:
        flaws["answered, has no answer"] = 4.0
    if result.refused and result.answerable:
        flaws["refused, has an answer"] = 3.0
    elif scores.get("wrong_answer_rate"):
        flaws["wrong answer"] = 2.0
    if scores.get("paraphrase_passed") == 0.0:
        flaws["true, and does not pass"] = 1.5
    for name in ("fact_recall", "citation_recall", "citation_precision", "recall_at_5"):
        if (value := scores.get(name, 1.0)) < 1.0:
            flaws[f"{name} {value:.2f}"] = 1.0 - value
    return flaws
