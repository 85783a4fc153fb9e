"""RIS, for reference managers."""

import re
from collections.abc import Iterable, Iterator

from assistant.exporting.fields import DATABASE, without_carriage_returns
from assistant.readers.record import family_last
from assistant.types import Paper

KEY = "ris"
NAME = "RIS"
SUFFIXES: tuple[str, ...] = (".ris",)
ENCODING = "utf-8"

CONTINUED = "    "
"""Leads the further lines of a text, which then can't be taken for tags."""

_SUFFIX = re.compile(r"(?:Jr|Sr)\.?|I{2,3}|IV")


def blocks(papers: Iterable[Paper]) -> Iterator[str]:
    """Yield the lines of each paper, with an empty one after it."""
    for paper in papers:
        yield "\n".join(f"{tag}  - {_value(value)}" for tag, value in _fields(paper)) + "\n"


def family_first(name: str) -> str:
    """Return a name as RIS has it: ``Lind, Ada``; ``van der Berg, Bo``; ``King, Martin, Jr.``.

    A name of one word stays as it is, and so does one that would not be read back.
    """
    words = name.split(" ")
    if len(words) < 2:
        return name
    suffix = f", {words.pop()}" if len(words) > 2 and _SUFFIX.fullmatch(words[-1]) else ""
    particles = (place for place, word in enumerate(words) if place and word[:1].islower())
    family = next(particles, len(words) - 1)
    turned = f"{' '.join(words[family:])}, {' '.join(words[:family])}{suffix}"
    return turned if family_last(turned) == name else name


def _fields(paper: Paper) -> Iterator[tuple[str, str]]:
    """Yield the tags and values of a paper, from its type to its end."""
    yield "TY", "JOUR" if paper.venue else "GEN"
    yield "ID", paper.paper_id
    yield "TI", paper.title
    for author in paper.authors:
        yield "AU", family_first(author)
    if paper.abstract:
        yield "AB", paper.abstract
    if paper.year is not None:
        yield "PY", str(paper.year)
    if paper.venue:
        yield "T2", paper.venue
    if paper.doi:
        yield "DO", paper.doi
    for tag in paper.tags:
        yield "KW", tag
    for url in _links(paper):
        yield "UR", url
    yield "DB", DATABASE
    yield "ER", ""


def _links(paper: Paper) -> Iterator[str]:
    """Yield the paper's links, its own first; among them its arXiv id, which has no tag.

    That goes without a scheme, and so is not taken for a link that the paper has.
    """
    if paper.url:
        yield paper.url
    if paper.arxiv_id:
        yield f"arxiv.org/abs/{paper.arxiv_id}"
    yield from paper.other_urls


def _value(text: str) -> str:
    return without_carriage_returns(text).replace("\n", f"\n{CONTINUED}")
