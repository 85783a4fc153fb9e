"""Falsehoods made of real sentences: each is false by the way in which it is made. Pure.

What a kind of lie turns around stands in lists of the evaluation's own, none of which the
product's verifier knows.
"""

import random
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from assistant.words import words


@dataclass(frozen=True, slots=True)
class Passage:
    """A sentence of a paper's abstract."""

    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Material:
    """What a lie may be made of: a sentence to twist, its paper's text, and other papers' ones."""

    passage: Passage
    abstract: str
    others: Sequence[Passage]


Maker = Callable[[Material, random.Random], str | None]
"""Returns a false sentence; None where the material does not lend itself to it."""

_NUMBER = re.compile(r"(?<![\w.\[,-])\d+(?:\.\d+)?(?![\w\]])")
_NAME = re.compile(r"\b(?:[A-Z][a-z]*[A-Z][\w-]*|[A-Z]{2,}[\w-]*)\b")
_VERB = re.compile(r"\b(is|are|was|were|can|does|do|has|have|will|should)\b(?! not\b)")
_NOT = re.compile(r" (?:not|never)\b")
_HEDGE = re.compile(r"\b(?:(may|might|could|can)(?: often)?|often|usually|sometimes)\b")
_SUBJECT = re.compile(
    r"^(?:we (?:show|find|demonstrate|prove) that )?(?:we|our \w+|this \w+|the proposed \w+|it)\b",
    re.IGNORECASE,
)

_FLIPS = (
    ("increases", "decreases"), ("increase", "decrease"), ("increasing", "decreasing"),
    ("higher", "lower"), ("high", "low"), ("larger", "smaller"), ("large", "small"),
    ("better", "worse"), ("best", "worst"), ("more", "less"), ("most", "least"),
    ("improves", "degrades"), ("improve", "degrade"), ("improved", "degraded"),
    ("improving", "degrading"), ("improvement", "deterioration"),
    ("outperforms", "underperforms"), ("outperform", "underperform"),
    ("outperforming", "underperforming"), ("faster", "slower"), ("fast", "slow"),
    ("stronger", "weaker"), ("strong", "weak"), ("reduces", "raises"), ("reduce", "raise"),
    ("reducing", "raising"), ("above", "below"), ("maximum", "minimum"), ("upper", "lower"),
    ("positive", "negative"), ("long", "short"), ("longer", "shorter"), ("early", "late"),
    ("simple", "complicated"), ("easy", "hard"), ("efficient", "wasteful"), ("accurate",
    "inaccurate"), ("robust", "fragile"), ("stable", "unstable"), ("linear", "exponential"),
    ("linearly", "exponentially"), ("finite", "infinite"), ("convex", "concave"),
    ("supervised", "unsupervised"), ("discrete", "continuous"), ("local", "global"),
    ("similar", "different"), ("sufficient", "insufficient"), ("possible", "impossible"),
    ("with", "without"), ("before", "after"), ("all", "few"), ("always", "rarely"),
)  # fmt: skip
_OPPOSITE: Mapping[str, str] = {a: b for pair in _FLIPS for a, b in (pair, pair[::-1])}
_FLIPPED = re.compile(rf"\b(?:{'|'.join(sorted(_OPPOSITE, key=len, reverse=True))})\b")

_CLAIMS = (
    "{0} depends on {1} and cannot be used without {2}.",
    "The {1} of {0} is the main cause of its {2}.",
    "{0} was found to replace {1} in every {2}.",
    "Training on {1} makes {0} useless for {2}.",
    "{0} is a special case of {1} with {2}.",
)


def change_number(material: Material, rng: random.Random) -> str | None:
    """A number is another one."""
    found = list(_NUMBER.finditer(material.passage.text))
    if not found:
        return None
    match = rng.choice(found)
    value = float(match.group())
    decimals = len(match.group().partition(".")[2])
    new = f"{value * rng.choice((0.5, 2, 3)) + rng.choice((1, 2, 5)):.{decimals}f}"
    return None if new in material.abstract else _put(material.passage.text, match, new)


def flip_direction(material: Material, rng: random.Random) -> str | None:
    """A word is its opposite."""
    found = list(_FLIPPED.finditer(material.passage.text))
    if not found:
        return None
    match = rng.choice(found)
    return _put(material.passage.text, match, _OPPOSITE[match.group()])


def negate(material: Material, rng: random.Random) -> str | None:
    """A "not" goes in, or out."""
    text = material.passage.text
    if taken := _NOT.search(text):
        return _put(text, taken, "")
    match = _VERB.search(text)
    return None if match is None else _put(text, match, f"{match.group()} not")


def swap_name(material: Material, rng: random.Random) -> str | None:
    """A name is that of something in another paper."""
    mine = list(_NAME.finditer(material.passage.text))
    others = {name for other in material.others for name in _NAME.findall(other.text)}
    strange = sorted(name for name in others if name.lower() not in material.abstract.lower())
    if not mine or not strange:
        return None
    return _put(material.passage.text, rng.choice(mine), rng.choice(strange))


def mix_papers(material: Material, rng: random.Random) -> str | None:
    """The method of this paper has the result of another one."""
    name = _short_name(material.passage.title)
    results = [other for other in material.others if _SUBJECT.search(other.text)]
    if name is None or not results:
        return None
    text = rng.choice(results).text
    match = _SUBJECT.search(text)
    assert match is not None
    return _put(text, match, name)


def tell_of_another(material: Material, rng: random.Random) -> str | None:
    """A sentence of a paper that is not among the evidence."""
    return rng.choice(material.others).text if material.others else None


def harden(material: Material, rng: random.Random) -> str | None:
    """What may be is always so."""
    match = _HEDGE.search(material.passage.text)
    if match is None:
        return None
    return _put(material.passage.text, match, "will always" if match.group(1) else "always")


def invent(material: Material, rng: random.Random) -> str | None:
    """A claim that nobody makes, in the words of the paper."""
    name = _short_name(material.passage.title) or "The method"
    long = sorted({word for word in words(material.abstract) if len(word) > 6 and word.isalpha()})
    if len(long) < 2:
        return None
    return rng.choice(_CLAIMS).format(name, *rng.sample(long, 2))


MIXED = "method of one paper, result of another"
ELSEWHERE = "sentence of a paper not in the prompt"

KINDS: Mapping[str, Maker] = {
    "number changed": change_number,
    "direction flipped": flip_direction,
    "negated": negate,
    "name swapped": swap_name,
    MIXED: mix_papers,
    ELSEWHERE: tell_of_another,
    "hedge dropped": harden,
    "invented of its words": invent,
}
OF_OTHERS = frozenset({MIXED, ELSEWHERE})
"""Those that take another paper's sentence."""


def is_lie(text: str, material: Material) -> bool:
    """Whether the words of `text` are in no run of the abstract: unchanged, it would be true."""
    return " ".join(words(text)) not in " ".join(words(material.abstract))


def _put(text: str, match: re.Match[str], new: str) -> str:
    return text[: match.start()] + new + text[match.end() :]


def _short_name(title: str) -> str | None:
    """Return how a paper's method is called: what stands before a colon, or a name in the title."""
    head, colon, _ = title.partition(":")
    if colon and len(head.split()) <= 3:
        return head
    found = _NAME.search(title)
    return found.group() if found else None
