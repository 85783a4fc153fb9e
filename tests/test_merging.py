"""One paper out of several records: no order matters, and nothing that a source says is lost."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from assistant.identity import identifiers
from assistant.store.merging import Work, merged
from assistant.types import Paper

WORDS = st.sampled_from(["", "a", "b", "a b", "Ω c"])
MAYBE = st.none() | st.sampled_from(["x", "y", "z"])
RECORDS = st.builds(
    Paper,
    paper_id=st.just("p"),
    title=st.sampled_from(["Clocks", "clocks", "CLOCKS."]),
    abstract=WORDS,
    authors=st.sampled_from([(), ("Ada",), ("Ada", "Bo")]),
    year=st.none() | st.integers(2019, 2021),
    venue=MAYBE,
    url=MAYBE,
    doi=st.none() | st.sampled_from(["10.1/x", "10.1/y", "10.48550/arxiv.2101.00001"]),
    arxiv_id=st.none() | st.sampled_from(["2101.00001", "2101.00002v2"]),
    source=MAYBE,
    other_urls=st.lists(st.sampled_from("uvw"), max_size=2, unique=True).map(tuple),
    other_sources=st.lists(st.sampled_from("stu"), max_size=2, unique=True).map(tuple),
    tags=st.lists(st.sampled_from(["Tides", "tides", "gears", "Ω"]), max_size=3).map(tuple),
)
SEVERAL = st.lists(RECORDS, min_size=1, max_size=5)


@given(SEVERAL, st.randoms())
def test_the_order_of_records_does_not_matter(records, random):
    shuffled = random.sample(records, len(records))
    assert merged(shuffled) == merged(records)


@given(SEVERAL)
def test_merging_twice_changes_nothing(records):
    once = merged(records)
    assert merged([once]) == once
    assert merged([*records, *records]) == once


@given(SEVERAL)
def test_nothing_that_a_source_knows_is_left_open(records):
    paper = merged(records)
    for name in ("authors", "year", "venue", "url", "doi", "arxiv_id", "source"):
        said = {getattr(record, name) for record in records} - {None, ()}
        assert getattr(paper, name) in (said or {None, ()})


@given(SEVERAL)
def test_the_longest_abstract_every_source_and_every_link_are_kept(records):
    paper = merged(records)
    assert len(paper.abstract) == max(len(record.abstract) for record in records)
    assert paper.abstract in {record.abstract for record in records}
    sources = {n for r in records for n in (r.source, *r.other_sources)}
    assert {paper.source, *paper.other_sources} | {None} == sources | {None}
    links = {u for r in records for u in (r.url, *r.other_urls)} - {None}
    assert links <= {paper.url, *paper.other_urls}


@given(SEVERAL)
def test_every_identifier_is_kept_as_such_or_as_a_link(records):
    paper = merged(records)
    links = " ".join(paper.other_urls)
    for identifier in frozenset().union(*map(identifiers, records)) - identifiers(paper):
        assert identifier.partition(":")[2] in links


@given(SEVERAL)
def test_every_tag_is_kept_once_whatever_its_case(records):
    tags = merged(records).tags
    assert len({tag.lower() for tag in tags}) == len(tags)
    assert {tag.lower() for tag in tags} == {tag.lower() for r in records for tag in r.tags}


def test_tags_of_the_record_that_speaks_first_come_first():
    preprint = Paper("p", "t", "a longer one", tags=("cs.LG", "Tides"))
    published = Paper("p", "t", "a", doi="10.1/x", tags=("tides", "Clocks"))
    assert merged([preprint, published]).tags == ("tides", "Clocks", "cs.LG")


def test_a_single_record_is_its_paper():
    record = Paper(
        *("p", "t", "a", ("x",), 2020, "v", "u", "10.1/D", "2101.00001v2", "s"), tags=("B", "a")
    )
    assert merged([record]) == record


def test_a_preprint_and_its_published_version_are_one_with_both_links():
    preprint = Paper(
        "arxiv:2101.00001",
        "Pendulum clocks in water",
        "We keep clocks in cold water, and they drift.",
        ("A. Lind",),
        2021,
        url="https://arxiv.org/abs/2101.00001",
        doi="10.48550/arxiv.2101.00001",
        arxiv_id="2101.00001",
        source="arxiv.jsonl",
    )
    published = Paper(
        "arxiv:2101.00001",
        "Pendulum Clocks in Water",
        "We keep clocks in cold water.",
        ("Ada Lind", "Bo Marsh"),
        2022,
        "Journal of Slow Time",
        "https://example.org/clocks",
        "10.1/clocks",
        source="zotero.bib",
    )
    assert merged([preprint, published]) == replace(
        published,
        abstract=preprint.abstract,
        arxiv_id="2101.00001",
        other_urls=("https://arxiv.org/abs/2101.00001",),
        other_sources=("arxiv.jsonl",),
    )


def test_a_second_doi_of_one_work_becomes_a_link():
    records = [Paper("p", "t", "a", doi=doi, arxiv_id="2101.00001") for doi in ("10.1/b", "10.1/a")]
    paper = merged(records)
    assert (paper.doi, paper.other_urls) == ("10.1/a", ("https://doi.org/10.1/b",))


def test_a_work_keeps_its_id():
    records = (Paper("first", "t", "a"), Paper("first", "t", "a longer one", doi="10.1/x"))
    assert Work("first", records).paper.paper_id == "first"
