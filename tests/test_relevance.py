"""The probability that a passage says a claim: what raises it, and what words count as said."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant import verify
from assistant.checker import NoChecker
from assistant.embedding import MiniLM
from assistant.relevance import MIN_PROBABILITY, Signs, Vocabulary, probability
from assistant.types import Label
from assistant.words import stem

EMBEDDER = MiniLM()
UNREAD = NoChecker("these are tests of what needs no model")


@given(st.floats(0, 1), st.floats(-1, 1), st.floats(-1, 1))
def test_it_is_a_probability(coverage, cosine, topic):
    assert 0 < probability(Signs(coverage, cosine, topic)) < 1


def test_more_words_and_more_likeness_speak_for_it_and_mere_topic_against():
    middle = probability(Signs(0.4, 0.6, 0.5))
    assert probability(Signs(0.6, 0.6, 0.5)) > middle
    assert probability(Signs(0.4, 0.7, 0.5)) > middle
    assert probability(Signs(0.4, 0.6, 0.7)) < middle


@pytest.mark.parametrize(
    ("word", "said"),
    [
        ("functional", True),
        ("functions", True),
        ("previous", True),  # earlier
        ("network", True),
        ("net", False),
        ("logarithm", False),
    ],
)
def test_a_word_is_said_by_another_form_or_one_of_its_meaning(word, said):
    text = Vocabulary.of("Earlier networks learn functionally equivalent features.")
    assert text.says(stem(word)) is said


def test_two_vocabularies_say_what_either_says():
    both = Vocabulary.of("clocks") | Vocabulary.of("water")
    assert both.says("clock") and both.says("water") and not both.says("bread")


ABSTRACTS = [
    "Clocks made of steel drift in cold water. We put forty of them into a lake for a year.",
    "Bread is baked at night in most villages. Ovens are lit with beech wood.",
]


def test_a_heavily_reworded_sentence_passes_on_its_own_abstract_and_on_no_other():
    claim = "When the water is cold, steel timepieces lose their accuracy and drift."
    verdict = verify(claim, ABSTRACTS, embedder=EMBEDDER, checker=UNREAD)
    assert verdict.label is Label.ATTRIBUTED
    assert verdict.evidence[0].paper.paper_id == "source:1"
    assert verdict.score >= MIN_PROBABILITY
    other = verify(claim, ABSTRACTS[1:], embedder=EMBEDDER, checker=UNREAD)
    assert other.label is Label.UNSUPPORTED
    assert other.reasons[0].startswith("relevance:")


def test_what_is_added_to_a_copied_sentence_is_noticed():
    claim = "Clocks made of steel drift in cold water and oil."
    assert verify(claim, ABSTRACTS, embedder=EMBEDDER, checker=UNREAD).label is Label.UNSUPPORTED


def test_a_clause_of_which_the_paper_says_nothing_is_noticed_where_the_rest_is_said():
    reworded = "In cold water, clocks of steel drift, and penguins admire volcanic eruptions."
    verdict = verify(reworded, ABSTRACTS, embedder=EMBEDDER, checker=UNREAD)
    assert verdict.label is Label.UNSUPPORTED
    assert verdict.reasons[0].startswith("clause: nothing in the paper on")
