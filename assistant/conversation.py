"""Follow-up questions and the papers they point to, by rules; turns are kept in the record."""

import json
import re
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from assistant.errors import UsageError
from assistant.filters import NO_FILTERS, Filters
from assistant.store.record import Record
from assistant.types import (
    Answer,
    AnswerSentence,
    Citation,
    Coverage,
    DroppedSentence,
    Event,
    Label,
    LibraryStamp,
    Retrieved,
)
from assistant.words import STOP_WORDS, any_of, stem, stems, words

_POINTS_BACK = any_of("""
    this, these, those, he, she, his, her, the paper, the method, the author*, the study
    the approach, the model, the work, the result*, the same, the former, the latter
""")
_PRONOUN = re.compile(r"\b(?:(it)|its|they|them|their|that|ones?)\b(?!-)", re.IGNORECASE)
_CLAUSE_BREAK = re.compile(r"[,;:?]|\b(?:and|but|or|if|when|because|while|so)\b", re.IGNORECASE)
_CONTINUES = re.compile(
    r"\s*(and|but|so|also|why|how so|what about|how about|or|then)\b", re.IGNORECASE
)
_ASKS_OF_A_PAPER = any_of("""
    data, dataset*, result*, code, accuracy, method*, limitation*, conclusion*, input*, output*
    experiment*, evaluat*, theor*, proof, benchmark*, example*, more, detail*, author*, paper*
    use, used, need, needs, know, known, explain, compare, work, works, happen*, mean, means
""")
_ORDINAL = re.compile(
    r"\[(\d+)\]|\bthe (first|second|third|fourth|fifth|last) (?:one|paper|source|citation|study)\b",
    re.IGNORECASE,
)
_ORDINALS = ("first", "second", "third", "fourth", "fifth")
_FEW_WORDS = 6

TextOf = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Turn:
    """One turn: the title that its question pointed to, if any, and the answer as it was."""

    about: str
    answer: Answer


def pointed_at(question: str, history: Sequence[Turn], text_of: TextOf) -> str:
    """Return the title of the paper that a follow-up points to; empty if it points to none.

    "What does it need?", "and why?", "on which data?", "the second paper", "[2]" point
    to a paper cited in the last answer that cites any; "why?" after a refusal points to
    none. A question whose own topic that paper does not mention is a change of topic,
    however it begins.

    Args:
        question: the follow-up.
        history: the turns before it.
        text_of: the title and abstract of a paper, by its id.
    """
    cited = next((t.answer.citations for t in reversed(history) if t.answer.citations), ())
    papers = {citation.title: citation.paper_id for citation in cited}
    if not papers or not _leans_on_history(question):
        return ""
    if match := _ORDINAL.search(question):
        if not match[1]:
            return _nth(list(papers), match[2])
        by_marker = {citation.marker: citation.title for citation in cited}
        return by_marker.get(int(match[1]), "")
    if history[-1].answer.refused and not _content(question):
        return ""
    title, paper_id = next(iter(papers.items()))
    return title if _is_topic_of(question, text_of(paper_id)) else ""


