"""What an answer says of several papers together: a count from a closed list, and no more."""

import pytest
from doubles import HashingEmbedder

from assistant import Paper
from assistant.assembly import Assembly
from assistant.sources import read_sources
from assistant.synthesis import CONNECTIVES, opening
from assistant.types import DraftSentence, Evidence, Label

PAPERS = [
    Paper(f"p{n}", f"Clocks {n}", f'{name} clocks drift. They say "{name} is cold. It rains."')
    for n, name in enumerate(["Steel", "Brass", "Wood"])
]
SOURCES = read_sources(PAPERS, HashingEmbedder())


def draft(paper, text):
    start = paper.abstract.index(text)
    return DraftSentence(text, (Evidence(paper, start, start + len(text)),))


def drafts(*numbers):
    return [draft(PAPERS[n], PAPERS[n].abstract.split(" They")[0]) for n in numbers]


@pytest.mark.parametrize(
    ("numbers", "line"),
    [((0,), None), ((0, 1), "Two papers bear on this."), ((0, 1, 2), "Three papers bear on this.")],
)
def test_several_papers_are_counted_one_is_not(numbers, line):
    assert opening(drafts(*numbers), SOURCES, 5) == line


def test_a_sentence_that_will_not_be_shown_does_not_count():
    taken_back = DraftSentence("Wood clocks fly.", (Evidence(PAPERS[2], 0, 4),))
    assert opening([*drafts(0), taken_back], SOURCES, 5) is None
    assert opening([*drafts(0), *drafts(0)], SOURCES, 5) is None
    assert opening(drafts(0, 1, 2), SOURCES, 2) == CONNECTIVES[2]


def test_an_opening_alone_is_no_answer():
    assembly = Assembly()
    assembly.connect(CONNECTIVES[2])
    assert assembly.claims == 0


@pytest.mark.parametrize(
    "question", ["Which papers use optimal transport?", "Compare MINDE and the Vendi Score."]
)
def test_the_count_is_that_of_the_papers_cited(assistant, question):
    events = list(assistant.stream(question))
    answer = events[-1].answer
    first, second = answer.sentences[:2]
    papers = {citation.paper_id for citation in answer.citations}
    assert first.text == CONNECTIVES[len(papers)]
    assert (first.verdict, first.citations) == (Label.CONNECTIVE, ())
    assert answer.text[first.end : second.start] == "\n\n"
    assert [event.sentence for event in events if event.sentence] == list(answer.sentences)
    assert all(sentence.citations for sentence in answer.sentences[1:])


def test_one_paper_gets_no_opening(assistant):
    answer = assistant.ask("What is the Vendi Score and how is it defined?")
    assert all(sentence.verdict is Label.SUPPORTED for sentence in answer.sentences)
