"""One notion of "word": stems for search and overlap, cue phrases as readable lists."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.words import STOP_WORDS, any_of, stem, stems, words


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The Vendi Score", ["the", "vendi", "score"]),
        ("low-rank, L_2-norm!", ["low", "rank", "l_2", "norm"]),
        ("ﬁve ﬂows", ["five", "flows"]),
        ("x² and L²", ["x2", "and", "l2"]),
        ("Ｗｉｄｅ", ["wide"]),
        ("Re\u0301nyi", ["rényi"]),
        ("Ω and ΩMEGA", ["ω", "and", "ωmega"]),
        ("", []),
        ("?! --", []),
    ],
)
def test_words_are_lower_case_with_compatibility_forms_unified(text, expected):
    assert words(text) == expected


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("models", "model"),
        ("generalization", "generalize"),
        ("diversities", "diversity"),
        ("learning", "learned"),
        ("running", "runs"),
    ],
)
def test_forms_of_a_word_share_a_stem(one, other):
    assert stem(one) == stem(other)


@pytest.mark.parametrize(("one", "other"), [("rate", "rat"), ("index", "entropy"), ("kan", "can")])
def test_other_words_do_not(one, other):
    assert stem(one) != stem(other)


# From the sample vocabulary of the Snowball project's page on the English stemmer.
SNOWBALL = {
    "consign": "consign",
    "consigned": "consign",
    "consistency": "consist",
    "consolation": "consol",
    "conspicuously": "conspicu",
    "knackered": "knacker",
    "knavish": "knavish",
    "kneeling": "kneel",
    "knots": "knot",
}


@pytest.mark.parametrize(("word", "expected"), SNOWBALL.items())
def test_stems_are_the_published_ones_of_snowball(word, expected):
    assert stem(word) == expected


def test_stop_words_fall_away_and_repeats_stay():
    assert stems("The models of the model are models") == ["model"] * 3
    assert stems("What is it, and how?") == []


def test_stop_words_are_words_as_words_gives_them():
    assert all(words(word) == [word] for word in STOP_WORDS)


@given(st.text())
def test_stems_do_not_depend_on_case_of_plain_letters(text):
    plain = "".join(c for c in text if c.isascii())
    assert stems(plain) == stems(plain.upper())


@given(st.text(), st.text())
def test_texts_joined_by_a_space_have_the_words_of_both(one, other):
    assert words(f"{one} | {other}") == words(one) + words(other)


CUES = any_of("however, in contrast, outperform*\nstate of the art, c++")


@pytest.mark.parametrize(
    "text",
    [
        "However, it fails.",
        "HOWEVER",
        "It is in  contrast to this.",
        "in\ncontrast",
        "It outperforms all.",
        "outperforming",
        "outperform",
        "the state of the art.",
        "written in C++.",
    ],
)
def test_a_cue_is_found_in_any_case_and_over_any_gap(text):
    assert CUES.search(text)


@pytest.mark.parametrize(
    "text", ["howevers", "ahowever", "contrast", "contrasting in", "outper form", "state of art"]
)
def test_a_part_of_a_word_is_no_cue(text):
    assert not CUES.search(text)
