"""A library that takes papers in, gives them back, and lets them go."""

from dataclasses import replace

import numpy as np
import pytest
from doubles import HashingEmbedder, paper, papers
from small_libraries import assert_whole, found_by, open_library

from assistant import library as library_module
from assistant.errors import LibraryError
from assistant.ingest_report import Skipped
from assistant.store import writer as writer_module


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "library"


@pytest.fixture
def library(folder):
    with open_library(folder) as library:
        yield library


def test_a_second_ingest_changes_nothing_and_embeds_nothing(library):
    first = library.ingest(papers(5))
    assert (first.added, first.updated, first.unchanged) == (5, 0, 0)
    assert first.embedded == len(library.embedder.texts) == 5 + 10
    fingerprint = library.fingerprint
    second = library.ingest(papers(5))
    assert (second.added, second.updated, second.unchanged, second.embedded) == (0, 0, 5, 0)
    assert len(library.embedder.texts) == 15
    assert library.fingerprint == fingerprint


def test_a_changed_abstract_is_embedded_anew_and_its_old_chunks_go(library):
    long = replace(paper(1), abstract="We keep it in tar. " * 60)
    library.ingest([paper(0), long])
    assert library.record.count_chunks() > 3
    library.embedder.texts.clear()
    report = library.ingest(papers(2))
    assert (report.updated, report.unchanged) == (1, 1)
    assert len(library.embedder.texts) == 3
    assert_whole(library, range(2))
    assert library.lexical("tar", 5) == []


def test_a_changed_year_is_an_update_that_embeds_nothing(library):
    library.ingest(papers(2))
    library.embedder.texts.clear()
    report = library.ingest([replace(paper(0), year=2020)])
    assert (report.updated, report.embedded, library.embedder.texts) == (1, 0, [])
    assert library.paper("title:0").year == 2020
    assert_whole(library, range(2))


def test_what_was_skipped_is_reported(library):
    skipped = Skipped("x.jsonl", "line 3", "no title")
    report = library.ingest([paper(0), skipped])
    assert report.skipped == (skipped,) and report.added == 1


def test_progress_counts_the_records_read(library, monkeypatch):
    monkeypatch.setattr(library_module, "BATCH_PAPERS", 2)
    monkeypatch.setattr(writer_module, "EMBEDDED_AT_ONCE", 1)
    read = []
    library.ingest([*papers(4), Skipped("x", "line 1", "no title")], read.append)
    assert read == [1, 2, 2, 3, 4, 4, 5]  # each paper as it is embedded, each batch as it is stored


def test_an_empty_library_finds_nothing_and_says_so(library):
    assert found_by(library, "clock") == (None, None)
    assert library.count == 0 and not library.knows("clock")


def test_a_paper_that_is_not_there_is_named(library):
    with pytest.raises(LibraryError, match="no paper 'title:9'"):
        library.paper("title:9")


def test_papers_come_back_as_they_were_given(library):
    full = replace(
        paper(0),
        authors=("Ada Lind", "Bo Ñandú"),
        year=2021,
        venue="Journal of Slow Time",
        url="https://example.org",
        doi="10.1/x",
        arxiv_id="2101.00001",
        source="papers.jsonl",
        abstract="  Odd \u00a0 spaces,\r\nΩ, 🕰️, a \0 byte and L_2circ g^{circ r}. Yes. ",
    )
    library.ingest([full, paper(1)])
    assert list(library.papers()) == [full, paper(1)]
    assert library.papers_by_id(["title:1", "gone", full.paper_id]) == [paper(1), full]


def test_sentences_are_stored_with_exact_offsets_and_unit_vectors(library):
    library.ingest(papers(3))
    for each in papers(3):
        spans, vectors = library.sentences(each.paper_id)
        assert " ".join(span.of(each.abstract) for span in spans) == each.abstract
        assert np.linalg.norm(vectors, axis=1) == pytest.approx(1, abs=1e-3)
        expected = HashingEmbedder().embed([span.of(each.abstract) for span in spans])
        assert np.sum(vectors * expected, axis=1) == pytest.approx(1, abs=1e-3)


def test_every_stored_vector_finds_itself(library):
    library.ingest(papers(150))
    assert_whole(library, range(150))
    for _, chunks, vectors in library.record.chunks(50):
        for chunk, vector in zip(chunks, vectors, strict=True):
            ((paper_id, cosine),) = library.dense(vector, 1)
            assert paper_id == chunk.paper_id and cosine == pytest.approx(1, abs=1e-3)


def test_cosines_are_those_of_exact_search(library):
    library.ingest(papers(40))
    query = library.embedder.embed(["drift of the clock in water"])[0]
    exact = sorted(
        (
            float(vector @ query / np.linalg.norm(vector))
            for _, _, vectors in library.record.chunks(7)
            for vector in vectors
        ),
        reverse=True,
    )
    assert [cosine for _, cosine in library.dense(query, 100)] == pytest.approx(exact, abs=1e-3)


def test_the_fingerprint_does_not_depend_on_the_order(tmp_path):
    prints = set()
    for name, items in {"a": papers(4), "b": papers(4)[::-1]}.items():
        with open_library(tmp_path / name) as library:
            library.ingest(items)
            prints.add(library.fingerprint)
            other = library.ingest([replace(paper(0), title="The Clock0 in cold water")])
            assert other.updated == 1 and library.fingerprint not in prints
    assert len(prints) == 1
