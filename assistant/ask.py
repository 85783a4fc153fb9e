"""The assistant: from a question to a checked answer. The main path is `Assistant.stream`."""

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from assistant.abstention import SHIPPED, Gate
from assistant.answering import Answering
from assistant.checking import CheckedReference, check_sentences, look_up
from assistant.config import ENGINES, Config, load_config
from assistant.conversation import Conversation
from assistant.errors import UsageError
from assistant.explanation import Explanation, explain
from assistant.filters import NO_FILTERS, Filters
from assistant.gatekeeping import fingerprints, gate_of, load_calibration, told
from assistant.grounding import check
from assistant.ingest_report import IngestReport
from assistant.inquiring import Inquirer
from assistant.inquiry import Inquiry
from assistant.library import Library, Progress, open_library
from assistant.llm import ChatModel, load_model
from assistant.markers import read_markers
from assistant.parts import split_question
from assistant.question import MAX_QUESTION_CHARACTERS
from assistant.readers import AS_FOUND, ReadOptions, read_paths
from assistant.reference_list import read_reference_list
from assistant.reranking import load_reranker
from assistant.spelling import spelled
from assistant.types import Answer, CheckedSentence, Event, Hit, Label, Paper, Verdict

if TYPE_CHECKING:
    from assistant.llama_query import CitingQueryEngine, PaperRetriever

PAPERS_PER_CLAIM = 5
"""How many papers each sentence of a person's own text is held against."""


