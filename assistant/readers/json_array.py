"""One JSON document with a list of records, or records that are set over several lines.

The list may stand alone or in an answer of a service: ``{"results": [...]}``. The
document is never held whole: each object is cut out of it and read by itself.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from typing import Any

from assistant.readers.json_records import load, to_record
from assistant.readers.record import Broken, Record
from assistant.readers.text import MAX_RECORD_CHARACTERS, Text, too_long

KEY = "json"
NAME = "JSON"

MAX_RETRIES = 1000
"""How many places are tried to find records behind one that never ends."""

MAX_INDENT = 200

_LIST = re.compile(
    r"\"(?:items|results|data|records|references|papers|works|entries|articles|documents)\"\s*:"
    r"\s*\[\s*(?=\{|\])"
)
_OUTSIDE = re.compile(r"[\"{}\[\]]")
_INSIDE = re.compile(r"[\"\\\n]")
_DECODER = json.JSONDecoder()


def recognises(text: Text) -> bool:
    """Whether a list of objects begins here, or an object with one, or one over many lines."""
    return _start(text.head) is not None


def read(text: Text) -> Iterator[Record | Broken]:
    """Yield one record an object; a broken one costs itself, where the next can be told."""
    cutter = _Cutter(text, _start(text.head) or 0)
    for number, element in enumerate(cutter.elements(), start=1):
        place = f"record {number}"
        if isinstance(element, _Cut):
            yield Broken(place, element.reason)
        else:
            yield to_record(element, place, text.columns)


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
        self._indent = self._line = ""
        self._lists_follow = not start or text.head.lstrip().startswith("[")
        self._between_lists = self._is_over = False

    def elements(self) -> Iterator[Any]:
        """Yield each value from the start to the end of the list; a `_Cut` for a broken one."""
        while True:
            for chunk in self._chunks:
                yield from self._whole_ones(chunk)
                if self._is_over:
                    return
                if sum(map(len, self._parts)) > MAX_RECORD_CHARACTERS:
                    found = self._recovered("".join(self._parts))
                    if found:
                        yield _Cut("its brackets don't match; close each that is opened")
                        yield from found
                    self._passed_over = 0 if found else MAX_RECORD_CHARACTERS
                    self._parts = []
                self._text.check_passed_over(self._passed_over, "a record")
            if not self._depth:
                return
            yield _Cut("ends in the middle; close its brackets and quotation marks")
            found = self._recovered("".join(self._parts))
            yield from found
            if not found:
                return

    def _whole_ones(self, chunk: str) -> Iterator[Any]:
        """Yield the objects that end in `chunk`, and keep what the last one begins."""
        begin = 0
        while match := (_INSIDE if self._in_string else _OUTSIDE).search(chunk, self._position):
            self._position, mark = match.end(), match[0]
            if self._in_string:
                self._position += mark == "\\"
                self._in_string = mark == "\\"  # no string goes on after a line's end
            elif mark == '"':
                self._in_string = True
            elif self._depth == 0 and mark in "[]" and self._is_border(mark):
                if self._is_over:
                    return
            elif mark in "{[":
                if not self._depth:
                    begin = match.start()
                    self._indent = _indent(self._line + chunk[:begin])
                self._depth += 1
            elif self._depth:
                self._depth -= 1
                if self._depth == 0:
                    yield from self._ended(chunk[begin : self._position])
        if self._depth and self._passed_over:
            self._passed_over += len(chunk)
        elif self._depth:
            self._parts.append(chunk[begin:])
        self._position = max(self._position - len(chunk), 0)
        self._line = (self._line + chunk).rpartition("\n")[2][:MAX_INDENT]

    def _is_border(self, mark: str) -> bool:
        """Whether a bracket ends the list, or begins another after it."""
        borders = mark == "]" or self._between_lists
        self._between_lists = mark == "]"
        self._is_over = mark == "]" and not self._lists_follow
        return borders

    def _ended(self, last: str) -> Iterator[Any]:
        """Yield the value that ends here; if it is broken, also the records caught up in it."""
        whole, is_long = "".join([*self._parts, last]), self._passed_over > 0
        self._parts, self._passed_over = [], 0
        try:
            yield _Cut(too_long()) if is_long else load(whole)
        except ValueError as error:
            yield _Cut(str(error))
            yield from (value for value, _ in self._inside(whole))

    def _recovered(self, held: str) -> list[Any]:
        """Return the records behind one that never ends; what follows them is read anew."""
        found = list(self._inside(held))
        if found:
            self._chunks = chain([held[found[-1][1] :]], self._chunks)
            self._parts, self._depth, self._in_string, self._position = [], 0, False, 0
        return [value for value, _ in found]

    def _inside(self, held: str) -> Iterator[tuple[Any, int]]:
        """Yield (record, its end) of each that begins on a line of its own, set in as the first.

        What is set in further belongs to a record, be it a list of other works.
        """
        position = retries = 0
        opening = re.compile(rf"\n{self._indent}(?=\{{)")
        while (match := opening.search(held, position)) and retries < MAX_RETRIES:
            position = match.end()
            try:
                value, position = _DECODER.raw_decode(held, match.end())
            except (ValueError, RecursionError):
                retries += 1
                continue
            if isinstance(value, dict) and self._text.columns.get("title", "title") in value:
                yield value, position


def _indent(before: str) -> str:
    """Return the white space that the line holds on which an object begins."""
    line = before.rpartition("\n")[2]
    return line[: len(line) - len(line.lstrip(" \t"))][:MAX_INDENT]
