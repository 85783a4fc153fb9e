"""One JSON object as a record, whichever of the known corpora and services wrote it.

Names of fields are tried in turn, those of our own exports first: then those of the
arXiv snapshot, OpenAlex, Semantic Scholar, Crossref and CSL, SciFact and BEIR.
"""

import json
import reprlib
from collections.abc import Mapping
from typing import Any

from assistant.identity import bare_arxiv_id
from assistant.readers.keywords import listed
from assistant.readers.latex import plain
from assistant.readers.record import LATEST_YEAR, OURS, Broken, Record, first_text

_NAMES = {
    "title": ("title", "display_name"),
    "abstract": ("abstract", "abstract_inverted_index", "text", "summary"),
    "authors": ("authors_parsed", "authors", "authorships", "author"),
    "year": (
        *("year", "publication_year", "issued", "published", "published-print"),
        *("published-online", "publication_date", "date", "versions"),
    ),
    "venue": (
        *("venue", "container-title", "publicationVenue.name", "journal", "journal-ref"),
        *("journal_ref", "primary_location.source.display_name", "event-title"),
    ),
    "url": ("url", "URL", "primary_location.landing_page_url"),
    "doi": ("doi", "DOI", "externalIds.DOI", "ids.doi"),
    "arxiv_id": ("arxiv_id", "externalIds.ArXiv", "arxiv", "id", "_id", "number"),
    "tags": ("tags", "keywords", "keyword", "categories", "subject", "fieldsOfStudy"),
}


def parse(text: str, place: str, columns: Mapping[str, str]) -> Record | Broken:
    """Return the record that `text`, one JSON object, describes, or what is wrong with it."""
    try:
        return _record(load(text), place, columns)
    except ValueError as error:
        return Broken(place, str(error))


def to_record(value: Any, place: str, columns: Mapping[str, str]) -> Record | Broken:
    """Return the record that a value from JSON describes, or what is wrong with it."""
    try:
        return _record(value, place, columns)
    except ValueError as error:
        return Broken(place, str(error))


def load(text: str) -> Any:
    """Return the value that is written in `text`.

    Raises:
        ValueError: it is not valid JSON, or nothing that can be held; says so.
    """
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        raise ValueError(f"not valid JSON: {error.msg}") from error
    except RecursionError as error:
        raise ValueError("not usable JSON: nested too deeply") from error
    except ValueError as error:
        raise ValueError("not usable JSON: a number of too many digits") from error


def _record(value: Any, place: str, columns: Mapping[str, str]) -> Record:
    """Raises ValueError if `value` is no object, or a field of it is of a wrong kind."""
    if not isinstance(value, Mapping):
        raise ValueError("not a JSON object; give an object with a title")
    values = {field: _values(value, field, columns) for field in _NAMES}
    exact = value.get("database") == OURS
    return Record(
        place=place,
        title=first_text(_text(each, "title") for each in values["title"]),
        abstract=first_text(_abstract(each) for each in values["abstract"]),
        authors=next(filter(None, map(_authors, values["authors"])), ()),
        year=next((year for year in map(_year, values["year"]) if year is not None), None),
        venue=first_text(_venue(each) for each in values["venue"]),
        url=first_text(_text(each, "url") for each in values["url"]),
        doi=first_text(_text(each, "doi") for each in values["doi"]),
        arxiv_id=first_text(_arxiv_id(each) for each in values["arxiv_id"]),
        other_urls=_strings(value.get("other_urls")),
        tags=[tag for each in values["tags"] for tag in listed(each, exact)],
        exact=exact,
    )


def _strings(value: Any) -> list[str]:
    return [each for each in value if isinstance(each, str)] if isinstance(value, list) else []


def _values(record: Mapping[str, Any], field: str, columns: Mapping[str, str]) -> list[Any]:
    """Return what the record holds under the names of a field, in their order."""
    names = (columns[field],) if field in columns else _NAMES[field]
    found = (_at(record, name) for name in names)
    return [value for value in found if value is not None]


def _at(record: Mapping[str, Any], name: str) -> Any:
    """Return the value under `name`, or under a path such as ``journal.name``."""
    if name in record or "." not in name:
        return record.get(name)
    value: Any = record
    for part in name.split("."):
        if not isinstance(value, Mapping):
            return None
        value = value.get(part)
    return value


def _text(value: Any, name: str) -> str | None:
    """Return a string, or the first of a list of strings, as Crossref gives titles."""
    if isinstance(value, list) and all(isinstance(each, str) for each in value):
        value = value[0] if value else None
    if value is None or isinstance(value, str):
        return value
    raise ValueError(f"{name} is {reprlib.repr(value)}; give a string")


def _abstract(value: Any) -> str | None:
    """Return an abstract: a string, a list of sentences, or words with their positions."""
    if isinstance(value, list) and all(isinstance(each, str) for each in value):
        return " ".join(sentence.strip() for sentence in value)
    if isinstance(value, Mapping):
        return _from_inverted(value)
    return _text(value, "abstract")


def _from_inverted(index: Mapping[str, Any]) -> str:
    """Return the text of an index from each word to its positions."""
    words: list[tuple[int, str]] = []
    for word, positions in index.items():
        if not isinstance(positions, list) or not all(type(p) is int for p in positions):
            raise ValueError(f"abstract has {reprlib.repr(positions)} as positions of a word")
        words.extend((position, word) for position in positions)
    return " ".join(word for _, word in sorted(words))


def _authors(value: Any) -> tuple[str, ...]:
    values = value if isinstance(value, list) else [value]
    return tuple(name for name in map(_author, values) if name and name.strip())


def _author(value: Any) -> str | None:
    """Return one name as it is spoken.

    Raises:
        ValueError: it is no name in any known shape.
    """
    if value is None:
        return None
    if isinstance(value, str):
        return plain(value) if "\\" in value else value
    if isinstance(value, list) and value and all(isinstance(part, str) for part in value):
        family, *given = value  # the arXiv snapshot: family, given, suffix
        return plain(" ".join(part for part in (*given[:1], family, *given[1:]) if part))
    if isinstance(value, Mapping):
        if isinstance(value.get("author"), Mapping):
            return _author(value["author"])
        parts = [value.get(part) for part in ("given", "non-dropping-particle", "family", "suffix")]
        whole = [value.get(name) for name in ("literal", "name", "display_name")]
        if all(part is None or isinstance(part, str) for part in (*parts, *whole)):
            return first_text(whole) or " ".join(part for part in parts if part)
    raise ValueError(
        f"authors has {reprlib.repr(value)}; give a string or a list of strings or names"
    )


def _year(value: Any) -> int | str | None:
    """Return the year in a number, a date, or CSL's nested parts of a date.

    Raises:
        ValueError: it is of no kind that holds a year.
    """
    while isinstance(value, Mapping | list) and value:
        if isinstance(value, list):
            value = value[0]
        else:
            named = (value.get(name) for name in ("date-parts", "raw", "literal", "created"))
            value = next((each for each in named if each), None)
    if value is None or isinstance(value, str):
        return value or None
    if isinstance(value, bool | list | Mapping) or abs(value) > LATEST_YEAR:
        raise ValueError(
            f"year is {reprlib.repr(value)}; give a whole number, {LATEST_YEAR} at most"
        )
    return int(value) if value == value else None


def _venue(value: Any) -> str | None:
    if isinstance(value, Mapping):
        value = value.get("name")
    return _text(value, "venue")


def _arxiv_id(value: Any) -> str | None:
    return bare_arxiv_id(value) if isinstance(value, str) else None
