"""Columns of a comparison table: what a question asks of each paper, and what states it."""

import pytest
from doubles import HashingEmbedder

from assistant.attributes import default_attributes, read_attributes
from assistant.question import read_question


def columns(question):
    return [attribute.name for attribute in read_attributes(question)[1]]


@pytest.mark.parametrize(
    ("question", "topic", "names"),
    [
        ("Compare A and B by data, method and result", "Compare A and B", "data method result"),
        ("Compare A with B in terms of speed and noise?", "Compare A with B", "speed noise"),
        ("Contrast A and B on their data and findings.", "Contrast A and B", "data result"),
        ("How do A and B differ in accuracy?", "How do A and B differ", "accuracy"),
    ],
)
def test_a_listed_attribute_is_a_column_and_no_part_of_the_topic(question, topic, names):
    assert read_attributes(question)[0] == topic
    assert columns(question) == names.split()


@pytest.mark.parametrize(
    "question",
    [
        "Compare GANs and VAEs on ImageNet",
        "Compare models trained by gradient descent",
        "Which papers study clocks by data and method?",
        "What is optimal transport?",
    ],
)
def test_a_preposition_before_a_topic_lists_no_attributes(question):
    assert read_attributes(question) == (question, ())


@pytest.mark.parametrize(
    ("question", "names"),
    [
        ("Which datasets and what accuracy do clocks report?", ["data", "accuracy"]),
        ("How many parameters do they have, and how fast are they?",
         ["number of parameters", "speed"]),
        ("What data do papers on clocks use, and what do they find?", ["data", "result"]),
        ("How many of them are there?", ["number"]),
    ],
)  # fmt: skip
def test_what_is_asked_for_by_name_is_a_column(question, names):
    assert columns(question) == names


@pytest.mark.parametrize(
    ("question", "names"),
    [
        ("Which papers study clocks?", ["method", "data", "result"]),
        ("Why do clocks drift?", ["reason", "result"]),
        ("Compare quartz and steel", ["method", "data", "result"]),
    ],
)
def test_without_attributes_the_kinds_of_answer_are_the_columns(question, names):
    asked = read_question(question, HashingEmbedder())
    assert [attribute.name for attribute in default_attributes(asked)] == names


STATED = """
method | We propose a clock of steel.
method | Here, we first introduce and then test a clock.
method | Our clock model is based on quartz.
data | We evaluate the clock on three datasets from museums.
data | Experiments on CIFAR-10 support this.
data | The clock is tested on recordings of rain.
result | We find that steel drifts.
result | Extensive experiments show that steel wins.
result | Our clock outperforms the sundial.
code | The code is freely available.
compared with | Steel drifts less than brass.
reason | Brass drifts because it is warm.
"""
NOT_STATED = """
method | Previous work proposed clocks of brass.
method | Clocks are useful.
method | We prove that the drift of a clock in water is small.
data | Data are everywhere.
data | Existing clocks were tested on large datasets.
data | The drift grows when clocks are trained on these datasets.
result | Recent studies show that brass drifts.
result | We study whether steel drifts.
result | Does steel outperform brass?
code | We crack the code of clocks.
reason | We measure clocks since 1990.
"""


def rows(table):
    return [line.split(" | ") for line in table.strip().splitlines()]


def attribute(name):
    listed = "baseline" if name == "compared with" else name
    (found,) = read_attributes(f"Compare A and B by {listed}")[1]
    assert found.name == name
    return found


@pytest.mark.parametrize(("name", "sentence"), rows(STATED))
def test_a_sentence_of_the_form_states_it(name, sentence):
    assert attribute(name).is_stated_by(sentence)


@pytest.mark.parametrize(("name", "sentence"), rows(NOT_STATED))
def test_a_sentence_of_another_form_or_about_others_does_not(name, sentence):
    assert not attribute(name).is_stated_by(sentence)


@pytest.mark.parametrize(
    ("sentence", "states"),
    [
        ("We reach an accuracy of 94.2% on clocks.", True),
        ("We reach 94.2% top-1 accuracy.", True),
        ("We reach a high accuracy.", False),
        ("Even with 1-bit clocks -- the accuracy is high.", False),
        ("We use 40 clocks, and the accuracy is high.", False),
    ],
)
def test_what_accuracy_is_answered_by_a_number_beside_the_word(sentence, states):
    (accuracy,) = read_attributes("What accuracy do clocks reach?")[1]
    assert accuracy.is_stated_by(sentence) is states
    (listed,) = read_attributes("Compare A and B by accuracy")[1]
    assert listed.is_stated_by(sentence)


def test_time_series_say_nothing_of_speed():
    (speed,) = read_attributes("Compare A and B in terms of speed")[1]
    assert not speed.is_stated_by("We model time series.")
    assert speed.is_stated_by("Our clock is three times faster.")


@pytest.mark.parametrize("listed", ["data, and , cost", "data, or , cost"])
def test_an_empty_item_of_a_list_is_left_out(listed):
    _, found = read_attributes(f"Compare A and B in terms of {listed}")
    assert [attribute.name for attribute in found] == ["data", "cost"]


def test_a_list_of_words_that_name_nothing_is_none():
    assert read_attributes("Compare A and B in terms of what they are")[1] == ()
