"""Works that a question names by their titles, and that none of the papers found can be. Pure."""

import re
from collections.abc import Iterable

from assistant.types import Paper
from assistant.words import stems

LEAST_WORDS = 3
"""Shorter quotations are terms, not titles."""

ONE_MAY_DIFFER = 6
"""From so many telling words on, one of a title may be another: they are quoted from memory."""

_QUOTED = re.compile(r'"([^"]+)"|“([^”]+)”|«([^»]+)»|„([^“”]+)[“”]')


def absent_works(question: str, papers: Iterable[Paper]) -> tuple[str, ...]:
    """Return what the question quotes as titles are quoted, and no paper says in these words.

    A quotation of fewer than `LEAST_WORDS` words is no title. Of the others a paper has to hold
    every telling word in title and abstract, or all but one of many.
    """
    quoted = [next(filter(None, match.groups())) for match in _QUOTED.finditer(question)]
    titles = [each.strip(" .,;:?!") for each in quoted if len(each.split()) >= LEAST_WORDS]
    if not titles:
        return ()
    held = [frozenset(stems(f"{paper.title} {paper.abstract}")) for paper in papers]
    return tuple(title for title in titles if not any(_is_in(title, each) for each in held))


def _is_in(title: str, held: frozenset[str]) -> bool:
    wanted = frozenset(stems(title))
    return len(wanted - held) <= (len(wanted) >= ONE_MAY_DIFFER)
