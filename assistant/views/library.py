"""A library's papers as text for a terminal; pure."""

import textwrap
import unicodedata
from collections.abc import Mapping

from assistant.tidy import tidy
from assistant.types import Paper
from assistant.views.text import printable

NARROWEST = 40
WIDEST = 100
TWO_LINES_BELOW = 72
"""In a narrower terminal a paper of the list takes two lines: a table would cut its title short."""
LEAST_OF_A_TITLE = 40
ID_COLUMNS = 22
"""As many as the longest ids have that aren't DOIs."""


def list_line(paper: Paper, width: int) -> str:
    """Return a paper's id, year and title, on one line or, if the terminal is narrow, on two.

    The title is cut to what fits, the id never: it is what other commands are given.
    """
    width, year = max(NARROWEST, width), str(paper.year or "")
    if width < TWO_LINES_BELOW:
        first, before_title = f"{paper.paper_id}  {year}".rstrip() + "\n", " " * 4
    else:
        first, before_title = "", f"{paper.paper_id:<{ID_COLUMNS}}  {year:<4}  "
    if width < len(before_title) + LEAST_OF_A_TITLE:
        first, before_title = f"{paper.paper_id}\n", f"{'':<{ID_COLUMNS}}  {year:<4}  "
    title = _cut(tidy(paper.title), width - len(before_title))
    return printable(f"{first}{before_title}{title}")


def paper_text(paper: Paper, width: int) -> str:
    """Return all that is known of a paper, one line a field, and its abstract below."""
    width = max(NARROWEST, min(width, WIDEST))
    links = ", ".join(filter(None, (paper.url, *paper.other_urls)))
    sources = ", ".join(filter(None, (paper.source, *paper.other_sources)))
    fields = {
        "id": paper.paper_id,
        "authors": ", ".join(paper.authors),
        "year": str(paper.year or ""),
        "venue": paper.venue,
        "doi": paper.doi,
        "arxiv": paper.arxiv_id,
        "links": links,
        "sources": sources,
        "tags": ", ".join(paper.tags),
    }
    lines = [_wrapped(tidy(paper.title), width)]
    lines += [_wrapped(f"{name:<9}{value}", width, 9) for name, value in fields.items() if value]
    lines.append("\n" + (_wrapped(tidy(paper.abstract), width) or "(no abstract)"))
    return printable("\n".join(lines))


def facts_text(facts: Mapping[str, object]) -> str:
    """Return names and values in two columns."""
    return printable("\n".join(f"{name:<18}{value}" for name, value in facts.items()))


def counted(papers: int) -> str:
    """Return ``1 paper``, ``2 papers``."""
    return f"{papers} paper" if papers == 1 else f"{papers} papers"


def removed_text(removed: int, updated: int) -> str:
    """Return how many papers a removal took away, and how many it left to other sources."""
    stay, them = ("stays", "it") if updated == 1 else ("stay", "them")
    kept = f"; {updated} {stay}, as other sources tell of {them}" if updated else ""
    return f"removed {counted(removed)}{kept}"


def _wrapped(text: str, width: int, hang: int = 0) -> str:
    return textwrap.fill(
        text, width, subsequent_indent=" " * hang, break_long_words=False, break_on_hyphens=False
    )


def _cut(text: str, columns: int) -> str:
    """Return as much of `text` as fits, with a sign where it goes on."""
    taken = 0
    for place, character in enumerate(text):
        taken += _columns(character)
        if taken > columns or (taken == columns and place + 1 < len(text)):
            return text[:place].rstrip() + "…"
    return text


def _columns(character: str) -> int:
    if unicodedata.combining(character):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1
