"""Plain text, one paper a file: the first line is the title, the rest the abstract.

Recognised only where it reads like prose under a title, so that a folder's notes,
logs and programs do not turn into papers; ``--format text`` takes any text.
"""

import re
from collections.abc import Iterator

from assistant.readers.record import Broken, Record
from assistant.readers.text import HEAD_CHARACTERS, MAX_RECORD_CHARACTERS, Text, too_long

KEY = "text"
NAME = "plain text (a title line, then the abstract)"

LONGEST_TITLE = 300
SHORTEST_BODY = 200

_SENTENCE_END = re.compile(r"[.!?][\"'”’)\]]*(?:\s|$)")
_NOT_PROSE = re.compile(r"^\s*(?:[#{}<>@%|*+=>-]|```|\d+[.)]\s|\w+\s*[:=]\s*$)", re.MULTILINE)
_PARAGRAPH = re.compile(r"\n[ \t\r]*\n")


def recognises(text: Text) -> bool:
    """Whether one line and then sentences follow, and nothing else."""
    title, _, body = text.head.strip().partition("\n")
    body = body.strip()
    if len(text.head) >= HEAD_CHARACTERS or not SHORTEST_BODY <= len(body):
        return False
    if len(title) > LONGEST_TITLE or title.rstrip().endswith((".", ":", ";", ",")):
        return False
    letters = sum(character.isalpha() or character == " " for character in body)
    lines = [line for line in body.split("\n") if line.strip()]
    return (
        not _NOT_PROSE.search(title + "\n" + body)
        and letters >= 0.85 * len(body)
        and len(body) / len(lines) >= 40
        and len(_SENTENCE_END.findall(body)) >= 2
        and bool(re.search(r"[.!?][\"'”’)\]]*$", body))
    )


def read(text: Text) -> Iterator[Record | Broken]:
    """Yield the one record: paragraphs come as lines, without the breaks inside them."""
    parts: list[str] = []
    size = 0
    for chunk in text.chunks():
        size += len(chunk)
        if size > MAX_RECORD_CHARACTERS:
            yield Broken("line 1", too_long())
            return
        parts.append(chunk)
    title, _, body = "".join(parts).strip().partition("\n")
    paragraphs = (" ".join(each.split()) for each in _PARAGRAPH.split(body))
    yield Record("line 1", title, "\n".join(each for each in paragraphs if each))
