"""Tags: told apart by their words, in whatever case they are written."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.tags import tag_key, unique_tags


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Optimal Transport", "optimal  transport"),
        ("STRASSE", "straße"),
        ("ﬁlters", "Filters"),
        ("cs.LG", "CS.lg"),
    ],
)
def test_case_and_spacing_do_not_tell_tags_apart(one, other):
    assert tag_key(one) == tag_key(other)
    assert unique_tags([one, "x", other]) == (one, "x")


@pytest.mark.parametrize(("one", "other"), [("C", "C++"), ("resume", "résumé"), ("a b", "ab")])
def test_signs_accents_and_spaces_between_words_do(one, other):
    assert unique_tags([one, other]) == (one, other)


@given(st.lists(st.text(max_size=3)))
def test_each_tag_stays_in_its_place_and_once(tags):
    unique = unique_tags(tags)
    assert list(unique) == sorted(unique, key=tags.index)
    assert {tag_key(tag) for tag in unique} == {tag_key(tag) for tag in tags}
    assert unique_tags(unique) == unique
