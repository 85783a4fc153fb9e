"""A series of questions to one library, in which later ones may lean on earlier ones."""

import json
import uuid
from collections import deque
from collections.abc import Callable, Iterator
from typing import Any

from assistant.errors import ProviderError, UsageError
from assistant.filters import NO_FILTERS, Filters
from assistant.follow_up import (
    FollowUp,
    Turn,
    held_side_by_side,
    leans_on_history,
    pointed_at,
    sides_of,
)
from assistant.llm import ChatModel
from assistant.question import usable
from assistant.records.notes import NotedModel, SentPrompt
from assistant.records.stored_answer import answer_from_dict
from assistant.standalone import MAX_FOLLOW_UP_CHARACTERS, standalone
from assistant.store.record import Record
from assistant.talk_export import talk_dict, talk_markdown
from assistant.types import Answer, Event

MAX_NAME_CHARACTERS = 200

RECENT_TURNS = 20
"""How far back a follow-up may point; no more turns than that are held in memory."""


class Conversation:
    """A series of questions to one library; every turn is kept in it."""

    def __init__(
        self,
        stream: Callable[..., Iterator[Event]],
        record: Record,
        conversation_id: str | None = None,
        writer: Callable[[str | None], ChatModel | None] = lambda engine: None,
    ) -> None:
        """Start a conversation, or reopen the one with this id.

        Args:
            stream: what answers a question and keeps the answer, as `Assistant.stream` does.
            record: where the turns are kept.
            conversation_id: the `id` of an earlier conversation.
            writer: gives the model of an engine, None for one that has none.

        Raises:
            UsageError: there is no such conversation.
        """
        self.id = conversation_id or uuid.uuid4().hex[:12]
        self._stream = stream
        self._record = record
        self._writer = writer
        kept = record.talks.last_turns(self.id, RECENT_TURNS) if conversation_id else []
        if conversation_id is not None and not kept:
            raise unknown(conversation_id)
        self._recent = deque((_turn(*row) for row in kept), maxlen=RECENT_TURNS)

    @property
    def turns(self) -> list[Turn]:
        """All turns that are kept, in order."""
        return [_turn(*row) for row in self._record.talks.turns(self.id)]

    @property
    def name(self) -> str | None:
        """The name that it was given; None before."""
        return self._record.talks.name(self.id)

    def rename(self, name: str) -> None:
        """Give it a name; "" takes it back, and the first question stands in its place again.

        Raises:
            UsageError: the name is too long, or nothing of the conversation is kept.
            LibraryError: the library can't be written.
        """
        if not self._record.talks.rename(self.id, usable_name(name)):
            raise unknown(self.id)

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
        follow_up = self._read(usable(question), engine)
        for event in self._stream(question, engine=engine, filters=filters, follow_up=follow_up):
            if event.answer is not None:
                self._recent.append(Turn(follow_up.about, event.answer))
            yield event

    def to_dict(self) -> dict[str, Any]:
        """Return all turns that are kept as plain JSON values."""
        return talk_dict(self.id, self.turns, self.name)

    def to_markdown(self) -> str:
        """Return all turns that are kept as Markdown, each citation with its quotation."""
        return talk_markdown(self.id, self.turns, self.name)

    def delete(self) -> int:
        """Delete the conversation and the records of its answers; return how many turns it had."""
        self._recent.clear()
        return self._record.answers.delete_talk(self.id)

    def _read(self, question: str, engine: str | None) -> FollowUp:
        """Return what a question leans on: by rules, and as a model tells it if there is one."""
        history = list(self._recent)
        if not history or not question.strip() or not leans_on_history(question):
            return FollowUp(self.id)
        compared = sides_of(question, held_side_by_side(question, history))
        about = "" if compared else pointed_at(question, history, self._text_of)
        model = self._loaded(engine)
        if model is None or len(question) > MAX_FOLLOW_UP_CHARACTERS:
            return FollowUp(self.id, about, compared)
        sent: list[SentPrompt] = []
        told = standalone(question, history, NotedModel(model, sent))
        return FollowUp(self.id, about, compared, told, tuple(sent), dict(model.usage))

    def _loaded(self, engine: str | None) -> ChatModel | None:
        """Return the model of an engine; None where there is none, or where it can't be loaded."""
        try:
            return self._writer(engine)
        except ProviderError:  # which the draft will meet again, and tell
            return None

    def _text_of(self, paper_id: str) -> str:
        paper = self._record.paper(paper_id)
        return f"{paper.title} {paper.abstract}" if paper else ""


def usable_name(name: str) -> str:
    """Return a name for a conversation on one line.

    Raises:
        UsageError: it is too long.
    """
    line = " ".join(name.encode(errors="replace").decode().split())
    if len(line) > MAX_NAME_CHARACTERS:
        raise UsageError(
            f"a name of {len(line):,} characters is too long; give it {MAX_NAME_CHARACTERS} at most"
        )
    return line


def unknown(conversation_id: str) -> UsageError:
    """Return the error for an id that no conversation has."""
    return UsageError(
        f"no conversation {conversation_id!r} in this library; start a new one, or see "
        "which there are with: paper-assistant conversations"
    )


def _turn(about: str, kept: str) -> Turn:
    return Turn(about, answer_from_dict(json.loads(kept)))
