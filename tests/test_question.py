"""What a question asks for, read from its words."""

import pytest
from doubles import HashingEmbedder
from hypothesis import given
from hypothesis import strategies as st

from assistant.question import Asked, read_question


def read(text, about=""):
    return read_question(text, HashingEmbedder(), about)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("What is the Vendi Score?", Asked.DEFINITION),
        ("How is fairness defined?", Asked.DEFINITION),
        ("What does entropy collapse mean?", Asked.DEFINITION),
        ("How many papers were used?", Asked.NUMBER),
        ("By how much does it improve, in percent?", Asked.NUMBER),
        ("How do they train it?", Asked.METHOD),
        ("Does it outperform the baseline?", Asked.RESULT),
        ("On which datasets was it tested?", Asked.DATA),
        ("How does it differ from GPT-2?", Asked.COMPARISON),
        ("Why does training collapse?", Asked.REASON),
        ("Is the code on GitHub?", Asked.AVAILABILITY),
    ],
)
def test_a_question_asks_for_a_kind_of_answer(text, kind):
    assert kind in read(text).asked


@pytest.mark.parametrize(
    "text",
    [
        "Which papers study the entropy of attention?",
        "What methods measure diversity?",
        "List the papers on grokking.",
        "How do these approaches differ?",
        "What has been tried against forgetting?",
        "Which awkward quantities have they estimated?",
        "What have physicists found out about clocks?",
        "Which diffusion models write music?",
        "Which abstracts mention chaos?",
    ],
)
def test_some_questions_want_several_papers(text):
    assert read(text).wants_several


@pytest.mark.parametrize(
    "text",
    [
        "What is the Vendi Score?",
        "How many neurons are universal?",
        "Does temperature make models creative?",
        "In which models does it help?",
        "Which phase does the model have?",
    ],
)
def test_most_questions_want_one(text):
    assert not read(text).wants_several


def test_words_that_only_ask_are_no_topic():
    assert read("What is it that the paper says about this method?").stems == ()
    assert read("Which papers describe the Vendi Scores and the Vendi Score?").stems == (
        "vendi",
        "score",
    )


def test_what_a_question_is_about_joins_the_search_and_not_the_text():
    question = read("What does it need?", "The Vendi Score")
    assert (question.text, question.query) == (
        "What does it need?",
        "What does it need? The Vendi Score",
    )
    assert "vendi" not in question.stems
    embedder = HashingEmbedder()
    assert (question.vector == embedder.embed(["What does it need?"])[0]).all()
    assert (question.query_vector == embedder.embed([question.query])[0]).all()


def test_a_question_by_itself_is_its_own_search():
    question = read("What is it?")
    assert question.query == question.text
    assert (question.query_vector == question.vector).all()


@given(st.text(max_size=80), st.text(max_size=20))
def test_any_text_is_a_question(text, about):
    question = read(text, about)
    assert len(set(question.stems)) == len(question.stems)
    assert question.asked <= set(Asked)
    assert question.wants_several in (True, False)
