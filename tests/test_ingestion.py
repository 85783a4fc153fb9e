"""Papers through LlamaIndex's pipeline: every vector is the one of its own text."""

from dataclasses import replace

import pytest
from doubles import HashingEmbedder, paper, papers

from assistant.chunking import chunk_paper
from assistant.errors import ProviderError
from assistant.ingestion import embed_papers
from assistant.sentences import split_sentences

LONG = replace(paper(1), abstract="We keep it in tar. Its drift is small. " * 40)
ODD = replace(paper(2), title="Odd\n  title ", abstract="  Spaces,\u00a0Ω and\r\na break. Yes. \n")
CASES = [paper(0), LONG, ODD, paper(3)]


def test_papers_come_back_in_order_with_their_chunks_and_sentences():
    embedder = HashingEmbedder()
    for each, entry in zip(CASES, embed_papers(CASES, embedder), strict=True):
        assert entry.paper == each
        assert list(entry.chunks) == chunk_paper(each, embedder.fits)
        assert list(entry.sentences) == split_sentences(each.abstract)


def test_each_vector_is_that_of_its_text():
    for entry in embed_papers(CASES, HashingEmbedder()):
        texts = [chunk.text for chunk in entry.chunks]
        assert entry.chunk_vectors == pytest.approx(HashingEmbedder().embed(texts), abs=1e-6)
        quotes = [span.of(entry.paper.abstract) for span in entry.sentences]
        assert entry.sentence_vectors == pytest.approx(HashingEmbedder().embed(quotes), abs=1e-6)


def test_the_embedder_gets_texts_and_nothing_of_their_metadata():
    embedder = HashingEmbedder()
    embed_papers([replace(paper(0), year=1999, url="https://example.org")], embedder)
    assert embedder.texts == [
        "The clock0 in cold water\nWe keep the clock0 in water. Its drift is 0 seconds a month.",
        "We keep the clock0 in water.",
        "Its drift is 0 seconds a month.",
    ]


def test_nothing_in_is_nothing_out():
    assert embed_papers([], HashingEmbedder()) == []


def test_a_paper_without_sentences_has_the_chunk_of_its_title():
    (entry,) = embed_papers([replace(paper(0), abstract=" ")], HashingEmbedder())
    assert [chunk.text for chunk in entry.chunks] == [paper(0).title]
    assert (entry.sentences, entry.sentence_vectors.shape) == ((), (0, 32))


def test_many_papers_keep_their_own_vectors():
    for entry in embed_papers(papers(300), HashingEmbedder()):
        expected = HashingEmbedder().embed([entry.chunks[0].text])
        assert entry.chunk_vectors == pytest.approx(expected, abs=1e-6)


def test_an_embedder_that_fails_is_heard():
    with pytest.raises(ProviderError, match="went away"):
        embed_papers(papers(3), HashingEmbedder(fail_after=4))
