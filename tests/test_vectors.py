"""The vectors in memory: cosines as numpy's own, paper by paper."""

import numpy as np
import pytest
from doubles import HashingEmbedder, papers

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
    assert vectors.chunk_cosines(query, places).tolist() == everything[places].tolist()
    assert vectors.chunk_cosines(query, np.array([], np.int64)).tolist() == []


def test_the_cosines_of_sentences_are_those_of_the_record(library):
    order = ids(library)
    query = library.embedder.embed(["Its drift is 4 seconds"])[0]
    found = load_vectors(library.record, order).sentence_cosines(query, np.arange(len(order)))
    for paper_id, cosine in zip(order, found, strict=True):
        _, vectors = library.sentences(paper_id)
        expected = max(vectors @ query) if len(vectors) else NO_COSINE
        assert cosine == pytest.approx(expected, abs=1e-5), paper_id
    assert found[order.index("bare")] == NO_COSINE


def test_a_paper_that_is_gone_has_no_cosine(library):
    vectors = load_vectors(library.record, ["title:1", "gone", "title:2"])
    query = library.embedder.embed(["water"])[0]
    for cosines in (vectors.chunk_cosines(query), vectors.sentence_cosines(query, np.arange(3))):
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
    assert vectors.centroid(np.array([long, short]), shares) == pytest.approx(expected, abs=1e-6)


def test_of_no_papers_there_are_no_vectors(tmp_path):
    with Library(tmp_path, HashingEmbedder()) as library:
        assert load_vectors(library.record, []).chunks.shape[0] == 0
