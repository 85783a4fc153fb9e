"""The filter fields of the page: what is typed becomes filters, and one line says which."""

from datetime import date

import pytest
from scripted_assistant import PAPERS

from assistant.errors import LibraryError, UsageError
from assistant.filters import NO_FILTERS, Filters, matches
from ui.filter_fields import FilterFields, summarise


def holding(filters):
    """How many of two papers, one of them by Ada Lind and four others in 2021, pass."""
    return sum(matches(paper, date.min, filters) for paper in PAPERS)


def summary(**fields):
    return summarise(FilterFields(**fields), holding, len(PAPERS))


@pytest.mark.parametrize("blank", ["", "  ", " ; ;"])
def test_blank_fields_ask_for_nothing(blank):
    fields = FilterFields(authors=blank, venues=blank, tags=blank, sources=blank)
    assert fields.read() == NO_FILTERS


def test_each_field_is_read_as_its_kind_and_semicolons_separate_several():
    fields = FilterFields(" 2020-2023 ", "Hinton, G.; Lind", "ICML", "cs.LG;thesis;", "a.bib; b")
    assert fields.read() == Filters(
        years=(2020, 2023),
        authors=("Hinton, G.", "Lind"),
        venues=("ICML",),
        tags=("cs.LG", "thesis"),
        sources=("a.bib", "b"),
    )


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"years": "soon"}, "no years 'soon'; write 2021, 2020-2023, 2020- or -2023"),
        ({"years": "2023-2020"}, "years 2023 to 2020 end before they begin; swap them"),
        ({"authors": "Lind; ?"}, "author '?' holds no word; give one, such as Hinton"),
    ],
)
def test_what_can_not_be_read_is_told(fields, said):
    with pytest.raises(UsageError) as error:
        FilterFields(**fields).read()
    assert str(error.value) == said
    assert summary(**fields).line == f"Only papers …: {said}"
    assert summary(**fields).kind == "wrong"


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

    told = summarise(FilterFields(years="2021"), fail, 2)
    assert (told.kind, "run library doctor" in told.line) == ("wrong", True)
