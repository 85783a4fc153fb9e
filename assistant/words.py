"""Text as stemmed content words: one notion of "word" for search, overlap and coverage."""

import re
import unicodedata
from functools import lru_cache
from typing import Any

STOP_WORDS = frozenset(
    """
    a about above after again all also am an and any are as at be because been before being below
    between both but by can could did do does doing done down during each either else ever every
    few for from further had has have having he her here hers him his how however i if in into is
    it its itself just let like may me might more most much must my neither no nor not now of off
    on once one only onto or other our ours out over own per rather s same shall she should since
    so some such t than that the their theirs them then there these they this those though through
    thus to too under until up upon us very via was we were what when where whether which while
    who whom whose why will with within without would yet you your yours
    """.split()
)

_WORD = re.compile(r"\w+")


def words(text: str) -> list[str]:
    """Return the words of `text` in lower case, compatibility forms unified, in order."""
    return _WORD.findall(unicodedata.normalize("NFKC", text).lower())


def folded(text: str) -> str:
    """Return `text` without case, accents and runs of space, as a search by eye takes it."""
    apart = unicodedata.normalize("NFKD", text).casefold()
    bare = "".join(sign for sign in apart if not unicodedata.combining(sign))
    return " ".join(bare.split())


def stems(text: str) -> list[str]:
    """Return the Snowball stems of the content words of `text`, in order, repeats kept."""
    return [stem(word) for word in words(text) if word not in STOP_WORDS]


@lru_cache(maxsize=100_000)
def stem(word: str) -> str:
    """Return the English Snowball stem of a lower-case word."""
    return str(_stemmer().stemWord(word))


@lru_cache(maxsize=1)
def _stemmer() -> Any:
    import Stemmer

    return Stemmer.Stemmer("english")


def any_of(phrases: str) -> re.Pattern[str]:
    """Return a pattern that finds any of the `phrases`, whole words, in any case.

    The phrases stand between commas or line ends; a ``*`` is the rest of a word.
    """
    listed = (phrase.split() for phrase in re.split(r"[,\n]", phrases))
    patterns = [r"\s+".join(map(_word_pattern, phrase)) for phrase in listed if phrase]
    return re.compile(rf"\b(?:{'|'.join(patterns)})(?!\w)", re.IGNORECASE)


def _word_pattern(word: str) -> str:
    return re.escape(word).replace(r"\*", r"\w*")
