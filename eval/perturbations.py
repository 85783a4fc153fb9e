"""Turns true sentences false by code, one thing at a time, to test a verifier with.

The word lists are its own: nothing here comes from the verifier, nor may go there. What a
kind of change finds nothing to change in gives None.
"""

import random
import re
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple


class Material(NamedTuple):
    """What a change draws from: `names` are those of other papers."""

    draw: random.Random
    names: Sequence[str] = ()


Perturb = Callable[[str, Material], str | None]

_SPELLED = "two three four five six seven eight nine ten eleven twelve".split()
_NUMBER = re.compile(
    rf"(?<![\w.^=/-])(?:\d+(?:\.\d+)?(?=[MBkx%]?(?:[\s,;:)–-]|\.?(?:\s|$)))"
    rf"|(?:{'|'.join(_SPELLED)})\b)"
)
_UNITS = re.compile(
    r"(?<=\d)(\s?)(%|percent\b|ms\b|hours?\b|days?\b|Gyr\b|[MB]\b|x\b)"
    r"|(?<=\d\s)(percent|points|hours?|days?|months?|years?|seconds?|minutes?)\b"
)
_OTHER_UNIT = {
    "%": "-fold", "percent": "times", "ms": "s", "s": "ms", "hour": "day", "hours": "days",
    "day": "year", "days": "years", "month": "day", "months": "days", "year": "month",
    "years": "months", "second": "hour", "seconds": "hours", "minute": "hour",
    "minutes": "hours", "Gyr": "Myr", "M": "B", "B": "M", "x": "%", "points": "times",
}  # fmt: skip
_ACRONYM = re.compile(r"(?<![\w-])[A-Za-z]*[A-Z][a-z]*[A-Z][\w]*(?:-[A-Z0-9]\w*)*(?![\w-])")
_CAPITALISED = re.compile(r"(?<=[a-z,;] )[A-Z][a-z]{3,}(?![\w-])")

_AUXILIARY = re.compile(
    r"\b(is|are|was|were|can|could|may|might|will|would|must|should|has|have)\b"
    r"(?= \w)(?! (?:not|no|never|neither|hardly|nothing|none)\b)",
    re.IGNORECASE,
)
_VERBS = re.compile(
    r"\b(shows?|improves?|outperforms?|achieves?|reduces?|requires?|allows?|enables?|depends?"
    r"|leads?|holds?|gives?|yields?|permits?|learns?|predicts?|captures?|constitutes?|surpass(?:es)?"
    r"|exhibits?|explores?|rests?|generalizes?|beats?|keeps?|saturates?|suffers?|converges?)\b"
)
_DENIALS = (
    (r"\bcannot be\b", "can be"), (r"\bcannot\b", "can"), (r"\b(do|does|did) not (?=\w)", ""),
    (r"\bnot (?=\w)", ""), (r"\bno longer\b", "still"), (r"\bunable to\b", "able to"),
    (r"\bwithout\b", "with"), (r"\bnever\b", "always"), (r"\bno (?=\w)", "some "),
    (r"\bfails? to (?=\w)", ""), (r"\black\b", "have"), (r"\blacks\b", "has"),
)  # fmt: skip

_DIRECTIONS = (
    "increase decrease, increases decreases, increased decreased, increasing decreasing, "
    "rises falls, grow shrink, grows shrinks, growing shrinking, higher lower, "
    "high low, highest lowest, more less, larger smaller, large small, better worse, "
    "best worst, faster slower, fast slow, stronger weaker, strong weak, longer shorter, "
    "long short, deeper shallower, bigger smaller, above below, improve worsen, "
    "improves worsens, improved worsened, improving worsening, outperform underperform, "
    "outperforms underperforms, outperformed underperformed, outperforming underperforming, "
    "beat trail, beats trails, surpass trail, surpasses trails, "
    "gain lose, positive negative, maximize minimize, "
    "maximizing minimizing, "
    "maximization minimization, early late, earlier later, wider narrower, "
    "wide narrow, broad narrow, easy hard, easier harder, stable unstable, simple complex, "
    "before after, upper lower, accurate inaccurate, accurately inaccurately, "
    "efficient inefficient, efficiently inefficiently, effective ineffective"
)
_FLIPPED: dict[str, str] = {}
for _pair in _DIRECTIONS.split(", "):
    _one, _other = _pair.split()
    _FLIPPED.setdefault(_one, _other)
    _FLIPPED.setdefault(_other, _one)
_DIRECTION = re.compile(rf"\b(?:{'|'.join(sorted(_FLIPPED, key=len, reverse=True))})\b")

