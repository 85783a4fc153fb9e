"""A run as Markdown, for the comment of a pull request: numbers alone, no text of a case. Pure."""

from collections.abc import Iterable, Sequence

from eval.reports.gated import Gated, Standing, gated_rows, headline, settings_rows
from eval.suite_run import Run
from eval.table import NONE, value_and_interval

ROWS_SHOWN = 40
"""Gated metrics in the open table, those that fail the run before all others."""
REASONS_SHOWN = 10

_SIGNS = {
    Standing.HOLDS: "✓ holds",
    Standing.MISSED: "✗ **missed**",
    Standing.WORSE: "✗ **worse**",
    Standing.UNMEASURED: "? **not measured**",
}
_WORST_FIRST = (Standing.MISSED, Standing.WORSE, Standing.UNMEASURED, Standing.HOLDS)


def markdown_report(run: Run) -> str:
    """Return the report as Markdown; its first line is the verdict."""
    rows = gated_rows(run)
    shown = _shown(rows)
    verdict = "✅ PASS" if run.verdict.exit_code == 0 else "❌ FAIL"
    parts = [
        [f"## {verdict}: {headline(run, rows)}"],
        _reasons(run),
        _gated_table(shown, compared=run.comparison is not None),
        _folded("More gated metrics", _gated_table(_left(rows, shown), run.comparison)),
        _folded("All measured metrics", _metric_table(run)),
        _folded("What the numbers hold for", _settings_table(run)),
    ]
    return "\n\n".join("\n".join(lines) for lines in parts if lines) + "\n"


def _reasons(run: Run) -> list[str]:
    """List what fails the run, as code: an error may hold anything."""
    worse = [f"worse than the baseline: {each}" for each in run.verdict.regressions]
    every = [*run.verdict.breaches, *worse, *run.verdict.gaps]
    more = len(every) - REASONS_SHOWN
    rest = [f"- and {more} more, in the table"] if more > 0 else []
    return [f"- {_code(each)}" for each in every[:REASONS_SHOWN]] + rest


def _shown(rows: Sequence[Gated]) -> list[Gated]:
    """Return what is in the open table, in the order of the rows."""
    worst_first = sorted(rows, key=lambda row: _WORST_FIRST.index(row.standing))
    chosen = {row.metric for row in worst_first[:ROWS_SHOWN]}
    return [row for row in rows if row.metric in chosen]


def _left(rows: Sequence[Gated], shown: Sequence[Gated]) -> list[Gated]:
    metrics = {row.metric for row in shown}
    return [row for row in rows if row.metric not in metrics]


def _gated_table(rows: Sequence[Gated], compared: object) -> list[str]:
    """Make a line a threshold; with a baseline also before, change and Holm's p."""
    if not rows:
        return []
    head = ["part", "metric", "value", "95% interval", "floor or ceiling"]
    head += ["before", "change", "p (Holm)"] if compared else []
    cells = [
        [
            _SIGNS[row.standing],
            row.part or NONE,
            row.metric,
            *value_and_interval(row.aggregate),
            row.bounds,
            *(_change(row) if compared else ()),
        ]
        for row in rows
    ]
    return _table(["verdict", *head], cells, texts=3)


def _change(row: Gated) -> tuple[str, str, str]:
    change = row.change
    if change is None:
        return NONE, NONE, NONE
    return f"{change.before:.3f}", f"{change.difference:+.3f}", f"{change.p:.3f}"


def _metric_table(run: Run) -> list[str]:
    rows = [
        [name, *value_and_interval(each), *map(str, (each.measured, each.not_applicable))]
        + [str(each.errors)]
        for name, each in run.summary.overall.items()
        if each.measured or each.errors
    ]
    return _table(["metric", "value", "95% interval", "n", "n/a", "errors"], rows, texts=1)


def _settings_table(run: Run) -> list[str]:
    rows = [[name, _code(value)] for name, value in settings_rows(run)]
    return _table(["setting", "value"], rows, texts=2)


def _table(head: Sequence[str], rows: Iterable[Sequence[str]], texts: int) -> list[str]:
    """Return a table whose first `texts` columns are text, the others numbers."""
    sides = [":--" if column < texts else "--:" for column in range(len(head))]
    return [_row(head), _row(sides), *map(_row, rows)]


def _row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"


def _folded(title: str, lines: Sequence[str]) -> list[str]:
    if not lines:
        return []
    return [f"<details><summary>{title}</summary>", "", *lines, "", "</details>"]


def _code(text: str) -> str:
    """Return text as it is: in a code span nothing is markup, a mention or a link."""
    return f"`{' '.join(text.replace('`', chr(39)).split()) or NONE}`"
