"""What happens when a person looks through conversations; knows no Gradio components."""

import json
import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from assistant.conversation import unknown, usable_name
from assistant.errors import AssistantError
from ui.talks_render import (
    PER_PAGE,
    Place,
    file_name,
    render_discarded,
    render_problem,
    render_talks,
    title_of,
)

if TYPE_CHECKING:
    from assistant.ask import Assistant

BROKEN = "Something broke in the assistant ({}); its log has the details."

_log = logging.getLogger(__name__)


@dataclass(eq=False)
class Desk:
    """Where one browser tab stands in the list: held by reference, never copied."""

    search: str = ""
    page: int = 0
    renames: int = 0
    discarded: dict[str, str] = field(default_factory=dict)
    """Titles of what was deleted here, by ids: each can be undone."""


@dataclass(frozen=True, slots=True)
class TalksView:
    """What the tab shows after a step; `saved` is a file for the browser to keep, as JSON."""

    desk: Desk
    listed: str
    notices: str
    saved: str = ""


class TalkList:
    """The conversations of one library, for many browser tabs."""

    def __init__(self, assistant: "Assistant") -> None:
        """List those of `assistant`."""
        self._assistant = assistant

    def look(self, search: str, desk: Desk | None) -> TalksView:
        """Return the list anew; another search begins at its first page."""
        desk = desk or Desk()
        if search != desk.search:
            desk.search, desk.page = search, 0
        return self._done(desk, lambda: "")

    def act(self, request: str, search: str, desk: Desk | None) -> TalksView:
        """Do what a button asks for: ``do`` in the JSON of `request`, with what it needs."""
        desk, asked = desk or Desk(), json.loads(request)
        desk.search = search
        acts: dict[str, Callable[[], str]] = {
            "page": lambda: self._turn_to(desk, int(asked["page"])),
            "rename": lambda: self._rename(desk, asked["id"], asked["name"]),
            "delete": lambda: self._discard(desk, asked["id"]),
            "undo": lambda: self._restore(desk, asked["id"]),
            "markdown": lambda: self._export(asked["id"], "md"),
            "json": lambda: self._export(asked["id"], "json"),
        }
        return self._done(desk, lambda: acts[asked["do"]]())

    def _done(self, desk: Desk, act: Callable[[], str]) -> TalksView:
        """Return the tab after an act, or with the reason why it was not done."""
        saved = problem = listed = ""
        try:
            saved = act()
        except AssistantError as error:
            problem = str(error)
        except Exception as error:  # the last boundary: a person gets no traceback
            _log.exception("an act on conversations failed")
            problem = BROKEN.format(type(error).__name__)
        try:
            listed = self._listed(desk)
        except AssistantError as error:
            problem = problem or str(error)
        notices = render_problem(problem) + render_discarded(desk.discarded)
        return TalksView(desk, listed, notices, saved)

    def _listed(self, desk: Desk) -> str:
        talks = self._assistant.library.record.talks
        found = talks.found(desk.search)
        desk.page = max(0, min(desk.page, (len(found) - 1) // PER_PAGE))
        first = desk.page * PER_PAGE
        shown = talks.of(found[first : first + PER_PAGE])
        place = Place(desk.page, len(found), bool(desk.search.strip()), desk.renames)
        return render_talks(shown, place)

    def _turn_to(self, desk: Desk, page: int) -> str:
        desk.page = page
        return ""

    def _rename(self, desk: Desk, conversation_id: str, name: str) -> str:
        talks = self._assistant.library.record.talks
        if not talks.rename(conversation_id, usable_name(name)):
            raise unknown(conversation_id)
        desk.renames += 1
        return ""

    def _discard(self, desk: Desk, conversation_id: str) -> str:
        record = self._assistant.library.record
        told = record.talks.of([conversation_id])
        if not told or not record.talks.discard(conversation_id):
            raise unknown(conversation_id)
        desk.discarded[conversation_id] = title_of(told[0])
        record.answers.purge()
        return ""

    def _restore(self, desk: Desk, conversation_id: str) -> str:
        talks = self._assistant.library.record.talks
        restored = talks.restore(conversation_id)
        desk.discarded.pop(conversation_id, None)
        if not restored and not talks.of([conversation_id]):  # one that went on is back already
            raise unknown(conversation_id)
        return ""

    def _export(self, conversation_id: str, ending: str) -> str:
        """Return a file as JSON: its name and what it says."""
        talk = self._assistant.conversation(conversation_id)
        (told,) = self._assistant.library.record.talks.of([conversation_id])
        as_json = json.dumps(talk.to_dict(), ensure_ascii=False, indent=2) + "\n"
        text = as_json if ending == "json" else talk.to_markdown()
        name = file_name(conversation_id, title_of(told), ending)
        return json.dumps({"name": name, "text": text})
