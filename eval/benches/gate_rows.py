"""What the gate sees of each written question, asked of a library as the product asks."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING

from assistant.abstention import nearness, nearness_alone_counts, score_of
from assistant.checker import Checker
from assistant.drafting import Ranked, draft_extractive
from assistant.embedding import Vectors
from assistant.evidence import rank_sentences
from assistant.filters import NO_FILTERS
from assistant.length import sentences_wanted
from assistant.question import Question, read_question
from assistant.rereading import reread
from assistant.retrieval import retrieve
from assistant.signs import Signs, read_signs
from assistant.sources import source_of
from assistant.spelling import spelled
from eval.benches.written import Written

if TYPE_CHECKING:
    from assistant.library import Library

PAPERS = 8
"""How many papers are found for a question, as by default."""


@dataclass(frozen=True, slots=True)
class GateRow:
    """A written question with its signs.

    `most` is the highest score that it can have: what nearness gives, beside which no more
    counts where it stands `alone`. `vector` is the question's own, and `carried` says whether
    an answer, were one given, would quote what was marked as the evidence.
    """

    written: Written
    signs: Signs
    most: float
    alone: bool
    vector: Vectors
    carried: bool


def read_rows(
    library: "Library",
    questions: Iterable[Written],
    checker_for: Callable[[Written], Checker],
    progress: Callable[[int], None],
) -> Iterator[GateRow]:
    """Yield what is seen of each question, in order; `progress` is told how many are done.

    `checker_for` gives what reads the best sentences with a question.

    A question for which no paper is found is left out: nothing is scored there.
    """
    for done, written in enumerate(questions, start=1):
        text = " ".join(written.question.split())
        question = read_question(text, library.embedder, spell=partial(spelled, library))
        vector = question.query_vector
        found = retrieve(library, question.query, vector, PAPERS, NO_FILTERS)
        sources = [source_of(library, hit.paper) for hit in found.hits]
        ranked = rank_sentences(question, found.hits, sources, library.idf)
        if ranked:
            papers, answering = reread(checker_for(written), question, ranked)
            signs = read_signs(
                question, papers, found.cosines, library.idf, library.knows, answering
            )
            alone = nearness_alone_counts(question, signs)
            most = score_of(question, signs, "") if alone else nearness(signs)
            carried = _carries(question, papers, written.evidence)
            yield GateRow(written, signs, most, alone, vector, carried)
        progress(done)


def _carries(question: Question, papers: Ranked, evidence: str) -> bool:
    """Whether a quotation of the answer and the marked evidence hold one another, or a piece."""
    if not evidence:
        return False
    drafts = islice(draft_extractive(question, papers), sentences_wanted(question.text))
    quoted = [_bare(hint.quote) for draft in drafts for hint in draft.hints]
    marked = _bare(evidence)
    return any(marked in quote or quote in marked for quote in quoted)


def _bare(text: str) -> str:
    return " ".join(text.split())
