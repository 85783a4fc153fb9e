"""A work that a question names by its title, and that the library lacks, is said to be lacking."""

import pytest

from assistant.named_works import absent_works
from assistant.types import Paper

DRIFT = Paper("p1", "Quartz Drift in Cold Sea Water", "Clocks drift. Steel housings halve it.")
CLOUD = Paper("p2", "Sundials under Cloud", "Under cloud the error of sundials is 20 minutes.")


@pytest.mark.parametrize(
    ("question", "absent"),
    [
        ("What does “Quartz Drift in Cold Sea Water” show?", ()),
        ('What does "quartz drift in cold sea water" show?', ()),
        ("What does “Quartz Drift in Warm Sea Water” show?", ("Quartz Drift in Warm Sea Water",)),
        ("What does “Sundials under Snow” show?", ("Sundials under Snow",)),
        ("Is “steel housings halve it” still true?", ()),  # words of an abstract
        ("What is “quartz”, and what a “warm drift”?", ()),  # terms
        ("What do “Sundials under Cloud” and „Bread and Salt at Sea“ share?",
         ("Bread and Salt at Sea",)),
        ("How far do clocks drift?", ()),
    ],
)  # fmt: skip
def test_only_titles_that_no_paper_can_have_are_absent(question, absent):
    assert absent_works(question, [DRIFT, CLOUD]) == absent


def test_words_of_two_papers_together_make_no_title():
    assert absent_works("What is “Sundials and Clocks drift”?", [DRIFT, CLOUD])


def test_a_long_title_may_be_quoted_with_one_wrong_word():
    long = Paper("p3", "Feature Learning in Wide Recurrent Networks at Critical Initialization", "")
    said = "“Feature Learning in Deep Recurrent Networks at Critical Initialization”"
    assert absent_works(f"What does {said} prove?", [long]) == ()
