"""Filters: which papers of a library a search may find. Pure.

`matches` is the definition; `assistant.store.catalogue` finds the same papers fast.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date
from typing import TypeVar

from assistant.errors import UsageError
from assistant.tags import tag_key
from assistant.types import Paper

Years = tuple[int | None, int | None]
Dates = tuple[date | None, date | None]
"""First and last, both included; None leaves an end open."""
End = TypeVar("End", int, date)

SHOWN_VALUES = 3
"""How many values of one kind `Filters.describe` names."""

_WORD = re.compile(r"\w+")
_YEARS = re.compile(r"(\d{4})?\s*[-\u2013]\s*(\d{4})?")
_WHOLE_LETTERS = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "ħ": "h", "ŧ": "t", "ı": "i", "æ": "ae", "œ": "oe"}
)
"""What Unicode doesn't take apart into a letter and an accent."""


@dataclass(frozen=True, slots=True)
class Filters:
    """What papers must be like to be found: each kind that is given must hold.

    Of several `venues`, `sources` or `paper_ids` any one will do; of several `authors` or
    `tags` a paper must have each.

    Args:
        years: of publication. A paper without a year is in no range.
        authors: words of one author's name, in any order, in any case, with or without accents:
            ``hinton``; ``Hinton, Geoffrey``. A single letter is an initial: it stands for any
            other word of the name that begins with it. Of a name that has an initial only, a
            whole word does not hold.
        venues: parts of the venue's name, in any case.
        sources: files that papers were read from: name (``zotero.bib``), path, or end of the
            path (``refs/zotero.bib``), in any case.
        tags: whole tags, in any case.
        paper_ids: as the library has them; `assistant.library_lookup` finds them by other names.
        added: days on which papers came into the library, in UTC.

    Raises:
        UsageError: a range ends before it begins, or a text holds no word or is no tuple.
    """

    years: Years = (None, None)
    authors: tuple[str, ...] = ()
    venues: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    paper_ids: tuple[str, ...] = ()
    added: Dates = (None, None)

    def __post_init__(self) -> None:
        """Refuse what could only match everything or nothing, or was meant otherwise."""
        for name in (field.name for field in fields(self)):
            values = getattr(self, name)
            if isinstance(values, str):
                raise UsageError(f"{name} is {values!r}; give a tuple, such as ({values!r},)")
            object.__setattr__(self, name, tuple(values))
        _check_order("years", self.years)
        _check_order("added", self.added)
        for name in ("venues", "sources", "tags", "paper_ids"):
            if not all(value.strip() for value in getattr(self, name)):
                raise UsageError(f"one of {name} is empty; leave it out, or say which")
        for author in self.authors:
            if not name_words(author):
                raise UsageError(f"author {author!r} holds no word; give one, such as Hinton")

    def __bool__(self) -> bool:
        """Whether anything is asked for."""
        return self != NO_FILTERS

    def describe(self) -> str:
        """Return what is asked for on one line: ``year 2020 to 2023, author Lind``; or ""."""
        parts = (
            _described_range("year", self.years),
            _described("author", self.authors, "and"),
            _described("venue", self.venues, "or"),
            _described("source", self.sources, "or"),
            _described("tag", self.tags, "and"),
            _described("paper", self.paper_ids, "or"),
            _described_range("added", self.added),
        )
        return ", ".join(part for part in parts if part)

    def scope(self) -> str:
        """Return which papers may be found: ``papers with year 2020 to 2023``; or ``papers``."""
        described = self.describe()
        if not described:
            return "papers"
        return f"papers {'' if described.startswith('added') else 'with '}{described}"

    def restriction(self) -> str:
        """Return what an answer must say: ``only papers with year 2020 were searched``; or ""."""
        return f"only {self.scope()} were searched" if self else ""


def matches(paper: Paper, added_on: date, filters: Filters) -> bool:
    """Whether a paper that came into the library on a day is what the filters ask for."""
    sources = [source for source in (paper.source, *paper.other_sources) if source]
    asked = filters.sources
    return (
        _is_within(paper.year, filters.years)
        and all(any(is_author(name, each) for name in paper.authors) for each in filters.authors)
        and (not filters.venues or any(is_venue(paper.venue, each) for each in filters.venues))
        and (not asked or any(is_source(source, each) for source in sources for each in asked))
        and {tag_key(each) for each in filters.tags} <= {tag_key(tag) for tag in paper.tags}
        and (not filters.paper_ids or paper.paper_id in filters.paper_ids)
        and _is_within(added_on, filters.added)
    )


