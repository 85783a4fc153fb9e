"""What a sentence states that can be compared without understanding it.

Numbers, names and addresses; `stance` holds the words that turn what is said,
`order` who does it to whom.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property, lru_cache

from assistant.brackets import blank_references
from assistant.numbers import Mention, Quantity, mentions_in, without_quantities
from assistant.sentences import split_sentences
from assistant.words import STOP_WORDS, stem, words

_NAME = re.compile(r"[^\W_][\w+]*(?:[-–/.][\w+]+)*")

_NAME_PART = re.compile(r"[\w+]+")

_QUANTITY = "0"
"""Stands for a quantity in a name: the "7" of "7-DoF" is compared by itself."""

_LONG_NAME = 5
"""From this length on a name in a longer word is no accident, as RAG in "fragment" is."""

_ABOUT = re.compile(
    r"\b(?:about|around|roughly|approximately|nearly|almost|some|circa|close to|just (?:over|under)"
    r"|a little (?:over|under)|~)\s*$",
    re.IGNORECASE,
)
_ROUNDED = 0.05
_ROUNDED_BOUND = 0.1
"""How far a rounded number may lie from the stated one, as a share of it."""

_COMPOUND = re.compile(r"\b(\w+)-\w+")
_NEXT_WORD = 24
"""Within how many characters of a number the word beside it is looked for."""

_INITIALS = 2
_LONGEST_INITIALS = 6
_NOT = re.compile(r"n['’ʼ´`′]t\b")
_NOT_ONLY = re.compile(r"\bnot\s+(?=(?:only|just|merely|simply|solely)\b)", re.IGNORECASE)
_NON = re.compile(r"\bnon-(?=\w)", re.IGNORECASE)
_ADDRESS = re.compile(
    r"https?://\S+|www\.\S+|\b10\.\d{4,9}/\S+|[\w.+-]{1,64}@[\w-]{1,64}\.\w+|arxiv:\s?\d+\.\d+"
    r"|\b[\w-]{1,64}\.(?:com|org|net|edu|gov|io|ai)\b(?:/\S*)?",
    re.IGNORECASE,
)
_OTHER_ALPHABETS = ("CYRILLIC", "ARMENIAN", "CHEROKEE", "COPTIC", "LISU")
_OMICRON = "ο"
"""The Greek letter that passes for a Latin one; others stand beside them in formulas: Δt."""


@dataclass(frozen=True)
class Facts:
    """The comparable facts of a text, which is tidied and has its denials spelled out.

    As a source it is asked whether it knows a name (`knows_name`).
    """

    text: str

    @cached_property
    def mentions(self) -> list[Mention]:
        """Its quantities where they stand, in order."""
        return mentions_in(self.text)

    @cached_property
    def names(self) -> frozenset[str]:
        """Acronyms, mixed-case and digit-bearing words, and capitalised words inside."""
        return _names_in(without_quantities(self.text))

    def beside(self, mention: Mention) -> set[str]:
        """Return the stems of the words right before and right after a quantity of this text."""
        before = words(self.text[max(0, mention.start - _NEXT_WORD) : mention.start])[-1:]
        after = words(self.text[mention.end : mention.end + _NEXT_WORD])[:1]
        return {stem(word) for word in before + after if word not in STOP_WORDS}

    @cached_property
    def in_order(self) -> tuple[str, ...]:
        """The words in lower case."""
        return tuple(words(self.text))

    @cached_property
    def words(self) -> frozenset[str]:
        """The words, each once."""
        return frozenset(self.in_order) | {word.strip("_") for word in self.in_order}

    @cached_property
    def addresses(self) -> frozenset[str]:
        """Its URLs, DOIs and mail addresses, in lower case."""
        return frozenset(m[0].rstrip(".,;:)").lower() for m in _ADDRESS.finditer(self.text))

    def knows_name(self, name: str) -> bool:
        """Whether what is particular about `name` occurs: as words, inside one, or as initials.

        Of a compound ("GRPO-style") only the parts that are names themselves count.
        """
        parts = [part for part in _NAME_PART.findall(name) if part != _QUANTITY]
        telling = [part for part in parts if not part.islower()] or parts
        return all(self._knows_word(word) for part in telling for word in words(part))

    def _knows_word(self, word: str) -> bool:
        singular = word.removesuffix("s")
        return (
            word in self.words
            or stem(word) in self.stems
            or bool({word, singular} & self._initials)
            or any(singular in other for other in self._may_hold(singular))
        )

    def _may_hold(self, name: str) -> Iterable[str]:
        """Where a name may stand inside a longer word: a short one only in other names."""
        if len(name) >= _LONG_NAME:
            return self.words
        return self._lower_names if len(name) > _INITIALS else ()

    @cached_property
    def _lower_names(self) -> frozenset[str]:
        return frozenset(name.lower() for name in self.names)

    @cached_property
    def stems(self) -> frozenset[str]:
        """The stems of all its words."""
        return frozenset(stem(word) for word in self.words)

    @cached_property
    def _initials(self) -> frozenset[str]:
        """The initials of two to six content words in a row: "large language model" is llm."""
        found = set()
        runs = re.split(r"[^\w\s-]", self.text)
        for run in (*runs, *(_COMPOUND.sub(r"\1", run) for run in runs if "-" in run)):
            row = [" " if word in STOP_WORDS else word[0] for word in words(run)]
            first = "".join(row)
            for length in range(_INITIALS, _LONGEST_INITIALS + 1):
                found |= {first[i : i + length] for i in range(len(first) - length + 1)}
        return frozenset(initials for initials in found if " " not in initials)


@lru_cache(maxsize=256)
def facts_of(text: str) -> Facts:
    """Return the facts of `text`, whatever marks and forms its letters have."""
    plain = unicodedata.normalize("NFKC", _NOT.sub(" not", blank_references(text)))
    plain = "".join(c for c in plain if unicodedata.category(c) != "Mn")
    return Facts(_NON.sub("non", _NOT_ONLY.sub("", plain)))


def nearest_sentence(claim: Facts, source: Facts) -> Facts:
    """Return the sentence of `source` that has most of the claim's words."""
    sentences = [Facts(span.of(source.text)) for span in split_sentences(source.text)]
    if len(sentences) < 2:
        return source
    return max(sentences, key=lambda sentence: len(claim.stems & sentence.stems))


