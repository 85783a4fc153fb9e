"""The catalogue: its masks say of each paper what the plain predicate says."""

import json
import sqlite3
from contextlib import closing
from datetime import date, timedelta
from itertools import product

import numpy as np
import pytest
from doubles import paper
from hypothesis import given
from hypothesis import strategies as st
from small_libraries import open_library

from assistant.filters import NO_FILTERS, Filters, matches
from assistant.store.catalogue import Catalogue, load_catalogue
from assistant.store.record import RECORD
from assistant.types import Paper

NAMES = ["Ada Lind", "Lind, Åda B.", "A. Ann", "Ann Ba Ash", "Bo Łind", "李明", "..."]
VENUES = ["Journal of Slow Time", "slow time", "ICML 2021", "ÉTUDES"]
SOURCES = ["/refs/a.bib", "a.bib", "/REFS/sub/A.bib", "b.ris", "standard input"]
TAGS = ["cs.LG", "CS.lg", "Optimal  Transport", "tides"]
DAYS = [date(2026, 1, 30) + timedelta(days=number) for number in range(4)]


def several(values, size=3):
    return st.lists(st.sampled_from(values), max_size=size).map(tuple)


PAPERS = st.builds(
    Paper,
    paper_id=st.sampled_from([f"p{number}" for number in range(8)]),
    title=st.just("t"),
    abstract=st.just("a"),
    authors=several(NAMES),
    year=st.none() | st.integers(2019, 2022),
    venue=st.none() | st.sampled_from(["", *VENUES]),
    source=st.none() | st.sampled_from(SOURCES),
    other_sources=several(SOURCES),
    tags=several(TAGS),
)
ADDED = st.lists(st.tuples(PAPERS, st.sampled_from(DAYS)), unique_by=lambda pair: pair[0].paper_id)


def ranges(values):
    ends = [None, *values]
    ordered = [(a, b) for a, b in product(ends, ends) if None in (a, b) or a <= b]
    return st.sampled_from(ordered)


FILTERS = st.builds(
    Filters,
    years=ranges([2019, 2020, 2021, 2022, 10**30]),
    authors=several(["lind", "Ada Lind", "a. ann", "b ba", "A.", "A A Ash", "李", "nobody"], 2),
    venues=several(["slow", "TIME", "icml", "études", "e"], 2),
    sources=several(["a.bib", "sub/a.bib", "/refs/a.bib", "B.RIS", "c.csv"], 2),
    tags=several(["cs.lg", "optimal transport", "tides", "tide"], 2),
    paper_ids=several(["p0", "p1", "p2", "q"], 2),
    added=ranges(DAYS),
)
ONE_KIND = st.sampled_from(Filters.__slots__).flatmap(
    lambda name: FILTERS.map(lambda filters: Filters(**{name: getattr(filters, name)}))
)


def row_of(each, day):
    lists = [json.dumps(values) for values in (each.authors, each.other_sources, each.tags)]
    time = f"{day} 23:59:59"
    return (each.paper_id, each.year, each.venue, lists[0], each.source, *lists[1:], time)


@given(ADDED, FILTERS | ONE_KIND)
def test_a_mask_is_the_plain_predicate_of_each_paper(added, filters):
    catalogue = Catalogue([row_of(*pair) for pair in added], [each.paper_id for each, _ in added])
    assert catalogue.mask(filters).tolist() == [matches(*pair, filters) for pair in added]


@given(ADDED, FILTERS | st.just(NO_FILTERS), st.randoms())
def test_a_mask_has_the_order_of_the_index_and_nothing_of_papers_that_are_gone(
    added, filters, random
):
    days = {each.paper_id: (each, day) for each, day in added}
    index = ["gone", *random.sample(sorted(days), random.randint(0, len(days))), "gone too"]
    mask = Catalogue([row_of(*pair) for pair in added], index).mask(filters)
    expected = [each in days and matches(*days[each], filters) for each in index]
    assert (mask.dtype, mask.tolist()) == (np.bool_, expected)


@pytest.fixture
def library(tmp_path):
    with open_library(tmp_path / "library") as library:
        yield library


def test_a_library_is_asked_as_it_is_stored(library):
    tagged = Paper(
        *("p1", "Tides", "They rise.", ("Ada Lind",), 2021, "ICML"),
        **{"source": "/refs/a.bib", "other_sources": ("b.ris",), "tags": ("tides", "cs.LG")},
    )
    library.ingest([paper(0), tagged, paper(2)])
    with closing(sqlite3.connect(library.path / RECORD)) as connection, connection:
        times = [("2026-01-31 23:59:59", "title:0"), ("2026-02-01 00:00:00", "p1")]
        connection.executemany("UPDATE papers SET added_at = ? WHERE paper_id = ?", times)
    order = ["title:2", "gone", "p1", "title:0"]
    catalogue = load_catalogue(library.record, order)

    def found(**asked):
        mask = catalogue.mask(Filters(**asked))
        return [each for each, is_found in zip(order, mask, strict=True) if is_found]

    assert found() == ["title:2", "p1", "title:0"]
    kinds = {
        "years": (None, 2021),
        "authors": ("A. Lind",),
        "venues": ("icml",),
        "tags": ("Tides",),
    }
    for kind, asked in {**kinds, "sources": ("b.ris",), "paper_ids": ("p1", "gone")}.items():
        assert found(**{kind: asked}) == ["p1"], kind
    assert found(added=(date(2026, 2, 1), date(2026, 2, 1))) == ["p1"]
    assert found(added=(None, date(2026, 1, 31))) == ["title:0"]


def test_a_catalogue_of_an_empty_library_lets_nothing_through(library):
    catalogue = load_catalogue(library.record, ["gone"])
    asked = Filters((2020, 2021), ("a",), ("b",), ("c",), ("d",), ("e",), (date(2026, 1, 1), None))
    assert [catalogue.mask(each).tolist() for each in (NO_FILTERS, asked)] == [[False], [False]]
    assert load_catalogue(library.record, []).mask(asked).shape == (0,)


def test_a_library_counts_the_papers_that_filters_let_through(library):
    library.ingest([paper(0), Paper("p1", "Tides", "They rise.", year=2021)])
    asked = [NO_FILTERS, Filters(years=(2021, 2021)), Filters(years=(1850, 1850))]
    assert [library.count_of(each) for each in asked] == [2, 1, 0]
