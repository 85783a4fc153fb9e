"""A saved listing page: a title line and an abstract line in turn.

Leftovers of the page around the list (subscription lines above it, a button's
caption stuck to the first title) are left out; the rest is kept to the letter.
"""

import re
from collections.abc import Iterable, Iterator

from assistant.readers.record import Broken, Record
from assistant.readers.text import Text, too_long

KEY = "listing"
NAME = "listing page"

SHORTEST_ABSTRACT = 200
LONGEST_TITLE = 300

_LEFTOVER = re.compile(r"get trending papers in your email inbox\b.*", re.IGNORECASE)
_STUCK_CAPTION = re.compile(r"Subscribe(?=[A-Z0-9])")


def recognises(text: Text) -> bool:
    """Whether titles and abstracts, told apart by their lengths, mostly come in pairs."""
    head = text.head.lstrip()
    if head.startswith(("{", "[", "<", "@", "%", "# ")) or _is_table(head):
        return False
    items = list(_records(enumerate(head.split("\n"), start=1)))
    papers = sum(isinstance(item, Record) for item in items)
    return papers > 0 and 2 * papers >= len(items)


def read(text: Text) -> Iterator[Record | Broken]:
    """Yield one record for each title that an abstract follows."""
    return _records(text.lines())


def _records(lines: Iterable[tuple[int, str | None]]) -> Iterator[Record | Broken]:
    title: tuple[int, str] | None = None
    for number, line in _content_lines(lines):
        if line is None:
            if title is not None:
                yield _alone(*title)
            title = None
            yield Broken(f"line {number}", too_long())
        elif title is None:
            title = (number, line)
        elif _is_title(title[1]) and _is_abstract(line):
            yield Record(f"line {title[0]}", title[1], line, exact=True)
            title = None
        else:
            yield _alone(*title)
            title = (number, line)
    if title is not None:
        yield _alone(*title)


def _alone(number: int, line: str) -> Broken:
    reason = (
        f"no abstract of {SHORTEST_ABSTRACT} characters or more follows this title"
        if _is_title(line)
        else "no title before this line, and too long to be one"
    )
    return Broken(f"line {number}", reason)


def _content_lines(lines: Iterable[tuple[int, str | None]]) -> Iterator[tuple[int, str | None]]:
    """Yield (line number from 1, line) of what belongs to the list itself."""
    first = True
    for number, raw in lines:
        line = None if raw is None else raw.strip("\r")
        if line is not None:
            if not line.strip() or _LEFTOVER.fullmatch(line.strip()):
                continue
            line = _STUCK_CAPTION.sub("", line, count=1) if first else line
        yield number, line
        first = False


def _is_table(head: str) -> bool:
    """Whether the first line names the columns of a table."""
    cells = re.split(r"[,;\t|]", head.split("\n", 1)[0].lower())
    return {"title", "abstract"} <= {cell.strip(" \"'\r") for cell in cells}


def _is_title(line: str) -> bool:
    return len(line) <= LONGEST_TITLE


def _is_abstract(line: str) -> bool:
    return len(line) >= SHORTEST_ABSTRACT
