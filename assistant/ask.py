"""The assistant: from a question to a checked answer. The main path is `Assistant.stream`."""

import asyncio
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from assistant.abstention import SHIPPED, Gate
from assistant.answering import Answering
from assistant.attributes import default_attributes, read_attributes
from assistant.checker import load_checker
from assistant.checking import CheckedReference
from assistant.config import ENGINES, Config, load_config
from assistant.conversation import Conversation
from assistant.entailment import hear_each, load_judges
from assistant.errors import UsageError
from assistant.explanation import Explanation, explain
from assistant.filters import NO_FILTERS, Filters
from assistant.follow_up import ALONE, FollowUp
from assistant.gatekeeping import fingerprints, gate_of, load_calibration, told
from assistant.ingest_report import IngestReport
from assistant.inquiring import Inquirer
from assistant.inquiry import Inquiry
from assistant.library import Library, Progress, open_library
from assistant.llm import ChatModel, load_model
from assistant.paper_table import PaperTable
from assistant.parts import split_question
from assistant.question import usable
from assistant.readers import AS_FOUND, ReadOptions, read_paths
from assistant.records.answer_keeper import AnswerKeeper, Made
from assistant.records.kept_answers import KeptAnswers
from assistant.records.notes import Notes
from assistant.reranking import load_reranker
from assistant.sources import Source
from assistant.spelling import spelled
from assistant.status import status_line
from assistant.store.talks import Talk
from assistant.suggesting import nearby, suggest
from assistant.text_checker import TextChecker
from assistant.types import Answer, CheckedSentence, Event, Hit

if TYPE_CHECKING:
    from assistant.llama_query import CitingQueryEngine, PaperRetriever


