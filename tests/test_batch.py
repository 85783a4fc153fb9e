"""Which paper a record goes to, whatever comes before it, and in whatever batches."""

import tempfile
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.identity import paper_id
from assistant.store.batch import Batch, Outcome
from assistant.store.record import Record
from assistant.store.rows import record_hash
from assistant.store.seen import Seen
from assistant.types import Paper

ADDED, UPDATED, MERGED, UNCHANGED = (
    Outcome.ADDED,
    Outcome.UPDATED,
    Outcome.MERGED,
    Outcome.UNCHANGED,
)
ABSTRACTS = [
    "We keep pendulum clocks in cold water for a year and note their drift each morning, twice.",
    "Sundials need light. We give it to them by night, with mirrors on the moon, and they work.",
    "A candle marked with nails tells the hour when a nail falls into the dish below it, loudly.",
]


def record_of(title="Clocks", abstract=ABSTRACTS[0], source="a.bib", **fields):
    given_id = paper_id(title, fields.get("doi"), fields.get("arxiv_id"))
    return Paper(given_id, title, abstract, source=source, **fields)


@contextmanager
def new_record():
    with tempfile.TemporaryDirectory() as folder:
        record = Record(Path(folder) / "library.sqlite")
        try:
            yield record
        finally:
            record.close()


@pytest.fixture
def record():
    with new_record() as record:
        yield record


def take(record, records, batch_size=100):
    """Sort records as one ingest does; what comes of each."""
    outcomes = []
    with Seen() as seen:
        for start in range(0, len(records), batch_size):
            batch = Batch(record, seen)
            outcomes += [batch.take(each) for each in records[start : start + batch_size]]
            if works := batch.works():
                record.put([], works)
    return outcomes


def test_a_shared_identifier_makes_one_work_of_what_differs_in_all_else(record):
    records = [
        record_of("Clocks", ABSTRACTS[0], doi="10.1/x"),
        record_of("Sundials", ABSTRACTS[1], "b.ris", doi="10.1/X"),
        record_of("Candles", ABSTRACTS[2], "c.xml", arxiv_id="2101.00001v1"),
        record_of("Kerzen", "", "d.xml", arxiv_id="2101.00001v2"),
        record_of("Candles, again", "", "e.xml", doi="10.48550/arXiv.2101.00001"),
    ]
    assert take(record, records) == [ADDED, MERGED, ADDED, MERGED, MERGED]
    assert [len(record.records(each.paper_id)) for each in record.papers()] == [2, 3]


@pytest.mark.parametrize("batch_size", [1, 100])
def test_a_work_is_found_by_its_first_title_after_any_number_of_joins(record, batch_size):
    records = [
        record_of("Candles", "", doi="10.1/d"),
        record_of("Sundials", "", "b.ris", arxiv_id="2101.00003"),
        record_of("Clocks", "", "c.xml", doi="10.1/b"),
        record_of("Water", "", "d.xml", arxiv_id="2101.00001", authors=("Ada Lind",)),
        record_of("Of clocks and water", "", "e.xml", doi="10.1/b", arxiv_id="2101.00001"),
        record_of("Of sundials and clocks", "", "f.xml", doi="10.1/b", arxiv_id="2101.00003"),
        record_of("Of candles and sundials", "", "g.xml", doi="10.1/d", arxiv_id="2101.00003"),
        record_of("Water", "", "h.xml", authors=("Ada Lind",)),
    ]
    assert take(record, records, batch_size) == [*[ADDED] * 4, *[MERGED] * 4]
    assert record.count() == 1


def test_the_same_title_and_text_make_one_work_of_a_preprint_and_its_published_version(record):
    preprint = record_of(arxiv_id="2101.00001")
    published = record_of("CLOCKS.", ABSTRACTS[0].upper(), "b.ris", doi="10.1/x")
    assert take(record, [preprint, published]) == [ADDED, MERGED]
    (paper,) = record.papers()
    assert (paper.paper_id, paper.doi, paper.arxiv_id) == (
        "arxiv:2101.00001",
        "10.1/x",
        "2101.00001",
    )
    assert record.paper(preprint.paper_id).other_sources == ("a.bib",)


