"""The library as a table: what is asked of it, and a page of its rows as HTML. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from assistant.filters import NO_FILTERS, year_range
from assistant.paper_list import Order, Wanted
from assistant.types import Paper
from ui.library_paper import opener
from ui.markup import box, counted, escape, tag

PAGE_ROWS = 50
"""How many papers a page of the table has."""

COLUMNS = (
    (Order.TITLE, "Title"),
    (Order.AUTHOR, "First author"),
    (Order.YEAR, "Year"),
    (Order.ADDED, "Added"),
)
_EMPTY = "The library is empty: take papers in with “paper-assistant ingest FILE”."
_NO_MATCH = (
    "No paper matches. Each word that you type must begin a word of its title, authors or venue."
)
_DOWN_FIRST = (Order.YEAR, Order.ADDED)
"""What is newest first when it is first asked for."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where one is in the table: its order, which way it goes, and the page, from 1."""

    order: Order = Order.ADDED
    descending: bool = True
    page: int = 1

    @classmethod
    def read(cls, text: str) -> "Place":
        """Return the place that `written` wrote; where one begins if the text is none."""
        order, _, rest = text.partition(":")
        way, _, page = rest.partition(":")
        if order not in list(Order) or way not in ("up", "down") or not page.isdecimal():
            return cls()
        return cls(Order(order), way == "down", max(1, int(page[:9])))

    def written(self) -> str:
        """Return the place as the page keeps it: ``title:up:2``."""
        return f"{self.order}:{'down' if self.descending else 'up'}:{self.page}"

    def first(self) -> "Place":
        """Return the first page of the same order."""
        return replace(self, page=1)

    def by(self, order: Order) -> "Place":
        """Return the first page of another order; of the same one, the other way round."""
        down = not self.descending if order is self.order else order in _DOWN_FIRST
        return Place(order, down)


def wanted(words: str, years: str, place: Place) -> Wanted:
    """Return what the fields ask for.

    Raises:
        UsageError: the years are none.
    """
    asked = year_range(years) if years.strip() else NO_FILTERS.years
    return Wanted(words, asked, place.order, place.descending)


@dataclass(frozen=True, slots=True)
class Rows:
    """A page of the table: its papers with the days on which they came, of `found` in all."""

    place: Place
    found: int
    papers: Sequence[tuple[Paper, date | None]] = ()


def last_page(found: int) -> int:
    """Return how many pages there are; an empty table has one."""
    return max(1, -(-found // PAGE_ROWS))


def render_count(found: int, papers: int) -> str:
    """Return how many papers of the library the table has."""
    some = f"{found:,} of {counted(papers, 'paper')}"
    return _status(counted(papers, "paper") if found == papers else some)


def render_wrong(message: str) -> str:
    """Return what is wrong with the fields or the library."""
    return tag("p", escape(message), {"class": "error", "role": "alert"})


def render_table(rows: Rows, papers: int) -> str:
    """Return a page of the table, or say why there is nothing in it."""
    if not papers:
        return _nothing(_EMPTY)
    if not rows.found:
        clear = {"type": "button", "class": "library-clear"}
        return _nothing(_NO_MATCH) + tag("button", "Show all papers", clear)
    heads = "".join(_head(rows.place, order, name) for order, name in COLUMNS)
    head = tag("thead", tag("tr", heads, _role("row")), _role("rowgroup"))
    lines = "".join(_row(paper, added) for paper, added in rows.papers)
    attributes = {"class": "library-table", "aria-label": "Papers", **_role("table")}
    table = tag("table", head + tag("tbody", lines, _role("rowgroup")), attributes)
    return table + _pages(rows)


def _status(text: str) -> str:
    return tag("p", escape(text), {"class": "library-count", "role": "status"})


def _nothing(text: str) -> str:
    return box("hint", escape(text), "p")


def _role(name: str) -> dict[str, str]:
    """Return the role that a part of a table has; as boxes of a small screen it loses its own."""
    return {"role": name}


def _head(place: Place, order: Order, name: str) -> str:
    attributes = _role("columnheader") | {"class": f"of-{order}"}
    arrow = ""
    if order is place.order:
        attributes["aria-sort"] = "descending" if place.descending else "ascending"
        arrow = tag("span", " ▾" if place.descending else " ▴", {"aria-hidden": "true"})
    return tag("th", _turn(place.by(order), escape(name) + arrow), attributes)


def _turn(place: Place, label: str, name: str = "") -> str:
    attributes = {"type": "button", "class": "library-turn", "data-place": place.written()}
    return tag("button", label, attributes | ({"aria-label": name} if name else {}))


def _row(paper: Paper, added: date | None) -> str:
    venue = box("small-print", escape(paper.venue), "p") if paper.venue else ""
    cells = {
        Order.TITLE: opener(paper) + venue,
        Order.AUTHOR: escape(_first_author(paper.authors)),
        Order.YEAR: escape(str(paper.year or "")),
        Order.ADDED: escape(added.isoformat() if added else ""),
    }
    written = (
        tag("td", cell, _role("cell") | {"class": f"of-{key}"}) for key, cell in cells.items()
    )
    return tag("tr", "".join(written), _role("row"))


def _first_author(names: Sequence[str]) -> str:
    others = f" and {counted(len(names) - 1, 'other')}" if len(names) > 1 else ""
    return names[0] + others if names else ""


def _pages(rows: Rows) -> str:
    """Return the ways to other pages; none where there is one page."""
    place, last = rows.place, last_page(rows.found)
    if last == 1:
        return ""
    ways = [
        (1, "First", place.page > 1),
        (place.page - 1, "Previous", place.page > 1),
        (place.page + 1, "Next", place.page < last),
        (last, "Last", place.page < last),
    ]
    turns = [_turn(replace(place, page=page), name) if there else "" for page, name, there in ways]
    where = tag("span", f"Page {place.page:,} of {last:,}", {"class": "library-where"})
    return tag("nav", "".join([*turns[:2], where, *turns[2:]]), {"aria-label": "Pages"})
