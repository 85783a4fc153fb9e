"""What a refusal says besides why: what is covered, what is missing, what to do."""

import pytest

from assistant.asks import Unmet
from assistant.refusals import refusal_text
from assistant.types import Coverage

QUESTION = "What is the capital of France, 1 x 2?"


@pytest.mark.parametrize(
    ("coverage", "reason", "said"),
    [
        (
            Coverage(missing=("france",)),
            "nothing on it",
            "nothing on it. The nearest paper does not mention “France”. Ask about what the "
            "library holds, or ingest papers on “France”.",
        ),
        (
            Coverage(covered=("capital",), missing=("france",)),
            "nothing on it",
            "nothing on it. The nearest paper speaks of “capital”, but does not mention "
            "“France”. Ask about “capital” alone, or ingest papers on “France”.",
        ),
        (
            Coverage(covered=("capital",), missing=("france",)),
            "the nearest paper does not mention France",
            "the nearest paper does not mention France. Ask about “capital” alone, or ingest "
            "papers on “France”.",
        ),
        (
            Coverage(covered=("capital",), unmet=(Unmet.AMOUNT,)),
            "no figure for this is given in the abstract",
            "no figure for this is given in the abstract. Ask what it says without that, or "
            "ingest papers that give that figure.",
        ),
        (Coverage(missing=("1", "x", "2")), "nothing on it", "nothing on it."),
        (Coverage(), "nothing on it", "nothing on it."),
        (
            Coverage(),
            "the question names no topic",
            "the question names no topic. Name what you ask about.",
        ),
    ],
)
def test_a_refusal_says_what_is_missing_once_and_what_to_do(coverage, reason, said):
    assert refusal_text(QUESTION, reason, coverage) == f"The library does not answer this: {said}"


def test_a_long_list_of_missing_words_is_cut():
    missing = ("bake", "bread", "oven", "yeast", "flour")
    said = refusal_text("bake, bread, oven, yeast, flour", "no", Coverage(missing=missing))
    assert "“bake”, “bread”, “oven” or “yeast”." in said
    assert "flour" not in said


def test_words_that_stand_together_are_told_as_one():
    said = refusal_text("Do knitting robots help?", "no", Coverage(missing=("knitting", "robots")))
    assert "does not mention “knitting robots”." in said


def test_everyday_verbs_are_not_told():
    said = refusal_text("How do robots work?", "no", Coverage(missing=("robots", "work")))
    assert "“robots”" in said and "work" not in said
