"""Authors and years that a query names: "Friedman and Dieng 2022", "Hinton et al.". Pure."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from assistant.filters import name_words
from assistant.words import STOP_WORDS, stem

LONGEST = 5
"""Words, those of grammar left out; in longer queries names are not looked for."""

RARER_IN_TEXT = 5
"""A word is taken for a name if so many times more papers have it in a name than in their text."""

_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
_SAYS_AUTHOR = re.compile(r"\bet al\b|\bby (?=[A-Z])")

Frequency = Callable[[str], int]
"""Number of papers."""


@dataclass(frozen=True, slots=True)
class Authorship:
    """What a query says of who wrote a paper, and when; `year` only beside names."""

    names: tuple[str, ...] = ()
    year: int | None = None


def read_authorship(query: str, in_text: Frequency, in_names: Frequency) -> Authorship:
    """Return the names that a query holds, word by word, and the year beside them.

    Args:
        query: if it is long and says neither "et al." nor "by Somebody", it names nobody.
        in_text: how many papers hold a stem.
        in_names: how many papers have an author with a word in the name.
    """
    words = [word for word in name_words(query) if len(word) > 1 and word not in STOP_WORDS]
    told = _SAYS_AUTHOR.search(query) is not None
    if len(words) > LONGEST and not told:
        return Authorship()
    least = 1 if told else RARER_IN_TEXT
    names = tuple(
        word for word in dict.fromkeys(words) if in_names(word) > least * in_text(stem(word))
    )
    year = _YEAR.search(query)
    return Authorship(names, int(year.group()) if year and names else None)
