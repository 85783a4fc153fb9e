"""The charts of a run: each says what it shows, or that nothing was measured. Pure."""

import math
from collections.abc import Sequence

from eval.cases import KINDS
from eval.metrics import percentile
from eval.reports.confidences import Confidences, confidences, deciles
from eval.reports.gated import Gated
from eval.reports.html_markup import box, tag, text
from eval.reports.html_plots import HEIGHT, WIDTH, Axis, Plot, dot, drawing, label, stroke
from eval.results import Result
from eval.scores import Aggregate
from eval.suite_run import Run
from eval.summary import GROUPS

RISK = 0.05
_SIZE = (WIDTH, HEIGHT)
_STRIP = (180.0, 24.0)
_ROW, _KIND_LEFT, _KIND_RIGHT = 24, 88, 276


def render_charts(run: Run) -> str:
    """Return the charts of the whole run."""
    sure = confidences(run.results)
    figures = [risk_chart(sure), calibration_chart(sure), latency_chart(run.results)]
    return box("figures", "".join(figures))


def risk_chart(sure: Confidences) -> str:
    """Draw how wrong answers are if only the surest are given."""
    title = "Risk and coverage"
    if not sure.answered:
        return _missing(title, "no answer has both a confidence and a judgement")
    curve = sure.curve()
    last, half = curve[-1], curve[(len(curve) - 1) // 2]
    highest = max(point.risk for point in curve)
    plot = Plot(
        Axis("share of questions answered, surest first"),
        Axis("share of answers that is wrong", high=min(1.0, _rounded_up(highest))),
    )
    held = sure.coverage_at(RISK)
    best = (
        f"{_percent(held)} of the questions can be answered with at most {_percent(RISK)} wrong"
        if held
        else f"no threshold keeps the wrong to {_percent(RISK)}"
    )
    told = (
        f"Of {sure.asked} questions {len(sure.answered)} were answered "
        f"({_percent(last.coverage)}), {_percent(last.risk)} of them wrongly; the surer half is "
        f"{_percent(half.risk)} wrong, and {best}. Wrong is what lacks half of the key facts, or "
        "has a sentence that the right papers do not back. Equal confidences are averaged."
    )
    begins = (curve[0].coverage, curve[0].risk)
    marks = [plot.frame(), plot.line([begins, *curve]), plot.dot(last)]
    return _figure("risk", title, told, "".join(marks))


def calibration_chart(sure: Confidences) -> str:
    """Draw the share of right answers against the confidence that they were given with."""
    title = "Confidence and truth"
    if not sure.answered:
        return _missing(title, "no answer has both a confidence and a judgement")
    groups = deciles(sure.answered)
    plot = Plot(Axis("mean confidence of a group"), Axis("share of the group that is right"))
    marks = [plot.frame(), plot.line([(0, 0), (1, 1)], "ideal")]
    for group in groups:
        ends = [(group.confidence, bound) for bound in group.interval]
        marks += [plot.line(ends, "whisker"), plot.dot((group.confidence, group.right))]
    mean = sum(each.confidence for each in sure.answered) / len(sure.answered)
    right = sum(not each.wrong for each in sure.answered) / len(sure.answered)
    told = (
        f"{len(sure.answered)} answers in {len(groups)} groups of rising confidence, with exact "
        f"95% intervals: they were {_percent(mean)} sure on average, and {_percent(right)} are "
        "right. On the dashed line confidence and truth agree; below it answers are too sure."
    )
    return _figure("calibration", title, told, "".join(marks))


def latency_chart(results: Sequence[Result]) -> str:
    """Draw the share of questions that were answered or refused within a time."""
    title = "Time to answer"
    times = sorted(r.latency_s for r in results if r.kind in KINDS and r.latency_s is not None)
    if not times:
        return _missing(title, "no question was asked")
    middle, late = percentile(times, 50), percentile(times, 95)
    plot = Plot(
        Axis("seconds", high=_rounded_up(1.4 * late)),
        Axis("share of questions that is done"),
    )
    steps = [(0.0, 0.0)]
    for done, seconds in enumerate(times):
        steps += [(seconds, done / len(times)), (seconds, (done + 1) / len(times))]
    shown = [step for step in steps if step[0] <= plot.x.high]
    marks = [plot.frame(), plot.line([*shown, (plot.x.high, shown[-1][1])])]
    named = (("p50", middle, 0.5), ("p95", late, 0.95))
    marks += [plot.line([(seconds, 0), (seconds, part)], "ideal") for _, seconds, part in named]
    for name, seconds, part in named:
        marks.append(plot.dot((seconds, part)))
        marks.append(plot.note((seconds, part - 0.08), f"{name} {seconds:.2f} s"))
    told = (
        f"Half of {len(times)} questions were done within {middle:.2f} s (p50), 95% within "
        f"{late:.2f} s (p95); the slowest took {times[-1]:.2f} s."
    )
    return _figure("latency", title, told, "".join(marks))


def kind_charts(run: Run, rows: Sequence[Gated]) -> str:
    """Draw each gated metric that several kinds of results have, kind by kind.

    Not those of refusing: within a kind refusals are all right or all wrong.
    """
    drawn = [
        _kind_chart(row, kinds)
        for row in rows
        if row.part != "refusal" and len(kinds := _kinds(run, row.metric)) > 1
    ]
    if not drawn:
        return _missing("By kind", "no gated metric applies to several kinds")
    return box("figures small", "".join(drawn))


def _kinds(run: Run, metric: str) -> list[tuple[str, Aggregate]]:
    groups = run.summary.groups
    measured = [(kind, groups[kind][metric]) for kind in GROUPS if kind in groups]
    return [(kind, each) for kind, each in measured if each.value is not None]


def _kind_chart(row: Gated, kinds: Sequence[tuple[str, Aggregate]]) -> str:
    lines = [*kinds, ("all", row.aggregate)]
    axis = Axis("", high=_highest([each for _, each in lines], row))
    marks = []
    for number, (kind, each) in enumerate(lines):
        y = _ROW * number + _ROW / 2
        marks.append(label(_KIND_LEFT - 12, y + 4, kind, "end", "all" if kind == "all" else ""))
        marks.append(_whisker(each, axis, y, (_KIND_LEFT, _KIND_RIGHT)))
        marks.append(label(_KIND_RIGHT + 14, y + 4, _worth(each), "start", "worth"))
    bounds = (row.threshold.least, row.threshold.most)
    height = _ROW * len(lines)
    for bound in (each for each in bounds if each is not None):
        x = _across(axis, bound, (_KIND_LEFT, _KIND_RIGHT))
        marks.append(stroke((x, height - _ROW + 3), (x, height - 3), "bound"))
    told = "; ".join(f"{kind} {_worth(each)} over {each.measured}" for kind, each in lines)
    svg = drawing(f"kind-{row.metric}", f"{row.metric} by kind", told, marks, (WIDTH, height))
    caption = f"{row.metric} by kind of case, with 95% intervals; all of them: {row.bounds}."
    return tag("figure", text("h3", row.metric) + svg + text("figcaption", caption))


def gated_strip(row: Gated) -> str:
    """Draw a gated metric in one line: interval, value, bounds, and the baseline's value."""
    width, height = _STRIP
    ends, middle = (8.0, width - 8.0), height / 2
    axis = Axis("", high=_highest([row.aggregate], row))
    marks = [stroke((ends[0], middle), (ends[1], middle), "rail")]
    for bound in (row.threshold.least, row.threshold.most):
        if bound is not None:
            x = _across(axis, bound, ends)
            marks.append(stroke((x, 2), (x, height - 2), "bound"))
    if row.change is not None:
        marks.append(dot(_across(axis, row.change.before, ends), middle, 5.5, "before"))
    marks.append(_whisker(row.aggregate, axis, middle, ends, rail=False))
    before = "" if row.change is None else f", {row.change.before:.3f} in the baseline"
    told = f"{_worth(row.aggregate)}{before}, {row.bounds}; from 0 to {axis.high:g}"
    return drawing(f"gated-{row.metric}", row.metric, told, marks, _STRIP)


def _whisker(
    aggregate: Aggregate, axis: Axis, y: float, ends: tuple[float, float], rail: bool = True
) -> str:
    marks = [stroke((ends[0], y), (ends[1], y), "rail")] if rail else []
    if aggregate.interval is not None:
        low, high = (_across(axis, bound, ends) for bound in aggregate.interval)
        marks.append(stroke((low, y), (high, y), "whisker"))
    if aggregate.value is not None:
        marks.append(dot(_across(axis, aggregate.value, ends), y, 3.8))
    return "".join(marks)


def _across(axis: Axis, value: float, ends: tuple[float, float]) -> float:
    return ends[0] + axis.part(value) * (ends[1] - ends[0])


def _highest(aggregates: Sequence[Aggregate], row: Gated) -> float:
    """Return 1 for shares, else the next round number above all that is drawn."""
    values = [each.value for each in aggregates] + [row.threshold.least, row.threshold.most]
    values += [each.interval.high for each in aggregates if each.interval is not None]
    values += [row.change.before] if row.change else []
    return max(1.0, _rounded_up(max(value for value in values if value is not None)))


def _rounded_up(value: float) -> float:
    """Return the least of 1, 2, 3 and 5 times a power of ten that is no less than `value`."""
    power = 10.0 ** math.floor(math.log10(max(value, 1e-3)))
    steps = [round(step * power, 6) for step in (1, 2, 3, 5, 10)]
    return next(step for step in steps if value <= step)


def _worth(aggregate: Aggregate) -> str:
    return "not measured" if aggregate.value is None else f"{aggregate.value:.3f}"


def _percent(part: float) -> str:
    return f"{100 * part:.0f}%"


def _figure(name: str, title: str, told: str, marks: str) -> str:
    svg = drawing(f"chart-{name}", title, told, [marks], _SIZE)
    return tag("figure", text("h3", title) + svg + text("figcaption", told))


def _missing(title: str, why: str) -> str:
    return tag("figure", text("h3", title) + text("p", f"Not measured: {why}.", "missing"))