def is_author(name: str, asked: str) -> bool:
    """Whether a name has all words that are asked for; an initial needs a word for itself."""
    return name_keys(asked) <= name_keys(name)


def name_keys(name: str) -> set[str]:
    """Return what a name can be found by: its words and their initials.

    Those that it has several times are there with a number too: ``Ann Ba Ash`` has ``ann``,
    ``ba``, ``ash``, ``a``, ``a 2`` and ``b``. So ``A. Ann`` (``ann``, ``a``, ``a 2``) finds it,
    and ``B. Ba`` (``ba``, ``b``, ``b 2``) does not: its only word with B is taken.
    """
    words = name_words(name)
    initials = [word[0] for word in words]
    keys = {*words, *initials}
    if len(set(initials)) < len(initials):
        counts = Counter(initials) + Counter(word for word in words if len(word) > 1)
        keys.update(f"{key} {n}" for key, count in counts.items() for n in range(2, count + 1))
    return keys


def name_words(name: str) -> list[str]:
    """Return the words of a name without case and accents: ``Ö. Łuk-Ås``: o, luk, as."""
    if name.isascii():
        return _WORD.findall(name.lower())
    apart = unicodedata.normalize("NFKD", name).casefold()
    bare = "".join(letter for letter in apart if not unicodedata.combining(letter))
    return _WORD.findall(unicodedata.normalize("NFC", bare).translate(_WHOLE_LETTERS))


def is_venue(venue: str | None, asked: str) -> bool:
    """Whether a venue's name has these words or letters in it, in any case."""
    return tag_key(asked) in tag_key(venue or "")


def is_source(source: str, asked: str) -> bool:
    """Whether a file is the one asked for: by its path, or by the end of it, its name at least."""
    return source_key(source).endswith(source_key(asked))


def source_key(source: str) -> str:
    """Return a path behind a slash; one path ends another if its key does."""
    parts = tag_key(source).replace("\\", "/").split("/")
    return "/" + "/".join(part for part in parts if part != ".")


def year_range(text: str) -> Years:
    """Return the years of ``2020-2023``, ``2020-``, ``-2023`` or ``2021``.

    Raises:
        UsageError: it is none of these.
    """
    written = text.strip()
    if re.fullmatch(r"\d{4}", written):
        return int(written), int(written)
    match = _YEARS.fullmatch(written)
    if match is None or not any(match.groups()):
        raise UsageError(f"no years {text!r}; write 2021, 2020-2023, 2020- or -2023")
    first, last = (int(year) if year else None for year in match.groups())
    return _check_order("years", (first, last))


def date_range(text: str) -> Dates:
    """Return the days of ``2026-01-01..2026-02-01``, with an end left out, or of one day.

    Raises:
        UsageError: it is none of these.
    """
    first, dots, last = (part.strip() for part in text.partition(".."))
    try:
        begin, end = (date.fromisoformat(part) if part else None for part in (first, last))
    except ValueError:
        begin = end = None
    if begin is None and end is None:
        raise UsageError(
            f"no days {text!r}; write 2026-01-31, 2026-01-01..2026-01-31, 2026-01-01.. "
            "or ..2026-01-31"
        )
    return _check_order("added", (begin, end if dots else begin))


def _check_order(name: str, ends: tuple[End | None, End | None]) -> tuple[End | None, End | None]:
    first, last = ends
    if first is not None and last is not None and first > last:
        raise UsageError(f"{name} {first} to {last} end before they begin; swap them")
    return ends


def _is_within(value: End | None, ends: tuple[End | None, End | None]) -> bool:
    first, last = ends
    if first is None and last is None:
        return True
    return (
        value is not None and (first is None or first <= value) and (last is None or value <= last)
    )


def _described(kind: str, values: Sequence[str], last: str) -> str:
    """Return ``kind a, b and c``; of many values, a few and how many more."""
    shown = [" ".join(value.split()) for value in values[:SHOWN_VALUES]]
    shown += [f"{more} more"] if (more := len(values) - SHOWN_VALUES) > 0 else []
    return f"{kind} {f' {last} '.join(shown)}" if shown else ""


def _described_range(kind: str, ends: tuple[object, object]) -> str:
    first, last = ends
    if first is None and last is None:
        return ""
    if first is None or last is None:
        return f"{kind} up to {last}" if first is None else f"{kind} from {first}"
    return f"{kind} {first}" if first == last else f"{kind} {first} to {last}"


NO_FILTERS = Filters()
"""Every paper may be found."""
