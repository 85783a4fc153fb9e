"""JSON Lines: every field of a paper to the letter, one object a line."""

import json
from collections.abc import Iterable, Iterator
from typing import Any

from assistant.exporting.fields import DATABASE
from assistant.types import Paper

KEY = "jsonl"
NAME = "JSON Lines"
SUFFIXES: tuple[str, ...] = (".jsonl", ".ndjson")
ENCODING = "utf-8"

_LINE_ENDS = str.maketrans({end: f"\\u{ord(end):04x}" for end in "\x85\u2028\u2029"})
"""What ends a line to some programs, and not to JSON."""


def blocks(papers: Iterable[Paper]) -> Iterator[str]:
    """Yield a line for each paper."""
    return map(_line, papers)


def fields_of(paper: Paper) -> dict[str, Any]:
    """Return what is known of a paper as plain JSON values, without the fields left open."""
    values = ((name, getattr(paper, name)) for name in Paper.__slots__)
    return {
        name: list(value) if isinstance(value, tuple) else value
        for name, value in values
        if value not in (None, ())
    }


def _line(paper: Paper) -> str:
    row = {**fields_of(paper), "database": DATABASE}
    return json.dumps(row, ensure_ascii=False).translate(_LINE_ENDS)