class Assistant:
    """A library with the engines that answer from it."""

    def __init__(self, library: Library, config: Config) -> None:
        """Use `open` instead, unless you bring a library of your own making."""
        self.library = library
        self.config = config
        self._models: dict[str, ChatModel] = {}
        self._hear = hear_each(load_judges(config))
        reranker, checker = load_reranker(config.rerank), load_checker(config)
        self._calibration = load_calibration(library.path)
        self._inquirer = Inquirer(library, reranker, checker, config.papers_per_answer, self.gate)
        self._text_checker = TextChecker(library, self._inquirer, self._hear)
        self._keeper = AnswerKeeper(library, config, checker)

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

    def __exit__(self, *exception: object) -> None:
        """Close the library."""
        self.close()

    def close(self) -> None:
        """Let go of the library's files."""
        self.library.close()

    def status(self) -> str:
        """Say in one line which engine, embedder and library are in use, and what lies unused."""
        now = self._now(self.config.engine)
        told_of = told(self._calibration, now) if self._calibration else None
        return status_line(self.config, self.library, told_of, self._inquirer.checker.skips)

    def gate(self, engine: str) -> Gate:
        """Return how sure one must be to answer: as calibrated for an engine, or the default."""
        if self._calibration is None:
            return SHIPPED
        return gate_of(self._calibration, self._now(engine))

    def _now(self, engine: str) -> dict[str, str]:
        """Return what a calibration would have to be made with to hold for an engine."""
        library, config = self.library, replace(self.config, engine=engine)
        return fingerprints(library.fingerprint, library.embedder.name, config)

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
        filters: Filters = NO_FILTERS,
        follow_up: FollowUp = ALONE,
        keep: bool = True,
    ) -> Iterator[Event]:
        """Yield the steps of an answer: retrieval, each sentence as it is checked, done.

        `filters` are what a paper must be like to be found; `follow_up` is what the question
        leans on, for one of a conversation; `keep` says whether the answer goes on record.
        """
        question, engine = usable(question), _known(engine or self.config.engine)
        library, asked = self.library, follow_up.standalone or question
        notes = Notes(library.embedder, library.idf, self._inquirer.checker, self._hear)
        answering = Answering(asked, engine, library.stamp, notes.check, filters)
        inquiry = self._inquire(asked, engine, follow_up, filters, answering, notes)
        yield Event("retrieval", hits=inquiry.hits)
        sources: list[Source] = []
        if inquiry.answered:
            sources += [self._inquirer.source(hit.paper) for hit in inquiry.hits]
            if engine == "extractive":
                yield from answering.extract(sources)
            else:
                load = notes.of(lambda: self.model(engine))
                yield from answering.write(sources, load, self.config)
        answer = answering.answer() if inquiry.answered else answering.refusal()
        usage = dict(Counter(answer.usage) + Counter(follow_up.usage))
        answer = replace(answer, question=question, usage=usage)
        made = Made(answer, engine, filters, follow_up, answering, notes, sources)
        yield Event("done", answer=self._keeper.keep(made) if keep else answer)

    def suggestions(self, answer: Answer, *, filters: Filters = NO_FILTERS) -> tuple[str, ...]:
        """Return questions that go on from an answer, each tried and answered by quotation."""
        stream = partial(self.stream, engine="extractive", filters=filters, keep=False)
        return suggest(answer, self.library.papers_by_id(nearby(answer)), stream)

    def table(self, question: str, *, filters: Filters = NO_FILTERS) -> PaperTable:
        """Return papers by what is asked, each cell a quotation; or a refusal. Needs no model.

        Raises:
            UsageError: the question is empty or too long.
            LibraryError: the library can't be read.
        """
        text, library = usable(question), self.library
        notes = Notes(library.embedder, library.idf, self._inquirer.checker, self._hear)
        answering = Answering(text, "extractive", library.stamp, notes.check, filters)
        topic, attributes = read_attributes(text)
        parts = split_question(topic)
        answering.inquiry = self._inquirer.inquire(
            parts, topic, "", filters, "extractive", answering.finished
        )
        asked = answering.inquiry.strands[0].question
        return answering.table(attributes or default_attributes(asked))

    def search(self, query: str, top_k: int = 10, *, filters: Filters = NO_FILTERS) -> list[Hit]:
        """Return the papers nearest to `query`, best first, of those that the filters let through.

        A DOI, an arXiv id or a whole title finds its paper first.
        """
        return list(self._inquirer.search(usable(query), top_k, filters).hits)

    def spelled(self, query: str) -> str:
        """Return `query` as it is searched for: slips of spelling mended by the papers' words."""
        return spelled(self.library, query)

    def explain(
        self, query: str, top_k: int = 10, *, filters: Filters = NO_FILTERS
    ) -> list[Explanation]:
        """Return the hits of `search`, each with what speaks for it, before any reranking."""
        text = spelled(self.library, usable(query))
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
        return self._text_checker.check(text, found)

    def references(self, text: str) -> list[CheckedReference]:
        """Find the entries of a text's own list of references in the library."""
        return self._text_checker.references(text)

    def conversation(self, conversation_id: str | None = None) -> Conversation:
        """Start a conversation, or reopen one by its id."""
        return Conversation(self.stream, self.library.record, conversation_id, self._writer)

    def conversations(self) -> list[Talk]:
        """Return the conversations that are kept, the one with the latest turn first."""
        return self.library.record.talks.listed()

    @property
    def answers(self) -> KeptAnswers:
        """The answers that are kept: to list, replay, hold against today's library, delete."""
        return KeptAnswers(self.library, self._inquirer)

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

    def use_model(self, engine: str, model: ChatModel) -> None:
        """Let a model of your own write for an engine."""
        self._models[_known(engine)] = model

    def _inquire(
        self,
        question: str,
        engine: str,
        follow_up: FollowUp,
        filters: Filters,
        answering: Answering,
        notes: Notes,
    ) -> Inquiry:
        """Look into the question, or into its parts: plain ones, or those that a model tells.

        A model is asked only about a question that the library answers.
        """

        def inquire(parts: Sequence[str]) -> Inquiry:
            about, finished = follow_up.about, answering.finished
            return self._inquirer.inquire(parts, question, about, filters, engine, finished)

        parts = follow_up.compared or split_question(question)
        answering.inquiry = inquire(parts)
        if engine != "extractive" and len(parts) == 1 and answering.inquiry.may_have_parts:
            parts = answering.split(notes.of(lambda: self.model(engine)))
            if len(parts) > 1 and (split := inquire(parts)).answered:
                answering.inquiry = split
        return answering.inquiry

    def _writer(self, engine: str | None) -> ChatModel | None:
        """Return the model of an engine; None for the one that needs none."""
        engine = _known(engine or self.config.engine)
        return None if engine == "extractive" else self.model(engine)


def _known(engine: str) -> str:
    if engine not in ENGINES:
        raise UsageError(f"engine {engine!r} is not known; choose one of {', '.join(ENGINES)}")
    return engine
