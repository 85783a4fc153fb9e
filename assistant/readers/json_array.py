"""One JSON document with a list of records, or records that are set over several lines.

The list may stand alone or in an answer of a service: ``{"results": [...]}``. The
document is never held whole: each object is cut out of it and read by itself.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain

from assistant.readers.json_records import parse
from assistant.readers.record import Broken, Record
from assistant.readers.text import MAX_RECORD_CHARACTERS, Text, too_long

KEY = "json"
NAME = "JSON"

MAX_RETRIES = 1000
"""How many places are tried to find records behind one that never ends."""

_LIST = re.compile(
    r"\"(?:items|results|data|records|references|papers|works|entries|articles|documents)\"\s*:"
    r"\s*\[\s*(?=\{|\])"
)
_OUTSIDE = re.compile(r"[\"{}\[\]]")
_INSIDE = re.compile(r"[\"\\\n]")
_LINE_START = re.compile(r"\n\s*(?=\{)")
_DECODER = json.JSONDecoder()


def recognises(text: Text) -> bool:
    """Whether a list of objects begins here, or an object with one, or one over many lines."""
    return _start(text.head) is not None


def read(text: Text) -> Iterator[Record | Broken]:
    """Yield one record an object; a broken one costs itself, where the next can be told."""
    cutter = _Cutter(text, _start(text.head) or 0)
    for number, element in enumerate(cutter.elements(), start=1):
        place = f"record {number}"
        if isinstance(element, str):
            yield parse(element, place, text.columns)
        else:
            yield Broken(place, element.reason)


def _start(head: str) -> int | None:
    """Return where the first object of the list begins; None if there is no such list."""
    if match := re.match(r"\s*\[\s*(?=\{)", head):
        return match.end()
    if not head.lstrip().startswith("{"):
        return None
    match = _LIST.search(head)
    if match and '"title"' not in head[: match.start()]:
        return match.end()
    first_line, line_end, _ = head.strip().partition("\n")
    opens = re.fullmatch(r'\{\s*(?:"[^"]*"\s*:.*[,\[{]\s*)?', first_line)
    return 0 if line_end and opens else None


@dataclass(frozen=True, slots=True)
class _Cut:
    """Where an object should be and none is; says why."""

    reason: str


class _Cutter:
    """Cuts a document into the objects of its list by counting brackets outside of strings."""

    def __init__(self, text: Text, start: int) -> None:
        self._text = text
        self._chunks = text.chunks()
        self._position = start
        self._parts: list[str] = []
        self._passed_over = 0
        self._depth = 0
        self._in_string = False

    def elements(self) -> Iterator[str | _Cut]:
        """Yield the text of each object from the start to the end of the list."""
        while True:
            for chunk in self._chunks:
                yield from self._whole_ones(chunk)
                if self._depth < 0:
                    return
                if sum(map(len, self._parts)) > MAX_RECORD_CHARACTERS:
                    found = self._recovered()
                    if found:
                        yield _Cut("its brackets don't match; close each that is opened")
                        yield from found
                    self._passed_over = 0 if found else MAX_RECORD_CHARACTERS
                    self._parts = []
                self._text.check_passed_over(self._passed_over, "a record")
            if not self._depth:
                return
            yield _Cut("ends in the middle; close its brackets and quotation marks")
            found = self._recovered()
            yield from found
            if not found:
                return

    def _whole_ones(self, chunk: str) -> Iterator[str | _Cut]:
        """Yield the objects that end in `chunk`, and keep what the last one begins."""
        begin = 0
        while match := (_INSIDE if self._in_string else _OUTSIDE).search(chunk, self._position):
            self._position, mark = match.end(), match[0]
            if self._in_string:
                self._position += mark == "\\"
                self._in_string = mark == "\\"  # no string goes on after a line's end
            elif mark == '"':
                self._in_string = True
            elif mark in "{[":
                begin = begin if self._depth else match.start()
                self._depth += 1
            else:
                self._depth -= 1
                if self._depth < 0:
                    return
                if self._depth == 0:
                    yield self._ended(chunk[begin : self._position])
        if self._depth and self._passed_over:
            self._passed_over += len(chunk)
        elif self._depth:
            self._parts.append(chunk[begin:])
        self._position = max(self._position - len(chunk), 0) if match else 0

    def _ended(self, last: str) -> str | _Cut:
        whole = _Cut(too_long()) if self._passed_over else "".join([*self._parts, last])
        self._parts, self._passed_over = [], 0
        return whole

    def _recovered(self) -> list[str]:
        """Return the records that begin on lines of their own behind one that never ends.

        What follows the last of them is read anew.
        """
        held = "".join(self._parts)
        found: list[str] = []
        position = retries = end = 0
        while (match := _LINE_START.search(held, position)) and retries < MAX_RETRIES:
            position = match.end()
            try:
                value, position = _DECODER.raw_decode(held, match.end())
            except (ValueError, RecursionError):
                retries += 1
                continue
            if isinstance(value, dict) and self._text.columns.get("title", "title") in value:
                found.append(held[match.end() : position])
                end = position
        if found:
            self._chunks = chain([held[end:]], self._chunks)
            self._parts, self._depth, self._in_string, self._position = [], 0, False, 0
        return found
