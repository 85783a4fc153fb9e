"""How many sentences an answer may have."""

import pytest

from assistant.length import MAX_SENTENCES, MOST_SENTENCES, sentences_wanted


@pytest.mark.parametrize(
    "question",
    [
        "What is the Vendi Score?",
        "Which three methods use optimal transport?",
        "What do the 195 abstracts say about attention?",
        "Does training in 8 bits work?",
        "What is a linked list?",
        "How detailed are the simulated climates?",
        "",
    ],
)
def test_five_are_enough_for_most(question):
    assert sentences_wanted(question) == MAX_SENTENCES == 5


@pytest.mark.parametrize(
    ("question", "most"),
    [
        ("Name 8 methods that use optimal transport.", 8),
        ("Give me seven papers on attention", 7),
        ("Which 6 recent papers study entropy?", 6),
        ("List all papers on attention.", 10),
        ("Explain the Vendi Score in detail.", 10),
        ("Name 500 methods.", 10),
        ("List a dozen datasets", 10),
        ("Explain it in eight sentences.", 8),
        ("Name 2 methods.", 5),
    ],
)
def test_a_question_that_asks_for_more_may_get_more_and_never_more_than_ten(question, most):
    assert sentences_wanted(question) == most <= MOST_SENTENCES
