"""What a question is about, and the pronouns that stand for it."""

import pytest

from assistant.referents import Topic, pointing_out, topic_of, with_topic


@pytest.mark.parametrize(
    ("question", "phrase", "plural"),
    [
        ("What is the Vendi Score?", "the Vendi Score", False),
        ("What are gravitational waves?", "gravitational waves", True),
        ("What is meant by quantitative easing?", "quantitative easing", False),
        ("What was the idea behind the Marshall Plan?", "the Marshall Plan", False),
        ("How does sea level rise affect cities?", "sea level rise", False),
        ("How do climate change models work?", "climate change models", True),
        ("Which data sets does BERT require?", "BERT", False),
        ("Can hyperbolic embeddings represent trees?", "hyperbolic embeddings", True),
        ("How is sepsis treated in children?", "sepsis", False),
        ("Why are large pretrained models vulnerable to typos?", "large pretrained models", True),
        ("What causes auroras?", "auroras", True),
        ("What limits crop growth in deserts?", "crop growth in deserts", False),
        ("Which genes regulate flowering?", "genes that regulate flowering", True),
        ("Which drugs are approved for migraine?", "drugs approved for migraine", True),
    ],
)
def test_a_question_is_about_its_subject(question, phrase, plural):
    assert topic_of(question) == Topic(phrase, plural)


@pytest.mark.parametrize(
    "question",
    [
        "Why?",
        "What is it?",
        "What is used to cool qubits?",
        "How do you know what dark matter is?",
        "How do qubits squiggle?",
        "How do bees and wasps navigate?",
        "Vendi Score",
        "",
    ],
)
def test_a_question_whose_form_does_not_show_it_is_about_nothing_known(question):
    assert topic_of(question) is None


SCORE, GENES = Topic("the Vendi Score", False), Topic("HOX genes", True)


@pytest.mark.parametrize(
    ("clause", "topic", "whole"),
    [
        ("how does it work", SCORE, "how does the Vendi Score work"),
        ("what are its limits", SCORE, "what are the Vendi Score's limits"),
        ("how did LIGO detect them", GENES, "how did LIGO detect HOX genes"),
        ("what limits their spread", GENES, "what limits HOX genes' spread"),
        ("how does it work", GENES, ""),
        ("how do they work", SCORE, ""),
        ("is it possible to compute one", SCORE, ""),
        ("how does BERT work", SCORE, ""),
    ],
)
def test_a_pronoun_gives_way_to_a_topic_of_its_number(clause, topic, whole):
    assert with_topic(clause, topic) == whole


@pytest.mark.parametrize(
    ("clause", "pronoun"),
    [
        ("how does it compare with BERT", "it"),
        ("which diseases has it cured", "it"),
        ("how large is its effect", "its"),
        ("how do doctors treat them?", "them"),
        ("how do models calibrate their confidence", None),
        ("how does BERT use its layers", None),
        ("how does it-or-miss search work", None),
        ("what is BERT", None),
    ],
)
def test_a_pronoun_points_out_of_a_clause_where_no_noun_before_it_can_be_meant(clause, pronoun):
    found = pointing_out(clause)
    assert (found and found[0]) == pronoun