class Assistant:
    """A library with the engines that answer from it."""

    def __init__(self, library: Library, config: Config) -> None:
        """Use `open` instead, unless you bring a library of your own making."""
        self.library = library
        self.config = config
        self._models: dict[str, ChatModel] = {}
        reranker = load_reranker(config.rerank)
        self._calibration = load_calibration(library.path)
        self._inquirer = Inquirer(library, reranker, config.papers_per_answer, self.gate)

    @classmethod
    def open(
        cls, library: str | Path | None = None, *, config: Config | None = None, **settings: Any
    ) -> Self:
        """Open a library, making it if it is missing.

        Args:
            library: its folder; by default what the configuration says.
            config: ready settings; by default those of file and environment.
            **settings: single settings that win over both, as in `Config`.

        Raises:
            UsageError: a setting is unknown or unusable.
            LibraryError: made with another embedder or schema, or unreadable.
        """
        config = config or load_config(library=library, **settings)
        return cls(open_library(config), config)

    def __enter__(self) -> Self:
        """Use the assistant as a context manager: its library closes at the end."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Close the library."""
        self.close()

    def close(self) -> None:
        """Let go of the library's files."""
        self.library.close()

    def status(self) -> str:
        """Say in one line which engine, embedder and library are in use, and what lies unused."""
        config = self.config
        line = (
            f"engine {config.engine}, embedder {self.library.embedder.name}, "
            f"library {self.library.path} ({self.library.count} papers)"
        )
        if config.chroma_url:
            line += f", chunks and vectors on {config.chroma_url}"
        if self._calibration is not None:
            line += f"; {told(self._calibration, self._now())}"
        if config.key_unused:
            line += "; OPENAI_API_KEY is set and not used (--engine openai would use it)"
        return f"{line}; {self.library.notice}" if self.library.notice else line

    def gate(self) -> Gate:
        """Return how sure one must be to answer: as calibrated on this library, or the default."""
        return SHIPPED if self._calibration is None else gate_of(self._calibration, self._now())

    def _now(self) -> dict[str, str]:
        """Return what a calibration would have to be made with to hold."""
        library = self.library
        return fingerprints(library.fingerprint, library.embedder.name, self.config)

    def ingest(
        self,
        *paths: str | Path,
        options: ReadOptions = AS_FOUND,
        progress: Progress | None = None,
    ) -> IngestReport:
        """Take in the papers of files and folders; what is stored already costs nothing.

        A file or record that can't be read is skipped with its reason, and the rest goes in.

        Args:
            *paths: files, folders, globs, or ``-`` for standard input.
            options: what is known of them, as `assistant.readers.options` gives it.
            progress: called with the number of records read so far.

        Raises:
            ReadError: none of the files can be read.
            LibraryError: the library can't be written.
        """
        return self.library.ingest(read_paths([Path(path) for path in paths], options), progress)

    def ask(
        self, question: str, *, engine: str | None = None, filters: Filters = NO_FILTERS
    ) -> Answer:
        """Answer a question, or refuse; from no other papers than the filters let through.

        Raises:
            UsageError: the question is empty or too long, or the engine lacks what it needs.
            LibraryError: the library can't be read.
        """
        *_, done = self.stream(question, engine=engine, filters=filters)
        assert done.answer is not None
        return done.answer

    async def aask(
        self, question: str, *, engine: str | None = None, filters: Filters = NO_FILTERS
    ) -> Answer:
        """Answer a question without holding up the event loop."""
        return await asyncio.to_thread(self.ask, question, engine=engine, filters=filters)

    def stream(
        self,
        question: str,
        *,
        engine: str | None = None,
        about: str = "",
        filters: Filters = NO_FILTERS,
    ) -> Iterator[Event]:
        """Yield the steps of an answer: retrieval, each sentence as it is checked, done.

        `about` is the title of a paper that the question points to without naming it;
        `filters` are what a paper must be like to be found.
        """
        text, engine = _usable(question), _known(engine or self.config.engine)
        library = self.library
        answering = Answering(text, engine, library.stamp, library.embedder, library.idf, filters)
        inquiry = self._inquire(text, engine, about, filters, answering)
        yield Event("retrieval", hits=inquiry.hits)
        if not inquiry.answered:
            yield Event("done", answer=answering.refusal())
            return
        sources = [self._inquirer.source(hit.paper) for hit in inquiry.hits]
        if engine == "extractive":
            yield from answering.extract(sources)
        else:
            yield from answering.write(sources, self.model(engine), self.config.max_prompt_tokens)
        yield Event("done", answer=answering.answer())

    def search(self, query: str, top_k: int = 10, *, filters: Filters = NO_FILTERS) -> list[Hit]:
        """Return the papers nearest to `query`, best first, of those that the filters let through.

        A DOI, an arXiv id or a whole title finds its paper first.
        """
        return list(self._inquirer.search(_usable(query), top_k, filters).hits)

    def spelled(self, query: str) -> str:
        """Return `query` as it is searched for: slips of spelling mended by the papers' words."""
        return spelled(self.library, query)

    def explain(
        self, query: str, top_k: int = 10, *, filters: Filters = NO_FILTERS
    ) -> list[Explanation]:
        """Return the hits of `search`, each with what speaks for it, before any reranking."""
        text = spelled(self.library, _usable(query))
        vector = self.library.embedder.embed([text])[0]
        return explain(self.library, text, vector, top_k, filters)

    def check(
        self, text: str, references: Sequence[CheckedReference] | None = None
    ) -> list[CheckedSentence]:
        """Check every sentence of a text of yours against the library.

        Where the text ends in a list of references, its markers are checked as well.

        Args:
            text: any text.
            references: what `references` found for it; looked up if None.
        """
        found = self.references(text) if references is None else references
        cited = {each.number: each.paper for each in found}
        return check_sentences(text[: read_reference_list(text).start], cited, self._judge)

    def references(self, text: str) -> list[CheckedReference]:
        """Find the entries of a text's own list of references in the library."""
        entries = read_reference_list(text).entries
        return [look_up(self.library, self._nearest, entry) for entry in entries]

    def conversation(self, conversation_id: str | None = None) -> Conversation:
        """Start a conversation, or reopen one by its id."""
        return Conversation(self.stream, self.library.record, conversation_id)

    def as_retriever(self, top_k: int = 10) -> "PaperRetriever":
        """Return `search` as a LlamaIndex retriever: a node a paper, best first."""
        from assistant.llama_query import PaperRetriever

        return PaperRetriever(self, top_k)

    def as_query_engine(self) -> "CitingQueryEngine":
        """Return `ask` as a LlamaIndex query engine, whose responses carry our citations."""
        from assistant.llama_query import CitingQueryEngine

        return CitingQueryEngine(self)

    def model(self, engine: str) -> ChatModel:
        """Return the model of an engine, loaded on first use.

        Raises:
            UsageError: what the engine needs is missing.
        """
        if engine not in self._models:
            self._models[engine] = load_model(replace(self.config, engine=engine))
        return self._models[engine]

    def _inquire(
        self, question: str, engine: str, about: str, filters: Filters, answering: Answering
    ) -> Inquiry:
        """Look into the question, or into its parts: plain ones, or those that a model tells.

        A model is asked only about a question that the library answers.
        """

        def inquire(parts: Sequence[str]) -> Inquiry:
            return self._inquirer.inquire(parts, question, about, filters, answering.finished)

        parts = split_question(question)
        answering.inquiry = inquire(parts)
        if engine != "extractive" and len(parts) == 1 and answering.inquiry.may_have_parts:
            parts = answering.split(self.model(engine))
            if len(parts) > 1 and (split := inquire(parts)).answered:
                answering.inquiry = split
        return answering.inquiry

    def _nearest(self, text: str) -> list[Hit]:
        return self.search(text[:MAX_QUESTION_CHARACTERS], top_k=PAPERS_PER_CLAIM)

    def _judge(self, sentence: str, papers: Sequence[Paper] | None) -> Verdict:
        """Check a sentence as it stands; failing that, without its citation marks."""
        held = [hit.paper for hit in self._nearest(sentence)] if papers is None else papers
        sources = [self._inquirer.source(paper) for paper in held]
        verdict = check(sentence, sources, self.library.embedder, self.library.idf)
        bare = read_markers(sentence)
        if verdict.label is Label.SUPPORTED or not bare.numbers:
            return verdict
        without = check(bare.text, sources, self.library.embedder, self.library.idf)
        return verdict if verdict.label.shown and without.label is not Label.SUPPORTED else without


def _usable(question: str) -> str:
    """Return the question on one line.

    Raises:
        UsageError: it is empty or too long.
    """
    text = " ".join(question.split())
    if not text.isprintable() and text != text.encode("utf-8", "ignore").decode():
        raise UsageError("the question holds bytes that are no text; type it in UTF-8")
    if not text:
        raise UsageError("the question is empty; ask one in a sentence")
    if len(text) > MAX_QUESTION_CHARACTERS:
        raise UsageError(
            f"the question has {len(text)} characters; ask it in {MAX_QUESTION_CHARACTERS} at most"
        )
    return text


def _known(engine: str) -> str:
    if engine not in ENGINES:
        raise UsageError(f"engine {engine!r} is not known; choose one of {', '.join(ENGINES)}")
    return engine
