"""What filters ask of the papers of a library, as columns in memory.

`assistant.filters.matches` is the definition; a mask says the same of all papers at once.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from functools import cache, cached_property
from typing import Any

import numpy as np

from assistant.filters import Filters, name_keys, source_key
from assistant.store.holders import Holders, Integers, Mask
from assistant.store.packing import unpack_texts
from assistant.store.record import Record
from assistant.tags import tag_key

COLUMNS = "paper_id, year, venue, authors, source, other_sources, tags, added_at"
"""Of the record's papers: nothing of their text."""

_NO_YEAR = np.iinfo(np.int64).min


class Catalogue:
    """What may be asked of the papers of an index, in its order.

    Names are taken apart when an author is asked for, not before.
    """

    def __init__(self, rows: Iterable[Sequence[Any]], paper_ids: Sequence[str]) -> None:
        """Use `load_catalogue` instead; a row holds `COLUMNS`."""
        columns = list(zip(*rows, strict=True)) or [()] * len(COLUMNS.split())
        ids, years, venues, self._authors, sources, other_sources, tags, added = columns
        self._places = {paper_id: place for place, paper_id in enumerate(ids)}
        self._order = np.array([self._places.get(each, -1) for each in paper_ids], np.int64)
        self._years = np.array([_NO_YEAR if year is None else year for year in years], np.int64)
        self._added = _days(added)
        key, path_key = cache(tag_key), cache(source_key)
        self._venues = Holders.of([key(venue)] if venue else [] for venue in venues)
        self._sources = Holders.of(
            [path_key(each) for each in (source, *unpack_texts(others)) if each]
            for source, others in zip(sources, other_sources, strict=True)
        )
        self._tags = Holders.of(map(key, unpack_texts(each)) for each in tags)

    def mask(self, filters: Filters) -> Mask:
        """Return which papers the filters let through, shape (papers,); none that is gone."""
        found = np.ones(len(self._years) + 1, np.bool_)
        found[-1] = False  # where the order leads for papers that are gone
        for condition in self._conditions(filters):
            found[:-1] &= condition
        return found[self._order]

    def of_year(self, year: int) -> Mask:
        """Return which papers are of a year, shape (papers,)."""
        return self.mask(Filters(years=(year, year)))

    def _conditions(self, filters: Filters) -> Iterator[Mask]:
        """Yield, for each thing that is asked, which papers of the record have it."""
        if filters.years != (None, None):
            yield _within(self._years, *filters.years) & (self._years != _NO_YEAR)
        for author in filters.authors:
            yield self._with_author(author)
        if parts := [tag_key(each) for each in filters.venues]:
            named = [[part in venue for venue in self._venues.values] for part in parts]
            yield self._venues.mask(np.flatnonzero(np.any(named, axis=0)))
        if ends := tuple(source_key(each) for each in filters.sources):
            files = [path.endswith(ends) for path in self._sources.values]
            yield self._sources.mask(np.flatnonzero(files))
        for tag in filters.tags:
            yield self._tags.holding(tag_key(tag))
        if filters.paper_ids:
            mask = np.zeros(len(self._years), np.bool_)
            mask[[self._places[each] for each in filters.paper_ids if each in self._places]] = True
            yield mask
        first, last = (None if day is None else day.toordinal() for day in filters.added)
        if (first, last) != (None, None):
            yield _within(self._added, first, last)

    def _with_author(self, asked: str) -> Mask:
        """Return which papers have an author of a name; see `is_author`."""
        names, keys = self._names
        found = np.ones(len(names.values), np.bool_)
        for key in name_keys(asked):
            found &= keys.holding(key)
        return names.mask(np.flatnonzero(found))

    @cached_property
    def _names(self) -> tuple[Holders, Holders]:
        """Which papers have each name, and which names have each of the keys of names."""
        names = Holders.of(map(unpack_texts, self._authors))
        return names, Holders.of(map(name_keys, names.values))


def load_catalogue(record: Record, paper_ids: Sequence[str]) -> Catalogue:
    """Read what filters ask of these papers, but for their text; ids may be unknown by now."""
    return Catalogue(record.columns(COLUMNS), paper_ids)


def _days(times: Sequence[str]) -> Integers:
    """Return the day of each time (``2026-02-01 10:00:00``), counted as `date.toordinal` does."""
    days = {day: date.fromisoformat(day).toordinal() for day in {time[:10] for time in times}}
    return np.array([days[time[:10]] for time in times], np.int64)


def _within(values: Integers, first: int | None, last: int | None) -> Mask:
    mask = np.ones(len(values), np.bool_)
    if first is not None:
        mask &= values >= first
    if last is not None:
        mask &= values <= last
    return mask
