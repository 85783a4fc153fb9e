"""What a question asks for that an abstract shows plainly if it has it: a figure, a time, a URL.

Only the form is looked at, so that what is called unmet is not there; what is there may
still not be the answer.
"""

import re
from collections.abc import Callable, Sequence
from enum import StrEnum
from typing import NamedTuple

from assistant.facts import facts_of
from assistant.words import any_of, stem, stems, words


class Unmet(StrEnum):
    """A kind of answer that is asked for and that the abstract lacks, in words for the reader."""

    COUNT = "no number for this is given in the abstract"
    AMOUNT = "no figure for this is given in the abstract"
    TIME = "no time or speed is given in the abstract"
    COMPARISON = "the passages nearest to it make no comparison"
    DATA = "no data set is named in the abstract"
    ADDRESS = "no address of code or data is given in the abstract"
    OUTSIDE = "abstracts do not hold what is asked: contacts, funding, full tables"

    @property
    def wanted(self) -> str:
        """What a paper would have to give, in a word or two."""
        return _WANTED[self]


_WANTED = {
    Unmet.COUNT: "that number",
    Unmet.AMOUNT: "that figure",
    Unmet.TIME: "times or speeds",
    Unmet.COMPARISON: "that comparison",
    Unmet.DATA: "the data used",
    Unmet.ADDRESS: "an address of code or data",
    Unmet.OUTSIDE: "such details",
}

_ASKS_COUNT = re.compile(r"\bhow (?:many|few)\s+((?:[\w-]+ ){0,3}?[\w-]+)", re.IGNORECASE)
_ASKS_AMOUNT = any_of("""
    how much, by how, by what, what share, what fraction, what percentage, what proportion
    what accuracy, what score, what rate, what margin, what factor, how large, how big, how high
    how low, how accurate
""")
_ASKS_TIME = any_of("""
    how long, how fast, how quickly, gpu hours, gpu days, run time, runtime, running time
    training time, wall-clock, latency, throughput, seconds, minutes
""")
_ASKS_COMPARISON = any_of("""
    than, versus, vs, compared with, compared to, in comparison, against, instead of, relative to
    differ from, outperform*, beat, beats, as fast as, as accurate as, as well as
""")
_ASKS_DATA = any_of("""
    which data*, what data*, on which corpus, on which corpora, which benchmark*, what benchmark*
""")
_ASKS_ADDRESS = any_of("""
    where is the code, where can, download, github, repository, url, code available, web page
    website, source code
""")
_OUTSIDE = any_of("""
    e-mail address*, email address*, mail address*, phone number*, contact details, contact address*
    contact the author*, corresponding author*, affiliated with, who funded, who paid, paid for
    funding source*, which grant*, grant number*, table 1, table 2, table 3, figure 1, figure 2
    in the appendix, random seed*, batch size*, learning rate*
""")
_NUMBER = re.compile(
    r"\d|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|\w+teen|\w+ty-\w+"
    r"|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|dozens?|hundreds?|thousands?"
    r"|millions?|half|both|twice|thrice|single)\b",
    re.IGNORECASE,
)
_FIGURE = re.compile(
    r"\d\s*\\?(?:%|percent|points?\b|pp\b|-?fold|times\b|x\b|×|dB\b)|\d\.\d"
    r"|\b(?:half|halv\w+|twice|doubl\w+|tripl\w+|orders? of magnitude)\b",
    re.IGNORECASE,
)
_TIME = re.compile(
    r"\d\s*-?(?:ms|s|sec\w*|min\w*|h|hrs?|hours?|days?|weeks?|months?|years?|fps|hz|times|x|×"
    r"|-?fold)\b|real[- ]time|faster|slower|speed\w*|orders? of magnitude|latency|throughput",
    re.IGNORECASE,
)
_COMPARISON = any_of("""
    than, compared, comparison, outperform*, versus, vs, whereas, unlike, contrast, over
    baseline*, state-of-the-art, differ*, surpass*, exceed*, better, worse, equal*, similar*
    relative to, superior, inferior, competitive, comparable
""")
_DATA = any_of("""
    dataset*, data set*, benchmark*, corpus, corpora, data, cohort*, trial*, patients, records
    survey*, samples, images, database*
""")
_ADDRESS = re.compile(r"https?://|www\.|\bgithub\b|\bhugging ?face\b", re.IGNORECASE)
_BEFORE, _AFTER = 25, 60
"""How far around a number, in characters, the things that it counts are looked for."""


class _Kind(NamedTuple):
    unmet: Unmet
    asks: re.Pattern[str]
    met: Callable[[re.Match[str], str, str], bool]
    """Given the match in the question, the whole text and the nearest passages."""


def unmet_asks(question: str, text: str, nearest: Sequence[str]) -> tuple[Unmet, ...]:
    """Return what `question` asks for and a paper doesn't give.

    Args:
        question: as it was asked.
        text: title and abstract of the paper.
        nearest: its sentences that are nearest to the question.
    """
    near = " ".join(nearest)
    return tuple(
        kind.unmet
        for kind in _KINDS
        if (match := kind.asks.search(question)) and not kind.met(match, text, near)
    )


def plainly_unmet(unmet: Sequence[Unmet], text: str) -> list[Unmet]:
    """Return what of `unmet` anyone can see that `text` lacks: what a reader is told.

    A comparison may be made in words of its own; a number may stand apart from what it counts.
    """
    numbers = {Unmet.COUNT, Unmet.AMOUNT, Unmet.TIME} if _NUMBER.search(text) else set()
    return [kind for kind in unmet if kind not in {Unmet.COMPARISON, *numbers}]


def _counts(asked: re.Match[str], text: str, near: str) -> bool:
    """Whether some number of the text stands beside a word of what is to be counted."""
    things = {stem(word) for word in words(asked[1])}
    return any(
        things & set(stems(text[max(0, found.start() - _BEFORE) : found.start() + _AFTER]))
        for found in _NUMBER.finditer(text)
    )


def _names_data(asked: re.Match[str], text: str, near: str) -> bool:
    return bool(_DATA.search(text)) or len(facts_of(text).names) > 0


_KINDS = (
    _Kind(Unmet.COUNT, _ASKS_COUNT, _counts),
    _Kind(Unmet.AMOUNT, _ASKS_AMOUNT, lambda asked, text, near: bool(_FIGURE.search(text))),
    _Kind(Unmet.TIME, _ASKS_TIME, lambda asked, text, near: bool(_TIME.search(text))),
    _Kind(
        Unmet.COMPARISON, _ASKS_COMPARISON, lambda asked, text, near: bool(_COMPARISON.search(near))
    ),
    _Kind(Unmet.DATA, _ASKS_DATA, _names_data),
    _Kind(Unmet.ADDRESS, _ASKS_ADDRESS, lambda asked, text, near: bool(_ADDRESS.search(text))),
    _Kind(Unmet.OUTSIDE, _OUTSIDE, lambda asked, text, near: bool(_OUTSIDE.search(text))),
)
