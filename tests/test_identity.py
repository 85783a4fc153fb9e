"""Which records are about the same work."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.identity import (
    bare_doi,
    contradict,
    identifiers,
    normalise_title,
    paper_id,
    same_text,
    similarity,
    title_key,
)
from assistant.types import Paper

ABSTRACT = (
    "We keep pendulum clocks in cold water for a year and note their drift each morning. "
    "Steel housings halve it, and brass ones do not. Salt makes no difference to either."
)
PAPER = Paper("p", "Pendulum Clocks in Cold Water", ABSTRACT)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("C++ for clocks", "C for clocks"),
        ("C# for clocks", "C++ for clocks"),
        ("A* search", "A search"),
        ("Drift at p < 0.05", "Drift at p > 0.05"),
        ("Growth of α+β", "Growth of α-β"),
        ("∑", "∏"),
        ("*-algebras", "Algebras"),
        ("Clocks & tides", "Clocks / tides"),
        ("👍 clocks", "👎 clocks"),
        ("हिन्दी", "हिन्दि"),
    ],
)
def test_titles_that_differ_in_symbols_have_different_ids(one, other):
    assert paper_id(one) != paper_id(other)


@pytest.mark.parametrize(
    "title",
    [
        "the vendi score - a metric",
        " The  Vendi\u00a0Score: a metric. ",
        "The Vendi Score — A Metric",
        "THE VENDI SCORE (A METRIC)",
        "“The Vendi Score”, a metric?",
        "The Ven\u00addi Score: A\nMetric",
        "The $Vendi$ Score: A Metric",
    ],
)
def test_titles_that_differ_in_case_space_and_punctuation_are_one(title):
    assert title_key(title) == title_key("The Vendi Score: A Metric")


@given(st.text(max_size=40))
def test_a_normalised_title_stays_as_it_is(title):
    once = normalise_title(title)
    assert normalise_title(once) == once and once == " ".join(once.split())


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"doi": "10.1/AbC"}, {"doi:10.1/abc"}),
        ({"doi": "https://doi.org/10.1/AbC"}, {"doi:10.1/abc"}),
        ({"doi": "doi: 10.1000.5/a(b)c"}, {"doi:10.1000.5/a(b)c"}),
        ({"doi": " odd "}, {"doi:odd"}),
        ({"arxiv_id": "2101.00001v3"}, {"arxiv:2101.00001"}),
        ({"arxiv_id": "Hep-th/9901001"}, {"arxiv:hep-th/9901001"}),
        ({"doi": "10.48550/arXiv.2101.00001"}, {"arxiv:2101.00001"}),
        ({"doi": "10.1/x", "arxiv_id": "2101.00001"}, {"doi:10.1/x", "arxiv:2101.00001"}),
        ({}, set()),
    ],
)
def test_identifiers_are_the_same_however_they_are_written(fields, expected):
    assert identifiers(Paper("p", "t", "", **fields)) == expected


def test_a_doi_is_read_from_what_people_paste():
    assert bare_doi("http://dx.doi.org/10.1/X") == bare_doi(" DOI:10.1/x ") == "10.1/x"
    assert bare_doi("10.x") is bare_doi("papers/10.txt") is bare_doi("") is None


def test_only_two_identifiers_of_one_kind_contradict():
    def ids(*names):
        return frozenset(names)

    assert contradict(ids("doi:1"), ids("doi:2"))
    assert contradict(ids("doi:1", "arxiv:1"), ids("arxiv:2"))
    assert not contradict(ids("doi:1"), ids("arxiv:1"))
    assert not contradict(ids("doi:1", "doi:2"), ids("doi:2"))
    assert not contradict(ids("doi:1"), ids())


def test_similarity_by_hand():
    assert similarity("a b c d", "a b c e") == 1 / 3  # abc, bcd | abc, bce
    assert similarity("A, b; C d.", "a b c d") == 1
    assert similarity("one two", "one two") == 1 and similarity("one two", "one") == 0
    assert similarity("", "") == similarity("...", "a b c") == 0


def test_a_word_changed_or_a_label_added_is_the_same_text_and_another_half_is_not():
    for near in (
        ABSTRACT.replace("a year", "one year"),
        "BACKGROUND: " + ABSTRACT.upper(),
        ABSTRACT.rstrip("."),
    ):
        assert same_text(PAPER, replace(PAPER, abstract=near))
        assert same_text(
            PAPER, replace(PAPER, abstract=near, title="pendulum clocks in cold water")
        )
        assert not same_text(PAPER, replace(PAPER, abstract=near, title="Clocks"))
    half = ABSTRACT[:100] + "We then sail with them around the cape, twice, and lose none of them."
    assert not same_text(PAPER, replace(PAPER, abstract=half))


def test_without_an_abstract_authors_and_year_stand_in_for_it():
    known = replace(PAPER, authors=("Ada Lind", "Bo Marsh"), year=2020)
    bare = replace(known, abstract="", authors=("Lind, A.",), venue="Tides")
    assert same_text(known, bare) and same_text(bare, known)
    assert not same_text(known, replace(bare, year=2021))
    assert not same_text(known, replace(bare, authors=("Marsh, B.",)))
    assert not same_text(known, replace(bare, authors=()))
    assert not same_text(PAPER, replace(PAPER, abstract=""))


def test_two_titles_alone_are_one_work_if_nothing_tells_them_apart():
    editorial = Paper("p", "Editorial", " ", year=2020, venue="Tides")
    assert same_text(editorial, replace(editorial, abstract=""))
    assert not same_text(editorial, replace(editorial, venue="Waves"))
    assert not same_text(editorial, replace(editorial, year=2021))
    assert not same_text(editorial, replace(editorial, authors=("Ada Lind",)))


TEXT = st.sampled_from(["", ABSTRACT, ABSTRACT[:90], "Other words altogether, all of them."])
PAPERS = st.builds(
    Paper,
    st.just("p"),
    st.sampled_from(["Clocks", "clocks.", "Tides"]),
    TEXT,
    authors=st.sampled_from([(), ("Ada Lind",), ("Lind, Ada", "Bo")]),
    year=st.sampled_from([None, 2020]),
)


@given(PAPERS, PAPERS)
def test_being_the_same_text_goes_both_ways(one, other):
    assert same_text(one, other) == same_text(other, one)
    assert one.title != other.title or one.abstract != other.abstract or same_text(one, one)


def test_bare_titles_are_one_work_only_where_no_identifier_could_tell_otherwise():
    bare = Paper("p", "Clocks", "")
    assert same_text(bare, replace(bare, paper_id="q"))
    assert not same_text(bare, replace(bare, doi="10.1/b"))
    assert not same_text(replace(bare, arxiv_id="2101.00001"), replace(bare, doi="10.1/b"))
