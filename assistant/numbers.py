"""The quantities of a text: value, unit, and bound; "85 %", "85 percent" and "85%" are one."""

import re
from collections.abc import Iterator
from typing import NamedTuple

_UNITS = {
    unit: spellings.split()[0]
    for spellings in (
        "% percent", "points point pp", "x × times time fold", "ms millisecond milliseconds",
        "s sec secs second seconds", "min mins minute minutes", "h hr hrs hour hours",
        "days day", "weeks week", "months month", "years year yr yrs", "mg", "g gram grams",
        "kg kilogram kilograms", "nm", "μm µm um", "mm", "cm", "m meter meters metre metres",
        "km kilometer kilometers kilometre kilometres", "°C", "K", "meV", "eV", "keV", "MeV", "GeV",
        "TeV", "Hz", "kHz", "MHz", "GHz", "dB", "mV", "V", "mW", "W", "kW", "J", "bits bit",
        "bytes byte", "KB", "MB", "GB", "TB",
    )
    for unit in spellings.split()
}  # fmt: skip
_SCALES = {"hundred": 1e2, "thousand": 1e3, "million": 1e6, "billion": 1e9, "trillion": 1e12}
_LETTERS = {"k": 1e3, "M": 1e6, "B": 1e9}
_TO_TWENTY = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen "
    "fifteen sixteen seventeen eighteen nineteen twenty"
).split()
_TENS = {"thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80}
_SPELLED: dict[str, float] = {
    **{name: value for value, name in enumerate(_TO_TWENTY)},
    **_TENS, "ninety": 90, "dozen": 12, **_SCALES,
}  # fmt: skip
_TIMES: dict[str, float] = {
    name: value
    for names, value in (
        ("double doubles doubled doubling twice twofold", 2), ("half halve halves halved", 0.5),
        ("triple triples tripled tripling thrice threefold", 3),
        ("quadruple quadruples quadrupled quadrupling fourfold", 4), ("fivefold", 5),
        ("tenfold", 10),
    )
    for name in names.split()
}  # fmt: skip
_UNDEMANDING = {"zero", "one", "two", "half"}
"""Spelled-out numbers that are ordinary words too often to be held against a sentence."""


def _any(words: object) -> str:
    return "|".join(sorted(map(re.escape, words), key=len, reverse=True))  # type: ignore[call-overload]


_DIGITS = r"(?:(?<![\w.)\]}])[-−])?(?<![\w.])\d+(?:[.,]\d+)*(?!\d)"
_NUMBER = re.compile(
    rf"(?:(?P<grid>(?<=\d)x\d+)|(?P<factor>(?<![\w.])[x×]\d+(?:\.\d+)?)|(?P<digits>{_DIGITS})"
    rf"|\b(?i:(?P<tens>twenty|{_any(_TENS)}|ninety)-(?P<ones>{_any(_TO_TWENTY[1:10])})"
    rf"|(?P<times>{_any(_TIMES)})|(?P<spelled>{_any(_SPELLED)}))(?=\b|fold))"
    rf"(?:(?P<letter>[{''.join(_LETTERS)}])(?![\w-])|[ -](?P<scale>{_any(_SCALES)})\b)?"
    rf"(?:(?: ?percentage)?[ -]?(?P<unit>%|(?:{_any(_UNITS)})(?![\w'’])))?"
)
_LINK = re.compile(r"\s*(?:-|–|/|to|and|or|,|, and)\s*")
"""What stands between two numbers that share the unit behind the last."""

_NAMED = re.compile(r"(?:[^\W\d_][-–/]?|\d)$")
"""What makes a number that follows a part of a name: "GPT-4", "512x256"."""

_AT_LEAST = (
    r"at least|in excess of|upwards of|a minimum of|as (?:low|few|little) as"
    r"|no (?:less|fewer) than|(?:more|greater|higher) than|exceed(?:s|ing)?|≥|>=?"
)
_AT_MOST = (
    r"at most|no more than|up to|as (?:much|many|high|large) as|a maximum of"
    r"|(?:less|fewer|lower) than|≤|<=?"
)
_BOUND = re.compile(
    rf"(?:(?P<most>\b(?:no more than)|{_AT_MOST})|(?P<least>{_AT_LEAST})"
    r"|(?P<over>\b(?:over|above))|(?P<under>\b(?:under|below)))\s*$",
    re.IGNORECASE,
)
_BOUND_NEAR = 18
_FACTOR = re.compile(r"\bfactors? of (?:about |up to |over )?$", re.IGNORECASE)
_SHARES = {"%", "x", "points"}
"""Units before which "over" and "under" are bounds; else they may be anything: "over 3 tasks"."""


class Quantity(NamedTuple):
    """A number with the unit that follows it and the bound before it, each "" if none does."""

    value: float
    unit: str = ""
    bound: str = ""

    def __str__(self) -> str:
        """Return it as one reads it: "≤15%", "5 ms"."""
        gap = "" if self.unit in ("", "%", "x") else " "
        return f"{self.bound}{self.value:.10g}{gap}{self.unit}"

    def is_stated_by(self, other: "Quantity") -> bool:
        """Whether `other` says the same: of its unit only where this one has any."""
        same = (self.value, self.bound) == (other.value, other.bound)
        return same and (not self.unit or self.unit == other.unit)


class Mention(NamedTuple):
    """A quantity and where it stands; a "one" or "half" is not `demanded` of a source."""

    quantity: Quantity
    start: int
    end: int
    demanded: bool


def mentions_in(text: str) -> list[Mention]:
    """Return the quantities of tidied text in order, spelled-out ones included."""
    mentions: list[Mention] = []
    for mention in reversed(list(_mentions(text))):
        quantity = mention.quantity
        if mentions and not quantity.unit:
            following = mentions[-1]
            if _LINK.fullmatch(text[mention.end : following.start]):
                quantity = quantity._replace(unit=following.quantity.unit)
        mentions.append(mention._replace(quantity=_bounded(quantity, text, mention.start)))
    return mentions[::-1]


def without_quantities(text: str) -> str:
    """Return tidied text with 0 for each quantity in digits, nothing for one in words.

    Units go with it; numbers in names stay.
    """
    pieces, end = [], 0
    for mention in mentions_in(text):
        before = text[max(0, mention.start - 2) : mention.start]
        if not _NAMED.search(before) and not text[mention.end : mention.end + 1].isalnum():
            has_digits = any(map(str.isdigit, text[mention.start : mention.end]))
            pieces += [text[end : mention.start], "0" if has_digits else ""]
            end = mention.end
    return "".join([*pieces, text[end:]])


def _mentions(text: str) -> Iterator[Mention]:
    for match in _NUMBER.finditer(text):
        value, unit = _value(match), _UNITS.get(match["unit"] or "", "")
        is_decade = unit == "s" and match["digits"] and 1000 <= (value or 0) < 3000
        if (
            match["factor"]
            or match["times"]
            or _FACTOR.search(text[: match.start()][-_BOUND_NEAR:])
        ):
            unit = unit or "x"
        if value is not None:
            word = (match["spelled"] or match["times"] or "").lower()
            demanded = word not in _UNDEMANDING or bool(match["unit"] or match["scale"])
            quantity = Quantity(value, "" if is_decade else unit)
            yield Mention(quantity, match.start(), match.end(), demanded)


def _value(match: re.Match[str]) -> float | None:
    scale = _SCALES.get(match["scale"] or "", 1.0) * _LETTERS.get(match["letter"] or "", 1.0)
    if match["tens"]:
        tens = _SPELLED[match["tens"].lower()]
        return (tens + _SPELLED[match["ones"].lower()]) * scale
    if word := (match["times"] or match["spelled"] or "").lower():
        return {**_SPELLED, **_TIMES}[word] * scale
    digits = (match["digits"] or match["factor"] or match["grid"]).lstrip("x×").replace("−", "-")
    try:
        return float(re.sub(r",(?=\d{3}\b)", "", digits).replace(",", ".")) * scale
    except ValueError:
        return None


def _bounded(quantity: Quantity, text: str, start: int) -> Quantity:
    match = _BOUND.search(text[max(0, start - _BOUND_NEAR) : start])
    if match is None or ((match["over"] or match["under"]) and quantity.unit not in _SHARES):
        return quantity
    return quantity._replace(bound="≥" if match["least"] or match["over"] else "≤")
