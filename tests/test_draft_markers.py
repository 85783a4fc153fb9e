"""Markers of a model are read as hints, and none of them stays in the text."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant import markers
from assistant.markers import MarkedSentence, own_brackets, read_markers, read_stream

HABITS = {
    "[0]": (0,),
    "[7]": (7,),
    "[999]": (999,),
    "[1,2]": (1, 2),
    "[1, 2]": (1, 2),
    "[1; 2]": (1, 2),
    "[1] [2]": (1, 2),
    "[1][2]": (1, 2),
    "[1-3]": (1, 2, 3),
    "[1–3]": (1, 2, 3),
    "[1 and 2]": (1, 2),
    "[^1]": (1,),
    "[S2]": (2,),
    "[#4]": (4,),
    "[Source 3]": (3,),
    "[Source: 3]": (3,),
    "[sentences 1, 4]": (1, 4),
    "[ref. 5]": (5,),
    "[Paper 2]": (2,),
    "[citation:3]": (3,),
    "[[1]]": (1,),
    r"\[1\]": (1,),
    "[1](https://example.org/a)": (1,),
    "[1](#ref-1)": (1,),
    "【1】": (1,),
    "【1†source】": (1,),
    "［2］": (2,),
    "(source 2)": (2,),
    "(Sources 1, 2)": (1, 2),
    "(see [3])": (3,),
    "([3])": (3,),
    "<sup>2</sup>": (2,),
    "<sup>[2]</sup>": (2,),
    "¹": (1,),
    "¹²": (12,),
    "[3-1]": (3, 1),
    "[1, 1, 2]": (1, 2),
    "⁽⁷⁾": (7,),
    "[vii]": (7,),
    "[IV]": (4,),
    "[i, ii]": (1, 2),
    "⟦7⟧": (7,),
    "〔7〕": (7,),
    "❲7❳": (7,),
    "(1)": (1,),
    "(1, 2)": (1, 2),
}
CLAIM = "The score measures diversity."


def read_all(text, literals=()):
    return list(read_stream([text], literals))


@pytest.mark.parametrize("written", HABITS)
def test_a_marker_before_the_full_stop_is_read_and_taken_out(written):
    assert read_all(f"The score measures diversity {written}.") == [
        MarkedSentence(CLAIM, HABITS[written])
    ]


@pytest.mark.parametrize("written", HABITS)
@pytest.mark.parametrize("gap", ["", " "])
def test_a_marker_after_the_full_stop_belongs_to_the_sentence_before(written, gap):
    assert read_all(f"{CLAIM}{gap}{written} It is new.") == [
        MarkedSentence(CLAIM, HABITS[written]),
        MarkedSentence("It is new.", ()),
    ]


@pytest.mark.parametrize("written", HABITS)
def test_a_marker_in_mid_sentence_leaves_no_gap(written):
    if "¹" in written or written.startswith("(1"):  # (1) in mid-sentence counts things
        return
    assert read_markers(f"The score {written} measures diversity.").text == CLAIM


def test_et_al_with_a_number_is_read_as_one_sentence():
    assert read_all("Smith et al. [12] propose it.") == [
        MarkedSentence("Smith et al. propose it.", (12,))
    ]


def test_a_marker_glued_to_the_next_sentence_is_taken_out():
    sentences = read_all("The score measures diversity. [1]The kernel is given. [2]")
    assert "[" not in "".join(s.text for s in sentences)
    assert [n for s in sentences for n in s.numbers] == [1, 2]


@pytest.mark.parametrize(
    "text",
    [
        "It takes O(n²) time.",
        "R² grows to 0.9 and L² loss falls.",
        "It covers 5 km² of log² n steps.",
        "Errors are below 10⁻³ now.",
        "A cube [0,1]^d is mapped.",
        "The derivative f⁽²⁾ and the entry x[i] exist.",
        "A set [six] of them.",
        "We call x[1] the first item.",
        "It has (1) a head and (2) a tail.",
        "Plain text without any marker.",
        "Two ways: (1) by heat and (2) by cold.",
        "It grows as n^2.",
        "We use e^2 and log^2.",
        "The Vendi Score (2022) and the GPT (version 2) are compared.",
    ],
)
def test_what_only_looks_like_a_marker_stays(text):
    assert read_markers(text) == MarkedSentence(text, ())


@pytest.mark.parametrize("written", ["measures diversity^3.", "measures diversity.^3"])
def test_a_caret_after_a_word_is_a_footnote(written):
    assert read_all(f"The score {written} It is new.")[0] == MarkedSentence(CLAIM, (3,))


@pytest.mark.parametrize(
    "reference",
    [
        "(Smith, 2019)",
        "(Smith et al., 2019)",
        "(Smith and Doe, 2019a)",
        "(Smith 2019; van-Dyk, 2020)".replace("van-Dyk", "Van-Dyk"),
        "(O'Hara & Li, 2020)",
    ],
)
def test_a_reference_from_memory_is_taken_out_unless_the_source_has_it(reference):
    claim = f"The score measures diversity {reference}."
    assert read_all(f"{claim} [2]") == [MarkedSentence(CLAIM, (2,), remembered=(reference,))]
    literals = own_brackets(f"We follow it {reference}.", numbered=3)
    assert read_all(f"{claim} [2]", literals) == [MarkedSentence(claim, (2,))]


def test_brackets_that_stand_in_the_evidence_and_name_none_of_it_are_part_of_the_claim():
    claim = "The kernel takes values in [0, 1] throughout."
    literals = frozenset({"[0,1]"})
    assert read_all(f"{claim} [2]", literals) == [MarkedSentence(claim, (2,))]
    assert read_all(f"{claim} [2]") == [
        MarkedSentence("The kernel takes values in throughout.", (0, 1, 2))
    ]


def test_brackets_of_a_source_are_told_from_the_numbers_of_the_evidence():
    text = "Values in [0, 1] or [2, 3, 6]; see [27] and [12]; f(x) = x²."
    assert own_brackets(text, numbered=12) == {"[0,1]", "[27]"}


@pytest.mark.parametrize(
    ("written", "complete"),
    [
        ("It is one. It is two.", True),
        ("It is one. It is two", False),
        ("It is one. It is two [2]", True),
        ("It is one. It is two [2", False),
        ("It is two (source 2)", True),
        ("It is “two.”", True),
        ("It is two\n", True),
        ("It is two.²", True),
        ("NOT COVERED", False),
    ],
)
def test_a_sentence_at_whose_end_the_stream_broke_off_is_told(written, complete):
    assert [sentence.complete for sentence in read_all(written)][-1] is complete


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("- The score measures diversity.", CLAIM),
        ("1. The score measures diversity.", CLAIM),
        ("## The score measures diversity.", CLAIM),
        ("> The score measures diversity.", CLAIM),
        ("**The score** measures `diversity`.", CLAIM),
        ("The  score\tmeasures diversity .", CLAIM),
    ],
)
def test_markdown_around_a_sentence_is_taken_off(written, read):
    assert [sentence.text for sentence in read_all(written)] == [read]


def test_a_sentence_comes_as_soon_as_the_next_has_begun():
    def pieces():
        yield "First claim here. [1] "
        yield "Second "
        pytest.fail("the first sentence was complete") if not seen else None
        yield "claim."

    seen = []
    for sentence in read_stream(pieces()):
        seen.append(sentence)
    assert [s.text for s in seen] == ["First claim here.", "Second claim."]


def test_a_name_cut_in_two_by_the_stream_does_not_end_a_sentence():
    whole = "Smith et al. Adams found it. It holds."
    cut = whole.index("dams")
    assert list(read_stream([whole[:cut], whole[cut:]])) == read_all(whole)


def test_a_space_at_the_end_of_a_piece_is_kept():
    assert [s.text for s in read_stream(["One is here. Two ", "words here."])] == [
        "One is here.",
        "Two words here.",
    ]


BLANKS = " " * 4000
HOSTILE = {
    "spaces after a number": "[1," + BLANKS + "x",
    "spaces in a bracket": "[" + BLANKS + "x",
    "spaces in a footnote": "<sup>" + BLANKS + "x",
    "spaces in parentheses": "(see" + BLANKS + "x",
    "numbers without end": "[" + "1, " * 50_000,
    "footnotes without end": "<sup>1" * 20_000,
    "links without end": "[1](#" * 20_000,
    "markers without end": "It is. " + "[1] " * 20_000 + "^",
    "colons without end": "[1:" + "1" * 50_000,
    "brackets without end": "[" * 50_000,
    "noughts in a superscript": "⁽" + "¹" * 50_000,
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_text_is_read_in_the_end(text):
    """Sizes at which a nested repeat takes minutes, and a bounded one no time to speak of."""
    read_markers(text)
    assert list(read_stream([text]))
    assert list(read_stream([text[i : i + 7] for i in range(0, 4000, 7)]))


def test_a_long_line_is_split_once(monkeypatch):
    seen = []
    split = markers.split_sentences
    monkeypatch.setattr(
        markers, "split_sentences", lambda text: seen.append(len(text)) or split(text)
    )
    pieces = ["A ", "word [1]. "] * 4000
    assert len(list(read_stream(pieces))) == 4000
    assert sum(seen) < 10 * len("".join(pieces))


def test_a_sentence_without_end_is_cut():
    sentences = list(read_stream(["word "] * 4000))
    assert max(len(s.text) for s in sentences) <= 2 * markers.MAX_SENTENCE_CHARACTERS
    assert "".join(s.text for s in sentences).count("word") == 4000


WORDS = st.sampled_from(
    "The score of Adams et al. e.g. measures 3.5 diversity. Is it? A kernel! U.S. $x$ (so) “it” "
    "\n - Dr. 1. 2024".split(" ")
)
WRITTEN = st.lists(st.one_of(WORDS, st.sampled_from(sorted(HABITS))), max_size=14).map(" ".join)


@given(WRITTEN, st.lists(st.integers(0, 120), max_size=8))
def test_where_the_stream_is_cut_changes_nothing(text, cuts):
    bounds = sorted({0, len(text), *(cut for cut in cuts if cut < len(text))})
    pieces = [text[a:b] for a, b in zip(bounds, bounds[1:], strict=False)]
    assert list(read_stream(pieces)) == read_all(text)
    assert list(read_stream(text)) == read_all(text)


@given(WRITTEN)
def test_no_marker_is_left_in_any_text(text):
    for sentence in read_all(text):
        assert not re.search(
            r"\[[\d\s,;^#ivx-]*\]|[【】［］⟦⟧〔〕⁽⁾]|\(sources?|<sup>", sentence.text
        )


@given(st.text("ab. []()^【】¹²123,-–\n!?“”", max_size=40))
def test_any_text_is_read_without_failing(text):
    list(read_stream(text))
