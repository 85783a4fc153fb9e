"""The list of conversations as HTML, and the names of their exports. Pure.

Buttons say what they do in ``data-talk-act``; assets/talks.js does it, or asks for it.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import quote

from assistant.store.talks import UNDO_MINUTES, Talk
from assistant.words import folded
from ui.markup import box, counted, escape, tag

PER_PAGE = 30

NOTHING_YET = "No conversation is kept yet. Ask a question, and it will stand here."
NOTHING_FOUND = "No conversation holds all of these words in its name or in one of its turns."

_SLUG_CHARACTERS = 60
_NO_LETTER = re.compile(r"[^a-z0-9]+")


@dataclass(frozen=True, slots=True)
class Place:
    """What a page of the list is of."""

    page: int
    """Its number, from 0."""
    found: int
    """How many conversations there are on all pages."""
    searched: bool = False
    """Whether they are what a search has found, and not all."""
    renames: int = 0
    """Tells the list after a renaming from the one before, which may say the same: a page leaves
    alone what is equal, and with it the field in which the name was typed."""


def render_talks(talks: Sequence[Talk], place: Place) -> str:
    """Return one page of the list: its conversations, in order."""
    if not place.found:
        return box("hint", NOTHING_FOUND if place.searched else NOTHING_YET, "p")
    rows = "".join(map(_row, talks))
    count = counted(place.found, "conversation") + (" found" if place.searched else "")
    told = tag("p", count, {"class": "talks-count", "role": "status"})
    listed = tag("ul", rows, {"class": "talks", "data-renames": str(place.renames)})
    return told + listed + _pages(place.page, len(talks), place.found)


def render_discarded(titles: dict[str, str]) -> str:
    """Return the line of each deleted conversation, by its id, with the button that undoes it."""
    rows = [
        tag("li", tag("span", f"Deleted “{escape(title)}”") + _undo(talk, title))
        for talk, title in reversed(titles.items())
    ]
    if not rows:
        return ""
    foot = box(
        "small-print", f"Undo works for {UNDO_MINUTES} minutes, while this page is open.", "p"
    )
    return tag("div", tag("ul", "".join(rows)) + foot, {"class": "discarded", "role": "status"})


def render_problem(message: str) -> str:
    """Return why something was not done."""
    return tag("p", escape(message), {"class": "error", "role": "alert"}) if message else ""


def title_of(talk: Talk) -> str:
    """Return what a conversation is called: its name, first question, or id."""
    return talk.title or f"Conversation {talk.conversation_id}"


def file_name(conversation_id: str, title: str, ending: str) -> str:
    """Return a name for an export that every system takes, told from others by the id."""
    slug = _plain(title)[:_SLUG_CHARACTERS].strip("-") or "conversation"
    return f"{slug}-{_plain(conversation_id)}.{ending}"


def _plain(text: str) -> str:
    return _NO_LETTER.sub("-", folded(text)).strip("-")


def _row(talk: Talk) -> str:
    title = title_of(talk)
    address = f"#conversation={quote(talk.conversation_id, safe='')}"
    link = tag("a", escape(title), {"class": "talk-name", "href": address})
    facts = f"{counted(talk.turns, 'question')} · {_time(talk.last)}"
    row = box("talk-about", link + box("small-print", facts, "p")) + _acts(title)
    return tag("li", row, {"class": "talk", "data-talk": talk.conversation_id})


def _acts(title: str) -> str:
    exports = _act("markdown", "Markdown", f"Export as Markdown: {title}")
    exports += _act("json", "JSON", f"Export as JSON: {title}")
    acts = [
        _act("rename", "Rename", f"Rename: {title}"),
        box("talk-exports", tag("span", "Export") + exports, "span"),
        _act("print", "Print", f"Print: {title}"),
        _act("delete", "Delete", f"Delete: {title}"),
    ]
    return box("talk-acts", "".join(acts))


def _undo(conversation_id: str, title: str) -> str:
    return _act("undo", "Undo", f"Undo: bring back {title}", {"data-undo": conversation_id})


def _act(act: str, label: str, spoken: str = "", attributes: dict[str, str] | None = None) -> str:
    given = {"type": "button", "class": "act", "data-talk-act": act, **(attributes or {})}
    if spoken:
        given["aria-label"] = spoken
    return tag("button", label, given)


def _time(at: str) -> str:
    """Return a time of the record for assets/talks.js to tell in the reader's own zone."""
    moment = datetime.strptime(at, "%Y-%m-%d %H:%M:%S").replace(tzinfo=UTC)
    said = f"{moment.day} {moment:%b %Y, %H:%M} UTC"
    return tag("time", said, {"datetime": f"{moment:%Y-%m-%dT%H:%M:%SZ}"})


def _pages(page: int, shown: int, found: int) -> str:
    if found <= PER_PAGE:
        return ""
    first = page * PER_PAGE
    newer = _page("Newer", page - 1) if page else ""
    older = _page("Older", page + 1) if first + shown < found else ""
    place = tag("span", f"{first + 1:,} to {first + shown:,} of {found:,}")
    attributes = {"class": "talk-pages", "aria-label": "Pages", "data-page": str(page)}
    return tag("nav", newer + place + older, attributes)


def _page(label: str, page: int) -> str:
    return _act("page", label, attributes={"data-to": str(page)})
