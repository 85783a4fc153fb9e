"""The vectors in memory: cosines as numpy's own, paper by paper."""

import numpy as np
import pytest
from doubles import HashingEmbedder, papers

import assistant.store.vectors as vectors_module
from assistant.library import Library
from assistant.store.vectors import NO_COSINE, load_vectors
from assistant.types import Paper


@pytest.fixture(scope="module")
def library(tmp_path_factory):
    long = Paper("long", "A long one", " ".join(f"Sentence {n} of the sea." for n in range(60)))
    bare = Paper("bare", "A title without an abstract", "")
    with Library(tmp_path_factory.mktemp("vectors"), HashingEmbedder()) as library:
        library.ingest([*papers(7), long, bare])
        yield library


def ids(library):
    return [paper.paper_id for paper in library.papers()]


def test_the_cosines_of_chunks_are_those_of_the_record(library):
    order = ids(library)[::-1]
    query = library.embedder.embed(["Sentence 33 of the sea"])[0]
    found = load_vectors(library.record, order).chunk_cosines(query)
    best = dict.fromkeys(order, -2.0)
    for _, chunks, vectors in library.record.chunks(100):
        for chunk, cosine in zip(chunks, vectors @ query, strict=True):
            best[chunk.paper_id] = max(best[chunk.paper_id], float(cosine))
    assert found.tolist() == pytest.approx([best[paper_id] for paper_id in order], abs=1e-6)
    assert order[int(found.argmax())] == "long"


def test_papers_may_be_named(library):
    vectors = load_vectors(library.record, ids(library))
    query = library.embedder.embed(["water"])[0]
    everything = vectors.chunk_cosines(query)
    places = np.array([8, 0, 7, 7])
    assert vectors.of(places).chunk_cosines(query).tolist() == everything[places].tolist()
    nobody = vectors.of(np.array([], np.int64))
    assert nobody.chunk_cosines(query).tolist() == nobody.sentence_cosines(query).tolist() == []


@pytest.mark.parametrize("chunks_looked_at_in_full", [99, 0], ids=["all", "likely ones"])
@pytest.mark.parametrize("count", [1, 3, 50])
def test_the_nearest_are_those_with_the_highest_cosines(
    library, monkeypatch, chunks_looked_at_in_full, count
):
    monkeypatch.setattr(vectors_module, "EXACT_UP_TO", chunks_looked_at_in_full)
    vectors = load_vectors(library.record, ids(library))
    query = library.embedder.embed(["the drift of a clock in the sea"])[0]
    best_first = np.argsort(-vectors.chunk_cosines(query), kind="stable")
    assert set(vectors.nearest(query, count)) == set(best_first[:count])


@pytest.mark.parametrize("places", [[1, 4, 7], [0, 1, 2, 3, 4, 5, 6, 7, 8], [8], []])
def test_under_a_filter_the_nearest_are_of_those_that_are_allowed(library, places):
    vectors = load_vectors(library.record, ids(library))
    query = library.embedder.embed(["water"])[0]
    allowed = np.isin(np.arange(9), places)
    cosines = np.where(allowed, vectors.chunk_cosines(query), -2)
    nearest = vectors.nearest(query, 2, allowed)
    assert set(nearest) == set(np.argsort(-cosines, kind="stable")[: min(2, len(places))])


def test_the_cosines_of_sentences_are_those_of_the_record(library):
    order = ids(library)
    query = library.embedder.embed(["Its drift is 4 seconds"])[0]
    found = load_vectors(library.record, order).sentence_cosines(query)
    for paper_id, cosine in zip(order, found, strict=True):
        _, vectors = library.sentences(paper_id)
        expected = max(vectors @ query) if len(vectors) else NO_COSINE
        assert cosine == pytest.approx(expected, abs=1e-5), paper_id
    assert found[order.index("bare")] == NO_COSINE


def test_a_paper_that_is_gone_has_no_cosine(library):
    vectors = load_vectors(library.record, ["title:1", "gone", "title:2"])
    query = library.embedder.embed(["water"])[0]
    for cosines in (vectors.chunk_cosines(query), vectors.sentence_cosines(query)):
        assert cosines[1] == NO_COSINE and min(cosines[0], cosines[2]) > NO_COSINE


def test_a_centroid_counts_each_paper_once_however_many_chunks_it_has(library):
    order = ids(library)
    vectors = load_vectors(library.record, order)
    long, short = order.index("long"), 0
    shares = np.array([0.5, 0.5], dtype=np.float32)
    stored = {"long": [], order[0]: []}
    for _, chunks, rows in library.record.chunks(100):
        for chunk, row in zip(chunks, rows, strict=True):
            stored.get(chunk.paper_id, []).append(row)
    expected = sum(np.mean(rows, axis=0) for rows in stored.values()) / 2
    assert len(stored["long"]) > 1
    assert vectors.of(np.array([long, short])).centroid(shares) == pytest.approx(expected, abs=1e-6)


def test_of_no_papers_there_are_no_vectors(tmp_path):
    with Library(tmp_path, HashingEmbedder()) as library:
        vectors = load_vectors(library.record, [])
        assert vectors.chunk_count == 0
        assert vectors.nearest(library.embedder.embed(["water"])[0], 5).tolist() == []
