"""Query engines of others over our library and with our model: what answers are compared with.

LlamaIndex is loaded when a peer is opened, not before.
"""

from collections.abc import Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import version
from typing import TYPE_CHECKING, Any, Protocol

from assistant.errors import UsageError

if TYPE_CHECKING:
    from assistant.ask import Assistant
    from assistant.config import Config
    from assistant.llm import ChatModel

CITATION_QUERY_ENGINE = "citation-query-engine"
PEERS = (CITATION_QUERY_ENGINE,)

CITATION_CHUNK_TOKENS = 512
"""LlamaIndex's own default."""


@dataclass(frozen=True, slots=True)
class PeerSource:
    """What a peer gave its model to cite: a passage, and the title of its paper."""

    title: str
    text: str


@dataclass(frozen=True, slots=True)
class PeerAnswer:
    """A peer's answer as it stands; its marker ``[n]`` names the nth of the sources, from 1."""

    text: str
    sources: tuple[PeerSource, ...]


class Peer(Protocol):
    """What answers questions beside us."""

    @property
    def told(self) -> str:
        """What it is, and what it works with, in one line."""
        ...

    def ask(self, question: str) -> PeerAnswer:
        """Answer a question.

        Raises:
            ProviderError: the model failed.
        """
        ...


class LlamaPeer:
    """A LlamaIndex query engine whose source nodes are numbered passages."""

    def __init__(self, engine: Any, told: str) -> None:
        """Use `open_peer` instead."""
        self.told = told
        self._engine = engine

    def ask(self, question: str) -> PeerAnswer:
        """Answer a question, whatever the markers name."""
        response = self._engine.query(question)
        return PeerAnswer(
            text=response.response or "",
            sources=tuple(_source(found.node) for found in response.source_nodes),
        )


@contextmanager
def open_peer(assistant: "Assistant", model: "ChatModel") -> Iterator[Peer]:
    """Open ``CitationQueryEngine`` as its users set it up, with as many passages as we take papers.

    It reads the chunks in the library's Chroma by LlamaIndex's own vector search with the
    library's embedder, prompts with its own templates, and has `model` for its only model.

    Raises:
        UsageError: the library's chunks are not in its own folder.
    """
    from eval.benches.bare_chroma import open_bare

    config, library = assistant.config, assistant.library
    if config.chroma_url or not (library.path / "chroma").is_dir():
        raise UsageError(
            f"{library.path}: the peer reads Chroma's files in the library's own folder; "
            "leave out chroma_url, or run: paper-assistant library rebuild"
        )
    with open_bare(library.path) as chroma:
        yield LlamaPeer(_citation_query_engine(assistant, model, chroma.collection), _told(config))


def _told(config: "Config") -> str:
    return (
        f"LlamaIndex {version('llama-index-core')}, CitationQueryEngine, its own prompts; vector "
        f"search over the same chunks in Chroma, top {config.papers_per_answer}; citation chunks "
        f"of {CITATION_CHUNK_TOKENS} tokens"
    )


def _citation_query_engine(assistant: "Assistant", model: "ChatModel", collection: Any) -> Any:
    from llama_index.core import VectorStoreIndex
    from llama_index.core.query_engine import CitationQueryEngine
    from llama_index.vector_stores.chroma import ChromaVectorStore

    from assistant.llama import LlamaEmbedding

    index = VectorStoreIndex.from_vector_store(
        ChromaVectorStore(chroma_collection=collection),
        embed_model=LlamaEmbedding(assistant.library.embedder),
    )
    return CitationQueryEngine.from_args(
        index,
        llm=_as_llama_model(model, assistant.config),
        citation_chunk_size=CITATION_CHUNK_TOKENS,
        similarity_top_k=assistant.config.papers_per_answer,
    )


def _as_llama_model(model: "ChatModel", config: "Config") -> Any:
    """Return our model as one of LlamaIndex's; where nobody knows its context, it gets our budget.

    LlamaIndex asks again, to refine the answer, where the passages exceed the context.
    """
    from llama_index.core.llms import CompletionResponse, CustomLLM, LLMMetadata

    window = model.context_tokens or config.max_prompt_tokens + config.max_answer_tokens
    metadata_ = LLMMetadata(
        context_window=window, num_output=config.max_answer_tokens, model_name=model.name
    )

    class OurModel(CustomLLM):
        @property
        def metadata(self) -> LLMMetadata:
            return metadata_

        def complete(
            self, prompt: str, formatted: bool = False, **kwargs: Any
        ) -> CompletionResponse:
            return CompletionResponse(text="".join(model.stream(prompt)))

        def stream_complete(
            self, prompt: str, formatted: bool = False, **kwargs: Any
        ) -> Generator[CompletionResponse, None, None]:
            text = ""
            for piece in model.stream(prompt):
                text += piece
                yield CompletionResponse(text=text, delta=piece)

    return OurModel()


def _source(node: Any) -> PeerSource:
    """Return a source node without the line "Source n:" that its engine put in front."""
    return PeerSource(
        title=str(node.metadata.get("title", "")),
        text=node.get_content().partition(":\n")[2].strip(),
    )
