"""Papers in, embedded papers out: LlamaIndex's ingestion pipeline over our own parts.

Only new and changed papers come here, and nothing is written before everything
of a paper is embedded. So the pipeline runs without a document store: with one,
it would delete a paper's old nodes before the new ones are made.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

import numpy as np
from llama_index.core.ingestion import IngestionPipeline
from llama_index.core.schema import BaseNode

from assistant.embedding import Embedder, Vectors
from assistant.llama import LlamaEmbedding, PaperNodeParser, to_document
from assistant.sentences import split_sentences
from assistant.store.rows import EmbeddedPaper
from assistant.types import Chunk, Paper, Span


def embed_papers(papers: Sequence[Paper], embedder: Embedder) -> list[EmbeddedPaper]:
    """Return the papers with the vectors of their chunks and sentences, in order.

    Raises:
        ProviderError: the embedding server failed; nothing was stored.
    """
    pipeline = IngestionPipeline(
        transformations=[PaperNodeParser(papers, embedder.fits), LlamaEmbedding(embedder)],
        disable_cache=True,
    )
    nodes = pipeline.run(documents=[to_document(paper) for paper in papers])
    nodes_of = {
        paper_id: list(group) for paper_id, group in groupby(nodes, key=lambda n: n.ref_doc_id)
    }
    sentences = [tuple(split_sentences(paper.abstract)) for paper in papers]
    vectors = _embed_sentences(papers, sentences, embedder)
    return [
        _embedded(paper, nodes_of[paper.paper_id], spans, sentence_vectors)
        for paper, spans, sentence_vectors in zip(papers, sentences, vectors, strict=True)
    ]


def _embed_sentences(
    papers: Iterable[Paper], sentences: Sequence[tuple[Span, ...]], embedder: Embedder
) -> Iterator[Vectors]:
    """Yield the sentence vectors of each paper, all embedded in one call."""
    texts = [
        span.of(paper.abstract)
        for paper, spans in zip(papers, sentences, strict=True)
        for span in spans
    ]
    vectors = embedder.embed(texts)
    start = 0
    for spans in sentences:
        yield vectors[start : start + len(spans)]
        start += len(spans)


def _embedded(
    paper: Paper, nodes: Sequence[BaseNode], spans: tuple[Span, ...], sentence_vectors: Vectors
) -> EmbeddedPaper:
    chunks = [
        Chunk(
            chunk_id=node.node_id,
            paper_id=paper.paper_id,
            span=Span(node.metadata["start"], node.metadata["end"]),
            text=node.get_content(),
        )
        for node in nodes
    ]
    chunk_vectors = np.array([node.get_embedding() for node in nodes], dtype=np.float32)
    return EmbeddedPaper(paper, tuple(chunks), chunk_vectors, spans, sentence_vectors)
