"""Statements made by code: what says the same, and what is turned."""

from eval.benches.checker_twists import SHORTEST, made_by_code

ABSTRACT = (
    "We show that our approach improves recall on several large benchmarks of news. "
    "It may be slower than simple methods when the corpus is very large. Code is here."
)


def made(rows=()):
    return list(made_by_code(rows, {"x:1": ABSTRACT}))


def test_sentences_are_copied_in_other_words_and_turned():
    found = made()
    copied = [text for _, text, kind in found if kind == "copied"]
    twisted = [text for _, text, kind in found if kind == "twisted"]
    assert copied
    assert all(text not in ABSTRACT for text in copied)
    assert any("not" in text for text in twisted)
    assert not {*copied} & {*twisted}
    assert all(len(text.split()) >= SHORTEST - 2 for text in copied)


def test_true_statements_are_turned_and_others_left():
    rows = [("x:1", "The method is better than others.", "true"), ("x:1", "It is bad.", "false")]
    before = {text for _, text, _ in made()}
    twisted = {text for _, text, _ in made(rows)} - before
    assert "The method is not better than others." in twisted
    assert "The method is worse than others." in twisted
    assert not any("bad" in text for text in twisted)


def test_the_same_rows_are_made_each_time():
    assert made() == made()