@pytest.mark.parametrize(
    "other",
    [
        record_of(abstract=ABSTRACTS[1], source="b.bib"),
        record_of(title="Sundials", source="b.bib"),
        record_of(source="b.bib", doi="10.1/y"),
        record_of(source="b.bib", abstract=""),
    ],
)
def test_what_is_not_surely_the_same_stays_apart(record, other):
    assert take(record, [record_of(doi="10.1/x"), other]) == [ADDED, ADDED]
    assert record.count() == 2


def test_works_of_one_title_have_ids_of_their_own(record):
    records = [record_of(abstract=text, source=f"{n}") for n, text in enumerate(ABSTRACTS)]
    take(record, records, batch_size=2)
    first = paper_id("Clocks")
    assert [each.paper_id for each in record.papers()] == [first, f"{first}-2", f"{first}-3"]
    assert [each.abstract for each in record.papers()] == ABSTRACTS
    assert take(record, records) == [UNCHANGED] * 3


@pytest.mark.parametrize("batch_size", [1, 2, 100])
def test_a_record_that_shows_two_papers_to_be_one_joins_them_under_the_older_id(record, batch_size):
    records = [
        record_of("Clocks", ABSTRACTS[0], doi="10.1/x"),
        record_of("Sundials", ABSTRACTS[1], "b.ris", arxiv_id="2101.00001"),
        record_of("Candles", ABSTRACTS[2], "c.xml"),
        record_of("Both", "", "d.xml", doi="10.1/x", arxiv_id="2101.00001"),
    ]
    assert take(record, records, batch_size) == [ADDED, ADDED, ADDED, MERGED]
    assert [each.paper_id for each in record.papers()] == ["doi:10.1/x", paper_id("Candles")]
    assert {each.title for each in record.records("doi:10.1/x")} == {"Clocks", "Sundials", "Both"}
    assert take(record, records, batch_size) == [UNCHANGED] * 4
    if batch_size == 1:
        assert record.paper("arxiv:2101.00001") == record.paper("doi:10.1/x")


def test_a_former_id_is_not_given_to_another_paper(record):
    take(record, [record_of("Clocks", ABSTRACTS[0], doi="10.1/x")])
    take(record, [record_of("Sundials", ABSTRACTS[1], "b.ris")])
    take(record, [record_of("Sundials", ABSTRACTS[1], "c.ris", doi="10.1/x")])
    assert record.paper(paper_id("Sundials")).paper_id == "doi:10.1/x"
    take(record, [record_of("Sundials", ABSTRACTS[2], "d.ris")])
    assert record.paper(f"{paper_id('Sundials')}-2").abstract == ABSTRACTS[2]


def test_joined_works_join_others_within_a_batch_and_across(record):
    def linked(doi, arxiv_id):
        title = f"{doi} {arxiv_id}"
        return record_of(title, "", title, doi=f"10.1/{doi}", arxiv_id=f"2101.0000{arxiv_id}")

    chain = [linked("a", 1), linked("b", 2), linked("c", 3), linked("b", 3), linked("a", 2)]
    for batch_size in (1, 2, 3, 5):
        with new_record() as other:
            take(other, chain, batch_size)
            (paper,) = other.papers()
            assert (paper.paper_id, len(other.records(paper.paper_id))) == ("arxiv:2101.00001", 5)
    take(record, chain[:3])
    take(record, chain[3:])
    for former in ("arxiv:2101.00002", "arxiv:2101.00003"):
        assert record.paper(former).paper_id == "arxiv:2101.00001"


def test_what_a_source_says_anew_takes_the_place_of_what_it_said(record):
    long = record_of(abstract=ABSTRACTS[0] + " More to come.", doi="10.1/x")
    take(record, [long])
    short = replace(long, abstract=ABSTRACTS[0])
    assert take(record, [short]) == [UPDATED]
    assert record.paper("doi:10.1/x").abstract == ABSTRACTS[0]
    assert take(record, [replace(long, source="b.ris")]) == [MERGED]
    assert record.paper("doi:10.1/x").abstract == long.abstract
    assert take(record, [replace(short, year=2020)]) == [UPDATED]
    assert [r.source for r in record.records("doi:10.1/x")] == ["b.ris", "a.bib"]


def test_a_record_rewritten_from_end_to_end_is_known_by_source_and_title(record):
    take(record, [record_of(), record_of(source="b.bib", abstract=ABSTRACTS[1])])
    assert take(record, [record_of(abstract=ABSTRACTS[2])]) == [UPDATED]
    assert [each.abstract for each in record.papers()] == [ABSTRACTS[2], ABSTRACTS[1]]


