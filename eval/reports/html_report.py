"""A run as one HTML page that opens from a disk: its styles, script and charts are in it.

The page fetches nothing and may not (its policy names the hashes of the one style sheet and the
one script); all text of cases, papers and models is escaped. Of test cases it shows numbers only.
"""

import base64
import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path

from eval.baseline import CaseChange
from eval.reports.gated import Gated, Standing, gated_rows, headline, settings_rows
from eval.reports.html_cases import render_cases, render_sealed, shelf_of
from eval.reports.html_charts import gated_strip, kind_charts, render_charts
from eval.reports.html_markup import box, escape, folded, share, table, tag, text
from eval.suite_run import Run
from eval.summary import Summary
from eval.table import value_and_interval

HERE = Path(__file__).parent

_STANDINGS = {
    Standing.HOLDS: "✓ holds",
    Standing.MISSED: "✗ missed",
    Standing.WORSE: "✗ worse",
    Standing.UNMEASURED: "? not measured",
}
_DIRECTIONS = ("✗ worse", "– not measured now", "▼ lower", "▲ higher", "+ measured now", "✓ better")


def html_report(run: Run, abstracts: Mapping[str, str] | None = None) -> str:
    """Return the report as one page.

    Args:
        run: what is reported.
        abstracts: of the papers by id; a quotation of one of them is shown among its words.
    """
    rows = gated_rows(run)
    name = f"Evaluation of {run.summary.settings.suite}"
    sections = [
        _banner(run, rows, name),
        _section("Gated metrics", "gated", _gated(run, rows)),
        _section("By kind of case", "kinds", kind_charts(run, rows)),
        _section("All questions", "charts", render_charts(run) + _refusals(run.summary)),
        _section("What has changed", "changes", _changes(run)) if run.comparison else "",
        _section("Cases", "browser", render_cases(run.results, shelf_of(run, abstracts or {}))),
        _section("Test cases: numbers only", "test", render_sealed(run.results)),
        _section("Every metric", "metrics", _metrics(run.summary)),
        _section("What the numbers hold for", "settings", _settings(run)),
    ]
    return _page(name, "".join(sections))


def _page(name: str, body: str) -> str:
    style, script = (
        (HERE / file).read_text("utf-8").strip() for file in ("report.css", "report.js")
    )
    policy = (
        f"default-src 'none'; style-src '{_hash(style)}'; script-src '{_hash(script)}'; "
        "base-uri 'none'; form-action 'none'"
    )
    head = (
        '<meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<meta name="color-scheme" content="light dark">'
        f"<title>{escape(name)}</title><style>{style}</style>"
    )
    return (
        f'<!doctype html>\n<html lang="en"><head>{head}</head>\n'
        f"<body><main>{body}</main>\n<script>{script}</script></body></html>\n"
    )


def _hash(source: str) -> str:
    digest = hashlib.sha256(source.encode()).digest()
    return f"sha256-{base64.b64encode(digest).decode()}"


def _section(heading: str, name: str, content: str) -> str:
    return tag("section", text("h2", heading) + content, {"id": name})


def _banner(run: Run, rows: Sequence[Gated], name: str) -> str:
    """Say the verdict, and each thing that fails the run."""
    verdict = run.verdict
    passed = verdict.exit_code == 0
    sign = text("span", "✓ PASS" if passed else "✗ FAIL", "sign")
    worse = [f"worse than the baseline: {each}" for each in verdict.regressions]
    reasons = "".join(text("li", each) for each in (*verdict.breaches, *worse, *verdict.gaps))
    settings = run.summary.settings
    told = (
        f"{run.summary.results} results over {settings.library_papers} papers · engine "
        f"{settings.engine} · embedder {settings.embedder} · version {settings.version}"
    )
    said = tag("p", f"{sign} {escape(headline(run, rows))}", {"class": "said"})
    verdict_box = box(
        f"verdict {'pass' if passed else 'fail'}", said + (tag("ul", reasons) if reasons else "")
    )
    return tag("header", text("h1", name) + text("p", told, "told") + verdict_box)