def missing_numbers(claim: Facts, source: Facts, paper: Facts | None = None) -> list[str]:
    """Return the numbers of `claim`, with unit and bound, that `source` doesn't state.

    Nor does the rest of the `paper`, if given, beside the same word: "codon 60".
    """
    stated = {mention.quantity for mention in source.mentions}
    missing = [
        mention
        for mention in claim.mentions
        if mention.demanded and not any(mention.quantity.is_stated_by(other) for other in stated)
    ]
    missing = [each for each in missing if not _rounds(each, claim, stated)]
    if missing and paper is not None:
        missing = [each for each in missing if not _stated_beside(each, claim, paper)]
    return [str(quantity) for quantity in sorted({mention.quantity for mention in missing})]


def _rounds(mention: Mention, claim: Facts, stated: Iterable[Quantity]) -> bool:
    """Whether a claim says "about 40" or "more than 40" of what is stated as 41."""
    said, unit, bound = mention.quantity
    about = _ABOUT.search(claim.text[max(0, mention.start - _NEXT_WORD) : mention.start])
    for value, of_unit, _ in stated:
        if of_unit != unit or not said:
            continue
        over = value / said - 1
        if (
            bound == "≥"
            and 0 < over <= _ROUNDED_BOUND
            or bound == "≤"
            and -_ROUNDED_BOUND <= over < 0
        ):
            return True
        if about and not bound and abs(over) <= _ROUNDED:
            return True
    return False


def _stated_beside(mention: Mention, claim: Facts, paper: Facts) -> bool:
    """Whether a paper states a quantity next to a word that it is next to in the claim."""
    beside = claim.beside(mention)
    return any(
        mention.quantity.is_stated_by(other.quantity) and beside & paper.beside(other)
        for other in paper.mentions
    )


def missing_names(claim: Facts, source: Facts) -> list[str]:
    """Return the names and acronyms of `claim` that don't occur among the words of `source`."""
    return sorted(name for name in claim.names if not source.knows_name(name))


def missing_addresses(claim: Facts, source: Facts) -> list[str]:
    """Return the URLs, DOIs and mail addresses of `claim` that `source` doesn't hold."""
    held = source.text.lower()
    return sorted(address for address in claim.addresses if address not in held)


def mixed_alphabets(claim: Facts, source: Facts) -> list[str]:
    """Return words of `claim` that mix Latin letters with their look-alikes, as no source has."""
    return sorted(word for word in claim.words - source.words if _is_mixed(word))


def _is_mixed(word: str) -> bool:
    names = [unicodedata.name(letter, "") for letter in word]
    foreign = _OMICRON in word or any(name.startswith(_OTHER_ALPHABETS) for name in names)
    return foreign and any(name.startswith("LATIN") for name in names)


def _names_in(text: str) -> frozenset[str]:
    """Return acronyms, mixed-case and digit-bearing words, and capitalised words inside."""
    names = set()
    for position, match in enumerate(_NAME.finditer(text)):
        word = match.group()
        opens = position == 0 or text[: match.start()].rstrip().endswith((".", ":", "?", "!"))
        if word.lower() not in STOP_WORDS and _is_name(word, opens):
            names.add(word)
    return frozenset(names)


def _is_name(word: str, opens_sentence: bool) -> bool:
    word = word.removeprefix(f"{_QUANTITY}-").removeprefix(f"{_QUANTITY}/")
    if not any(letter.isalpha() for letter in word):
        return False
    if any(letter.isupper() for letter in word[1:]) or any(c.isdigit() for c in word):
        return True
    return word[0].isupper() and not opens_sentence and len(word) > 1
