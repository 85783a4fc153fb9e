"""The LlamaIndex face: our chunks as its nodes, our embedder as its embedding.

Rows written from these nodes are what LlamaIndex's own Chroma store writes, so
``VectorStoreIndex.from_vector_store(ChromaVectorStore(...), embed_model=...)``
opens a library's collection.
"""

import json
from collections.abc import Sequence
from typing import Any

from llama_index.core.base.embeddings.base import BaseEmbedding
from llama_index.core.node_parser import NodeParser
from llama_index.core.schema import (
    BaseNode,
    Document,
    MetadataMode,
    NodeRelationship,
    RelatedNodeInfo,
    TextNode,
)
from pydantic import PrivateAttr

from assistant.chunking import Fits, chunk_paper
from assistant.embedding import Embedder
from assistant.store.collection import PAPER_KEY, Row
from assistant.types import Chunk, Paper

_HIDDEN_FROM_EMBEDDER = ["paper_id", "title", "year", "start", "end"]


def to_document(paper: Paper) -> Document:
    """Return a paper as a LlamaIndex document: its abstract, its metadata, its id."""
    return Document(
        id_=paper.paper_id,
        text=paper.abstract,
        metadata=_metadata(paper),
        excluded_embed_metadata_keys=_HIDDEN_FROM_EMBEDDER,
    )


def to_node(paper: Paper, chunk: Chunk) -> TextNode:
    """Return a chunk as a LlamaIndex node; its metadata holds the offsets into the abstract."""
    return TextNode(
        id_=chunk.chunk_id,
        text=chunk.text,
        metadata=_metadata(paper) | {"start": chunk.span.start, "end": chunk.span.end},
        excluded_embed_metadata_keys=_HIDDEN_FROM_EMBEDDER,
        relationships={NodeRelationship.SOURCE: RelatedNodeInfo(node_id=paper.paper_id)},
    )


def to_row(node: BaseNode) -> Row:
    """Return a node as a row of the dense index, in the form of LlamaIndex's Chroma store.

    The node stands in it once, with its text and what differs from a node's defaults:
    LlamaIndex itself would write its metadata three times, and each a row of Chroma's.
    """
    content = {
        "id_": node.node_id,
        "text": node.get_content(metadata_mode=MetadataMode.NONE),
        "metadata": node.metadata,
        "relationships": {NodeRelationship.SOURCE.value: {"node_id": node.ref_doc_id}},
    }
    metadata: dict[str, str | int] = {
        "_node_content": json.dumps(content, ensure_ascii=False),
        PAPER_KEY: node.ref_doc_id or "",
    }
    year = node.metadata.get("year")
    return node.node_id, metadata if year is None else {**metadata, "year": year}


class PaperNodeParser(NodeParser):
    """A node parser that cuts abstracts as `assistant.chunking` does."""

    _fits: Fits = PrivateAttr()
    _papers: dict[str, Paper] = PrivateAttr()

    def __init__(self, papers: Sequence[Paper], fits: Fits) -> None:
        """Parse documents made by `to_document` from `papers`."""
        super().__init__(include_prev_next_rel=False)
        self._papers = {paper.paper_id: paper for paper in papers}
        self._fits = fits

    @classmethod
    def class_name(cls) -> str:
        """Return the name under which LlamaIndex knows this parser."""
        return "PaperNodeParser"

    def _parse_nodes(
        self, nodes: Sequence[BaseNode], show_progress: bool = False, **kwargs: Any
    ) -> list[BaseNode]:
        papers = [self._papers[node.node_id] for node in nodes]
        return [
            to_node(paper, chunk) for paper in papers for chunk in chunk_paper(paper, self._fits)
        ]


class LlamaEmbedding(BaseEmbedding):
    """An embedder of ours where LlamaIndex wants one of its own."""

    _embedder: Embedder = PrivateAttr()

    def __init__(self, embedder: Embedder) -> None:
        """Wrap `embedder`."""
        super().__init__(model_name=embedder.name, embed_batch_size=256)
        self._embedder = embedder

    @classmethod
    def class_name(cls) -> str:
        """Return the name under which LlamaIndex knows this embedding."""
        return "LlamaEmbedding"

    def _get_query_embedding(self, query: str) -> list[float]:
        return self._get_text_embeddings([query])[0]

    async def _aget_query_embedding(self, query: str) -> list[float]:
        return self._get_query_embedding(query)

    def _get_text_embedding(self, text: str) -> list[float]:
        return self._get_text_embeddings([text])[0]

    def _get_text_embeddings(self, texts: list[str]) -> list[list[float]]:
        return [list(map(float, row)) for row in self._embedder.embed(texts)]


def _metadata(paper: Paper) -> dict[str, Any]:
    fields = {"paper_id": paper.paper_id, "title": paper.title, "year": paper.year}
    return {name: value for name, value in fields.items() if value is not None}
