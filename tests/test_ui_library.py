"""The Library tab without a browser: the table, its places, and what it says when it is empty."""

import json
from dataclasses import replace
from datetime import date
from types import SimpleNamespace

import pytest
from html_outline import outline
from scripted_assistant import PAPERS, QUARTZ, SUNDIAL

from assistant.errors import LibraryError, UsageError
from assistant.paper_list import Order, PaperList, Wanted
from assistant.types import Paper
from ui.library_paper import PaperPage, bibtex_of, render_paper
from ui.library_shelf import LibraryShelf
from ui.library_table import Place, Rows, last_page, render_count, render_table, wanted

HOSTILE = "<script>alert(1)</script> {{x}} ${y} \" onclick='z'"


def library_of(*papers):
    rows = [
        (
            n,
            p.paper_id,
            p.title,
            json.dumps(p.authors),
            p.venue,
            p.year,
            f"2026-01-{1 + n % 28:02} 10:00",
        )
        for n, p in enumerate(papers, 1)
    ]
    found = {paper.paper_id: paper for paper in papers}
    return SimpleNamespace(
        count=len(papers),
        paper_list=PaperList(rows),
        papers_by_id=lambda ids: [found[each] for each in ids],
    )


def many(count):
    return [Paper(f"p{n}", f"Title {n:02}", "Text.", year=2000) for n in range(1, count + 1)]


@pytest.mark.parametrize(
    "text", ["", "title", "title:up", "title:up:x", "size:up:1", "title:off:1", HOSTILE]
)
def test_what_is_no_place_is_where_one_begins(text):
    assert Place.read(text) == Place()


def test_a_place_is_read_as_it_was_written():
    for order in Order:
        place = Place(order, order is Order.YEAR, 12)
        assert Place.read(place.written()) == place
    assert Place.read("title:up:0").page == 1


def test_choosing_an_order_again_turns_it_round_from_the_first_page():
    assert Place(page=3).by(Order.TITLE) == Place(Order.TITLE, False, 1)
    assert Place(Order.TITLE, False, 3).by(Order.TITLE) == Place(Order.TITLE, True, 1)
    assert Place(Order.TITLE).by(Order.YEAR).descending, "the newest come first"


def test_the_fields_say_what_is_wanted():
    assert wanted("clock", " 2020- ", Place(Order.YEAR)) == Wanted(
        "clock", (2020, None), Order.YEAR
    )
    with pytest.raises(UsageError, match="no years"):
        wanted("", "soon", Place())


@pytest.mark.parametrize(("found", "pages"), [(0, 1), (1, 1), (50, 1), (51, 2), (60_000, 1200)])
def test_a_page_has_fifty_rows(found, pages):
    assert last_page(found) == pages


def test_the_number_of_matches_is_told():
    assert "60,000 papers" in render_count(60_000, 60_000)
    assert "0 of 1 paper<" in render_count(0, 1)


def test_a_row_says_what_is_known():
    rows = Rows(Place(), 2, [(QUARTZ, date(2026, 1, 2)), (SUNDIAL, None)])
    page = render_table(rows, 2)
    for shown in (QUARTZ.title, "Ada Lind and 4 others", "2021", "2026-01-02", QUARTZ.venue):
        assert shown in page
    assert "None" not in page
    assert 'aria-sort="descending"' in page


def test_text_of_papers_stays_text():
    hostile = replace(QUARTZ, title=HOSTILE, authors=(HOSTILE,), venue=HOSTILE, paper_id=HOSTILE)
    shown = outline(render_table(Rows(Place(), 1, [(hostile, None)]), 1))
    plain = outline(render_table(Rows(Place(), 1, [(QUARTZ, None)]), 1))
    assert shown.shape() == plain.shape()
    assert shown.texts("button", "source-title") == [HOSTILE]


def test_a_shelf_shows_one_page_of_what_it_finds():
    shelf = LibraryShelf(library_of(*many(60)))
    count, page = shelf.table("title", "2000", "title:up:2")
    assert "60 papers" in count
    assert page.count("<tr") == 1 + 10
    assert "Title 51" in page and "Title 50" not in page
    assert "Page 2 of 2" in page
    assert "Next" not in page and "Previous" in page


def test_a_page_beyond_the_last_is_the_last():
    _, page = LibraryShelf(library_of(*many(60))).table("", "", "title:up:99")
    assert "Page 2 of 2" in page


def test_nothing_found_and_nothing_there_are_told_apart():
    assert "Show all papers" in LibraryShelf(library_of(*PAPERS)).table("zzz", "", "")[1]
    assert "The library is empty" in LibraryShelf(library_of()).table("", "", "")[1]


def test_what_goes_wrong_is_told():
    assert "no years" in LibraryShelf(library_of(*PAPERS)).table("", "soon", "")[1]

    class Broken:
        @property
        def count(self):
            raise LibraryError("the record can't be read")

    assert "the record can&#x27;t be read" in LibraryShelf(Broken()).table("", "", "")[1]


def test_the_page_of_a_paper_says_all_that_is_known():
    paper = replace(QUARTZ, tags=("time",), source="refs.bib", other_sources=("more.ris",))
    page = outline(render_paper(PaperPage(paper, date(2026, 1, 2), [SUNDIAL])))
    assert page.texts("h2", "card-title") == [QUARTZ.title]
    assert page.texts("p", "abstract") == [QUARTZ.abstract]
    assert page.texts("dd") == ["time", "refs.bib, more.ris", "2026-01-02", "quartz"]
    assert page.texts("button", "source-title") == [SUNDIAL.title]
    assert page.texts("pre") == [bibtex_of(paper)]
    assert bibtex_of(paper).startswith("@article{")
    links = [attributes["href"] for name, attributes in page.elements if name == "a"]
    assert links == ["https://example.org/quartz", "https://doi.org/10.1000/slow.(1)"]


def test_the_page_of_a_paper_without_an_abstract_says_so():
    page = outline(render_paper(PaperPage(Paper("bare", "Bare", ""))))
    assert page.texts("p", "card-note") == [
        "No abstract is stored: the paper is found by its title."
    ]
    assert page.texts("h3") == ["BibTeX"]


def test_text_of_a_paper_stays_text_on_its_page():
    def page(text):
        paper = Paper(text, text, text, (text,), 2020, text, source=text, tags=(text,))
        return outline(render_paper(PaperPage(paper, None, [paper])))

    assert page(HOSTILE).shape() == page("plain").shape()
    assert page(HOSTILE).texts("p", "abstract") == [HOSTILE]
    bad_link = replace(QUARTZ, url="javascript:alert(1)")
    assert 'href="javascript' not in render_paper(PaperPage(bad_link))


def test_a_paper_that_is_gone_is_told_and_no_paper_is_no_page():
    def gone(paper_id):
        raise LibraryError(f"no paper {paper_id!r}")

    shelf = LibraryShelf(SimpleNamespace(paper=gone))
    assert "no paper" in shelf.paper("x")
    assert shelf.paper("") == ""
