"""What the reader sees, as HTML: escaping, highlighting, signs, refusals, and the phases of a turn.

The oracle for escaping is Python's own HTML parser: whatever a paper, a model or
a person writes, the page has the same elements and attributes as for harmless text.
"""

from dataclasses import replace

import pytest
from html_outline import outline, plain
from hypothesis import given
from hypothesis import strategies as st
from scripted_assistant import (
    CLOUD,
    DRIFT,
    QUARTZ,
    SUNDIAL,
    Line,
    cite,
    drift_answer,
    lookup_in,
    script,
)
from turns import played, rendered

from assistant.filters import Filters
from assistant.types import (
    Citation,
    Coverage,
    DroppedSentence,
    Event,
    Label,
    Paper,
    Retrieved,
)
from ui.markup import counted, escape
from ui.render import render_note, render_turn
from ui.turn import Phase, Turn

hostile = st.one_of(
    st.text(),
    st.sampled_from(
        [
            "<script>alert(1)</script>",
            "</span></p></article><img src=x onerror=alert(1)>",
            '" onmouseover="alert(1)" x="',
            "' onfocus='alert(1)",
            "<!-- -->",
            "&lt;b&gt; &amp;amp;",
            "${alert(1)} {{constructor}} `${1}`",
            "![x](http://evil.example/a.png) [y](javascript:alert(1)) $$\\frac{1}{2}$$",
            "javascript:alert(1)",
        ]
    ),
)


def everything_with(text, url):
    """A turn and its library in which each text that others write is `text`."""
    paper = Paper("id" + text, text or "t", f"A. {text}x", (text,), 2020, text, url, text, text)
    quote = paper.abstract[3:]
    citation = Citation(
        1, paper.paper_id, text, quote, 3, 3 + len(quote), (text,), 2020, text, url, text, text
    )
    dropped = DroppedSentence(text, Label.UNSUPPORTED, (text,))
    events = script(text, [Line(citation, text + "x")], [dropped], [paper], model=text, reason=text)
    return played(events, question=text), paper


@given(hostile, st.one_of(hostile, st.just("https://example.org/")))
def test_no_text_becomes_markup(text, url):
    turn, paper = everything_with(text, url)
    html = render_turn(turn, lookup_in(paper), 1)
    assert "<script" not in html.lower()
    assert "<img" not in html
    for _, attributes in outline(html).elements:
        assert not any(name.startswith("on") for name in attributes)
        assert attributes.get("href", "#").startswith(("#", "https://", "http://"))


@given(plain)
def test_the_page_has_the_same_shape_whatever_the_words_are(text):
    words = f"w{text}w"  # not empty: what is unknown has no line on a card
    harmless, hostile_one = (everything_with(t, "https://example.org/") for t in ("ww", words))
    shapes = [
        outline(render_turn(turn, lookup_in(paper), 1)).shape()
        for turn, paper in (harmless, hostile_one)
    ]
    assert shapes[0] == shapes[1]


@given(plain)
def test_escaped_text_reads_as_it_was_written(text):
    assert outline(f"<p>{escape(text)}</p>").text() == text
    assert outline(f'<p title="{escape(text)}"></p>').elements[0][1]["title"] == text


@given(st.text())
def test_nothing_that_a_template_language_reads_is_left(text):
    assert not set("{}$`\\<>\"'") & set(escape(text))


def test_an_answer_shows_its_sentences_with_markers_that_open_their_cards():
    parsed = rendered(played(drift_answer("q")))
    sentences = parsed.texts("span", "sentence")
    assert sentences == [f"{DRIFT}[1]", "Housings of steel halve the drift.[2]", f"{CLOUD}[3]"]
    ids = {attributes["id"] for tag, attributes in parsed.elements if "id" in attributes}
    opened = {a["data-card"] for tag, a in parsed.elements if "data-card" in a}
    assert opened == ids == {"card-1-1", "card-1-2", "card-1-3"}


def test_paragraphs_are_those_of_the_answer():
    paragraphs = [p for p in rendered(played(drift_answer("q"))).texts("p", None) if "[" in p]
    assert [p.count("[") for p in paragraphs[:2]] == [2, 1]


def test_paragraphs_stand_while_the_answer_is_streamed():
    streaming = rendered(played(drift_answer("q")[:-1]))
    assert [p.count("[") for p in streaming.texts("p", None) if "[" in p][:2] == [2, 1]


def test_dropped_sentences_stand_behind_a_disclosure_with_their_reasons():
    parsed = rendered(played(drift_answer("q")))
    assert parsed.texts("summary") == ["1 draft sentence failed the check and was left out"]
    assert parsed.texts("q") == ["Clocks drift 9 seconds."]
    assert parsed.texts("span", "why") == ["contradicted: number 9"]
    assert not [a for tag, a in parsed.elements if tag == "details" and "open" in a]


def test_a_refusal_says_why_and_offers_the_nearest_papers():
    parsed = rendered(played(script("What is the capital of France?")))
    assert "The library does not answer this: nothing on it." in parsed.text()
    assert parsed.texts("a", "source-title") == [QUARTZ.title, SUNDIAL.title]
    assert parsed.texts("article", "card")[1].endswith(SUNDIAL.abstract)
    assert not parsed.texts("mark")