def _gated(run: Run, rows: Sequence[Gated]) -> str:
    if not rows:
        return text("p", "No metric of this run has a threshold.", "missing")
    compared = run.comparison is not None
    head = ["metric", "value", "95% interval", "drawn from 0 to 1", "bound"]
    head += ["before", "change", "p (Holm)"] if compared else []
    body = [[*_gated_cells(row), *(_change_cells(row) if compared else [])] for row in rows]
    verdicts = [
        text("span", _STANDINGS[row.standing], f"standing {row.standing.name.lower()}")
        for row in rows
    ]
    lines = [[*cells, verdict] for cells, verdict in zip(body, verdicts, strict=True)]
    hollow = "; the hollow dot is the baseline" if compared else ""
    legend = (
        "The dot is the value, the line its 95% interval, the upright tick the floor or ceiling"
        f"{hollow}. Larger numbers than 1 are drawn from 0 to a round number."
    )
    return table([*head, "verdict"], lines, "gated") + text("p", legend, "legend")


def _gated_cells(row: Gated) -> list[str]:
    value, interval = value_and_interval(row.aggregate)
    part = text("span", row.part, "part") if row.part else ""
    metric = text("span", row.metric, "name") + part
    return [metric, text("b", value), escape(interval), gated_strip(row), escape(row.bounds)]


def _change_cells(row: Gated) -> list[str]:
    change = row.change
    if change is None:
        return ["-", "-", "-"]
    return [share(change.before), f"{change.difference:+.3f}", f"{change.p:.3f}"]


def _refusals(summary: Summary) -> str:
    """Table what was answered and refused, of what has an answer and what has none."""
    counts = summary.confusion
    rows = [
        ["have an answer", str(counts.answered_answerable), str(counts.refused_answerable)],
        ["have none", str(counts.answered_unanswerable), str(counts.refused_unanswerable)],
    ]
    return text("h3", "Answered and refused") + table(
        ["questions that", "answered", "refused"], rows, "refusals"
    )


def _changes(run: Run) -> str:
    """Table each score that is not what it was, what is worse first; dev cases are linked to."""
    compared = run.comparison
    if compared is None or not compared.moved:
        return text("p", "No score of a case that both runs have differs.", "missing")
    kinds = {result.id: result.kind for result in run.results}
    dev = {result.id for result in run.results if result.split == "dev"}
    better_up = {each.metric: each.least is not None for each in run.thresholds}
    told = [(_direction(each, better_up.get(each.metric)), each) for each in compared.moved]
    told.sort(key=lambda pair: (_DIRECTIONS.index(pair[0]), pair[1].metric, pair[1].id))
    rows = [
        [
            _case_link(each.id, each.id in dev),
            escape(kinds[each.id]),
            escape(each.metric),
            share(each.before),
            share(each.after),
            escape(direction),
        ]
        for direction, each in told
    ]
    cases = len({each.id for each in compared.moved})
    head = ["case", "kind", "metric", "before", "now", "which is"]
    summary = f"{len(rows)} scores of {cases} cases differ from {compared.path}"
    return folded(summary, table(head, rows, "changes"))


def _case_link(name: str, is_dev: bool) -> str:
    return tag("a", escape(name), {"href": f"#case-{name}"}) if is_dev else escape(name)


def _direction(change: CaseChange, more_is_better: bool | None) -> str:
    """Say which way a score went; better or worse where its threshold tells which is which."""
    worse, gone, lower, higher, new, better = _DIRECTIONS
    if change.before is None or change.after is None:
        return new if change.before is None else gone
    up = change.after > change.before
    if more_is_better is None:
        return higher if up else lower
    return better if up is more_is_better else worse


def _metrics(summary: Summary) -> str:
    rows = [
        [escape(name), *map(escape, value_and_interval(each))]
        + [str(count) for count in (each.measured, each.not_applicable, each.errors)]
        for name, each in summary.overall.items()
        if each.measured or each.errors
    ]
    head = ["metric", "value", "95% interval", "measured", "not applicable", "errors"]
    return folded(f"{len(rows)} metrics over all results", table(head, rows, "metrics"))


def _settings(run: Run) -> str:
    rows = [text("dt", name) + text("dd", value) for name, value in settings_rows(run)]
    return tag("dl", "".join(rows))
