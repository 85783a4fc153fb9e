"""The LlamaIndex face of search and answers: a retriever, and a query engine that cites.

Neither holds a model of LlamaIndex's, and neither asks its global ``Settings`` for one:
it would go and make an OpenAI client.
"""

import asyncio
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from llama_index.core.base.base_query_engine import BaseQueryEngine
from llama_index.core.base.base_retriever import BaseRetriever
from llama_index.core.base.response.schema import Response
from llama_index.core.callbacks import CallbackManager
from llama_index.core.prompts.mixin import PromptMixinType
from llama_index.core.schema import (
    NodeRelationship,
    NodeWithScore,
    QueryBundle,
    RelatedNodeInfo,
    TextNode,
)

from assistant.types import Answer, Citation, Paper

if TYPE_CHECKING:
    from assistant.ask import Assistant

_OF_A_PAPER = ("paper_id", "title", "authors", "year", "venue", "url", "doi", "arxiv_id")
_OF_A_CITATION = ("marker", "quote", "start", "end")


class PaperRetriever(BaseRetriever):
    """`Assistant.search` as a LlamaIndex retriever, synchronous and asynchronous.

    One node a paper, best first: its text is the abstract, its id the paper's, its score
    that of the hit. What is searched for is the query's text; vectors that a
    `QueryBundle` brings are of another embedder, and are not used.
    """

    def __init__(self, assistant: "Assistant", top_k: int = 10) -> None:
        """Search the library of `assistant`, which must stay open."""
        super().__init__(callback_manager=CallbackManager([]))
        self._assistant = assistant
        self._top_k = top_k

    def _retrieve(self, query_bundle: QueryBundle) -> list[NodeWithScore]:
        hits = self._assistant.search(query_bundle.query_str, self._top_k)
        return [NodeWithScore(node=to_paper_node(hit.paper), score=hit.score) for hit in hits]

    async def _aretrieve(self, query_bundle: QueryBundle) -> list[NodeWithScore]:
        return await asyncio.to_thread(self._retrieve, query_bundle)


class CitingQueryEngine(BaseQueryEngine):
    """`Assistant.ask` as a LlamaIndex query engine: `query` and `aquery` give a `Response`.

    Its text is that of the checked answer, markers included. `source_nodes` has a node a
    citation, in the order of the markers, and none for a refusal. `metadata` says whether
    it is ``refused`` and the ``reason``, and holds the whole ``answer`` as `Answer.to_dict`.

    Nothing is streamed: a `StreamingResponse` must know its sources before its text, and
    ours are known as sentences pass their check. `Assistant.stream` gives them one by one.
    There is no `synthesize` from other nodes, which are not in the library.
    """

    def __init__(self, assistant: "Assistant") -> None:
        """Answer from the library of `assistant`, which must stay open."""
        super().__init__(callback_manager=CallbackManager([]))
        self._assistant = assistant

    def _query(self, query_bundle: QueryBundle) -> Response:
        return to_response(self._assistant.ask(query_bundle.query_str))

    async def _aquery(self, query_bundle: QueryBundle) -> Response:
        return to_response(await self._assistant.aask(query_bundle.query_str))

    def _get_prompt_modules(self) -> PromptMixinType:
        return {}


def to_response(answer: Answer) -> Response:
    """Return a checked answer as a LlamaIndex response."""
    scores = {paper.paper_id: paper.score for paper in answer.retrieved}
    return Response(
        response=answer.text,
        source_nodes=[
            NodeWithScore(node=to_citation_node(each), score=scores.get(each.paper_id))
            for each in answer.citations
        ],
        metadata={"refused": answer.refused, "reason": answer.reason, "answer": answer.to_dict()},
    )


def to_paper_node(paper: Paper) -> TextNode:
    """Return a paper as a node: its abstract, and what else is known as metadata.

    An embedder of LlamaIndex's reads the title with it, as ours do.
    """
    metadata = _known(paper, _OF_A_PAPER)
    return TextNode(
        id_=paper.paper_id,
        text=paper.abstract,
        metadata=metadata,
        excluded_embed_metadata_keys=[name for name in metadata if name != "title"],
        relationships=_source(paper.paper_id),
    )


def to_citation_node(citation: Citation) -> TextNode:
    """Return a citation as a node: its quotation, with offsets into the stored abstract."""
    metadata = _known(citation, (*_OF_A_CITATION, *_OF_A_PAPER))
    return TextNode(
        id_=f"{citation.paper_id}#{citation.start}-{citation.end}",
        text=citation.quote,
        metadata=metadata,
        excluded_embed_metadata_keys=[name for name in metadata if name != "title"],
        excluded_llm_metadata_keys=list(_OF_A_CITATION),
        start_char_idx=citation.start,
        end_char_idx=citation.end,
        relationships=_source(citation.paper_id),
    )


def _known(value: Paper | Citation, names: tuple[str, ...]) -> dict[str, Any]:
    """Return the named fields that hold something, flat, as vector stores want metadata."""
    fields: Mapping[str, Any] = {name: getattr(value, name) for name in names}
    known = {name: field for name, field in fields.items() if field not in (None, ())}
    return known | ({"authors": "; ".join(value.authors)} if value.authors else {})


def _source(paper_id: str) -> dict[NodeRelationship, Any]:
    return {NodeRelationship.SOURCE: RelatedNodeInfo(node_id=paper_id)}
