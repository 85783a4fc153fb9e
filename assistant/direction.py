"""Which way a sentence points - more or less, better or worse - and what points the other way.

A word of direction in a claim is held against the words of the passage that mean the same and
those that mean the opposite: what stands nearest to the same things in the passage decides. So
"at high energy a localised phase" departs from "a localised phase at low energy" also where
the passage has a "high" of its own.
"""

from collections.abc import Callable, Iterator, Mapping
from itertools import islice
from typing import NamedTuple

from assistant.facts import Facts
from assistant.words import STOP_WORDS, stem

_DIMENSIONS = (
    ("increase increment rise rising rose risen grow grew grown growth heighten raise raising "
     "boost expand extend enlarge multiply double triple exceed amplify more greater higher larger "
     "bigger longer deeper wider broader upper",
     "decrease decrement fall fell fallen drop dropped decline reduce reduction shrink shrank "
     "shrunk shrinkage lessen diminish dwindle halve curtail less fewer lower smaller shorter "
     "shallower narrower"),
    ("high higher highest large larger largest big bigger biggest more greater",
     "low lower lowest small smaller smallest tiny less little fewer"),
    ("long longer longest", "short shorter shortest brief"),
    ("deep deeper deepest", "shallow shallower"),
    ("wide wider widest broad broader", "narrow narrower"),
    ("better best superior outperform surpass exceed beat outdo improve improvement enhance "
     "enhancement gain ahead win advantage benefit excel boost enjoy overtake",
     "worse worst inferior underperform trail lag behind worsen degrade degradation deteriorate "
     "deterioration harm harmful hurt impair damage detriment disadvantage suffer"),
    ("good helpful well excellent successful success effective accurate accurately "
     "efficient efficiently reliable competitive",
     "bad badly poor poorly unhelpful unsuccessful ineffective inaccurate inaccurately "
     "inefficient inefficiently unreliable"),
    ("fast faster fastest quick quicker quickly speed speedup accelerate acceleration rapid "
     "rapidly soon sooner",
     "slow slower slowest slowly slowdown delay sluggish"),
    ("easy easier easiest easily simple simpler simplest simplify straightforward cheap "
     "cheaper effortless tractable",
     "hard harder hardest difficult challenging complex complicated "
     "complicate expensive intractable tricky"),
    ("strong stronger strongest strengthen robust robustness resilient",
     "weak weaker weakest weaken brittle fragile vulnerable"),
    ("stable stability stabilize stabilise", "unstable instability destabilize destabilise"),
    ("before earlier early earliest prior previous",
     "after later late latest afterwards subsequent"),
    ("above", "below"),
    ("positive positively", "negative negatively"),
    ("maximum maximal maximize maximise maximization maximisation maximizer max",
     "minimum minimal minimize minimise minimization minimisation minimizer min"),
    ("severe severely drastic drastically dramatic dramatically substantial substantially major "
     "considerable considerably huge massive",
     "minimal minimally slight slightly negligible negligibly minor marginal marginally modest"),
    ("overestimate overfit", "underestimate underfit"),
    ("always", "never"), ("most majority many", "few minority scarce"),
    ("converge", "diverge"), ("compress compression", "expand expansion"),
    ("cause lead trigger induce",
     "prevent avoid mitigate avert preclude"),
    ("encourage enable allow permit", "discourage disable forbid prohibit hinder impede"),
    ("confirm corroborate prove", "refute disprove contradict rebut"),
)  # fmt: skip
"""What points one way, and what the other."""

_Sides = Mapping[str, tuple[tuple[int, int], ...]]


def _sides() -> _Sides:
    found: dict[str, list[tuple[int, int]]] = {}
    for dimension, pair in enumerate(_DIMENSIONS):
        for side, words in enumerate(pair):
            for word in words.split():
                of_word = found.setdefault(stem(word), [])
                if (dimension, side) not in of_word:
                    of_word.append((dimension, side))
    return {word: tuple(sides) for word, sides in found.items()}


