"""The signs of the verdicts, in markers and in the legend: shapes that promise no more."""

import pytest
from scripted_assistant import DRIFT, PAPERS, QUARTZ, Line, cite, drift_answer, lookup_in, script
from turns import played, rendered

from assistant.types import AnswerSentence, Label
from ui.render import render_turn
from ui.signs import ATTRIBUTED, ENTAILED, QUOTED, sign_of


@pytest.mark.parametrize(
    ("label", "reasons", "expected"),
    [
        (Label.SUPPORTED, ("verbatim: a sentence of the source",), QUOTED),
        (Label.SUPPORTED, ("entailment 0.98",), ENTAILED),
        (Label.ATTRIBUTED, ("overlap 0.8",), ATTRIBUTED),
        (Label.CONNECTIVE, (), None),
    ],
)
def test_a_sign_never_promises_more_than_the_verdict(label, reasons, expected):
    assert sign_of(AnswerSentence("a b", 0, 3, (1,), label, 1.0, reasons)) is expected


def markers_of(parsed):
    """The markers in the text of an answer: those that carry the sign of their sentence."""
    links = [a for tag, a in parsed.elements if tag == "a" and "data-card" in a]
    return [a for a in links if a["class"].startswith("marker ")]


def test_markers_are_links_that_a_keyboard_reaches_and_that_quote_their_source():
    quoted, attributed, _ = markers_of(rendered(played(drift_answer("q"))))
    assert quoted["href"] == "#card-1-1"
    assert (quoted["data-quote"], quoted["data-title"]) == (DRIFT, QUARTZ.title)
    assert quoted["aria-label"] == "Source 1, quotation: Quartz Clocks in Cold Water"
    assert attributed["aria-label"] == "Source 2, attributed: Quartz Clocks in Cold Water"


def test_each_verdict_has_a_shape_of_its_own_in_the_marker():
    assert len({sign.path for sign in (QUOTED, ENTAILED, ATTRIBUTED)}) == 3
    parsed = rendered(played(drift_answer("q")))
    shapes = [attributes["d"] for tag, attributes in parsed.elements if tag == "path"]
    assert shapes[:3] == [QUOTED.path, ATTRIBUTED.path, QUOTED.path]


def test_attributed_is_never_called_supported_or_verified():
    text = [Line(cite(QUARTZ, DRIFT), "The drift is 3 seconds.", Label.ATTRIBUTED)]
    html = render_turn(played(script("q", text)), lookup_in(*PAPERS), 195).lower()
    assert "attributed" in html
    assert "supported" not in html
    assert "verified" not in html


def test_attributed_promises_no_more_than_what_was_looked_at():
    text = [Line(cite(QUARTZ, DRIFT), "The drift is 3 seconds.", Label.ATTRIBUTED)]
    parsed = rendered(played(script("q", text)))
    promise = "right source, and its numbers and names agree; no entailment check is sure of it"
    assert parsed.texts("ul", "checks") == [f"1 attributed: {promise}"]
    (marker,) = markers_of(parsed)
    assert marker["data-check"] == f"Attributed: {promise}"


def test_the_checks_line_counts_each_kind():
    checks = rendered(played(drift_answer("q"))).texts("ul", "checks")[0]
    assert "2 quotations" in checks
    assert "1 attributed" in checks
