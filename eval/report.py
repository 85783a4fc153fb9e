"""Renders a summary for the terminal, and writes it as files. Pure, but for `write_files`."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from assistant.errors import UsageError
from eval.cases import KINDS, SPLITS
from eval.gate import Verdict
from eval.runner import CaseResult
from eval.scores import Aggregate
from eval.summary import METRICS, Summary

WORST_SHOWN = 5


def render_report(summary: Summary, verdict: Verdict, results: Sequence[CaseResult]) -> str:
    """Return the report as text; its first line is the verdict."""
    parts = [
        [str(verdict)],
        _settings_lines(summary),
        _split_table(summary),
        _kind_table(summary),
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


def results_jsonl(results: Iterable[CaseResult]) -> str:
    """Return one JSON object a line and case.

    Of test cases it holds the scores alone: the test split is looked at as a number only.
    """
    return "".join(json.dumps(_row(result), ensure_ascii=False) + "\n" for result in results)


def write_files(
    out: Path, summary: Summary, verdict: Verdict, results: Sequence[CaseResult]
) -> None:
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


def _row(result: CaseResult) -> dict[str, Any]:
    case = result.case
    row: dict[str, Any] = {
        "id": case.case_id,
        "kind": case.kind,
        "split": case.split,
        "scores": {name: score.to_dict() for name, score in result.scores.items()},
        "latency_s": result.latency_s,
    }
    if case.split == "dev":
        row["question"] = case.question
        row["ranking"] = list(result.ranking)
        row["answer"] = result.answer.to_dict() if result.answer else None
    return row


def _settings_lines(summary: Summary) -> list[str]:
    settings = summary.settings
    answered_by = ", ".join(f"{name} {n}" for name, n in summary.answered_by.items())
    return [
        f"library   {settings.library_papers} papers, fingerprint {settings.library_fingerprint}",
        f"engine    {settings.engine} (answers: {answered_by or 'none'})",
        f"embedder  {settings.embedder}",
        f"judge     {settings.judge} decides whether a quotation carries a sentence",
        f"cases     {summary.cases}, {settings.cases_file}, sha256 {settings.cases_sha256[:12]}",
        f"version   {settings.version}",
    ]


def _split_table(summary: Summary) -> list[str]:
    """Make a line a metric: value and number of measured cases for all, dev and test."""
    groups = ("all", *SPLITS)
    header = ["metric", *(cell for group in groups for cell in (group, "n")), "n/a", "error"]
    rows = []
    for name, overall in summary.overall.items():
        pairs = [_pair(summary.groups[group][name]) for group in groups]
        counts = [str(overall.not_applicable), str(overall.errors)]
        rows.append([name, *(cell for pair in pairs for cell in pair), *counts])
    return _align([header, *rows])


def _kind_table(summary: Summary) -> list[str]:
    """Make a line a metric: its value by kind; "-" where it was not measured."""
    rows = [[name, *(_value(summary.groups[kind][name]) for kind in KINDS)] for name in METRICS]
    return _align([["by kind", *KINDS], *rows])


def _pair(aggregate: Aggregate) -> tuple[str, str]:
    return _value(aggregate), str(aggregate.measured)


def _value(aggregate: Aggregate) -> str:
    return "-" if aggregate.value is None else f"{aggregate.value:.3f}"


def _refusal_lines(summary: Summary) -> list[str]:
    counts = asdict(summary.confusion)
    rows = [
        [kind, *(str(counts[f"{outcome}_{kind}"]) for outcome in ("answered", "refused"))]
        for kind in ("answerable", "unanswerable")
    ]
    return _align([["questions", "answered", "refused"], *rows])


def _worst_lines(results: Iterable[CaseResult]) -> list[str]:
    """List the worst dev cases; test cases are never shown."""
    flawed = [(r, flaws) for r in results if r.case.split == "dev" and (flaws := _flaws(r))]
    flawed.sort(key=lambda pair: -max(pair[1].values()))
    rows = [
        [r.case.case_id, r.case.kind, "; ".join(flaws), r.case.question]
        for r, flaws in flawed[:WORST_SHOWN]
    ]
    return [f"worst of dev ({len(rows)} of {len(flawed)} with a flaw)", *_align(rows, "<")]


def _flaws(result: CaseResult) -> Mapping[str, float]:
    """Return what is wrong with a case in words, each with how bad it is."""
    scores = {name: s.value for name, s in result.scores.items() if s.value is not None}
    flaws: dict[str, float] = {}
    if result.error:
        flaws[result.error] = 6.0
    if scores.get("invalid_citation_rate", 0.0) > 0.0:
        flaws["invalid citation"] = 5.0
    if result.refused is False and not result.case.answerable:
        flaws["answered, has no answer"] = 4.0
    if result.refused and result.case.answerable:
        flaws["refused, has an answer"] = 3.0
    elif scores.get("wrong_answer_rate"):
        flaws["wrong answer"] = 2.0
    for name in ("fact_recall", "citation_recall", "citation_precision", "recall_at_5"):
        if (value := scores.get(name, 1.0)) < 1.0:
            flaws[f"{name} {value:.2f}"] = 1.0 - value
    return flaws


def _align(rows: Sequence[Sequence[str]], numbers: str = ">") -> list[str]:
    """Pad cells to columns: the first to the left, the others as `numbers` says."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    sides = ["<", *([numbers] * (len(widths) - 1))]
    cells = [
        [f"{cell:{side}{width}}" for cell, side, width in zip(row, sides, widths, strict=True)]
        for row in rows
    ]
    return ["  ".join(row).rstrip() for row in cells]
