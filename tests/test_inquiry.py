"""Questions of several parts: what is found for each, merged, and what is told of it."""

import pytest
from doubles import HashingEmbedder
from scripted_model import ScriptedModel

from assistant.abstention import Decision
from assistant.ask import Assistant
from assistant.config import Config
from assistant.inquiry import Inquiry, Strand, interleaved
from assistant.library import Library
from assistant.question import read_question
from assistant.types import Coverage, Hit, Paper


def hit(name, score, rank):
    return Hit(Paper(name, name, ""), score, rank)


def test_hits_are_taken_in_turn_each_once_with_the_best_score():
    one = [hit("a", 1.0, 1), hit("b", 0.6, 2), hit("c", 0.5, 3)]
    other = [hit("d", 0.9, 1), hit("a", 0.2, 2), hit("b", 0.8, 3)]
    found = interleaved([one, other])
    assert [(h.paper.paper_id, h.score, h.rank) for h in found] == [
        ("a", 1.0, 1),
        ("d", 0.9, 2),
        ("b", 0.8, 3),
        ("c", 0.5, 4),
    ]
    assert interleaved([]) == interleaved([[], []]) == ()


def strand(text, answers, reason="", covered=(), missing=()):
    question = read_question(text, HashingEmbedder())
    return Strand(question, (), [], Decision(answers, reason, Coverage(covered, missing)))


def test_one_strand_tells_what_its_decision_tells():
    decision = strand("Do clocks fly?", False, "no paper mentions fly", ("clocks",), ("fly",))
    inquiry = Inquiry((decision,))
    assert (inquiry.reason, inquiry.answered) == ("no paper mentions fly", ())
    assert inquiry.coverage == Coverage(("clocks",), ("fly",))


def test_a_part_that_is_not_covered_is_told():
    inquiry = Inquiry(
        (
            strand("clocks drift", True, "the best source does not mention X1", ("drift",)),
            strand("gliders drift", False, "far off", ("drift",), ("gliders",)),
        )
    )
    assert inquiry.reason == (
        "the best source does not mention X1; the library does not cover “gliders drift”"
    )
    assert inquiry.coverage == Coverage(
        ("drift",), ("gliders",), parts=("clocks drift",), missing_parts=("gliders drift",)
    )


def test_where_no_part_is_covered_the_reasons_are_told_once_each():
    inquiry = Inquiry((strand("a b", False, "far off"), strand("c d", False, "far off")))
    assert (inquiry.reason, inquiry.answered) == ("far off", ())


# Asked of a library

PAPERS = [
    Paper(
        "p:quartz",
        "Quartz clocks in cold water",
        "We study quartz clocks. Quartz clocks lose 4 seconds a month in cold water.",
    ),
    Paper(
        "p:sundial",
        "Sundials under northern skies",
        "We study sundials. Sundials lose 90 seconds a month under northern skies.",
    ),
    *(
        Paper(f"p:{n}", f"Pigment {n} of frescoes", f"Pigment {n} is made of ochre. It fades.")
        for n in range(12)
    ),
]


@pytest.fixture
def assistant(tmp_path):
    with Library(tmp_path, HashingEmbedder(dimension=256)) as library:
        library.ingest(PAPERS)
        yield Assistant(library, Config(library=tmp_path))


COMPARING = "How do quartz clocks and sundials differ in the seconds that they lose?"


def test_each_part_finds_its_paper_and_gives_a_sentence(assistant):
    answer = assistant.ask(COMPARING)
    assert [r.paper_id for r in answer.retrieved][:2] == ["p:quartz", "p:sundial"]
    assert {c.paper_id for c in answer.citations} == {"p:quartz", "p:sundial"}
    assert len(answer.coverage.parts) == 2 and not answer.coverage.missing_parts
    assert "\n\n" in answer.text  # a paragraph each


def test_the_answer_tells_of_the_part_that_the_library_does_not_cover(assistant):
    answer = assistant.ask("How do quartz clocks and Zeppelins differ in the seconds they lose?")
    assert not answer.refused
    assert {c.paper_id for c in answer.citations} == {"p:quartz"}
    assert len(answer.coverage.missing_parts) == 1
    assert f"does not cover “{answer.coverage.missing_parts[0]}”" in answer.reason


class Splitter(ScriptedModel):
    """Writes one reply to the prompt that asks for parts, another one to all others."""

    def stream(self, prompt):
        self.prompts.append(prompt)
        yield self.pieces[0] if "one short question a line" in prompt else self.pieces[1]


def ask_with(assistant, question, *pieces):
    model = Splitter(pieces)
    assistant.model = lambda engine: model
    return assistant.ask(question, engine="openai"), model


UNPLAIN = "Compare what is known on quartz, cold water aside, against what sundials lose"


def test_a_model_may_tell_the_parts_where_the_words_do_not(assistant):
    split = "1. How many seconds do quartz clocks lose?\n2. How many seconds do sundials lose?"
    answer, model = ask_with(assistant, UNPLAIN, split, "Sundials lose 90 seconds. [1]")
    assert answer.coverage.parts == (
        "How many seconds do quartz clocks lose?",
        "How many seconds do sundials lose?",
    )
    assert len(model.prompts) == 2
    assert answer.usage == {"completion_tokens": 14}  # both calls


@pytest.mark.parametrize("reply", ["SINGLE", "", "Buy tulips?\nBuy gold?", "I can't do that."])
def test_a_reply_that_tells_no_parts_leaves_the_question_whole(assistant, reply):
    answer, model = ask_with(assistant, UNPLAIN, reply, "NOT COVERED")
    assert answer.coverage.parts == ()
    assert len(model.prompts) == 2


@pytest.mark.parametrize(
    "question", ["How many seconds do sundials lose?", "Compare Zeppelins to Tibetan yaks"]
)
def test_no_model_is_asked_for_parts_of_a_plain_question_or_one_off_topic(assistant, question):
    _, model = ask_with(assistant, question, "SINGLE", "Sundials lose 90 seconds. [1]")
    assert not any("one short question a line" in prompt for prompt in model.prompts)
