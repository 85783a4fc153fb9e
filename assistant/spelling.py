"""Words that the library does not know, one slip away from words that it does.

Candidates as in Norvig's spelling corrector (2007): everything that one letter left out,
added, changed or swapped with its neighbour makes of the word.
"""

import re
from collections.abc import Callable, Iterator
from string import ascii_lowercase

from assistant.library import Library
from assistant.words import STOP_WORDS, stem

SHORTEST = 5
"""Letters; of shorter words too many others are one slip away."""

_WORD = re.compile(r"\w+")

Frequency = Callable[[str], int]
"""Number of papers that hold a stem."""


def spelled(library: Library, query: str) -> str:
    """Return the query with slips mended by the words of the library's papers."""
    return library.consult(lambda indexes: corrected(query, indexes.lexical.document_frequency))


def corrected(query: str, frequency: Frequency) -> str:
    """Return the query with each slip mended, where the library holds such a word.

    Names, as far as capitals or digits tell them, are left as they are: what the library
    doesn't know must not turn into something that it does.
    """
    return _WORD.sub(lambda match: _mended(match.group(), frequency) or match.group(), query)


def _mended(word: str, frequency: Frequency) -> str | None:
    """Return the most frequent known word that is one slip away from an unknown one, if any."""
    plain = word.isascii() and word.isalpha() and word.islower()
    if not plain or len(word) < SHORTEST or word in STOP_WORDS or frequency(stem(word)):
        return None
    found = {stem(each): each for each in sorted(_one_slip_away(word), reverse=True)}
    known = [(frequency(each), found[each]) for each in found if frequency(each)]
    return max(known)[1] if known else None


def _one_slip_away(word: str) -> Iterator[str]:
    for place in range(len(word) + 1):
        before, after = word[:place], word[place:]
        if after:
            yield before + after[1:]
            yield from (before + letter + after[1:] for letter in ascii_lowercase)
        if len(after) > 1:
            yield before + after[1] + after[0] + after[2:]
        yield from (before + letter + after for letter in ascii_lowercase)
