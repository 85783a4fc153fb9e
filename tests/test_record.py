"""The record: what is stored comes back, in one step or not at all."""

import hashlib
import json
import sqlite3
import threading
from dataclasses import fields, replace

import numpy as np
import pytest
from doubles import HashingEmbedder, paper, papers
from hypothesis import given, settings
from hypothesis import strategies as st
from small_libraries import keep_turn

from assistant.chunking import chunk_paper
from assistant.errors import LibraryError
from assistant.sentences import split_sentences
from assistant.store.merging import Work, merged
from assistant.store.record import Record
from assistant.store.rows import EmbeddedPaper, content_hash, record_hash, record_of, record_values
from assistant.types import Paper

EMBEDDER = HashingEmbedder()


def embedded(each):
    chunks = tuple(chunk_paper(each, EMBEDDER.fits))
    spans = tuple(split_sentences(each.abstract))
    return EmbeddedPaper(
        each,
        chunks,
        EMBEDDER.embed([chunk.text for chunk in chunks]),
        spans,
        EMBEDDER.embed([span.of(each.abstract) for span in spans]),
    )


@pytest.fixture
def record(tmp_path):
    record = Record(tmp_path / "library.sqlite")
    yield record
    record.close()


TEXT = st.text(st.characters(codec="utf-8"), max_size=80)
FULL = st.builds(
    Paper,
    paper_id=TEXT,
    title=TEXT,
    abstract=TEXT,
    authors=st.lists(TEXT, max_size=3).map(tuple),
    year=st.none() | st.integers(-9999, 9999),
    venue=st.none() | TEXT,
    url=st.none() | TEXT,
    doi=st.none() | TEXT,
    arxiv_id=st.none() | TEXT,
    source=st.none() | TEXT,
    other_urls=st.lists(TEXT, max_size=2).map(tuple),
    other_sources=st.lists(TEXT, max_size=2).map(tuple),
    tags=st.lists(TEXT, max_size=2).map(tuple),
)


@settings(max_examples=25)
@given(FULL)
def test_any_paper_comes_back_to_the_letter(tmp_path_factory, each):
    record = Record(tmp_path_factory.mktemp("record") / "library.sqlite")
    entry = embedded(each)
    record.put([entry])
    assert record.paper(each.paper_id) == each
    assert list(record.papers()) == [each]
    spans, _ = record.sentences(each.paper_id)
    assert tuple(spans) == entry.sentences
    ((found, chunks, vectors),) = record.chunks(100)
    assert (found, tuple(chunks)) == ([each] * len(chunks), entry.chunks)
    assert vectors == pytest.approx(entry.chunk_vectors, abs=1e-3)
    record.close()


def test_papers_keep_their_order_when_one_is_changed(record):
    record.put([embedded(each) for each in papers(3)])
    record.put([embedded(replace(paper(1), title="Another title"))])
    assert [each.paper_id for each in record.papers()] == ["title:0", "title:1", "title:2"]
    assert record.paper("title:1").title == "Another title"


def test_a_changed_paper_leaves_nothing_of_its_old_self(record):
    long = replace(paper(0), abstract="We keep it in tar. " * 60)
    record.put([embedded(long)])
    assert record.count_chunks() > 1
    record.put([embedded(paper(0))])
    assert record.chunk_ids(["title:0"]) == ["title:0#0"]
    assert len(record.sentences("title:0")[0]) == 2


def test_a_removed_paper_takes_its_chunks_and_sentences_along(record):
    record.put([embedded(each) for each in papers(2)])
    assert record.remove(["title:0", "gone"]) == 1
    assert (record.count(), record.count_chunks()) == (1, 1)
    assert record.sentences("title:0")[0] == []
    assert record.paper("title:0") is None


def test_chunks_come_in_batches_that_miss_none(record):
    record.put([embedded(each) for each in papers(7)])
    batches = list(record.chunks(3))
    assert [len(chunks) for _, chunks, _ in batches] == [3, 3, 1]
    assert [c.paper_id for _, chunks, _ in batches for c in chunks] == [
        f"title:{n}" for n in range(7)
    ]


