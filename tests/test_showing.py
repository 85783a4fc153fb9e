"""What of a model's draft is kept back though the check finds nothing against it."""

import numpy as np
import pytest

from assistant.showing import LEAST_CHANCE, LEAST_RELEVANCE, why_not_shown
from assistant.sources import Source
from assistant.types import Evidence, Label, Paper, Verdict

PAPER = Paper("p1", "Quartz Drift in Cold Water", "Clocks drift by 3 seconds a month.")
SOURCE = Source(PAPER, (), np.zeros((0, 2), dtype=np.float32))
QUESTION = "How far do quartz clocks drift in cold water?"


def why(sentence, label=Label.ATTRIBUTED, chance=0.6, relevance=0.9, question=QUESTION):
    verdict = Verdict(label, chance, (Evidence(PAPER, 0, 34, relevance),))
    return why_not_shown(sentence, verdict, question, [SOURCE])


def test_a_sentence_that_is_sure_and_says_something_is_shown():
    assert why("Each month they lose three seconds.") is None


@pytest.mark.parametrize(
    ("chance", "relevance", "shown"),
    [
        (LEAST_CHANCE, LEAST_RELEVANCE, True),
        (LEAST_CHANCE - 0.01, 0.99, False),
        (0.99, LEAST_RELEVANCE - 0.01, False),
    ],
)
def test_a_sentence_has_to_be_near_its_source_and_sure(chance, relevance, shown):
    told = why("Each month they lose three seconds.", chance=chance, relevance=relevance)
    assert (told is None) == shown


def test_what_is_supported_is_sure_enough():
    told = why("They lose three seconds.", Label.SUPPORTED, chance=0.1, relevance=0.1)
    assert told is None


@pytest.mark.parametrize(
    "sentence",
    ["Quartz clocks drift in cold water.", "The drift of quartz clocks is in the cold water."],
)
def test_the_question_turned_round_says_nothing(sentence):
    assert why(sentence, Label.SUPPORTED).startswith("question:")


@pytest.mark.parametrize(
    ("sentence", "question"),
    [
        ("Quartz clocks drift in cold water.", "Do quartz clocks drift in cold water?"),
        ("Quartz clocks do not drift in cold water.", QUESTION),
        ("Quartz clocks drift 3 seconds in cold water.", QUESTION),
    ],
)
def test_a_yes_a_no_and_a_number_say_something(sentence, question):
    assert why(sentence, question=question) is None


def test_a_title_says_nothing():
    assert why("Quartz drift in cold water.", Label.SUPPORTED).startswith("title:")
