"""What of a model's draft is worth showing: more than that the check finds nothing against it.

A sentence that a person brings is as likely true as not; one that a small model writes is far
more often a vague or invented one in the words of the question. So it has to be nearer to its
source and surer, and has to say something.
"""

import re
from collections.abc import Sequence

from assistant.brackets import as_compared
from assistant.sources import Source
from assistant.types import Label, Verdict
from assistant.words import stems

LEAST_RELEVANCE = 0.5
"""Least probability, by words and vectors, that the passage is the one which says this."""

LEAST_CHANCE = 0.35
"""Least probability, by all checks together. What the two bounds keep back, of lies and of truth,
``paper-assistant bench drafts --writer liar`` prints."""

_YES_OR_NO = re.compile(
    r"\s*(?:and |but |so |or )?(?:is|are|was|were|do|does|did|can|could|has|have|had|will|would"
    r"|should|may|might|must)\b",
    re.IGNORECASE,
)
_DENIES = re.compile(r"\b(?:no|not|never|none|cannot|without|neither)\b|n't\b", re.IGNORECASE)


def why_not_shown(
    sentence: str, verdict: Verdict, question: str, sources: Sequence[Source]
) -> str | None:
    """Say why a sentence of a draft is kept back though the check let it pass; None if it isn't.

    Args:
        sentence: in other words than its source's.
        verdict: the check's, with its evidence.
        question: what the draft is to answer.
        sources: the papers that it was checked against.
    """
    if as_compared(sentence).casefold() in {
        as_compared(source.paper.title).casefold() for source in sources
    }:
        return "title: names a paper, and says nothing of it"
    if _repeats(sentence, question):
        return "question: says nothing that is not in the question"
    if verdict.label is not Label.ATTRIBUTED:
        return None
    nearest = max((evidence.score for evidence in verdict.evidence), default=0.0)
    if nearest < LEAST_RELEVANCE or verdict.score < LEAST_CHANCE:
        return "not sure enough to be shown as an answer"
    return None


def _repeats(sentence: str, question: str) -> bool:
    """Whether a sentence only turns the question round; to a yes-or-no one that is an answer."""
    if _YES_OR_NO.match(question) or bool(_DENIES.search(sentence)) != bool(
        _DENIES.search(question)
    ):
        return False
    return set(stems(sentence)) <= set(stems(question))
