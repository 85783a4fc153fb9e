"""The filter fields of the page: what is typed becomes filters, and one line says which."""

from dataclasses import fields
from datetime import date

import pytest
from scripted_assistant import PAPERS

from assistant.errors import LibraryError, UsageError
from assistant.filters import NO_FILTERS, Filters, matches
from ui.filter_fields import FilterFields, summarise

NAMES = [field.name for field in fields(FilterFields)]
LISTS = {"authors", "venues", "tags", "sources", "papers"}
DAYS = "write 2026-01-31, 2026-01-01..2026-01-31, 2026-01-01.. or ..2026-01-31"


def holding(filters):
    """How many of two papers, one of them by Ada Lind and four others in 2021, pass."""
    return sum(matches(paper, date.min, filters) for paper in PAPERS)


def summary(**typed):
    return summarise(FilterFields(**typed).read, holding, len(PAPERS))


@pytest.mark.parametrize("blank", ["", "  ", " ; ;"])
def test_blank_fields_ask_for_nothing(blank):
    typed = {name: blank if name in LISTS else blank.replace(";", "") for name in NAMES}
    assert FilterFields(**typed).read() == NO_FILTERS


def test_each_field_is_read_as_its_kind_and_semicolons_separate_several():
    typed = FilterFields(
        years=" 2020-2023 ",
        authors="Hinton, G.; Lind",
        venues="ICML",
        tags="cs.LG;thesis;",
        sources="a.bib; b",
        papers="10.1000/clocks; quartz",
        added=" 2026-01-01..2026-01-31 ",
    )
    assert typed.read() == Filters(
        years=(2020, 2023),
        authors=("Hinton, G.", "Lind"),
        venues=("ICML",),
        tags=("cs.LG", "thesis"),
        sources=("a.bib", "b"),
        paper_ids=("10.1000/clocks", "quartz"),
        added=(date(2026, 1, 1), date(2026, 1, 31)),
    )


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"years": "soon"}, "no years 'soon'; write 2021, 2020-2023, 2020- or -2023"),
        ({"years": "2023-2020"}, "years 2023 to 2020 end before they begin; swap them"),
        ({"added": "May"}, f"no days 'May'; {DAYS}"),
        ({"authors": "Lind; ?"}, "author '?' holds no word; give one, such as Hinton"),
    ],
)
def test_what_can_not_be_read_is_told(typed, said):
    with pytest.raises(UsageError) as error:
        FilterFields(**typed).read()
    assert str(error.value) == said
    assert summary(**typed).line == f"Only papers …: {said}"
    assert summary(**typed).kind == "wrong"


def test_untouched_fields_say_what_they_could_ask_for():
    assert (summary().line, summary().kind) == ("Only papers of a year, author, venue …", "unset")
    assert summary().invitation == "Ask about the papers"


def test_what_is_asked_for_is_said_with_the_number_of_papers_that_are_left():
    narrowed = summary(years="2020-", authors="lind")
    assert narrowed.line == "Only papers with year from 2020, author lind: 1 of 2 papers"
    assert narrowed.kind == "narrowed"
    assert narrowed.invitation == "Ask 1 of 2 papers"


def test_filters_that_no_paper_passes_are_told_before_a_question_is_asked():
    assert summary(years="1999").line == "Only papers with year 1999: the library holds none"
    assert summary(years="1999").kind == "wrong"


def test_a_library_that_can_not_be_read_is_told_and_not_raised():
    def fail(filters):
        raise LibraryError("the library is damaged: run library doctor")

    told = summarise(FilterFields(years="2021").read, fail, 2)
    assert (told.kind, "run library doctor" in told.line) == ("wrong", True)
