"""Acronyms and what they stand for, found where a text defines them: "optimal transport (OT)".

After Schwartz and Hearst (2003): the letters of the short form are looked for from right
to left in the words in front of the parenthesis; its first letter must begin a word.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from assistant.words import stems

_DEFINED = re.compile(r"\(\s*([^\W_][\w.&/-]{1,9})\s*[);,]")
_MOST_CHARACTERS = 10
_MOST_WORDS = 6


def definitions(text: str) -> Iterator[tuple[str, str]]:
    """Yield (short form, long form) for each acronym that the text defines, as it writes them.

    The plural's "s" is left out of the short form.
    """
    for match in _DEFINED.finditer(text):
        short = _singular(match.group(1))
        if not _is_short_form(short):
            continue
        before = text[: match.start()].split()
        limit = min(len(short) + 5, 2 * len(short))
        if long := _long_form(short, " ".join(before[-limit:])):
            yield short, long


def _singular(short: str) -> str:
    return short[:-1] if len(short) > 2 and short.endswith("s") and short[-2].isupper() else short


def _is_short_form(short: str) -> bool:
    """Whether it looks like an acronym: short, with two capitals or a capital and a digit."""
    capitals = sum(character.isupper() for character in short)
    has_digit = any(character.isdigit() for character in short)
    return len(short) <= _MOST_CHARACTERS and (capitals >= 2 or (capitals == 1 and has_digit))


def _long_form(short: str, before: str) -> str | None:
    """Return the end of `before` that holds the letters of `short` in order, from a word's start.

    None if they are not there, or if the short form itself is among the words.
    """
    letters = [character.lower() for character in short if character.isalnum()]
    place = len(before)
    for number, letter in reversed(list(enumerate(letters))):
        place -= 1
        while place >= 0 and not (
            before[place].lower() == letter and (number > 0 or _begins_a_word(before, place))
        ):
            place -= 1
        if place < 0:
            return None
    long = before[place:].strip()
    return long if short.lower() not in long.lower().split() and len(long) > len(short) else None


def _begins_a_word(text: str, place: int) -> bool:
    return place == 0 or not text[place - 1].isalnum()


@dataclass(frozen=True, slots=True)
class Acronyms:
    """The acronyms of a library, as stems: what each stands for most often, and back.

    `long_forms` gives the stems of an acronym's commonest long form and the share of its
    definitions that agree; `short_forms` the commonest acronym of a long form.
    """

    long_forms: Mapping[str, tuple[tuple[str, ...], float]]
    short_forms: Mapping[tuple[str, ...], str]

    def related(self, wanted: Sequence[str]) -> dict[str, float]:
        """Return stems that say the same as some of `wanted`, with how surely, in (0, 1]."""
        found: dict[str, float] = {}
        for short in wanted:
            long, share = self.long_forms.get(short, ((), 0.0))
            found |= {each: max(share, found.get(each, 0.0)) for each in long}
        for start in range(len(wanted)):
            for end in range(start + 2, min(start + _MOST_WORDS, len(wanted)) + 1):
                acronym = self.short_forms.get(tuple(wanted[start:end]))
                if acronym is not None:
                    found[acronym] = 1.0
        return {each: share for each, share in found.items() if each not in wanted}


Uses = Mapping[tuple[str, tuple[str, ...]], int]
"""In how many texts a short form, as a stem, is defined as a long form, as stems."""


def acronyms_of(uses: Uses) -> Acronyms:
    """Return the acronyms of counted definitions."""
    total: Counter[str] = Counter()
    for (short, _), count in uses.items():
        total[short] += count
    long_forms: dict[str, tuple[tuple[str, ...], float]] = {}
    short_forms: dict[tuple[str, ...], str] = {}
    for (short, long), count in sorted(uses.items(), key=lambda use: (-use[1], use[0])):
        long_forms.setdefault(short, (long, count / total[short]))
        short_forms.setdefault(long, short)
    return Acronyms(long_forms, short_forms)


def definitions_in(text: str) -> set[tuple[str, tuple[str, ...]]]:
    """Return what a text defines, as stems: short forms of one word, long forms of several."""
    found = ((stems(short), tuple(stems(long))) for short, long in definitions(text))
    return {
        (short[0], long)
        for short, long in found
        if len(short) == 1 and 2 <= len(long) <= _MOST_WORDS
    }
