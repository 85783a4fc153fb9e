"""What to ask next: about what the abstracts state and an answer has not quoted yet.

A suggestion is only offered once the library has answered it, with new words of the paper
that it asks about. No model is needed.
"""

import math
from collections.abc import Callable, Iterable, Iterator, Sequence, Set
from dataclasses import dataclass
from itertools import islice

from assistant.attributes import Attribute, of_kind
from assistant.question import Asked
from assistant.sentences import split_sentences
from assistant.tidy import tidy
from assistant.types import Answer, Event, Paper

MOST = 3
MOST_TRIED = 6
"""How many are asked in search of those that are answered."""

_PAPERS = 3
_NEAR = 0.5
"""The share of the best cited paper's score that another paper needs."""
_LONGEST_TITLE = 90
_WORDINGS = (
    (Asked.RESULT, "What does “{}” find?"),
    (Asked.METHOD, "What method does “{}” use?"),
    (Asked.DATA, "What data does “{}” use?"),
)

_Place = tuple[str, int]
"""A paper, and where in its abstract a quotation begins."""


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A question, and what of which paper it asks for."""

    question: str
    asked: Attribute
    paper: Paper

    def is_new(self, quoted: Set[_Place]) -> bool:
        """Whether the abstract states it in a sentence that has not been quoted."""
        abstract = self.paper.abstract
        return any(
            self.asked.is_stated_by(span.of(abstract))
            for span in split_sentences(abstract)
            if (self.paper.paper_id, span.start) not in quoted
        )

    def is_answered(self, answer: Answer, quoted: Set[_Place]) -> bool:
        """Whether an answer quotes such a sentence."""
        return any(
            citation.paper_id == self.paper.paper_id
            and (citation.paper_id, citation.start) not in quoted
            and self.asked.is_stated_by(citation.quote)
            for citation in answer.citations
        )


def nearby(answer: Answer) -> list[str]:
    """Return the ids of the papers that an answer cites, then of those found that come near them.

    An answer that cites nothing leads to nothing.
    """
    cited = [citation.paper_id for citation in answer.citations]
    found = {each.paper_id: each.score for each in answer.retrieved}
    least = _NEAR * max((found.get(paper_id, 0.0) for paper_id in cited), default=math.inf)
    near = (paper_id for paper_id, score in found.items() if score >= least > 0)
    return list(dict.fromkeys([*cited, *near]))


def suggest(
    answer: Answer, papers: Sequence[Paper], stream: Callable[[str], Iterable[Event]]
) -> tuple[str, ...]:
    """Return questions that go on from an answer, each tried and answered; at most `MOST`.

    Args:
        answer: what the person has read.
        papers: those to go on with, as `nearby` tells.
        stream: answers a question from the library that holds them.
    """

    def ask(question: str) -> Answer:
        *_, done = stream(question)
        assert done.answer is not None
        return done.answer

    quoted = {(citation.paper_id, citation.start) for citation in answer.citations}
    worth_trying = (each for each in _candidates(papers) if each.is_new(quoted))
    tried = islice(worth_trying, MOST_TRIED)
    answered = (each.question for each in tried if each.is_answered(ask(each.question), quoted))
    return tuple(islice(answered, MOST))


def _candidates(papers: Sequence[Paper]) -> Iterator[_Candidate]:
    """Yield what there is to ask: of one paper after the other, and each time of something else."""
    telling = [paper for paper in papers if len(tidy(paper.title)) <= _LONGEST_TITLE][:_PAPERS]
    for turn in range(len(_WORDINGS)):
        for place, paper in enumerate(telling):
            kind, wording = _WORDINGS[(turn + place) % len(_WORDINGS)]
            yield _Candidate(wording.format(tidy(paper.title)), of_kind(kind), paper)
