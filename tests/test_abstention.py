"""The decision to answer at all, before anything is drafted."""

from dataclasses import replace

import numpy as np
import pytest
from doubles import HashingEmbedder
from hypothesis import given
from hypothesis import strategies as st

from assistant.abstention import (
    SHIPPED,
    Gate,
    decide,
    nearness,
    score_of,
)
from assistant.asks import Unmet
from assistant.embedding import MiniLM
from assistant.evidence import rank_sentences
from assistant.question import read_question
from assistant.signs import Signs
from assistant.sources import read_sources
from assistant.sufficiency import FILE, as_text, read_fitted, sufficiency
from assistant.types import Hit, Paper

QUARTZ = Paper("quartz", "Quartz Clocks", "Quartz clocks drift in cold water by 3 seconds a month.")


def decision(question, *papers, cosine=0.9, about="", knows=lambda stem: True, gate=SHIPPED):
    embedder = HashingEmbedder()
    asked = read_question(question, embedder, about)
    hits = [Hit(paper, 1.0, rank) for rank, paper in enumerate(papers, 1)]
    ranked = rank_sentences(asked, hits, read_sources(papers, embedder), lambda stem: 1.0)
    cosines = {paper.paper_id: cosine for paper in papers}
    return decide(asked, ranked, cosines, lambda stem: 1.0, knows, embedder.name, gate)


def test_what_a_paper_says_is_answered():
    answered = decision("Do quartz clocks drift in cold water?", QUARTZ)
    assert (answered.answers, answered.reason) == (True, "")


def test_what_no_paper_comes_near_is_refused_with_the_reason():
    refused = decision("Who bakes bread?", QUARTZ, cosine=0.0, knows=lambda stem: False)
    assert not refused.answers
    assert refused.reason == "no paper comes close enough to what is asked"


def test_a_refusal_names_what_the_nearest_paper_lacks():
    refused = decision("By how much do quartz clocks drift in Paris?", QUARTZ, cosine=0.3)
    assert not refused.answers
    assert refused.reason == "the nearest paper does not mention Paris"


@pytest.mark.parametrize(
    ("question", "told"),
    [
        ("Do a thousand quartz clocks drift?", "a thousand"),
        ("Do twelve quartz clocks drift?", "twelve"),
        ("Do 1,200 quartz clocks drift?", "1200"),
    ],
)
def test_a_number_in_words_is_told_in_words(question, told):
    refused = decision(question, QUARTZ, cosine=0.3)
    assert refused.reason.endswith(f" does not mention {told}")


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
    Signs,
    nearest_chunk=SHARES,
    nearest_sentence=SHARES,
    covered=SHARES,
    unknown=SHARES,
    explained=SHARES,
    left_over=st.just(np.zeros(384, np.float32)),
    missing=st.sampled_from([(), ("GPT-4",)]),
    unmet=st.sampled_from([(), (Unmet.COUNT,)]),
)


def both(signs):
    return nearness(signs), sufficiency(signs, MiniLM.name), sufficiency(signs, "another")


def at_most(lower, higher):
    return all(one <= other + 1e-9 for one, other in zip(lower, higher, strict=True))


@given(SIGNS, SHARES)
def test_each_sign_speaks_for_or_against_as_its_name_says(signs, more):
    for name in ("nearest_chunk", "nearest_sentence", "covered", "explained"):
        stronger = replace(signs, **{name: getattr(signs, name) + more})
        assert at_most(both(signs), both(stronger))
    assert at_most(both(replace(signs, unknown=signs.unknown + more)), both(signs))
    assert at_most(both(replace(signs, missing=(*signs.missing, "Paris"))), both(signs))
    for kind in Unmet:
        assert at_most(both(replace(signs, unmet=(*signs.unmet, kind))), both(signs))


def test_the_lower_of_nearness_and_sufficiency_decides():
    asked = read_question("Why do quartz clocks drift?", HashingEmbedder())
    signs = Signs(0.9, 0.9, 1.0, 0.0, 0.9, np.zeros(384, np.float32), ("Paris",), ())
    assert nearness(signs) > sufficiency(signs, MiniLM.name)
    assert score_of(asked, signs, MiniLM.name) == sufficiency(signs, MiniLM.name)
    far = replace(signs, nearest_chunk=0.0, nearest_sentence=0.1)
    assert score_of(asked, far, MiniLM.name) == nearness(far) < 0


def test_who_asks_only_what_a_thing_is_asks_for_nothing_beyond_its_name():
    signs = Signs(0.5, 0.5, 1.0, 0.0, 0.0, np.zeros(384, np.float32), (), ())
    named = read_question("What is a sundial?", HashingEmbedder())
    assert sufficiency(signs, MiniLM.name) < 0 < score_of(named, signs, MiniLM.name)
    more = read_question("Why does a sundial break?", HashingEmbedder())
    assert score_of(more, signs, MiniLM.name) < 0


def test_the_weights_are_for_the_embedder_that_ships():
    fitted = read_fitted()
    assert fitted.embedder == MiniLM.name
    assert fitted.direction.shape == (MiniLM.dimension,)


def test_the_weights_are_written_as_they_are_read():
    assert as_text(read_fitted()) == FILE.read_text("utf-8")


def test_a_stricter_gate_refuses_what_the_default_answers():
    question = "Do quartz clocks drift in cold water?"
    strict = decision(question, QUARTZ, gate=Gate(threshold=50.0))
    assert not strict.answers
    assert strict.reason == (
        "the evidence is not sure enough for the threshold calibrated on this library"
    )


def test_a_decision_has_a_probability_that_rises_with_its_score():
    near = decision("Do quartz clocks drift in cold water?", QUARTZ)
    far = decision("Who bakes bread?", QUARTZ, cosine=0.0, knows=lambda stem: False)
    assert 0 < far.probability < near.probability < 1


def test_a_number_that_is_asked_for_and_not_given_is_told_beforehand():
    sundial = Paper("sundial", "Sundials", "Sundials err under cloud, and err more in winter.")
    answered = decision("How many sundials err under cloud?", sundial)
    assert answered.coverage.unmet == (Unmet.COUNT,)
    assert answered.reason == "no number for this is given in the abstract"


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
