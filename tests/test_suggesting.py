"""What to ask next: only what is stated, was not quoted, and has been seen to be answered."""

from dataclasses import replace

import pytest
from scripted_assistant import Line, cite, script

from assistant.suggesting import MOST, MOST_TRIED, nearby, suggest
from assistant.types import Paper, Retrieved

CLOCKS = Paper(
    "clocks",
    "Clocks of Steel",
    "Clocks drift. We propose a quartz clock of steel. We evaluate it on three datasets of tides. "
    "Our results show that steel halves the drift.",
)
METHOD = "We propose a quartz clock of steel."
DATA = "We evaluate it on three datasets of tides."
RESULT = "Our results show that steel halves the drift."
ASKED = {
    "What method does “Clocks of Steel” use?": METHOD,
    "What data does “Clocks of Steel” use?": DATA,
    "What does “Clocks of Steel” find?": RESULT,
}


def answer_of(*quotes, paper=CLOCKS):
    lines = [Line(cite(paper, quote, number)) for number, quote in enumerate(quotes, 1)]
    return script("q", lines, papers=[paper])[-1].answer


def library(asked):
    """Answers each question with a quotation; notes what it was asked."""

    def stream(question):
        asked.append(question)
        return script(question, [Line(cite(CLOCKS, ASKED[question]))], papers=[CLOCKS])

    return stream


def test_what_was_not_quoted_is_offered_and_what_was_is_not():
    asked = []
    offered = suggest(answer_of(METHOD), [CLOCKS], library(asked))
    assert set(offered) == {question for question, quote in ASKED.items() if quote != METHOD}
    assert sorted(asked) == sorted(offered)


def test_what_is_refused_is_not_offered():
    assert suggest(answer_of(METHOD), [CLOCKS], script) == ()


def test_an_answer_that_only_says_the_same_again_is_not_offered():
    def stream(question):
        return script(question, [Line(cite(CLOCKS, METHOD))], papers=[CLOCKS])

    assert suggest(answer_of(METHOD), [CLOCKS], stream) == ()


def test_no_more_are_tried_and_offered_than_one_waits_for():
    papers = [replace(CLOCKS, paper_id=f"c{n}", title=f"Clocks of Steel {n}") for n in range(9)]
    asked = []

    def refuse(question):
        asked.append(question)
        return script(question)

    assert suggest(answer_of("Clocks drift."), papers, refuse) == ()
    assert len(asked) == MOST_TRIED
    assert len(suggest(answer_of("Clocks drift."), [CLOCKS], library([]))) == MOST


def test_papers_far_from_the_question_lead_nowhere():
    found = [("clocks", 1.0), ("near", 0.6), ("far", 0.4)]
    retrieved = tuple(Retrieved(name, name, score, 1) for name, score in found)
    answer = replace(answer_of(METHOD), retrieved=retrieved)
    assert nearby(answer) == ["clocks", "near"]
    assert nearby(replace(answer, citations=())) == []


@pytest.mark.parametrize(
    "question",
    ["Which papers connect Hopfield networks and attention?", "What is the Vendi Score?"],
)
def test_each_suggestion_is_answered_and_none_goes_on_record(assistant, question):
    answer = assistant.ask(question)
    kept = len(assistant.answers.list(limit=9999))
    offered = assistant.suggestions(answer)
    assert offered
    assert len(assistant.answers.list(limit=9999)) == kept
    quoted = {(citation.paper_id, citation.start) for citation in answer.citations}
    for suggestion in offered:
        following = assistant.ask(suggestion)
        assert not following.refused
        assert {(each.paper_id, each.start) for each in following.citations} - quoted


def test_nothing_follows_from_a_refusal(assistant):
    assert assistant.suggestions(assistant.ask("What is the capital of France?")) == ()
