"""RIS, which nearly every reference manager and publisher exports."""

import re
from collections.abc import Iterator
from typing import Any

from assistant.readers.record import OURS, Broken, Record, bare_doi, family_last, first_text
from assistant.readers.tagged import Tagged, tagged_records, unwrapped
from assistant.readers.text import Text

KEY = "ris"
NAME = "RIS"

_LINE = re.compile(r"\s{0,3}([A-Za-z][A-Za-z0-9])\s{1,3}-(?:\s(.*)|\s*)$")
_BEGINNING = re.compile(r"^\s{0,3}TY\s{1,3}-\s", re.MULTILINE)


def recognises(text: Text) -> bool:
    """Whether a line states the type of a reference."""
    return not text.head.lstrip().startswith(("{", "[", "<", "@")) and bool(
        _BEGINNING.search(text.head)
    )


def read(text: Text) -> Iterator[Record | Broken]:
    """Yield one record a reference, up to its ``ER`` or the next ``TY``."""
    for tagged in tagged_records(text, _LINE, "TY", "ER"):
        yield tagged if isinstance(tagged, Broken) else _record(tagged)


def _record(tagged: Tagged) -> Record:
    fields = _parsed(tagged)
    urls = fields.get("urls", [])
    links = [url for url in urls if url.lower().startswith("http")]
    exact = fields.get("name_of_database") == OURS
    return Record(
        place=f"line {tagged.line}",
        title=tagged.to_the_letter("TI")
        if exact
        else _text(fields, "title", "primary_title", "translated_title"),
        abstract=tagged.to_the_letter("AB")
        if exact
        else _text(fields, "abstract", "notes_abstract"),
        authors=[family_last(name) for name in fields.get("authors", [])]
        or [family_last(name) for name in fields.get("first_authors", [])],
        year=_text(fields, "year", "publication_year", "date"),
        venue=_text(
            fields, "secondary_title", "journal_name", "alternate_title3", "alternate_title2"
        ),
        url=first_text(links),
        doi=first_text([_text(fields, "doi"), *filter(bare_doi, urls), _doi_in(fields)]),
        arxiv_id=next((url for url in urls if "arxiv.org" in url.lower()), None),
        other_urls=links[1:] if exact else (),
        tags=[part for tag, parts in tagged.fields if tag == "KW" for part in parts],
        exact=exact,
    )


def _parsed(tagged: Tagged) -> dict[str, Any]:
    """Return the fields by rispy's names; a tag that comes twice has a list."""
    from rispy import RisParser

    lines = (f"{tag}  - {unwrapped(parts)}" for tag, parts in tagged.fields)
    parser = RisParser(skip_unknown_tags=True, enforce_list_tags=False, delimiter_tags_mapping={})
    parsed: list[dict[str, Any]] = parser.parse_lines(iter([*lines, "ER  - "]))
    return parsed[0] if parsed else {}


def _text(fields: dict[str, Any], *names: str) -> str | None:
    values = (fields.get(name) for name in names)
    return first_text(" ".join(v) if isinstance(v, list) else v for v in values)


def _doi_in(fields: dict[str, Any]) -> str | None:
    """Return a DOI that stands in place of a type or a note, as some publishers put it."""
    notes = [_text(fields, "type_of_work"), *fields.get("notes", [])]
    return next((note for note in notes if note and bare_doi(note)), None)
