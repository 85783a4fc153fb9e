"""The list of references at the end of a text, if it has one. Pure."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

_HEADING = re.compile(
    r"^[ \t]*(?:\#{1,6}[ \t]+|\*\*)?(?:references|bibliography|works[ ]cited|sources"
    r"|literature(?:[ ]cited)?)[ \t]*:?(?:\*\*)?:?[ \t]*$",
    re.IGNORECASE | re.MULTILINE | re.VERBOSE,
)
_NUMBERED = re.compile(
    r"^[ \t]*(?:[-*•][ \t]+)?(?:\[\^?(?P<bracket>\d{1,4})\]:?|(?P<bare>\d{1,3})[.)])[ \t]+(?=\S)",
    re.MULTILINE,
)
_FOOTNOTE = re.compile(r"^\[\^(\d{1,4})\]:[ \t]+(?=\S)", re.MULTILINE)
_BRACKETED = re.compile(r"^[ \t]*\[(\d{1,4})\][ \t]+(?=\S)", re.MULTILINE)
_BULLET = re.compile(r"^[ \t]*(?:[-*•][ \t]+)?(?=\S)", re.MULTILINE)
_BLANK_LINE = re.compile(r"\n[ \t]*\n")
_FEWEST = 2
"""Without a heading, so many entries make a list: one may be a sentence that begins so."""


@dataclass(frozen=True, slots=True)
class ListedReference:
    """An entry of a list of references: what the text calls it, and where it stands there.

    `text` is the entry on one line, without its number.
    """

    number: int
    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class ReferenceList:
    """The entries of a text's list, and where the list begins: at the text's end, without one."""

    start: int
    entries: tuple[ListedReference, ...] = ()


def read_reference_list(text: str) -> ReferenceList:
    """Find the list of references that ends a text.

    It stands behind a heading (``References``, ``## Bibliography``, ``Sources:``), its entries
    numbered ``[1]``, ``[^1]:``, ``1.`` or ``1)``, or else one a line; or it has no heading, and
    its entries are footnotes (``[^1]:``), or ``[1]``, ``[2]`` and so on. A blank line ends an
    entry that is numbered.
    """
    if headings := list(_HEADING.finditer(text)):
        heading = headings[-1]
        entries = tuple(_entries(text, heading.end()))
        return ReferenceList(heading.start(), entries) if entries else ReferenceList(len(text))
    for marks in (list(_FOOTNOTE.finditer(text)), _counted_up(text)):
        if marks:
            entries = tuple(_cut(text, [(int(m[1]), m.start(), m.end()) for m in marks]))
            return ReferenceList(marks[0].start(), entries)
    return ReferenceList(len(text))


def _entries(text: str, start: int) -> Iterator[ListedReference]:
    """Return the entries behind a heading; without numbers of their own they are counted."""
    numbered = [
        (int(mark["bracket"] or mark["bare"]), mark.start(), mark.end())
        for mark in _NUMBERED.finditer(text, start)
    ]
    if numbered:
        return _cut(text, numbered)
    lines = enumerate(_BULLET.finditer(text, start), start=1)
    return _cut(text, [(number, mark.start(), mark.end()) for number, mark in lines])


def _counted_up(text: str) -> list[re.Match[str]]:
    """Return the marks ``[1]``, ``[2]`` ... that begin the last lines of a text, if they do."""
    marks = list(_BRACKETED.finditer(text))
    first = max((place for place, mark in enumerate(marks) if mark[1] == "1"), default=0)
    marks = marks[first:]
    if [int(mark[1]) for mark in marks] != list(range(1, len(marks) + 1)):
        return []
    return marks if len(marks) >= _FEWEST else []


def _cut(text: str, marks: list[tuple[int, int, int]]) -> Iterator[ListedReference]:
    """Yield what stands between marks, given as number, start and end of each."""
    ends = [*(start for _, start, _ in marks[1:]), len(text)]
    for (number, start, begin), end in zip(marks, ends, strict=False):
        blank = _BLANK_LINE.search(text, begin, end)
        said = text[begin : blank.start() if blank else end].rstrip()
        yield ListedReference(number, " ".join(said.split()), start, begin + len(said))
