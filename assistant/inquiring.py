"""From a question to what the library holds on it: parts, papers, sentences, decisions."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial

from assistant.abstention import SHIPPED, Decision, Gate, decide
from assistant.checker import Checker
from assistant.embedding import Vectors
from assistant.evidence import rank_sentences
from assistant.filters import NO_FILTERS, Filters
from assistant.inquiry import Inquiry, Strand
from assistant.library import Library
from assistant.question import Question, read_questions
from assistant.reranking import DEPTH, Reranker, rerank
from assistant.rereading import reread
from assistant.retrieval import Retrieval, retrieve
from assistant.sources import Source, source_of
from assistant.spelling import spelled
from assistant.types import Paper

LEAST_PAPERS = 3
"""How many papers each part of a question gets at least."""


class Inquirer:
    """Looks into one library, with a reranker if there is one."""

    def __init__(
        self,
        library: Library,
        reranker: Reranker | None,
        checker: Checker,
        papers_per_answer: int,
        gate: Callable[[str], Gate] = lambda engine: SHIPPED,
    ) -> None:
        """Find `papers_per_answer` papers for a question, shared among its parts.

        `checker` reads what is found with the question.

        `gate` gives what holds for the library as it stands, and an engine.
        """
        self.checker = checker
        self._library = library
        self._reranker = reranker
        self._papers_per_answer = papers_per_answer
        self._gate = gate

    def search(self, query: str, top_k: int, filters: Filters = NO_FILTERS) -> Retrieval:
        """Return the papers nearest to `query`, its slips of spelling mended."""
        self._library.embedder.prepare()  # meanwhile the indexes are opened
        text = spelled(self._library, query)
        return self._retrieve(text, self._library.embedder.embed([text])[0], top_k, filters)

    def inquire(
        self,
        texts: Sequence[str],
        whole: str,
        about: str,
        filters: Filters,
        engine: str,
        finished: Callable[[str], None],
    ) -> Inquiry:
        """Look into each part of a question.

        Args:
            texts: the parts; one, the question itself, if it has none.
            whole: the question.
            about: the title of a paper that it points to without naming it.
            filters: what a paper must be like to be found.
            engine: what will write the answer.
            finished: told of each stage, once it is done.
        """
        embedder, spell = self._library.embedder, partial(spelled, self._library)
        embedder.prepare()  # meanwhile the indexes are opened
        part_of = whole if len(texts) > 1 else ""
        questions = read_questions(texts, embedder, about, spell, part_of)
        top_k = max(LEAST_PAPERS, self._papers_per_answer // len(texts))
        found = [self._retrieve(q.query, q.query_vector, top_k, filters) for q in questions]
        finished("retrieval")
        gate = self._gate(engine)
        strands = [self._strand(*pair, gate) for pair in zip(questions, found, strict=True)]
        if filters:
            strands = [_told_if_filtered_out(strand) for strand in strands]
        finished("evidence")
        return Inquiry(tuple(strands))

    def source(self, paper: Paper) -> Source:
        """Return a paper with its sentences."""
        return source_of(self._library, paper)

    def _strand(self, question: Question, found: Retrieval, gate: Gate) -> Strand:
        library = self._library
        sources = [self.source(hit.paper) for hit in found.hits]
        ranked = rank_sentences(question, found.hits, sources, library.idf)
        papers, answering = reread(self.checker, question, ranked)
        decision = decide(
            question,
            papers,
            found.cosines,
            library.idf,
            library.knows,
            library.embedder.name,
            gate,
            answering,
        )
        return Strand(question, found.hits, papers, decision)

    def _retrieve(self, query: str, vector: Vectors, top_k: int, filters: Filters) -> Retrieval:
        if self._reranker is None:
            return retrieve(self._library, query, vector, top_k, filters)
        found = retrieve(self._library, query, vector, max(top_k, DEPTH), filters)
        hits = rerank(self._reranker, query, found.hits)[:top_k]
        return replace(found, hits=tuple(hits))


def _told_if_filtered_out(strand: Strand) -> Strand:
    """Refuse where the paper that the question points to is not among those found."""
    about = strand.question.about
    if not about or about in (hit.paper.title for hit in strand.hits):
        return strand
    reason = f"“{about}”, to which the question points, is not among the papers found"
    coverage = strand.decision.coverage
    return replace(strand, decision=Decision(answers=False, reason=reason, coverage=coverage))