class Conversation:
    """A series of questions to one library; every turn is kept in it."""

    def __init__(
        self,
        stream: Callable[..., Iterator[Event]],
        record: Record,
        conversation_id: str | None = None,
    ) -> None:
        """Start a conversation, or reopen the one with this id.

        Args:
            stream: what answers a question, as `Assistant.stream` does.
            record: where the turns are kept.
            conversation_id: the `id` of an earlier conversation.

        Raises:
            UsageError: there is no such conversation.
        """
        self.id = conversation_id or uuid.uuid4().hex[:12]
        self._stream = stream
        self._record = record
        rows = record.talks.turns(self.id)
        if conversation_id and not rows:
            raise UsageError(
                f"no conversation {conversation_id!r} in this library; start a new one"
            )
        self.turns = [Turn(about, answer_from_dict(json.loads(kept))) for about, kept in rows]

    def ask(
        self, question: str, *, engine: str | None = None, filters: Filters = NO_FILTERS
    ) -> Answer:
        """Answer a question that may lean on the ones before; filters hold for it alone."""
        answer = None
        for event in self.stream(question, engine=engine, filters=filters):
            answer = event.answer
        assert answer is not None
        return answer

    def stream(
        self, question: str, *, engine: str | None = None, filters: Filters = NO_FILTERS
    ) -> Iterator[Event]:
        """Yield the events of an answer; the last one's answer is kept in the library."""
        about = pointed_at(question, self.turns, self._text_of)
        for event in self._stream(question, engine=engine, about=about, filters=filters):
            if event.answer is not None:
                event = replace(event, answer=self._keep(about, event.answer))
            yield event

    def _text_of(self, paper_id: str) -> str:
        paper = self._record.paper(paper_id)
        return f"{paper.title} {paper.abstract}" if paper else ""

    def _keep(self, about: str, answer: Answer) -> Answer:
        answer = replace(answer, record_id=uuid.uuid4().hex[:12])
        kept = json.dumps(answer.to_dict(), ensure_ascii=False)
        self._record.talks.add_turn(self.id, about, kept)
        self.turns.append(Turn(about, answer))
        return answer


def answer_from_dict(data: Mapping[str, Any]) -> Answer:
    """Rebuild an answer from what `Answer.to_dict` made of it."""
    nested: dict[str, Any] = {
        "sentences": tuple(
            AnswerSentence(**{**row, "verdict": Label(row["verdict"])} | _tuples(row))
            for row in data["sentences"]
        ),
        "citations": tuple(Citation(**{**row, **_tuples(row)}) for row in data["citations"]),
        "retrieved": tuple(Retrieved(**row) for row in data["retrieved"]),
        "dropped": tuple(
            DroppedSentence(**{**row, "verdict": Label(row["verdict"])} | _tuples(row))
            for row in data["dropped"]
        ),
        "coverage": Coverage(**_tuples(data["coverage"])),
        "library": LibraryStamp(**data["library"]),
    }
    return Answer(**{**data, **nested})


def _tuples(row: Mapping[str, Any]) -> dict[str, tuple[Any, ...]]:
    """Return the lists of a row as tuples."""
    return {name: tuple(value) for name, value in row.items() if isinstance(value, list)}


def _leans_on_history(question: str) -> bool:
    content = _content(question)
    if _ORDINAL.search(question) or not content:
        return True
    if len(content) == 1 and _ASKS_OF_A_PAPER.fullmatch(content[0]):
        return True
    points = _CONTINUES.match(question) or _POINTS_BACK.search(question) or _lone_pronoun(question)
    return bool(points) and len(content) <= _FEW_WORDS


def _content(question: str) -> list[str]:
    return [word for word in words(question) if word not in STOP_WORDS]


def _is_topic_of(question: str, text: str) -> bool:
    """Whether a question names no topic of its own, or one that `text` mostly mentions."""
    named = {stem(word) for word in _content(question) if not _ASKS_OF_A_PAPER.fullmatch(word)}
    return not named or len(named & set(stems(text))) > len(named) / 2


def _lone_pronoun(question: str) -> bool:
    """Whether a pronoun points out of the question: no noun before it could be meant.

    In "what is dropout and how is it done?" and "how do models calibrate their
    confidence?" it points to the question's own.
    """
    match = _PRONOUN.search(question)
    if match is None:
        return False
    before = question[: match.start()]
    named = [word for word in _content(before) if not _ASKS_OF_A_PAPER.fullmatch(word)]
    if match[1]:  # "it" needs a clause of its own: "does dropout help it?" points back
        return not (named and _CLAUSE_BREAK.search(before))
    return not named


def _nth(titles: Sequence[str], ordinal: str) -> str:
    """Return the title that an ordinal names; empty where there are not so many."""
    ordinal = ordinal.lower()
    position = len(titles) - 1 if ordinal == "last" else _ORDINALS.index(ordinal)
    return titles[position] if position < len(titles) else ""
