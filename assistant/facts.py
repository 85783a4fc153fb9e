"""What a sentence states that can be compared without understanding it.

Numbers, names and polarity, each as a small value that grounding can hold
against the same of a source.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from assistant.brackets import blank_references
from assistant.words import STOP_WORDS, stem, words

_SPELLED = {
    **{
        name: value
        for value, name in enumerate(
            "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen "
            "fifteen sixteen seventeen eighteen nineteen twenty".split()
        )
    },
    **{"thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80},
    **{"ninety": 90, "hundred": 100, "thousand": 1000, "million": 10**6, "billion": 10**9},
    **{"dozen": 12, "half": 0.5, "twice": 2, "double": 2, "thrice": 3, "triple": 3},
}
_UNDEMANDING = {"zero", "one", "half"}
"""Spelled-out numbers that are ordinary words too often to be held against a sentence."""

_NUMBER = re.compile(r"(?:(?<![\w.)\]}])[-−])?(?<![\w.])\d+(?:[.,]\d+)*(?=[^\d]|$)|(?<=[\d.])x\d+")
"""A minus is a sign where nothing stands before it: not in "1-5" or "GPT-4"."""

_NAME = re.compile(r"[^\W_][\w+]*(?:[-–/.][\w+]+)*")

_NAME_PART = re.compile(r"[\w+]+")

_LONG_NAME = 5
"""From this length on a name in a longer word is no accident, as RAG in "fragment" is."""

_INITIALS = 2
_NOT_ONLY = re.compile(r"\bnot\s+(?=(?:only|just|merely|simply|solely)\b)", re.IGNORECASE)
_NEGATIONS = frozenset(
    "not no never none neither nor cannot without fail fails failed failing unable lack lacks "
    "lacking absent impossible".split()
)
_OPPOSITES = (
    ("increase increases increased increasing rise rises rose grow grows grew raise raises boost "
     "boosts boosted boosting",
     "decrease decreases decreased decreasing fall falls fell drop drops shrink shrinks decline "
     "declines declined reduce reduces reduced reducing reduction lowers lowered diminish "
     "diminishes"),
    ("high higher highest", "low lower lowest"),
    ("more greater", "fewer less"),
    ("better best superior", "worse worst inferior"),
    ("fast faster fastest", "slow slower slowest"),
    ("large larger largest bigger biggest", "small smaller smallest"),
    ("longer longest", "shorter shortest"),
    ("strong stronger strongest", "weak weaker weakest"),
    ("easy easier easily", "hard harder difficult"),
    ("improve improves improved improving improvement enhance enhances enhanced",
     "worsen worsens worsened degrade degrades degraded degradation impair impairs impaired "
     "deteriorate deteriorates"),
    ("outperform outperforms outperformed outperforming exceed exceeds exceeded surpass surpasses",
     "underperform underperforms underperformed"),
    ("positive positively", "negative negatively"),
    ("above", "below"),
    ("before", "after"),
    ("always", "never"),
    ("all every", "none"),
    ("most", "few"),
    ("possible", "impossible"),
    ("necessary", "unnecessary"),
    ("supervised", "unsupervised"),
    ("linear", "nonlinear"),
    ("gain gains", "loss losses"),
    ("upper", "lower"),
    ("maximum maximal maximize maximizes maximized maximizing",
     "minimum minimal minimize minimizes minimized minimizing"),
    ("cause causes caused causing trigger triggers triggered triggering induce induces",
     "prevent prevents prevented preventing avoid avoids avoided avoiding mitigate mitigates "
     "mitigated mitigating"),
    ("overestimate overestimates", "underestimate underestimates"),
    ("safe", "unsafe"),
    ("stable", "unstable"),
)  # fmt: skip
_SIDES = [
    (frozenset(side.split()), frozenset(other.split()))
    for pair in _OPPOSITES
    for side, other in (pair, pair[::-1])
]


@dataclass(frozen=True)
class Facts:
    """The comparable facts of a text.

    Its numbers by value, its names as they stand, its words in lower case and in
    order. As a source it is asked whether it knows a name (`knows_name`).
    """

    numbers: frozenset[float]
    names: frozenset[str]
    in_order: tuple[str, ...]

    @cached_property
    def words(self) -> frozenset[str]:
        """The words, each once."""
        return frozenset(self.in_order)

    @cached_property
    def denials(self) -> int:
        """How often the text denies something."""
        return sum(word in _NEGATIONS for word in self.in_order)

    def knows_name(self, name: str) -> bool:
        """Whether what is particular about `name` occurs: as words, inside one, or as initials.

        Of a compound ("GRPO-style") only the parts that are names themselves count.
        """
        parts = _NAME_PART.findall(name)
        telling = [part for part in parts if not part.islower()] or parts
        return all(self._knows_word(word) for part in telling for word in words(part))

    def _knows_word(self, word: str) -> bool:
        singular = word.removesuffix("s")
        return (
            word in self.words
            or stem(word) in self._stems
            or singular in self._initials
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
    def _stems(self) -> frozenset[str]:
        return frozenset(stem(word) for word in self.words)

    @cached_property
    def _initials(self) -> frozenset[str]:
        """The initials of every two to six words in a row: "large language model" is llm."""
        first = "".join(word[0] for word in self.in_order)
        lengths = range(2, 7)
        return frozenset(first[i : i + n] for n in lengths for i in range(len(first) - n + 1))


def facts_of(text: str) -> Facts:
    """Return the facts of `text`."""
    readable = _NOT_ONLY.sub("", re.sub(r"n['’]t\b", " not", blank_references(text)))
    return Facts(numbers_in(readable), _names_in(readable), tuple(words(readable)))


def missing_numbers(claim: Facts, source: Facts) -> list[str]:
    """Return the numbers of `claim` that `source` doesn't state."""
    return [f"{number:g}" for number in sorted(claim.numbers - source.numbers)]


def missing_names(claim: Facts, source: Facts) -> list[str]:
    """Return the names and acronyms of `claim` that don't occur among the words of `source`."""
    return sorted(name for name in claim.names if not source.knows_name(name))


def polarity_clash(claim: Facts, source: Facts) -> str | None:
    """Return how `claim` says the opposite of `source`, or None.

    A clash is a denial on one side only, one more in the claim than in the source, or
    a direction on one side and only its opposite on the other ("increases" against
    "decreases").
    """
    if claim.denials > source.denials or bool(claim.denials) != bool(source.denials):
        return "one denies what the other states"
    for side, other in _SIDES:
        if claim.words & side and not claim.words & other:
            opposite = source.words & other
            if opposite and not source.words & side:
                return f"{min(claim.words & side)!r} against {min(opposite)!r}"
    return None


def numbers_in(text: str) -> frozenset[float]:
    """Return the values of the numbers in `text`, digits and spelled out."""
    digits = (_value(match.group()) for match in _NUMBER.finditer(text))
    spelled = (
        float(_SPELLED[word])
        for word in re.findall(r"[a-z]+", text.lower())
        if word in _SPELLED and word not in _UNDEMANDING
    )
    return frozenset(value for value in (*digits, *spelled) if value is not None)


def _value(digits: str) -> float | None:
    """Return the value of digits with thousands separators or a decimal point."""
    plain = (
        re.sub(r",(?=\d{3}\b)", "", digits.removeprefix("x")).replace(",", ".").replace("−", "-")
    )
    try:
        return float(plain)
    except ValueError:
        return None


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
    if not any(letter.isalpha() for letter in word):
        return False
    if any(letter.isupper() for letter in word[1:]) or any(c.isdigit() for c in word):
        return True
    return word[0].isupper() and not opens_sentence and len(word) > 1
