"""A run as JUnit XML, for the test tab of a CI server. Pure.

The suite "gate" has a case a threshold, a case a metric that was compared with a baseline, and
one for whether the run is complete: it alone says whether the run passed. Beside it stands a
suite a kind of result, with a case a result. The floor of a metric tolerates single misses, so
that a result fails only by what is one too many in itself: an invalid citation or a forbidden
effect; an error is an error. All other flaws stand in its output. A forbidden effect that a
ceiling tolerates is marked all the same. Of test cases only the kinds of their flaws are told.
"""

import re
from collections.abc import Iterable
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from eval.baseline import Change
from eval.reports.flaws import fatal_flaw, flaws_of
from eval.reports.gated import Gated, Standing, gated_rows
from eval.results import Result
from eval.suite_run import Run
from eval.table import value_and_interval

_NOT_IN_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def junit_xml(run: Run) -> str:
    """Return the report as JUnit XML."""
    suite = run.summary.settings.suite
    changes = run.comparison.changes if run.comparison else ()
    gate = [
        *(_threshold_case(row) for row in gated_rows(run)),
        *(_change_case(change) for change in changes),
        _complete_case(run.verdict.gaps),
    ]
    suites = [_suite("gate", gate)]
    for kind in dict.fromkeys(result.kind for result in run.results):
        of_kind = [result for result in run.results if result.kind == kind]
        suites.append(_suite(kind, [_result_case(result, suite) for result in of_kind]))
    root = Element("testsuites", {"name": _clean(f"paper-assistant eval {suite}")})
    root.extend(suites)
    for name in ("tests", "failures", "errors"):
        root.set(name, str(sum(int(each.attrib[name]) for each in suites)))
    indent(root)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{tostring(root, "unicode")}\n'


def _suite(name: str, cases: Iterable[Element]) -> Element:
    suite = Element("testsuite", {"name": _clean(name)})
    suite.extend(cases)
    counts = {"tests": "testcase", "failures": "testcase/failure", "errors": "testcase/error"}
    for count, path in counts.items():
        suite.set(count, str(len(suite.findall(path))))
    return suite


def _threshold_case(row: Gated) -> Element:
    case = _case("gate.threshold", row.metric)
    if row.standing is Standing.UNMEASURED:
        _add(case, "error", f"not measured: {row.aggregate.reason}")
    elif row.breaches:
        _add(case, "failure", "; ".join(row.breaches))
    value, interval = value_and_interval(row.aggregate)
    _output(case, f"{row.metric} {value} (95% {interval}), {row.bounds}")
    return case


def _change_case(change: Change) -> Element:
    case = _case("gate.baseline", change.metric)
    if change.worse:
        _add(case, "failure", f"worse than the baseline: {change}")
    _output(case, f"{change}, {change.cases} cases")
    return case


def _complete_case(gaps: Iterable[str]) -> Element:
    case = _case("gate", "complete")
    if told := "; ".join(gaps):
        _add(case, "error", told)
    return case


def _result_case(result: Result, suite: str) -> Element:
    case = _case(f"{suite}.{result.kind}", result.id)
    if result.latency_s is not None:
        case.set("time", f"{result.latency_s:.3f}")
    flaws, fatal = flaws_of(result), fatal_flaw(result)
    if fatal is not None:
        _add(case, "error" if result.error else "failure", fatal)
    if flaws:
        _output(case, "\n".join([f"flaws: {'; '.join(flaws)}", *_texts(result)]))
    return case


def _texts(result: Result) -> list[str]:
    """Return what was asked and what came back; nothing of a test case."""
    if result.split != "dev":
        return []
    said = [] if result.answer is None else [f"said: {result.answer.text}"]
    return [f"asked: {result.asked}", *said]


def _case(classname: str, name: str) -> Element:
    return Element("testcase", {"classname": _clean(classname), "name": _clean(name)})


def _add(case: Element, name: str, message: str) -> None:
    SubElement(case, name, {"message": _clean(message)})


def _output(case: Element, text: str) -> None:
    SubElement(case, "system-out").text = _clean(text)


def _clean(text: str) -> str:
    """Return text without what XML can't hold: control characters and lone surrogates."""
    return _NOT_IN_XML.sub("\ufffd", text)
