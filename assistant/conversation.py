"""Follow-up questions made to stand alone, by rules; conversations are kept in the record."""

import json
import re
import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

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
from assistant.words import STOP_WORDS, words

if TYPE_CHECKING:
    from assistant.ask import Assistant

_POINTS_BACK = re.compile(
    r"\b(it|its|they|them|their|this|that|these|those|he|she|his|her|one|ones|the (paper|method|"
    r"authors?|study|approach|model|score|work|result|same|former|latter))\b",
    re.IGNORECASE,
)
_CONTINUES = re.compile(
    r"^\s*(and|but|so|also|why|how so|what about|how about|or)\b", re.IGNORECASE
)
_ORDINAL = re.compile(
    r"\[(\d+)\]|\bthe (first|second|third|fourth|fifth|last) (?:one|paper|source|citation|study)\b",
    re.IGNORECASE,
)
_ORDINALS = ("first", "second", "third", "fourth", "fifth")
_FEW_WORDS = 3


@dataclass(frozen=True, slots=True)
class Turn:
    """One turn of a conversation: the question that was searched, and the answer as it was."""

    standalone: str
    answer: Answer


def standalone(question: str, history: Sequence[Turn]) -> str:
    """Return `question` so that it can be searched without what went before.

    A question that points back ("what does it need?", "the second paper", "[2]",
    "and why?") gets the title of the paper that it points to; any other is a change
    of topic, and stays as it is.
    """
    cited = next((t.answer.citations for t in reversed(history) if t.answer.citations), ())
    if not cited or not _leans_on_history(question):
        return question
    titles = list(dict.fromkeys(citation.title for citation in cited))
    if match := _ORDINAL.search(question):
        by_marker = {citation.marker: citation.title for citation in cited}
        title = by_marker.get(int(match[1]), titles[0]) if match[1] else _nth(titles, match[2])
    else:
        title = titles[0]
    bare = re.sub(r"^\s*(and|but|so|also)\b[\s,]*", "", question, flags=re.IGNORECASE)
    return f"{bare.strip() or question} (in “{title}”)"


class Conversation:
    """A series of questions to one library; every turn is kept in it."""

    def __init__(self, assistant: "Assistant", conversation_id: str | None = None) -> None:
        """Start a conversation, or reopen the one with this id."""
        self.id = conversation_id or uuid.uuid4().hex[:12]
        self._assistant = assistant
        rows = assistant.library.record.turns(self.id) if conversation_id else []
        self.turns = [Turn(asked, answer_from_dict(json.loads(kept))) for asked, kept in rows]

    def ask(self, question: str, *, engine: str | None = None) -> Answer:
        """Answer a question that may lean on the ones before."""
        answer = None
        for event in self.stream(question, engine=engine):
            answer = event.answer
        assert answer is not None
        return answer

    def stream(self, question: str, *, engine: str | None = None) -> Iterator[Event]:
        """Yield the events of an answer; the last one's answer is kept in the library."""
        query = standalone(question, self.turns)
        for event in self._assistant.stream(query, engine=engine):
            if event.answer is not None:
                event = replace(event, answer=self._keep(question, query, event.answer))
            yield event

    def _keep(self, question: str, query: str, answer: Answer) -> Answer:
        answer = replace(answer, question=question, record_id=uuid.uuid4().hex[:12])
        kept = json.dumps(answer.to_dict(), ensure_ascii=False)
        self._assistant.library.record.add_turn(self.id, query, kept)
        self.turns.append(Turn(query, answer))
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
    content = [word for word in words(question) if word not in STOP_WORDS]
    return bool(
        _ORDINAL.search(question)
        or _CONTINUES.search(question)
        or (_POINTS_BACK.search(question) and len(content) <= 2 * _FEW_WORDS)
        or len(content) < _FEW_WORDS
    )


def _nth(titles: Sequence[str], ordinal: str) -> str:
    ordinal = ordinal.lower()
    position = len(titles) - 1 if ordinal == "last" else _ORDINALS.index(ordinal)
    return titles[min(position, len(titles) - 1)]