def test_two_records_of_one_work_in_one_source_are_both_kept_and_found_unchanged(record):
    records = [
        record_of(doi="10.1/x", year=2020),
        record_of(doi="10.1/x", abstract=ABSTRACTS[1]),
        record_of(doi="10.1/x", year=2020),
    ]
    for batch_size in (1, 100):
        assert take(record, records, batch_size) in (
            [ADDED, MERGED, UNCHANGED],
            [UNCHANGED] * 3,
        )
    assert len(record.records("doi:10.1/x")) == 2


@pytest.mark.parametrize("batch_size", [1, 100])
def test_one_of_two_records_of_a_source_may_change(record, batch_size):
    first, second = (record_of(abstract=text) for text in ABSTRACTS[:2])
    take(record, [first, second], batch_size)
    changed = replace(first, abstract=ABSTRACTS[0] + " So there.")
    assert take(record, [changed, second], batch_size) == [UPDATED, UNCHANGED]
    rewritten = replace(first, abstract=ABSTRACTS[2])
    take(record, [rewritten, second], batch_size)
    assert sorted(each.abstract for each in record.papers()) == sorted(ABSTRACTS[1:])


def test_a_record_without_a_source_is_known_by_the_id_that_the_caller_gave_it(record):
    take(record, [Paper("mine", "Clocks", ABSTRACTS[0]), Paper("yours", "Clocks", ABSTRACTS[1])])
    assert take(record, [Paper("yours", "Other clocks", ABSTRACTS[2])]) == [UPDATED]
    assert record.paper("mine").abstract == ABSTRACTS[0]
    assert record.paper("yours").title == "Other clocks"


def test_a_title_that_very_many_share_is_no_evidence_and_costs_no_time(record):
    records = [record_of("Editorial", f"Volume {n} of many.", f"{n}.bib") for n in range(400)]
    assert set(take(record, records, 50)) == {ADDED}
    assert record.count() == 400
    assert set(take(record, records, 50)) == {UNCHANGED}


WORKS = [
    {"doi": "10.1/a", "arxiv_id": "2101.00001", "title": "Clocks", "text": ABSTRACTS[0]},
    {"doi": "10.1/b", "arxiv_id": "2101.00002", "title": "Clocks", "text": ABSTRACTS[1]},
    {"doi": "10.1/c", "arxiv_id": "2101.00003", "title": "Candles", "text": ABSTRACTS[2]},
]


@st.composite
def tellings(draw):
    """What some source says of one of three works, two of which have one title."""
    work = draw(st.sampled_from(WORKS))
    title = draw(st.sampled_from([work["title"], work["title"].upper() + "."]))
    text = draw(st.sampled_from([work["text"], work["text"] + " End.", ""]))
    given_ids = {name: work[name] for name in ("doi", "arxiv_id") if draw(st.booleans())}
    year = draw(st.sampled_from([None, 2020]))
    return record_of(title, text, draw(st.sampled_from("abc")), year=year, **given_ids)


def partition(record):
    """Each paper without its id, and the hashes of its records."""
    return {
        (
            replace(each, paper_id=""),
            frozenset((r.source, record_hash(r)) for r in record.records(each.paper_id)),
        )
        for each in record.papers()
    }


@settings(max_examples=60)
@given(st.lists(tellings(), max_size=9), st.randoms(), st.integers(1, 4))
def test_the_papers_are_the_same_in_whatever_order_and_batches_the_records_come(
    records, random, batch_size
):
    with new_record() as one, new_record() as other:
        take(one, records)
        shuffled = random.sample(records, len(records))
        take(other, shuffled, batch_size)
        assert partition(one) == partition(other)
        before = partition(other)
        assert set(take(other, records, batch_size)) <= {UNCHANGED}
        assert partition(other) == before


@settings(max_examples=60)
@given(st.lists(tellings(), max_size=9), st.integers(1, 4))
def test_no_record_is_lost_and_none_is_kept_twice(records, batch_size):
    with new_record() as record:
        outcomes = take(record, records, batch_size)
        stored = [r for each in record.papers() for r in record.records(each.paper_id)]
        wanted = {(r.source, record_hash(r)) for r in records}
        assert {(r.source, record_hash(r)) for r in stored} == wanted
        assert len(stored) == len(wanted) == len(outcomes) - outcomes.count(UNCHANGED)