_SIDES = _sides()
_JUDGEMENTS = {
    side for word in "worse fast slow easy hard max min".split() for side in _SIDES[stem(word)]
}
_WINDOW = 6
_FARTHEST = 20
_MOST_POINTERS = 50
_DENIES = frozenset("not no never without cannot neither nor hardly less fewer least".split())
_DEGREES = frozenset("more less most least great greater".split())
_NOT_POINTING = frozenset(
    """
    complexity complexities underlying highly mostly hardly well several position positions
    positioned majority minority effect effects competition competitions negation
    """.split()
)
_DENIES_WITHIN = 3
_LEAST_SHARED = 0.5
"""Of what stands around: a shared word next but one on both sides makes 1/2."""
_CLEARLY = 1.5
"""How much more the opposite shares than what means the same."""


class _Pointer(NamedTuple):
    """A word of direction, its dimensions with sides, and its surroundings by distance."""

    word: str
    sides: tuple[tuple[int, int], ...]
    around: Mapping[str, int]
    denied: bool


def turned(claim: Facts, source: Facts, meaning: Callable[[str], str]) -> str | None:
    """Return a direction in which `claim` departs from `source`, or None."""
    pointing = list(islice(_pointers(source, meaning), _MOST_POINTERS))
    for pointer in islice(_pointers(claim, meaning), _MOST_POINTERS):
        if pointer.denied:
            continue
        for dimension, side in pointer.sides:
            same = _best(pointer, pointing, dimension, side)
            against = _best(pointer, pointing, dimension, 1 - side)
            if against[0] >= _LEAST_SHARED and against[0] > _CLEARLY * same[0]:
                return f"{pointer.word!r} against {against[1]!r}"
    return None


def unspoken(claim: Facts, paper: Facts, meaning: Callable[[str], str]) -> str | None:
    """Return a word by which `claim` judges what a whole paper says nothing about, or None.

    Harm, speed, ease and extremes: no one means these by a word for something else.
    """
    spoken_of = {side for pointer in _pointers(paper, meaning) for side in pointer.sides}
    for pointer in islice(_pointers(claim, meaning), _MOST_POINTERS):
        sides = set(pointer.sides)
        if not pointer.denied and sides & _JUDGEMENTS and not sides & spoken_of:
            return pointer.word
    return None


def _best(
    pointer: _Pointer, pointing: list[_Pointer], dimension: int, side: int
) -> tuple[float, str]:
    """Return how much the likeliest counterpart on a side shares with `pointer`, and the word."""
    rivals = [
        (_shared(pointer.around, other.around), other.word)
        for other in pointing
        if (dimension, side) in other.sides
        or (other.denied and (dimension, 1 - side) in other.sides)
    ]
    return max(rivals, default=(0.0, ""))


def _shared(one: Mapping[str, int], other: Mapping[str, int]) -> float:
    return sum(1 / max(one[word], other[word]) for word in one.keys() & other.keys())


def _pointers(facts: Facts, meaning: Callable[[str], str]) -> Iterator[_Pointer]:
    words = facts.in_order
    stemmed = [stem(word) for word in words]
    for place, word in enumerate(stemmed):
        following = stemmed[place + 1 : place + 2]
        degree = (
            words[place] in _DEGREES
            and following
            and (following[0] in _SIDES or following[0] in ("than", "or"))
        )
        if words[place] in _NOT_POINTING or degree:
            continue
        if sides := _SIDES.get(word):
            denied = bool(_DENIES & set(words[max(0, place - _DENIES_WITHIN) : place]))
            around = _around(words, stemmed, place, meaning)
            yield _Pointer(words[place], sides, around, denied)


def _around(
    words: tuple[str, ...], stemmed: list[str], place: int, meaning: Callable[[str], str]
) -> dict[str, int]:
    """Return the content words around a place, each with its distance in content words."""
    around: dict[str, int] = {}
    for step in (-1, 1):
        distance, at = 0, place + step
        while 0 <= at < len(words) and distance < _WINDOW and abs(at - place) < _FARTHEST:
            if words[at] not in STOP_WORDS:
                distance += 1
                around[meaning(stemmed[at])] = min(distance, around.get(meaning(stemmed[at]), 99))
            at += step
    return around
