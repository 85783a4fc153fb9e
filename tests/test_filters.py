"""Filters: which papers they let through, how they are written, and what they say."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.errors import UsageError
from assistant.filters import NO_FILTERS, Filters, date_range, is_author, matches, year_range
from assistant.types import Paper

CLOCKS = Paper(
    "arxiv:2101.00001",
    "Clocks",
    "They drift.",
    authors=("Ada Lind", "Geoffrey E. Hinton"),
    year=2021,
    venue="Journal of  Slow Time",
    source="/home/ada/refs/zotero.bib",
    other_sources=("/data/arXiv.jsonl", "standard input"),
    tags=("Optimal Transport", "cs.LG"),
)
DAY = date(2026, 2, 1)


def lets_through(paper=CLOCKS, added_on=DAY, **asked):
    return matches(paper, added_on, Filters(**asked))


@pytest.mark.parametrize("name", ["Geoffrey E. Hinton", "Hinton, Geoffrey E.", "HINTON Geoffrey E"])
@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("hinton", True),
        ("Geoffrey Hinton", True),
        ("Hinton, Geoffrey", True),
        ("G. Hinton", True),
        ("G.E. Hinton", True),
        ("E. G. Hinton", True),
        ("hint", False),
        ("Geoff Hinton", False),
        ("Ada Hinton", False),
        ("H. Hinton", False),
        ("G. G. Hinton", False),
        ("Hinton Hinton", False),
    ],
)
def test_an_author_is_found_by_whole_words_and_initials_of_words_of_their_own(name, asked, found):
    assert is_author(name, asked) is found


@pytest.mark.parametrize(
    ("name", "asked"),
    [
        ("Józef Łukasiewicz", "jozef lukasiewicz"),
        ("Jozef Lukasiewicz", "Łukasiewicz"),
        ("Søren Åström", "soren astrom"),
        ("So\u0308ren", "S\u00f6ren"),
        ("Jean-Luc O'Neill", "o'neill, jean luc"),
        ("İpek Weiß", "ipek WEISS"),
        ("Hinton GE", "G. Hinton"),
        ("김 철수", "김"),
    ],
)
def test_accents_case_and_signs_do_not_tell_names_apart(name, asked):
    assert is_author(name, asked)


def test_a_word_is_not_found_in_an_initial():
    assert not is_author("G. Hinton", "Geoffrey Hinton")


NAMES = st.lists(st.sampled_from(["Ada", "Åsa", "A.", "Bo", "b", "Lind"]), min_size=1, max_size=4)


def is_author_by_trial(name, asked):
    """Whether the words asked for can be handed out to words of the name, each to another."""
    if not asked:
        return True
    word, *others = asked
    return any(
        is_author_by_trial(name[:place] + name[place + 1 :], others)
        for place, candidate in enumerate(name)
        if candidate == word or len(word) == 1 and candidate.startswith(word)
    )


@given(NAMES, NAMES)
def test_each_word_asked_for_takes_another_word_of_the_name(name, asked):
    plain = [
        [word.lower().strip(".").replace("å", "a") for word in words] for words in (name, asked)
    ]
    assert is_author(" ".join(name), " ".join(asked)) is is_author_by_trial(*plain)


@pytest.mark.parametrize(
    ("years", "found"),
    [
        ((2021, 2021), True),
        ((2020, 2023), True),
        ((None, 2021), True),
        ((2021, None), True),
        ((2022, None), False),
        ((None, 2020), False),
    ],
)
def test_years_hold_at_both_ends(years, found):
    assert lets_through(years=years) is found


def test_a_paper_without_a_year_is_in_no_range():
    undated = replace(CLOCKS, year=None)
    assert lets_through(undated)
    assert not lets_through(undated, years=(None, 2021))


def test_all_authors_may_be_asked_for_but_no_name_is_put_together_of_two():
    assert lets_through(authors=("lind", "hinton"))
    assert not lets_through(authors=("lind", "marsh"))
    assert not lets_through(authors=("Ada Hinton",))


@pytest.mark.parametrize(
    ("venues", "found"),
    [
        (("slow time",), True),
        (("SLOW",), True),
        (("nature", "journal of slow"), True),
        (("nature",), False),
        (("journal slow",), False),
    ],
)
def test_any_venue_of_several_is_found_by_a_part_of_its_name(venues, found):
    assert lets_through(venues=venues) is found
    assert not lets_through(replace(CLOCKS, venue=None), venues=venues)


@pytest.mark.parametrize(
    ("sources", "found"),
    [
        (("zotero.bib",), True),
        (("Refs/Zotero.bib",), True),
        (("./refs/zotero.bib",), True),
        (("/home/ada/refs/zotero.bib",), True),
        (("arxiv.jsonl",), True),
        (("standard input",), True),
        (("other.bib", "zotero.bib"), True),
        (("/refs/zotero.bib",), False),
        (("otero.bib",), False),
        (("zotero",), False),
        (("refs",), False),
    ],
)
def test_a_source_is_found_by_its_path_or_the_end_of_it(sources, found):
    assert lets_through(sources=sources) is found
    assert not lets_through(replace(CLOCKS, source=None, other_sources=()), sources=sources)


def test_all_tags_must_be_there_and_whole():
    assert lets_through(tags=("optimal  TRANSPORT", "cs.lg"))
    assert not lets_through(tags=("cs.LG", "thesis"))
    assert not lets_through(tags=("transport",))


def test_any_id_of_several_will_do():
    assert lets_through(paper_ids=("arxiv:1", "arxiv:2101.00001"))
    assert not lets_through(paper_ids=("2101.00001",))


@pytest.mark.parametrize(
    ("added", "found"),
    [
        ((DAY, DAY), True),
        ((None, DAY), True),
        ((date(2026, 2, 2), None), False),
        ((None, date(2026, 1, 31)), False),
    ],
)
def test_days_of_ingestion_hold_at_both_ends(added, found):
    assert lets_through(added=added) is found


def test_every_kind_that_is_given_must_hold():
    both = {"years": (2021, None), "tags": ("cs.LG",)}
    assert lets_through(**both)
    assert not lets_through(**{**both, "years": (2022, None)})
    assert not lets_through(**{**both, "tags": ("thesis",)})


def test_no_filters_are_none_and_let_everything_through():
    assert not NO_FILTERS and not Filters(authors=()) and lets_through()
    assert Filters(years=(2021, None)) and Filters(paper_ids=("x",))
    assert NO_FILTERS.describe() == ""
    assert Filters(tags=["a"]) == Filters(tags=("a",))


def test_filters_say_on_one_line_what_they_ask_for():
    everything = Filters(
        years=(2020, 2023),
        authors=("Hinton", "Ada\nLind"),
        venues=("NeurIPS", "ICML"),
        sources=("zotero.bib",),
        tags=("thesis", "to read"),
        paper_ids=("p1", "p2", "p3", "p4", "p5"),
        added=(date(2026, 1, 1), None),
    )
    assert everything.describe() == (
        "year 2020 to 2023, author Hinton and Ada Lind, venue NeurIPS or ICML, "
        "source zotero.bib, tag thesis and to read, paper p1 or p2 or p3 or 2 more, "
        "added from 2026-01-01"
    )
    assert Filters(years=(None, 2020)).describe() == "year up to 2020"
    assert Filters(years=(2020, 2020)).describe() == "year 2020"


def test_which_papers_may_be_found_is_said_in_a_phrase():
    assert NO_FILTERS.scope() == "papers"
    assert NO_FILTERS.restriction() == ""
    assert Filters(years=(2020, None), tags=("a",)).scope() == "papers with year from 2020, tag a"
    assert Filters(added=(DAY, None)).restriction() == f"only papers added from {DAY} were searched"


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"years": (2023, 2020)}, "years 2023 to 2020 end before they begin; swap them"),
        ({"added": (DAY, date(2025, 1, 1))}, "added 2026-02-01 to 2025-01-01 end before"),
        ({"authors": ("...",)}, "author '...' holds no word; give one"),
        ({"venues": ("NeurIPS", " ")}, "one of venues is empty; leave it out"),
        ({"authors": "Hinton"}, r"authors is 'Hinton'; give a tuple, such as \('Hinton',\)"),
    ],
)
def test_what_was_meant_otherwise_is_refused(asked, words):
    with pytest.raises(UsageError, match=words):
        Filters(**asked)


@pytest.mark.parametrize(
    ("text", "years"),
    [
        ("2020-2023", (2020, 2023)),
        (" 2020 - 2023 ", (2020, 2023)),
        ("2020\u20132023", (2020, 2023)),
        ("2020-", (2020, None)),
        ("-2023", (None, 2023)),
        ("2021", (2021, 2021)),
    ],
)
def test_years_as_a_person_writes_them(text, years):
    assert year_range(text) == years


@pytest.mark.parametrize("text", ["", "-", "20", "2020-20", "2020..2023", "2020-2021-2022", "last"])
def test_years_written_otherwise_are_refused_with_the_forms(text):
    with pytest.raises(UsageError, match="write 2021, 2020-2023, 2020- or -2023"):
        year_range(text)


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("2026-01-01..2026-02-01", (date(2026, 1, 1), DAY)),
        ("2026-01-01 ..", (date(2026, 1, 1), None)),
        ("..2026-02-01", (None, DAY)),
        ("2026-02-01", (DAY, DAY)),
    ],
)
def test_days_as_a_person_writes_them(text, days):
    assert date_range(text) == days


@pytest.mark.parametrize(
    "text", ["", "..", "2026", "2026-02-30", "2026-01-01-2026-02-01", "2026-01-01..x", "..."]
)
def test_days_written_otherwise_are_refused_with_the_forms(text):
    with pytest.raises(UsageError, match=r"no days .*; write 2026-01-31, 2026-01-01\.\."):
        date_range(text)


@pytest.mark.parametrize(
    ("read", "text"), [(year_range, "2023-2020"), (date_range, "2026-02-01..2026-01-01")]
)
def test_a_range_that_ends_before_it_begins_is_refused(read, text):
    with pytest.raises(UsageError, match="end before they begin; swap them"):
        read(text)
