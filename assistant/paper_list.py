"""A list of a library's papers: which of them hold some words, in an order. Pure.

A word in any case, with or without accents, finds all words of title, authors and venue that
begin with it, which SQLite's LIKE does not know. What is looked through is kept in memory,
without any abstract: of 60,000 papers in 0.6 s once they have changed, then asked in 5 to 30 ms.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache
from typing import Any

from assistant.exporting.ris import family_first
from assistant.filters import NO_FILTERS, Years, name_words
from assistant.store.packing import unpack_texts

COLUMNS = "rowid, paper_id, title, authors, venue, year, added_at"
"""Of the record's papers: nothing of their text."""

Places = list[int]


class Order(StrEnum):
    """What a list goes by."""

    TITLE = "title"
    AUTHOR = "author"  # the first one's family name
    YEAR = "year"
    ADDED = "added"


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which papers, by words that each must hold and years of publication, and in which order.

    Papers without an author or a year come last in an order by these, whichever way it goes.
    """

    words: str = ""
    years: Years = NO_FILTERS.years
    order: Order = Order.ADDED
    descending: bool = True


class PaperList:
    """The papers of a library as they were at one moment."""

    def __init__(self, rows: Iterable[Sequence[Any]]) -> None:
        """Take rows that hold `COLUMNS`, in any order."""
        columns = list(zip(*sorted(rows, key=_rowid), strict=True)) or [()] * len(
            COLUMNS.split(", ")
        )
        _, self._ids, titles, self._authors, venues, self._years, self._added = columns
        texts = zip(titles, self._authors, venues, strict=True)
        self._words = [
            _folded(f"{title} {authors} {venue or ''}") for title, authors, venue in texts
        ]
        self._places = {paper_id: place for place, paper_id in enumerate(self._ids)}
        self._in_order = cache(self._sorted)

    def find(self, wanted: Wanted) -> list[str]:
        """Return the ids of the papers that are wanted, in order."""
        words = name_words(wanted.words)
        if wanted.words.strip() and not words:
            return []
        places = self._in_order(wanted.order, wanted.descending)
        for word in words:
            # What is not ASCII may be of a script that puts no space between words.
            sought = f" {word}" if word.isascii() else word
            places = [place for place in places if sought in self._words[place]]
        first, last = wanted.years
        if (first, last) != NO_FILTERS.years:
            first, last = first or 0, last or 9999
            years = self._years
            places = [place for place in places if first <= (years[place] or -1) <= last]
        return [self._ids[place] for place in places]

    def added_on(self, paper_id: str) -> date | None:
        """Return the day on which a paper came into the library, in UTC; None if it is not here."""
        place = self._places.get(paper_id)
        return None if place is None else date.fromisoformat(self._added[place][:10])

    def _sorted(self, order: Order, descending: bool) -> Places:
        keys: dict[Order, Callable[[int], Any]] = {
            Order.TITLE: self._words.__getitem__,  # which begin with the title's
            Order.AUTHOR: lambda place: _folded(_first_author(self._authors[place])) or None,
            Order.YEAR: lambda place: self._years[place],
            Order.ADDED: lambda place: self._added[place],
        }
        sorted_by = [(keys[order](place), place) for place in range(len(self._ids))]
        known = [pair for pair in sorted_by if pair[0] is not None]
        unknown = [place for key, place in sorted_by if key is None]
        return [place for _, place in sorted(known, reverse=descending)] + unknown


def _rowid(row: Sequence[Any]) -> int:
    return int(row[0])


def _first_author(packed: str) -> str:
    names = unpack_texts(packed)
    return family_first(names[0]) if names else ""


def _folded(text: str) -> str:
    """Return the words of a text, each behind a space, without case and accents."""
    return "".join(f" {word}" for word in name_words(text))
