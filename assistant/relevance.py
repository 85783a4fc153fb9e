"""How probable it is that a passage says what a claim says, from words and similarity alone.

That a passage speaks of the same is all that this tells: a claim and its opposite are alike.
"""

import math
from dataclasses import dataclass
from functools import cached_property

from assistant.tidy import tidy
from assistant.words import stem, stems

_BEGINNING = 5
"""Stems that begin alike are taken for forms of one word: "function" and "functional"."""

_SAME_MEANING = (
    "require need", "show demonstrate find found reveal prove", "use employ utilize apply leverage "
    "adopt", "propose introduce present develop", "method approach technique procedure scheme",
    "paper work study article", "achieve reach attain obtain gain", "many numerous several",
    "improve enhance boost", "examine investigate analyze analyse explore", "reduce decrease lower",
    "large big", "create build construct", "enable allow permit", "transform convert translate",
    "describe explain", "keep maintain retain preserve", "begin start", "like similar alike",
    "fast quick", "across among", "state say", "give yield provide offer", "imply entail",
    "separate distinct", "previous earlier prior former", "existing available", "depend hinge rely",
    "usual conventional traditional standard ordinary classical", "exact precise", "speed pace",
    "kind type sort class", "broad wide", "hold contain comprise", "estimate gauge assess",
    "image picture photograph", "tough hard difficult challenging", "main chief principal key",
    "dataset corpus data", "different differing diverse various varied", "also too",
    "connection link relation relationship association", "cause induce trigger", "select choose",
    "occur happen arise emerge", "variety range", "test experiment trial", "aim goal objective",
    "error mistake", "rapid swift", "part portion share fraction", "limit restrict confine",
    "inspire borrow", "name call", "ability capability capacity", "simulate simulation",
    "explain account", "assume presume suppose", "lead result", "namely i.e. specifically",
)  # fmt: skip
_MEANINGS: dict[str, str] = {}
for _group in _SAME_MEANING:
    for _word in _group.split():
        _MEANINGS.setdefault(stem(_word), stem(_group.split()[0]))


def meaning(word: str) -> str:
    """Return the stem that stands for a stem and those that say the same in an abstract."""
    return _MEANINGS.get(word, word)


@dataclass(frozen=True)
class Vocabulary:
    """The stems of the content words of a text, each by what stands for its meaning."""

    stems: frozenset[str]

    @classmethod
    def of(cls, text: str) -> "Vocabulary":
        """Return the vocabulary of a text."""
        return cls(frozenset(meaning(each) for each in stems(tidy(text))))

    def __or__(self, other: "Vocabulary") -> "Vocabulary":
        """Return the vocabulary of two texts."""
        return Vocabulary(self.stems | other.stems)

    @cached_property
    def _beginnings(self) -> frozenset[str]:
        return frozenset(each[:_BEGINNING] for each in self.stems if len(each) >= _BEGINNING)

    def says(self, word: str) -> bool:
        """Whether the text has a stem, in this form or another, or one of its meaning."""
        other_form = len(word) >= _BEGINNING and word[:_BEGINNING] in self._beginnings
        return other_form or meaning(word) in self.stems


@dataclass(frozen=True, slots=True)
class Weights:
    """How much each sign counts in the log-odds that a source says a claim.

    Fitted, and rounded, by a logistic regression on claims with their own abstract and with
    a near wrong one: SciFact's training claims, the golden set's development paraphrases
    and 180 abstracts' reworded statements, each of the three collections, and right and wrong
    in it, weighing the same. ``paper-assistant bench claims`` fits them anew on SciFact alone.
    """

    bias: float = -6.7
    coverage: float = 3.7
    """Share of the claim's content words, by rarity, that the passage holds."""
    cosine: float = 10.8
    """Similarity of claim and passage."""
    topic: float = -2.9
    """Similarity of claim and whole abstract: what is merely near in topic is near here too."""


WEIGHTS = Weights()

MIN_PROBABILITY = 0.3
"""Below this no passage counts as saying the claim.

Of the 66 development paraphrases one lies below on its own paper, and all but one on the nearest
other one.
"""


@dataclass(frozen=True, slots=True)
class Signs:
    """What is measured of a claim and a passage; see `Weights`."""

    coverage: float
    cosine: float
    topic: float


def probability(signs: Signs, weights: Weights = WEIGHTS) -> float:
    """Return the probability that a source says a claim, given its passage."""
    odds = (
        weights.bias
        + weights.coverage * signs.coverage
        + weights.cosine * signs.cosine
        + weights.topic * signs.topic
    )
    return 1 / (1 + math.exp(-odds))
