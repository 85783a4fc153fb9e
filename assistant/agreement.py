"""Whether a claim and the passage it may stand on disagree in anything that can be compared."""

import re
from collections.abc import Collection, Iterator
from itertools import chain
from typing import NamedTuple

from assistant.direction import unspoken
from assistant.facts import (
    Facts,
    facts_of,
    missing_addresses,
    missing_names,
    missing_numbers,
    mixed_alphabets,
)
from assistant.order import exchanged_numbers, swapped
from assistant.passages import Passage
from assistant.relevance import Vocabulary, meaning
from assistant.sentences import split_sentences
from assistant.stance import added_strength, lost_scope, polarity_clash, takes_back
from assistant.types import Label
from assistant.words import stems

NO_DISAGREEMENT = "no disagreement found in numbers, names, polarity"
"""All that `attributed` says."""


_JOINT = re.compile(
    r"[,;:]\s*|\s(?:and|which|while|whereas|but|because|although|so that|as)\s", re.IGNORECASE
)
_CLAUSE_WORDS = 3
_SAID_BESIDE = 0.75
"""How much of the rest the paper must say for the clause to be an addition to it."""


VETOES = frozenset(
    {"numbers", "names", "addresses", "letters of two alphabets", "standing"}
    | {"polarity", "direction", "order", "scope", "clause"}
)
"""Kinds of clash that decide whatever else is known: of true sentences few have them."""


class Clash(NamedTuple):
    """One thing in which a claim departs from a passage: its kind, what it makes, and the words."""

    kind: str
    label: Label
    told: str

    @property
    def vetoes(self) -> bool:
        """Whether it decides whatever else is known."""
        return self.kind in VETOES


def clashes_of(
    claim: Facts, content: Collection[str], passage: Passage, near_copy: bool
) -> tuple[Clash, ...]:
    """Return all in which `claim` departs from a passage, the plainest first.

    Args:
        claim: what is claimed.
        content: the stems of its content words.
        passage: what it may stand on.
        near_copy: whether it is the passage but for a word or two.
    """
    evidence, paper = passage.evidence, passage.source.facts
    stated = facts_of(evidence.quote)
    found = chain(
        _unstated(claim, stated, paper),
        _reversed(claim, stated),
        _overstated(claim, stated, paper),
        _added(claim, stated, content, passage, near_copy),
    )
    why = not_asserted(evidence.paper.abstract, evidence.start, evidence.end)
    standing = (Clash("standing", Label.UNSUPPORTED, why),) if why else ()
    return (*found, *standing)


def _new_words(passage: Facts, content: Collection[str], known: Vocabulary) -> list[str]:
    """Return the stems of `content` that a near copy of the passage brings of its own.

    A copy with a word changed says something else: "logarithm" for "exponential".
    """
    return [
        word
        for word in content
        if meaning(word) not in known.stems and not passage.knows_name(word)
    ]


def _foreign_clause(claim: Facts, content: Collection[str], paper: Vocabulary) -> str | None:
    """Return a clause of which a paper says nothing, joined to what it says, or None."""
    clauses = [clause for clause in _JOINT.split(claim.text) if clause]
    wanted = [[word for word in stems(clause) if word in content] for clause in clauses]
    said = [sum(map(paper.says, words)) for words in wanted]
    for clause, words, of_clause in zip(clauses, wanted, said, strict=True):
        others = len(content) - len(set(words))
        rest = (sum(said) - of_clause) / others if others else 0
        if len(words) >= _CLAUSE_WORDS and not of_clause and rest >= _SAID_BESIDE:
            return clause.strip()
    return None


def not_asserted(text: str, start: int, end: int) -> str | None:
    """Return why a text does not itself assert ``text[start:end]``, or None."""
    if any(_inside_quotation(text, place) for place in (start, end)):
        return "it stands inside a quotation"
    ends = [start + span.end for span in split_sentences(text[start:end])]
    if any(takes_back(text[each:].lstrip()) for each in ends):
        return "the next sentence takes it back"
    return None


def _inside_quotation(text: str, place: int) -> bool:
    before = text[:place]
    straight = text.count('"') % 2 == 0 and before.count('"') % 2 == 1
    return straight or any(before.count(a) > before.count(b) for a, b in ("“”", ("``", "''")))


def _unstated(claim: Facts, passage: Facts, paper: Facts) -> Iterator[Clash]:
    """Yield what is in the claim only: numbers, names, addresses, odd letters."""
    for kind, found, place in (
        ("numbers", missing_numbers(claim, passage, paper), "passage"),
        ("names", missing_names(claim, paper), "paper"),
        ("addresses", missing_addresses(claim, paper), "paper"),
        ("letters of two alphabets", mixed_alphabets(claim, passage), "passage"),
    ):
        if found:
            yield Clash(kind, Label.UNSUPPORTED, f"{', '.join(found)} not in the {place}")


def _reversed(claim: Facts, passage: Facts) -> Iterator[Clash]:
    """Yield how the claim turns the passage round."""
    if clash := polarity_clash(claim, passage):
        yield Clash("polarity", Label.CONTRADICTED, clash)
    if order := swapped(claim, passage):
        yield Clash("order", Label.CONTRADICTED, order)


def _overstated(claim: Facts, passage: Facts, paper: Facts) -> Iterator[Clash]:
    """Yield what the claim makes more of than the passage does."""
    if exchanged := exchanged_numbers(claim, passage):
        yield Clash("numbers", Label.UNSUPPORTED, exchanged)
    if word := unspoken(claim, paper, meaning):
        yield Clash("direction", Label.UNSUPPORTED, f"the paper says nothing like {word!r}")
    if strong := added_strength(claim, passage):
        yield Clash("strength", Label.UNSUPPORTED, f"{strong!r} not in the passage")
    if scope := lost_scope(claim, passage):
        yield Clash("scope", Label.UNSUPPORTED, f"the passage says {scope!r}")


def _added(
    claim: Facts, passage: Facts, content: Collection[str], place: Passage, near_copy: bool
) -> Iterator[Clash]:
    """Yield what the claim puts in of its own: words in a near copy, or a whole clause."""
    if near_copy and (new := _new_words(passage, content, place.known)):
        yield Clash("words", Label.UNSUPPORTED, f"{', '.join(new)} changed in a near copy")
    if clause := _foreign_clause(claim, content, place.source.vocabulary):
        yield Clash("clause", Label.UNSUPPORTED, f"nothing in the paper on {clause!r}")
