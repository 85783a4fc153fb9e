"""Kinds of answer that are asked for and that an abstract shows plainly if it has them."""

import pytest

from assistant.asks import Unmet, plainly_unmet, unmet_asks

PLAIN = "Quartz clocks drift in cold water. Steel housings halve the drift."
RICH = (
    "We test 40 clocks on the CIFAR data set. Quartz is 12.5% better than steel and takes 3 hours. "
    "Code: https://example.org"
)


@pytest.mark.parametrize(
    ("question", "unmet"),
    [
        ("How many clocks were tested?", Unmet.COUNT),
        ("By how much is quartz better than steel?", Unmet.AMOUNT),
        ("How long does a test take?", Unmet.TIME),
        ("Does quartz drift less than steel?", Unmet.COMPARISON),
        ("Which data set was used?", Unmet.DATA),
        ("Where can I download the code?", Unmet.ADDRESS),
    ],
)
def test_what_is_asked_for_is_met_where_the_abstract_has_the_form_of_it(question, unmet):
    bare = "Quartz clocks drift in cold water."
    assert unmet in unmet_asks(question, bare, [bare])
    assert unmet not in unmet_asks(question, RICH, [RICH])


@pytest.mark.parametrize("question", ["Who funded the clocks?", "What is in table 2?"])
def test_what_abstracts_do_not_hold_is_unmet(question):
    assert Unmet.OUTSIDE in unmet_asks(question, PLAIN, [PLAIN])


def test_a_number_counts_what_it_stands_beside():
    told = "Clocks drift. Three sundials were built."
    assert unmet_asks("How many sundials were there?", told, [told]) == ()
    assert unmet_asks("How many clocks?", "In 1999 we built sundials." + " x" * 60 + PLAIN, []) == (
        Unmet.COUNT,
    )


@pytest.mark.parametrize(
    "question", ["Why do clocks drift?", "What halves the drift?", "Are steel housings useful?"]
)
def test_a_question_that_asks_for_none_of_it_lacks_none(question):
    assert unmet_asks(question, PLAIN, [PLAIN]) == ()


def test_each_kind_says_what_a_paper_would_have_to_give():
    assert all(kind.wanted for kind in Unmet)


def test_a_reader_is_told_only_what_plainly_is_not_there():
    unmet = (Unmet.COUNT, Unmet.COMPARISON, Unmet.DATA)
    assert plainly_unmet(unmet, "Clocks drift.") == [Unmet.COUNT, Unmet.DATA]
    assert plainly_unmet(unmet, "40 clocks drift.") == [Unmet.DATA]
    assert plainly_unmet([Unmet.TIME], "Cats sleep sixteen hours.") == []