def test_a_batch_is_stored_whole_or_not_at_all(record):
    broken = replace(paper(1), abstract="half a \ud800 character")
    with pytest.raises(UnicodeEncodeError):
        record.put([embedded(paper(0)), replace(embedded(paper(1)), paper=broken)])
    assert (record.count(), record.count_chunks(), record.generation) == (0, 0, 0)


def test_each_write_of_papers_raises_the_generation_and_nothing_else_does(record):
    assert record.generation == 0
    record.put([embedded(paper(0))], settings={"embedder": "hashing"})
    assert (record.generation, record.meta("embedder")) == (1, "hashing")
    record.set_meta("embedder", "other")
    record.log_ingest({"added": 1})
    keep_turn(record, "c", "", {})
    assert record.generation == 1
    record.remove(["title:0"])
    assert record.generation == 2


def test_begun_anew_the_indexes_hold_nothing_and_readers_notice(record):
    record.renew_indexes()
    assert record.generation == 0, "without papers there is nothing to index"
    record.put([embedded(paper(0))])
    record.set_meta("indexed_generation", "1")
    record.renew_indexes({"embedder": "other"})
    assert (record.generation, record.meta("indexed_generation")) == (2, "0")
    assert record.meta("embedder") == "other"


def test_records_are_stored_with_their_paper_and_found_by_its_keys(record):
    said = [replace(paper(0), source=name, doi="10.1/X") for name in ("a.bib", "b.txt")]
    record.put([embedded(paper(0))], [Work("title:0", tuple(said))])
    assert record.records("title:0") == said
    assert record.sources() == [("a.bib", 1), ("b.txt", 1)]
    assert record.ids_of_key("doi:10.1/x") == record.ids_of_source("b.txt", 9) == ["title:0"]
    assert record.holds("a.bib", record_hash(said[0])) and not record.holds(None, "")
    assert record.paper("title:0") == merged(said)
    record.remove(["title:0"])
    assert (record.records("title:0"), record.sources()) == ([], [])
    assert record.ids_of_key("doi:10.1/x") == []


def test_what_sources_say_is_written_without_new_vectors_or_a_new_generation(record):
    record.put([embedded(paper(0))], [Work("title:0", (paper(0),))])
    named = replace(paper(0), source="a.bib")
    record.put([], [Work("title:0", (paper(0), named))])
    assert record.generation == 1 and record.paper("title:0").source == "a.bib"
    assert record.count_chunks() == 1 and len(record.sentences("title:0")[0]) == 2


def test_the_id_of_a_paper_that_was_taken_in_leads_to_the_other_from_then_on(record):
    works = [Work(each.paper_id, (each,)) for each in papers(3)]
    record.put([embedded(each) for each in papers(3)], works)
    record.put([], [Work("title:1", (paper(1), paper(2)), former_ids=("title:2",))])
    record.put([], [Work("title:0", (paper(0), paper(1)), former_ids=("title:1",))])
    assert record.current_id("title:2") == record.current_id("title:1") == "title:0"
    assert record.paper("title:2") == record.paper("title:0")
    assert (record.count(), record.count_chunks(), record.generation) == (1, 1, 3)


def test_stored_vectors_come_back_for_a_paper_whose_text_is_the_same(record):
    record.set_meta("dimension", str(EMBEDDER.dimension))
    entry = embedded(paper(0))
    record.put([entry])
    again = record.embedded(replace(paper(0), year=2020))
    assert (again.paper.year, again.chunks, again.sentences) == (
        2020,
        entry.chunks,
        entry.sentences,
    )
    assert again.chunk_vectors == pytest.approx(entry.chunk_vectors, abs=1e-3)
    cosines = np.sum(again.sentence_vectors * entry.sentence_vectors, axis=1)
    assert cosines == pytest.approx(1, abs=1e-3)


def test_turns_of_a_conversation_come_in_order_and_apart_from_others(record):
    for number in range(12):
        keep_turn(record, "one", f"title {number}", number)
        keep_turn(record, "other", "", {})
    assert record.talks.turns("one") == [(f"title {n}", str(n)) for n in range(12)]
    assert record.talks.last_turns("one", 2) == [("title 10", "10"), ("title 11", "11")]
    assert record.talks.turns("unknown") == record.talks.last_turns("unknown", 2) == []


