"""JSON Lines: one object a line, as most corpora and our own exports come."""

from collections.abc import Iterator

from assistant.readers.json_records import parse
from assistant.readers.record import Broken, Record
from assistant.readers.text import Text, too_long

KEY = "jsonl"
NAME = "JSON Lines"


def recognises(text: Text) -> bool:
    """Whether lines are JSON objects, or the first is the start of one too long for the head."""
    lines = [line.strip() for line in text.head.strip().split("\n")]
    if not lines[0].startswith("{"):
        return False
    return len(lines) == 1 or any(line[:1] == "{" and line[-1:] == "}" for line in lines)


def read(text: Text) -> Iterator[Record | Broken]:
    """Yield one record a line; a line that is no record of a paper costs itself only."""
    for number, line in text.lines():
        if line is None:
            yield Broken(f"line {number}", too_long())
        elif line.strip():
            yield parse(line, f"line {number}", text.columns)
