"""The decision to answer at all, before anything is drafted."""

from dataclasses import replace

import pytest
from doubles import HashingEmbedder
from hypothesis import given
from hypothesis import strategies as st

from assistant.abstention import Signs, decide
from assistant.evidence import rank_sentences
from assistant.grounding import read_sources
from assistant.question import read_question
from assistant.types import Hit, Paper

QUARTZ = Paper("quartz", "Quartz Clocks", "Quartz clocks drift in cold water by 3 seconds a month.")


def decision(question, *papers, cosine=0.9, about="", knows=lambda stem: True):
    embedder = HashingEmbedder()
    asked = read_question(question, embedder, about)
    hits = [Hit(paper, 1.0, rank) for rank, paper in enumerate(papers, 1)]
    ranked = rank_sentences(asked, hits, read_sources(papers, embedder), lambda stem: 1.0)
    cosines = {paper.paper_id: cosine for paper in papers}
    return decide(asked, ranked, cosines, lambda stem: 1.0, knows)


def test_what_a_paper_says_is_answered():
    answered = decision("Do quartz clocks drift in cold water?", QUARTZ)
    assert (answered.answers, answered.reason) == (True, "")


def test_what_no_paper_comes_near_is_refused_with_the_reason():
    refused = decision("Who bakes bread?", QUARTZ, cosine=0.0, knows=lambda stem: False)
    assert not refused.answers
    assert refused.reason == "no paper comes close enough to what is asked"


def test_a_refusal_names_what_the_nearest_paper_lacks():
    refused = decision("Do quartz clocks drift in the Paris of GPT-4?", QUARTZ, cosine=0.3)
    assert not refused.answers
    assert refused.reason == "the nearest paper does not mention GPT-4, Paris"


@pytest.mark.parametrize("question", ["What is it?", "Why?", "Which paper describes the method?"])
def test_a_question_without_a_topic_is_refused(question):
    refused = decision(question, QUARTZ)
    assert (refused.answers, refused.reason) == (False, "the question names no topic")


def test_a_follow_up_has_the_topic_that_it_points_to():
    assert decision("Why?", QUARTZ, about="Quartz Clocks").reason != "the question names no topic"


def test_without_papers_nothing_is_answered():
    assert not decision("Do quartz clocks drift?").answers


def test_coverage_sorts_the_telling_words_of_the_question():
    coverage = decision("Do quartz clocks drift in warm paint?", QUARTZ).coverage
    assert coverage.covered == ("quartz", "clocks", "drift")
    assert coverage.missing == ("warm", "paint")


SHARES = st.floats(0, 1)
SIGNS = st.builds(
    Signs, SHARES, SHARES, SHARES, SHARES, st.sampled_from([(), ("GPT",), ("GPT-4",)])
)


@given(SIGNS, SHARES)
def test_each_sign_speaks_for_or_against_as_its_name_says(signs, more):
    for name in ("nearest_chunk", "nearest_sentence", "covered"):
        stronger = replace(signs, **{name: getattr(signs, name) + more})
        assert stronger.score >= signs.score
    assert replace(signs, unknown=signs.unknown + more).score <= signs.score
    assert replace(signs, missing=(*signs.missing, "Paris")).score <= signs.score
    assert replace(signs, missing=("GPT-4",)).score <= replace(signs, missing=("GPT",)).score


OFF_TOPIC = [
    "What is the capital of France?",
    "How do I bake bread?",
    "Who won the World Cup in 2018?",
    "What is the weather in Berlin tomorrow?",
    "How many legs does a spider have?",
    "Which medicine helps against a headache?",
]


@pytest.mark.parametrize("question", OFF_TOPIC)
def test_the_sample_library_does_not_answer_what_it_is_not_about(assistant, question):
    assert assistant.ask(question).refused