def test_a_refusal_names_what_is_covered_what_is_missing_and_what_to_do():
    coverage = Coverage(covered=("capital",), missing=("france",))
    parsed = rendered(played(script("What is the capital of France?", coverage=coverage)))
    assert parsed.texts("dt") == ["Covered", "Missing"]
    assert parsed.texts("dd") == ["capital", "France"]
    assert "Ask about “capital” alone, or ingest papers on “France”." in parsed.text()


def test_a_refusal_that_knows_of_nothing_missing_names_nothing():
    coverage = Coverage(covered=("capital",))
    assert not rendered(played(script("A capital?", coverage=coverage))).texts("dt")


def test_a_refusal_survives_a_paper_that_the_library_has_no_more():
    retrieved = (Retrieved("gone", "Gone", 1.0, 1), Retrieved("sundial", SUNDIAL.title, 0.5, 2))
    turn = played(script("q"))
    turn = replace(turn, answer=replace(turn.answer, retrieved=retrieved))
    assert rendered(turn).texts("a", "source-title") == [SUNDIAL.title]


@pytest.mark.parametrize(
    ("reason", "shown"),
    [
        ("the best source does not mention GPT-4", "The best source does not mention GPT-4."),
        ("the model broke off: is it on?", "The model broke off: is it on?"),
    ],
)
def test_a_caveat_stands_above_the_answer(reason, shown):
    turn = played(script("q", [Line(cite(QUARTZ, DRIFT))], reason=reason))
    parsed = rendered(turn)
    assert parsed.texts("p", "caveat") == [shown]
    assert parsed.text().index(shown) < parsed.text().index(DRIFT)


def test_an_answer_without_a_caveat_has_no_line_for_one():
    assert not rendered(played(drift_answer("q"))).texts("p", "caveat")


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(0.0001, "1 ms"), (0.043, "43 ms"), (0.949, "949 ms"), (0.96, "1.0 s"), (12.34, "12.3 s")],
)
def test_the_time_that_an_answer_took_is_never_shown_as_nothing(seconds, said):
    turn = played(script("q", [Line(cite(QUARTZ, DRIFT))], timings={"total": seconds}))
    assert rendered(turn).texts("p", "origin") == [f"extractive · 2 papers · {said}"]


def test_each_phase_says_what_is_going_on():
    events = drift_answer("q")
    turn = Turn(1, "q")
    assert rendered(turn).texts("p", "stage") == ["Searching 195 abstracts"]
    turn = turn.take(events[0])
    assert rendered(turn).texts("p", "stage") == ["Reading 2 papers"]
    turn = turn.take(events[1])
    parsed = rendered(turn)
    assert parsed.texts("p", "stage") == ["Checking sentence 2"]
    assert parsed.texts("mark", "quoted") == [DRIFT]  # its source opens before the answer is done
    assert parsed.elements[0][1]["aria-busy"] == "true"
    done = rendered(played(events))
    assert not done.texts("p", "stage")
    assert done.elements[0][1]["aria-busy"] == "false"


def test_which_papers_are_searched_is_said_while_the_answer_comes_and_then_by_the_answer():
    events = drift_answer("q")
    turn = Turn(1, "q", Filters(years=(2021, None)))
    assert rendered(turn).texts("p", "stage") == ["Searching papers with year from 2021"]
    turn = turn.take(events[0]).take(events[1])
    said = "Only papers with year from 2021 were searched."
    assert rendered(turn).texts("p", "caveat") == [said]
    assert rendered(turn.stop()).texts("p", "caveat") == [said]
    reason = f"the best source does not mention X; {said[0].lower()}{said[1:-1]}"
    done = replace(events[-1], answer=replace(events[-1].answer, reason=reason))
    assert rendered(turn.take(done)).texts("p", "caveat") == [f"T{reason[1:]}."]


def test_a_stopped_turn_keeps_what_was_checked():
    turn = played(drift_answer("q")[:2]).stop()
    parsed = rendered(turn)
    assert parsed.texts("span", "sentence") == [f"{DRIFT}[1]"]
    assert "Stopped" in parsed.text()
    assert turn.phase is Phase.STOPPED


def test_stopping_a_finished_turn_changes_nothing():
    turn = played(drift_answer("q"))
    assert turn.stop() is turn


def test_a_failure_is_shown_as_text():
    parsed = rendered(Turn(1, "q").fail("no answer from <host>: check the address"))
    assert parsed.texts("p", "error") == ["no answer from <host>: check the address"]


def test_the_final_answer_is_the_record_over_what_was_streamed():
    turn = played(drift_answer("q"))
    final = replace(turn.answer, sentences=turn.answer.sentences[:1])
    assert turn.take(Event("done", answer=final)).sentences == final.sentences


def test_ids_of_two_turns_never_meet():
    first, second = (rendered(played(drift_answer("q"), number)) for number in (1, 2))
    ids = [{a["id"] for _, a in page.elements if "id" in a} for page in (first, second)]
    assert not ids[0] & ids[1]


@pytest.mark.parametrize(
    ("count", "said"), [(0, "0 papers"), (1, "1 paper"), (60000, "60,000 papers")]
)
def test_numbers_read_as_a_person_writes_them(count, said):
    assert counted(count, "paper") == said


def test_a_note_is_text():
    assert outline(render_note("<b>")).text() == "<b>"
