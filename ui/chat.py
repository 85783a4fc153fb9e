"""What happens when a person asks, stops or starts anew; knows no Gradio components."""

import logging
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from assistant.errors import AssistantError, UsageError
from assistant.filters import NO_FILTERS, Filters
from assistant.library_lookup import with_ids_of_papers
from assistant.question import MAX_QUESTION_CHARACTERS
from assistant.types import Event, Paper
from ui.acts import render_suggestions
from ui.filter_fields import SECTION, FilterFields, Summary, summarise
from ui.markup import tag
from ui.relay import Relay
from ui.render import render_note, render_turn
from ui.turn import Turn

if TYPE_CHECKING:
    from assistant.ask import Assistant
    from assistant.conversation import Conversation

ANY_PAPER = FilterFields()
NOTHING_KEPT = "Nothing of that conversation is kept in this library: a new one starts here."

_log = logging.getLogger(__name__)


@dataclass(eq=False)
class Session:
    """One browser tab's conversation: held by reference, never copied."""

    conversation: "Conversation"
    shown: list[str] = field(default_factory=list)
    """The turns before the latest, rendered."""
    latest: str = ""
    turns: int = 0
    answered: Turn | None = None
    """The latest turn, once it is answered."""
    relay: Relay | None = None


@dataclass(frozen=True, slots=True)
class View:
    """What the page shows after a step: earlier turns, and the latest one.

    `taken` says whether the question was taken up: what was not stays in its box.
    """

    session: Session | None
    past: str
    latest: str
    taken: bool = False


class Chat:
    """Answers the questions of many sessions over one assistant."""

    def __init__(self, assistant: "Assistant") -> None:
        """Serve `assistant`."""
        self._assistant = assistant

    def ask(
        self,
        question: str,
        engine: str,
        session: Session | None,
        fields: FilterFields = ANY_PAPER,
    ) -> Iterator[View]:
        """Yield the page after each event of the answer; the last is final."""
        question = " ".join(question.split())
        if not question:
            yield _view(session, "Type a question about the papers first.")
            return
        if len(question) > MAX_QUESTION_CHARACTERS:
            yield _view(session, _too_long(question))
            return
        try:
            filters = self._filters(fields)
        except UsageError as error:
            yield _view(session, f"Nothing was asked: {error}. Mend it under “{SECTION} …”.")
            return
        except AssistantError as error:
            yield _view(session, str(error))
            return
        try:
            session = session or Session(self._assistant.conversation())
        except AssistantError as error:
            yield _view(session, str(error))
            return
        for turn in self._turns(question, engine, session, filters):
            session.latest = self._render(turn)
            session.answered = turn if turn.answer else None
            yield _view(session)

    def suggest(self, session: Session | None) -> str:
        """Return what to ask next; nothing where it can't be told, or something is asked by now."""
        turn = session.answered if session else None
        if session is None or turn is None or turn.answer is None:
            return ""
        try:
            questions = self._assistant.suggestions(turn.answer, filters=turn.filters)
        except AssistantError:  # the library is gone: the next question will tell
            return ""
        return render_suggestions(questions) if session.answered is turn else ""

    def tabulate(self, session: Session | None) -> View:
        """Return the page with a table beside the latest answer: papers by what it asks."""
        turn = session.answered if session else None
        if session is None or turn is None:
            return _view(session, "Ask a question first: its papers are compared in the table.")
        try:
            table = self._assistant.table(turn.question, filters=turn.filters)
        except AssistantError as error:
            return _view(session, str(error))
        if session.answered is turn:  # nothing else was asked meanwhile
            session.answered = replace(turn, table=table)
            session.latest = self._render(session.answered)
        return _view(session)

    def summary(self, fields: FilterFields) -> Summary:
        """Return what the page says of the filter fields, with the number of papers they leave."""
        library = self._assistant.library
        return summarise(lambda: self._filters(fields), library.count_of, library.count)

    def reopen(self, conversation_id: str) -> View:
        """Return the page of an earlier conversation, all its kept turns as they were.

        Where nothing is kept under this id, the page says so and a new one may start.
        """
        try:
            session = Session(self._assistant.conversation(conversation_id))
        except UsageError:
            return _view(None, NOTHING_KEPT)
        except AssistantError as error:
            return _view(None, str(error))
        except Exception as error:  # kept by another version, say
            return _view(None, _broken(error, f"reopening {conversation_id!r}"))
        for kept in session.conversation.turns:
            turn = _begin(kept.answer.question, session)
            session.latest = self._render(turn.take(Event("done", answer=kept.answer)))
        return _view(session)

    @staticmethod
    def stop(session: Session | None) -> None:
        """End the answer that is being written; `ask` then yields it as it stands."""
        if session is not None and session.relay is not None:
            session.relay.stop()

    def _filters(self, fields: FilterFields) -> Filters:
        """Return what the fields ask for, with papers by the ids that they have here."""
        return with_ids_of_papers(self._assistant.library.record, fields.read())

    def _turns(
        self, question: str, engine: str, session: Session, filters: Filters
    ) -> Iterator[Turn]:
        turn = _begin(question, session, filters)
        yield turn
        conversation = session.conversation
        relay = Relay(lambda: conversation.stream(question, engine=engine, filters=filters))
        session.relay = relay
        try:
            for event in relay:
                turn = turn.take(event)
                yield turn
        except AssistantError as error:
            yield turn.fail(str(error))
        except Exception as error:  # the last boundary: a person gets no traceback
            yield turn.fail(_broken(error, f"answering {question!r}"))
        else:
            if turn.running:
                yield turn.stop()
        finally:
            relay.stop()

    def _render(self, turn: Turn) -> str:
        return render_turn(turn, self._find_paper, self._assistant.library.count)

    def _find_paper(self, paper_id: str) -> Paper | None:
        """Return a stored paper, or None when the library holds it no more."""
        try:
            return self._assistant.library.paper(paper_id)
        except (AssistantError, KeyError):
            return None


def _begin(question: str, session: Session, filters: Filters = NO_FILTERS) -> Turn:
    session.answered = None
    if session.latest:
        session.shown.append(session.latest)
    session.turns += 1
    return Turn(session.turns, question, filters)


def _too_long(question: str) -> str:
    return (
        f"That is {len(question):,} characters, and a question has {MAX_QUESTION_CHARACTERS:,} "
        "at most. It is still in the box: shorten it there."
    )


def _broken(error: Exception, what: str) -> str:
    """Log a bug with its traceback, and return what the person is told instead."""
    _log.exception("%s failed", what)
    kind = type(error).__name__
    return f"Something broke in the assistant ({kind}); its log has the details."


def _view(session: Session | None, note: str = "") -> View:
    """Return the page; the latest turn carries the conversation's id, for ask.js to keep."""
    if session is None:
        return View(None, "", render_note(note))
    latest = tag("div", session.latest, {"data-conversation": session.conversation.id})
    said = render_note(note) if note else ""
    return View(session, "".join(session.shown), latest + said, taken=not note)