def test_the_hash_covers_every_field_but_the_sources():
    full = Paper("id", "t", "a", ("x",), 2020, "v", "u", "d", "i", "s", ("w",), ("r",), ("k",))
    changes = {
        name: ("y",) if isinstance(getattr(full, name), tuple) else "y"
        for name in (field.name for field in fields(Paper))
    }
    hashes = {name: content_hash(replace(full, **{name: new})) for name, new in changes.items()}
    assert hashes.pop("source") == hashes.pop("other_sources") == content_hash(full)
    assert len({content_hash(full), *hashes.values()}) == 1 + len(hashes)


def test_the_hash_tells_a_tag_from_a_link_and_is_the_old_one_without_either():
    bare = Paper("title:4", "The clock4 in cold water", "", year=2020)
    old = json.dumps(["title:4", "The clock4 in cold water", "", [], 2020, None, None, None, None])
    assert content_hash(bare) == hashlib.sha256(old.encode()).hexdigest()
    tagged, linked = replace(bare, tags=("y",)), replace(bare, other_urls=("y",))
    assert len({content_hash(each) for each in (bare, tagged, linked)}) == 3


@given(FULL)
def test_what_a_source_says_comes_back_to_the_letter(each):
    each = replace(each, source=each.source or None)
    other = replace(each, title=f"{each.title}x")
    for stored, kept in ((each, False), (other, True)):
        paper_id, source, _, said = record_values(each, of=stored)
        assert (said is not None) is kept
        assert paper_id == each.paper_id
        assert record_of(stored, source, said) == each


def test_the_hash_of_a_record_is_of_what_it_says_and_not_of_who_says_it():
    assert record_hash(replace(paper(0), source="a", paper_id="x")) == record_hash(paper(0))
    assert record_hash(replace(paper(0), year=2020)) != record_hash(paper(0))


def test_the_fingerprint_is_of_the_content_not_of_the_order(tmp_path):
    prints = []
    for name, items in {"a": papers(3), "b": papers(3)[::-1], "c": papers(4)}.items():
        record = Record(tmp_path / name)
        for each in items:
            record.put([embedded(each)])
        prints.append(record.fingerprint())
        record.close()
    assert prints[0] == prints[1] != prints[2]


def test_vectors_lose_little_and_stay_finite(record):
    entry = embedded(paper(0))
    record.put([entry])
    _, vectors = record.sentences("title:0")
    assert vectors.dtype == np.float32
    assert np.sum(vectors * entry.sentence_vectors, axis=1) == pytest.approx(1, abs=1e-3)


def test_threads_write_and_read_at_once(record):
    errors = []

    def work(start):
        try:
            for each in papers(5, start):
                record.put([embedded(each)])
                assert record.paper(each.paper_id) == each
                assert len(list(record.papers())) >= 1
        except Exception as error:
            errors.append(error)

    threads = [threading.Thread(target=work, args=(10 * number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not errors
    assert (record.count(), record.generation) == (20, 20)


def test_a_record_opened_twice_is_one(record, tmp_path):
    other = Record(tmp_path / "library.sqlite")
    record.put([embedded(paper(0))])
    assert other.count() == 1 and other.generation == 1
    other.close()


@pytest.mark.parametrize(
    "write",
    [
        lambda record: record.put([embedded(paper(0))]),
        lambda record: record.set_meta("a", "b"),
        lambda record: record.count(),
        lambda record: list(record.papers()),
        lambda record: record.sentences("x"),
    ],
)
def test_a_file_that_lost_its_tables_is_an_error_of_ours(record, tmp_path, write):
    with sqlite3.connect(tmp_path / "library.sqlite") as connection:
        for table in ("meta", "papers", "chunks", "sentences"):
            connection.execute(f"DROP TABLE {table}")
    connection.close()
    with pytest.raises(
        LibraryError, match=r"library\.sqlite: not a usable library record \(no such"
    ):
        write(record)
