"""Slips of spelling: mended by the library's words, and by nothing else."""

import pytest
from doubles import HashingEmbedder
from hypothesis import given
from hypothesis import strategies as st

from assistant.library import Library
from assistant.spelling import corrected, spelled
from assistant.types import Paper
from assistant.words import stem

KNOWN = {stem(word): count for word, count in {
    "diffusion": 9, "networks": 30, "neural": 20, "patient": 5, "patients": 5, "trance": 2,
    "treatment": 4, "form": 50, "from": 60, "cancer": 7, "cancel": 1, "image": 3,
}.items()}  # fmt: skip


def mend(query):
    return corrected(query, lambda word: KNOWN.get(word, 0))


@pytest.mark.parametrize(
    ("query", "mended"),
    [
        ("difusion networks", "diffusion networks"),  # a letter left out
        ("diffussion", "diffusion"),  # one too many
        ("diffufion", "diffusion"),  # another one
        ("nueral netwroks", "neural networks"),  # swapped
        ("cance", "cancer"),  # "cancel" is as near, and in fewer papers
    ],
)
def test_one_slip_is_mended(query, mended):
    assert mend(query) == mended


@pytest.mark.parametrize(
    "query",
    [
        "diffusion of patients",  # known, in any form
        "zygomorphic",  # nothing is near
        "dffsion",  # two slips
        "frm",  # too short to tell
        "after",  # a word of grammar, which no index holds
        "France",  # a name: it must not turn into a trance
        "GPT4 ResNet5",
        "",
        "?!",
        "naïvely",
    ],
)
def test_everything_else_stays_as_it_is(query):
    assert mend(query) == query


def test_a_sentence_keeps_its_form():
    assert mend("Is a difusion-based netwrok, say, better?") == (
        "Is a diffusion-based network, say, better?"
    )


@given(st.text())
def test_any_text_is_left_or_mended_without_an_error(query):
    assert len(mend(query).split()) == len(query.split())


def test_a_library_mends_with_the_words_of_its_papers(tmp_path):
    with Library(tmp_path, HashingEmbedder()) as library:
        library.ingest([Paper("p1", "Sundials and shadow", "The gnomon casts a shadow.")])
        assert spelled(library, "gnomn of a sundail") == "gnomon of a sundial"
    with Library(tmp_path / "empty", HashingEmbedder()) as empty:
        assert spelled(empty, "gnomn") == "gnomn"
