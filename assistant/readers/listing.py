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
    """Whether lines alternate between a title and an abstract, judged by their lengths."""
    if head.lstrip().startswith(("{", "[", "<", "@", "%")):
        return False
    lines = [line for _, line in _content_lines(head)]
    titles, abstracts = lines[0::2], lines[1::2]
    if len(lines) < 2:
        return False
    whole_pairs = list(zip(titles, abstracts, strict=False))
    fitting = sum(_is_title(title) and _is_abstract(abstract) for title, abstract in whole_pairs)
    return fitting >= max(1, len(whole_pairs) // 2)


def read(text: str, source: str) -> Iterator[Paper | Skipped]:
    """Yield one paper for each title that an abstract follows."""
    title: tuple[int, str] | None = None
    for number, line in _content_lines(text):
        if title is None:
            title = (number, line)
        elif _is_title(title[1]) and (_is_abstract(line) or not _is_title(line)):
            yield Paper(paper_id(title[1]), title[1], line, source=source)
            title = None
        else:
            yield Skipped(source, f"line {title[0]}", "no abstract follows this line")
            title = (number, line)
    if title is not None:
        yield Skipped(source, f"line {title[0]}", "no abstract follows this line")


def _content_lines(text: str) -> Iterator[tuple[int, str]]:
    """Yield (line number from 1, line) of what belongs to the list itself."""
    first = True
    for number, raw in zip(count(1), text.split("\n"), strict=False):
        line = raw.strip("\r")
        if not line.strip() or _LEFTOVER.fullmatch(line.strip()):
            continue
        yield number, _STUCK_CAPTION.sub("", line, count=1) if first else line
        first = False


def _is_title(line: str) -> bool:
    return len(line) <= LONGEST_TITLE


def _is_abstract(line: str) -> bool:
    return len(line) >= SHORTEST_ABSTRACT
