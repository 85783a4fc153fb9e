"""JSON Lines: one object a line with a title and an abstract, as `library` exports use."""

import json
import reprlib
from collections.abc import Iterator, Mapping
from typing import Any

from assistant.readers.identity import bare_arxiv_id, paper_id
from assistant.types import Paper, Skipped

NAME = "JSON Lines"

LATEST_YEAR = 9999


def recognises(head: str) -> bool:
    """Whether lines are JSON objects, or the first is the start of one too long for `head`."""
    lines = [line.strip() for line in head.strip().split("\n")]
    if not lines[0].startswith("{"):
        return False
    return len(lines) == 1 or any(line[:1] == "{" and line[-1:] == "}" for line in lines)


def read(text: str, source: str) -> Iterator[Paper | Skipped]:
    """Yield one paper a line; a line that is no record of a paper is skipped with its reason."""
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        try:
            yield _paper(json.loads(line), source)
        except json.JSONDecodeError as error:
            yield Skipped(source, f"line {number}", f"not valid JSON: {error.msg}")
        except RecursionError:
            yield Skipped(source, f"line {number}", "not usable JSON: nested too deeply")
        except ValueError as error:
            yield Skipped(source, f"line {number}", str(error))


def _paper(record: Any, source: str) -> Paper:
    """Turn one object into a paper.

    Raises:
        ValueError: the record is no object, or lacks a title or an abstract.
    """
    if not isinstance(record, Mapping):
        raise ValueError("not a JSON object")
    title, abstract = _text(record, "title"), _text(record, "abstract")
    if not title:
        raise ValueError("no title")
    if not abstract:
        raise ValueError("no abstract")
    doi = _text(record, "doi")
    arxiv_id = bare_arxiv_id(_text(record, "arxiv_id") or "")
    return Paper(
        paper_id=paper_id(title, doi, arxiv_id),
        title=title,
        abstract=abstract,
        authors=_authors(record.get("authors")),
        year=_year(record.get("year")),
        venue=_text(record, "venue"),
        url=_text(record, "url"),
        doi=doi,
        arxiv_id=arxiv_id,
        source=source,
    )


def _text(record: Mapping[str, Any], name: str) -> str | None:
    value = record.get(name)
    if value is None:
        return None
    if not isinstance(value, str):
        raise ValueError(f"{name} is {reprlib.repr(value)}; give a string")
    return _encodable(value, name) if value.strip() else None


def _encodable(value: str, name: str) -> str:
    """Return `value` if it can be stored as UTF-8: half of a surrogate pair can't.

    Raises:
        ValueError: it can't.
    """
    if any("\ud800" <= character <= "\udfff" for character in value):
        raise ValueError(f"{name} holds half a character (an unpaired surrogate escape)")
    return value


def _authors(value: Any) -> tuple[str, ...]:
    if value is None:
        return ()
    names = value if isinstance(value, list) else [value]
    if not all(isinstance(name, str) for name in names):
        raise ValueError(f"authors is {reprlib.repr(value)}; give a string or a list of strings")
    return tuple(_encodable(name, "authors") for name in names)


def _year(value: Any) -> int | None:
    if value is None or value == "":
        return None
    year: int | None
    try:
        year = int(value)
    except (TypeError, ValueError, OverflowError):
        year = None
    if year is None or abs(year) > LATEST_YEAR:
        raise ValueError(
            f"year is {reprlib.repr(value)}; give a whole number, {LATEST_YEAR} at most"
        )
    return year
