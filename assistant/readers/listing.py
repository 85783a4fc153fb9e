"""A saved listing page: a title line and an abstract line in turn.

Leftovers of the page around the list (subscription lines above it, a button's
caption stuck to the first title) are left out; the rest is kept to the letter.
"""

import re
from collections.abc import Iterator
from itertools import count

from assistant.readers.identity import paper_id
from assistant.types import Paper, Skipped

NAME = "listing page"

SHORTEST_ABSTRACT = 200
LONGEST_TITLE = 300

_LEFTOVER = re.compile(r"get trending papers in your email inbox\b.*", re.IGNORECASE)
_STUCK_CAPTION = re.compile(r"Subscribe(?=[A-Z0-9])")


def recognises(head: str) -> bool:
    """Whether titles and abstracts, told apart by their lengths, mostly come in pairs."""
    head = head.lstrip()
    if head.startswith(("{", "[", "<", "@", "%", "# ")) or _is_table(head):
        return False
    items = list(read(head, ""))
    papers = sum(isinstance(item, Paper) for item in items)
    return papers > 0 and 2 * papers >= len(items)


def read(text: str, source: str) -> Iterator[Paper | Skipped]:
    """Yield one paper for each title that an abstract follows."""
    title: tuple[int, str] | None = None
    for number, line in _content_lines(text):
        if title is None:
            title = (number, line)
        elif _is_title(title[1]) and _is_abstract(line):
            yield Paper(paper_id(title[1]), title[1], line, source=source)
            title = None
        else:
            yield _alone(*title, source)
            title = (number, line)
    if title is not None:
        yield _alone(*title, source)


def _alone(number: int, line: str, source: str) -> Skipped:
    reason = (
        f"no abstract of {SHORTEST_ABSTRACT} characters or more follows this title"
        if _is_title(line)
        else "no title before this line, and too long to be one"
    )
    return Skipped(source, f"line {number}", reason)


def _content_lines(text: str) -> Iterator[tuple[int, str]]:
    """Yield (line number from 1, line) of what belongs to the list itself."""
    first = True
    for number, raw in zip(count(1), text.split("\n"), strict=False):
        line = raw.strip("\r")
        if not line.strip() or _LEFTOVER.fullmatch(line.strip()):
            continue
        yield number, _STUCK_CAPTION.sub("", line, count=1) if first else line
        first = False


def _is_table(head: str) -> bool:
    """Whether the first line names the columns of a table."""
    cells = re.split(r"[,;\t|]", head.split("\n", 1)[0].lower())
    return {"title", "abstract"} <= {cell.strip(" \"'\r") for cell in cells}


def _is_title(line: str) -> bool:
    return len(line) <= LONGEST_TITLE


def _is_abstract(line: str) -> bool:
    return len(line) >= SHORTEST_ABSTRACT
