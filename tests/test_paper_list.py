"""The list of papers: which are found by words and years, and in which order they stand."""

import json
from datetime import date

import pytest
from doubles import paper
from small_libraries import open_library

from assistant.paper_list import Order, PaperList, Wanted


def row(number, title, authors=(), venue=None, year=None, added="2026-01-01 10:00:00"):
    names = json.dumps(authors, ensure_ascii=False)
    return (number, f"p{number}", title, names, venue, year, added)


ROWS = [
    row(3, "Éléments of drift", ("Bo van der Åsen",), "ICML", 2021, "2026-01-02 10:00:00"),
    row(1, "Quartz clocks", ("Ada Lind", "Cy Noor"), "Journal of Slow Time", 2019),
    row(2, "Über 時計の研究", ("Zoe Ash",), None, 2021),
    row(4, "A smart clock"),
]


@pytest.fixture
def listed():
    return PaperList(ROWS)


def found(listed, words="", **wanted):
    return listed.find(Wanted(words, **wanted))


@pytest.mark.parametrize(
    ("words", "ids"),
    [
        ("clock", ["p4", "p1"]),
        ("CLOCKS", ["p1"]),
        ("art", []),  # "smart" does not begin with it
        ("elements", ["p3"]),
        ("ÜBER", ["p2"]),
        ("時計", ["p2"]),
        ("研究", ["p2"]),
        ("lind slow", ["p1"]),
        ("asen", ["p3"]),
        ("lind icml", []),
        ("ada-lind", ["p1"]),
        ("   ", ["p3", "p4", "p2", "p1"]),
        ("?!", []),
    ],
)
def test_every_word_must_begin_a_word_of_title_authors_or_venue(listed, words, ids):
    assert found(listed, words) == ids


@pytest.mark.parametrize(
    ("years", "ids"),
    [((2021, 2021), ["p3", "p2"]), ((None, 2019), ["p1"]), ((2020, None), ["p3", "p2"])],
)
def test_a_paper_without_a_year_is_in_no_range(listed, years, ids):
    assert found(listed, years=years) == ids


@pytest.mark.parametrize(
    ("order", "up", "down"),
    [
        (Order.TITLE, "p4 p3 p1 p2", "p2 p1 p3 p4"),
        (Order.AUTHOR, "p2 p1 p3 p4", "p3 p1 p2 p4"),
        (Order.YEAR, "p1 p2 p3 p4", "p3 p2 p1 p4"),
        (Order.ADDED, "p1 p2 p4 p3", "p3 p4 p2 p1"),
    ],
)
def test_orders_go_both_ways_and_what_is_not_known_comes_last(listed, order, up, down):
    assert found(listed, order=order, descending=False) == up.split()
    assert found(listed, order=order, descending=True) == down.split()


def test_it_knows_the_day_on_which_a_paper_came(listed):
    assert listed.added_on("p3") == date(2026, 1, 2)
    assert listed.added_on("gone") is None


def test_an_empty_list_finds_nothing():
    assert PaperList([]).find(Wanted("clock", order=Order.TITLE)) == []


def test_a_library_lists_its_papers_anew_when_they_change(tmp_path):
    with open_library(tmp_path / "library") as library:
        library.ingest([paper(1)])
        before = library.paper_list
        assert library.paper_list is before
        (first,) = before.find(Wanted("clock1"))
        library.ingest([paper(2)])
        assert len(library.paper_list.find(Wanted("water"))) == 2
        library.remove([first])
        assert library.paper_list.find(Wanted("clock1")) == []
