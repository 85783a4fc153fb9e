"""Answers, hits and reports as text for a terminal."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.ingest_report import IngestReport, Skipped
from assistant.types import (
    Answer,
    AnswerSentence,
    CheckedSentence,
    Citation,
    DroppedSentence,
    Evidence,
    Hit,
    Label,
    Paper,
    Verdict,
)
from assistant.views.text import answer_text, checks_text, hits_text, report_text

QUARTZ = Paper(
    "quartz", r"Quartz Clocks in R\'enyi's Water", "Clocks drift. Steel housings halve {\\em it}."
)
DRIFT = Citation(1, "quartz", QUARTZ.title, "Clocks drift.", 0, 13, ("Lind", "Marsh"), 2021)
STEEL = Citation(2, "quartz", QUARTZ.title, "Steel housings halve {\\em it}.", 14, 45)
CLOUD = Citation(3, "sun", "Sundials", "They need light.", 0, 16, url="https://example.org/s")
ANSWER = Answer(
    question="?",
    text="Clocks drift. [1] Steel housings halve it. [2]\n\nThey need light. [3]",
    refused=False,
    engine="extractive",
    sentences=(AnswerSentence("Clocks drift.", 0, 13, (1,), Label.SUPPORTED, 1.0),),
    citations=(DRIFT, STEEL, CLOUD),
    dropped=(DroppedSentence("Clocks fly.", Label.UNSUPPORTED, ("relevance: no",)),),
    timings={"total": 0.1234},
)


def test_an_answer_is_followed_by_its_sources_with_their_quotations():
    assert answer_text(ANSWER, 100) == "\n\n".join(
        [
            "Clocks drift. [1] Steel housings halve it. [2]",
            "They need light. [3]",
            "Sources",
            "Quartz Clocks in Rényi's Water. Lind, Marsh. 2021\n"
            "  [1] “Clocks drift.”\n"
            "  [2] “Steel housings halve {\\em it}.”",
            "Sundials. https://example.org/s\n  [3] “They need light.”",
        ]
    )


def test_details_tell_what_was_dropped_and_how_long_it_took():
    text = answer_text(ANSWER, 100, details=True)
    assert text.startswith(answer_text(ANSWER, 100))
    assert "dropped (unsupported: relevance: no): Clocks fly." in text
    assert "engine extractive; total 0.123 s" in text
    assert "dropped" not in answer_text(ANSWER, 100)
    sure = replace(ANSWER, confidence=0.718)
    said = "probability that the quoted evidence answers: 0.72"
    assert said in answer_text(sure, 100, details=True)
    assert said not in answer_text(sure, 100) and "probability" not in text


def test_a_fallback_says_so_before_the_answer():
    fallback = Answer(
        "?", "It is. [1]", False, "extractive", "the model failed", citations=(DRIFT,)
    )
    assert answer_text(fallback, 80).startswith("(the model failed)\n\nIt is. [1]")


def test_a_refusal_is_its_text():
    refusal = Answer("?", "The library does not answer this: so.", True, "extractive", "so")
    assert answer_text(refusal, 80) == "The library does not answer this: so."


@pytest.mark.parametrize("width", [40, 100])
def test_lines_keep_to_the_width(width, assistant):
    answer = assistant.ask("What is the Vendi Score and how is it defined?")
    hits = assistant.search("diversity metrics")
    checks = assistant.check("The Vendi Score is a metric of diversity. It bakes bread.")
    for text in (
        answer_text(answer, width, details=True),
        hits_text(hits, width),
        checks_text(checks, width),
    ):
        assert max(map(len, text.splitlines())) <= width
        assert max(map(len, text.splitlines())) > width - 15


def test_every_quotation_of_an_answer_stands_whole_in_its_text(assistant):
    answer = assistant.ask("What is the Vendi Score and how is it defined?")
    flat = " ".join(answer_text(answer, 40).split())
    for citation in answer.citations:
        assert f"[{citation.marker}] “{' '.join(citation.quote.split())}”" in flat


@pytest.mark.parametrize("width", [-1, 0, 1, 39])
def test_no_terminal_is_narrower_than_forty_columns(width):
    assert answer_text(ANSWER, width) == answer_text(ANSWER, 40)


def test_an_answer_stays_readable_on_a_wide_terminal():
    assert answer_text(ANSWER, 400) == answer_text(ANSWER, 100)


HOSTILE = "Clocks\x1b[2J\x07 drift\x9b31m \u202eback\u202c.\r It \x00works."


def test_control_characters_of_papers_and_models_reach_no_terminal():
    paper = Paper("id\x1b[0m", HOSTILE, HOSTILE)
    evidence = (Evidence(paper, 0, len(HOSTILE)),)
    citation = Citation(1, "p", HOSTILE, HOSTILE, 0, 1, (HOSTILE,), url=HOSTILE)
    dropped = (DroppedSentence(HOSTILE, Label.UNSUPPORTED, (HOSTILE,)),)
    verdict = Verdict(Label.ATTRIBUTED, 0.5, evidence, (HOSTILE,))
    texts = [
        answer_text(
            Answer("?", HOSTILE, False, "e", HOSTILE, citations=(citation,), dropped=dropped),
            80,
            details=True,
        ),
        hits_text([Hit(paper, 1.0, 1)], 80),
        checks_text([CheckedSentence(HOSTILE, 0, 1, verdict)], 80),
        report_text(IngestReport(skipped=(Skipped(HOSTILE, HOSTILE, HOSTILE),))),
    ]
    for text in texts:
        assert "works." in text
        assert not set(text) & set("\x1b\x07\x9b\u202e\u202c\r\x00")


def test_a_hit_is_one_line():
    assert hits_text([Hit(QUARTZ, 0.5, 1)], 100) == (
        "  1  0.500  Quartz Clocks in Rényi's Water  [quartz]"
    )


def test_no_hits_say_so():
    assert hits_text([], 80) == "Nothing found."


def test_a_check_names_verdict_reason_and_evidence():
    verdict = Verdict(Label.CONTRADICTED, 0.5, (Evidence(QUARTZ, 0, 13),), ("polarity: no", "x"))
    assert checks_text([CheckedSentence("Clocks stay.", 0, 12, verdict)], 80) == (
        "CONTRADICTED: Clocks stay.\n"
        "    polarity: no; x\n"
        "    Quartz Clocks in Rényi's Water: “Clocks drift.”"
    )


def test_a_report_counts_and_names_what_was_skipped():
    report = IngestReport(
        added=2,
        updated=1,
        unchanged=3,
        skipped=(Skipped("a.txt", "line 3", "no title"),),
        embedded=9,
    )
    assert report_text(report) == (
        "2 added, 1 updated, 3 unchanged, 1 skipped; 9 texts embedded\n"
        "skipped a.txt, line 3: no title"
    )
    assert report_text(IngestReport(merged=4, without_abstract=5)) == (
        "0 added, 0 updated, 0 unchanged, 4 merged, 0 skipped; 0 texts embedded; "
        "5 without an abstract"
    )


@given(st.text(max_size=200), st.integers(0, 200))
def test_any_text_is_shown_without_failing(text, width):
    citation = Citation(1, text, text, text, 0, len(text), url=text)
    answer_text(Answer(text, text, False, text, text, citations=(citation,)), width)
    hits_text([Hit(Paper("p", text, text), 1.0, 1)], width)
