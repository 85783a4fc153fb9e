"""Denials: what a sentence says is not so, and whether another says that it is.

A denial counts against another text only where what it denies is spoken of there as well: a
sentence may leave out an aside, and may say "plays no part" for "independent".
"""

import re
from collections.abc import Callable, Collection, Iterator, Sequence
from itertools import islice
from typing import NamedTuple

from assistant.facts import Facts, nearest_sentence
from assistant.words import STOP_WORDS, any_of, stem, words

_NEGATIONS = frozenset(
    "not no never none neither nor cannot without fail fails failed failing unable lack lacks "
    "lacking absent impossible nothing nobody nowhere dont doesnt didnt isnt arent wasnt werent "
    "cant wont hardly rarely seldom scarcely barely false falsely incorrect incorrectly untrue "
    "invalid refute refutes refuted refuting deny denies denied denying reject rejects rejected "
    "disprove disproves disproved disproving contradict contradicts contradicted unlikely".split()
)
_OF_VERBS = frozenset(
    "not never cannot dont doesnt didnt isnt arent wasnt werent cant wont".split()
)
"""What denies all that is said; a "no" or "without" may be half of a figure of speech."""

_TERMS = any_of(
    "false positive*, false negative*, false discover*, false alarm*, reject option*, "
    "at no cost, not necessarily, no longer, with or without, whether or not, or not, if not, "
    "without loss of, no less, no more than, no fewer than, no later than, no other than, "
    "presence or absence, why not, not to mention, nor"
)
"""Terms whose denial is a part of their name, or not the sentence's."""

_CANCELLED = any_of(
    "no loss*, without losing, without los*, not lose, never fail*, miss* none, miss* no, miss* "
    "nothing, los* no, los* none, los* nothing, without sacrific*, without compromis*, without "
    "degrad*, not harm, no harm, without harm*, no worse, not worse, not suffer, "
    "no drop, no degradation"
)
"""A denial of what would itself deny: "misses none"."""

_MAY_DENY = any_of(
    "rather than, instead of, as opposed to, in place of, except, unlike, avoid*, prevent*, "
    "neglect*, ignor*, overlook*, omit*, eliminat*, scarc*, free of, free from, devoid, "
    "insufficient*, inadequa*, under-explored, unexplored, irrespective, regardless, miss, "
    "misses, missed, missing, negligibl*, leav* out, refrain*, inability"
)
"""What a denial may stand for, and be put for."""

_CLAUSE_END = re.compile(r"[,;:()]|--|—")
_NOT_WITHOUT = re.compile(r"\b(?:not|no|never|cannot) ((?:\w+ ){1,4})without\b", re.IGNORECASE)
_SCOPE = 3
_FARTHEST = 12
_MOST_DENIALS = 20
_SHORTEST_PREFIXED = 4
_PREFIXES = ("un", "in", "im", "ir", "non", "dis", "mis")

Meaning = Callable[[str], str]


class _Denial(NamedTuple):
    """Where a denial stands among the words, and the content stems that it denies, in order."""

    word: str
    scope: tuple[str, ...]


def denial_clash(claim: Facts, source: Facts, meaning: Meaning) -> str | None:
    """Return how one of two texts denies what the other states, or None."""
    spoken_of = {meaning(word) for word in source.stems}
    claimed = {meaning(word) for word in claim.stems}
    denied, stated = list(_denials(claim, meaning)), list(_denials(source, meaning))
    denied = [each for each in denied if not _by_other_means(each, source)]
    stated = [each for each in stated if not _by_other_means(each, claim)]
    telling = [
        each
        for each in denied
        if each.word in _OF_VERBS or not each.scope or spoken_of & {*each.scope}
    ]
    near = list(_denials(nearest_sentence(claim, source), meaning))
    withheld = [
        each for each in stated if each in near and (not each.scope or claimed & {*each.scope})
    ]
    allowed = len(stated) + _may_deny(source)
    if telling and len(telling) > allowed:
        return "one denies what the other states"
    if withheld and not denied and not _may_deny(claim):
        return "one denies what the other states"
    return _elsewhere(telling, stated, source, meaning) or _elsewhere(
        withheld, denied, claim, meaning
    )


def opposites(word: str) -> set[str]:
    """Return what a stem of some length may be with a denying prefix."""
    return {prefix + word for prefix in _PREFIXES} if len(word) >= _SHORTEST_PREFIXED else set()


def denied_words(facts: Facts) -> set[str]:
    """Return the first content stem behind each denial."""
    return {each.scope[0] for each in _denials(facts, lambda word: word) if each.scope}


def _elsewhere(
    denials: Collection[_Denial], others: Collection[_Denial], other: Facts, meaning: Meaning
) -> str | None:
    """Return a word that is denied here, and stated there though something else is denied."""
    spoken_of = {meaning(word) for word in other.stems}
    there = {word for each in others for word in each.scope}
    for each in denials:
        if others and each.scope and each.scope[0] in spoken_of and not there & {*each.scope}:
            return f"{each.scope[0]!r} is denied by one only"
    return None


def _may_deny(facts: Facts) -> int:
    return sum(1 for _ in _MAY_DENY.finditer(facts.text))


def _denials(facts: Facts, meaning: Meaning) -> Iterator[_Denial]:
    text = _CANCELLED.sub(" ", _TERMS.sub(" ", _NOT_WITHOUT.sub(r"\1", facts.text))).lower()
    clauses = (words(clause) for clause in _CLAUSE_END.split(text))
    found = (
        _denial(clause, place, meaning)
        for clause in clauses
        for place, word in enumerate(clause)
        if word in _NEGATIONS
    )
    yield from islice(found, _MOST_DENIALS)


def _denial(clause: Sequence[str], place: int, meaning: Meaning) -> _Denial:
    behind = (w for w in clause[place + 1 : place + _FARTHEST] if w not in STOP_WORDS)
    return _Denial(clause[place], tuple(meaning(stem(w)) for w in islice(behind, _SCOPE)))


def _by_other_means(denial: _Denial, other: Facts) -> bool:
    """Whether the other text says the same with a prefix or an ending: "no label", "unlabeled"."""
    text = other.text.lower()
    return any(
        opposites(word) & other.stems
        or re.search(
            rf"\b{re.escape(word)}\w*(?:-(?:free|less|independent|deficient)|less)\b", text
        )
        for word in denial.scope
        if len(word) >= _SHORTEST_PREFIXED
    )