_HEDGES = (
    (r"\b(?:may|might|could) be\b", "is sure to be"), (r"\b(?:may|might|could) (?=\w)", "always "),
    (r"\bsuggests?\b", "proves"), (r"\bhints?\b", "proves"), (r"\bindicates?\b", "proves"),
    (r"\boften\b", "always"), (r"\busually\b", "always"), (r"\btypically\b", "always"),
    (r"\blikely\b", "certainly"), (r"\bhypothesi[sz]ed\b", "proven"),
    (r"\bpostulated\b", "proven"), (r"\bsuggested\b", "proven"), (r"\bsome\b", "all"),
    (r"\bmostly\b", "always"), (r"\bpresumed\b", "proven"), (r"\bargued\b", "proven"),
    (r"\bin many\b", "in all"), (r"\bmost\b", "all"),
)  # fmt: skip
_CLAUSES = (
    "which also halves the time that training takes",
    "and the same holds for recordings of birdsong",
    "as was confirmed in a clinical trial with human volunteers",
    "and the source code has been downloaded by many hospitals",
    "which a follow-up study on satellite images then confirmed",
    "and it needs no more memory than a pocket calculator",
    "as earlier surveys of wheat farmers had foreseen",
    "and a patent on it has since been granted",
)


def change_number(text: str, material: Material) -> str | None:
    """Put another number for one of them."""
    found = list(_NUMBER.finditer(text))
    if not found:
        return None
    match = material.draw.choice(found)
    return _put(text, match, _other_number(match[0], material.draw))


def swap_unit(text: str, material: Material) -> str | None:
    """Put another unit behind one of the numbers."""
    found = list(_UNITS.finditer(text))
    if not found:
        return None
    match = material.draw.choice(found)
    return _put(text, match, match[0].replace(match[0].strip(), _OTHER_UNIT[match[0].strip()]))


def swap_entity(text: str, material: Material) -> str | None:
    """Put a name of another paper for one of the names, wherever it stands."""
    names = sorted({m[0] for m in _ACRONYM.finditer(text)})
    names = names or sorted({m[0] for m in _CAPITALISED.finditer(text)})
    others = [name for name in material.names if name not in text]
    if not names or not others:
        return None
    name, other = material.draw.choice(names), material.draw.choice(others)
    return re.sub(rf"(?<![\w-]){re.escape(name)}(?![\w-])", lambda _: other, text)


def insert_negation(text: str, material: Material) -> str | None:
    """Deny what the first verb says that can be denied so."""
    if match := _AUXILIARY.search(text):
        return _put(text, match, f"{match[0]} not")
    if match := _VERBS.search(text):
        does = "does" if match[0].endswith("s") else "do"
        plain = re.sub(r"(?<=s)es$|(?<!s)s$", "", match[0])
        return _put(text, match, f"{does} not {plain}")
    return None


def remove_negation(text: str, material: Material) -> str | None:
    """Take the first denial away."""
    return _first_rule(text, _DENIALS)


def flip_direction(text: str, material: Material) -> str | None:
    """Turn one word of direction or comparison round."""
    found = list(_DIRECTION.finditer(text))
    if not found:
        return None
    match = material.draw.choice(found)
    return _put(text, match, _FLIPPED[match[0]])


def drop_hedge(text: str, material: Material) -> str | None:
    """Make certain what is hedged."""
    return _first_rule(text, _HEDGES)


def join_clause(text: str, material: Material) -> str | None:
    """Add a clause that no paper says."""
    return f"{text.rstrip(' .')}, {material.draw.choice(_CLAUSES)}."


PERTURBATIONS: Mapping[str, Perturb] = {
    "number changed": change_number,
    "unit swapped": swap_unit,
    "entity swapped": swap_entity,
    "negation inserted": insert_negation,
    "negation removed": remove_negation,
    "direction flipped": flip_direction,
    "hedge dropped": drop_hedge,
    "clause joined": join_clause,
}
"""Each kind of change to a sentence; a citation that is moved leaves the sentence as it is."""


def perturb(kind: str, row: str, text: str, names: Sequence[str] = ()) -> str | None:
    """Return a sentence changed; the same for the same kind and row. None if it can't be."""
    changed = PERTURBATIONS[kind](text, Material(random.Random(f"{row} {kind}"), names))
    return None if changed == text else changed


def names_in(text: str) -> list[str]:
    """Return the acronyms and the like of a text: what `swap_entity` swaps, in order."""
    return list(dict.fromkeys(match[0] for match in _ACRONYM.finditer(text)))


def _put(text: str, match: re.Match[str], new: str) -> str:
    return text[: match.start()] + new + text[match.end() :]


def _first_rule(text: str, rules: Sequence[tuple[str, str]]) -> str | None:
    for pattern, new in rules:
        if re.search(pattern, text):
            return re.sub(pattern, new, text, count=1)
    return None


def _other_number(number: str, draw: random.Random) -> str:
    """Return another number of the same form: its first digit, or its word, is another."""
    if number in _SPELLED:
        return draw.choice([word for word in _SPELLED if word != number])
    first = draw.choice([digit for digit in "123456789" if digit != number[0]])
    return first + number[1:]
