"""Numbers in brackets that a text has of its own: references as in "[7]", or intervals.

In an answer ``[7]`` is a citation of ours, so a reference of a paper is spelled ``(7)``
there. In facts it is no number, and in a quotation it may be left out.
"""

import re
from collections.abc import Sequence

from assistant.tidy import tidy

_PART = r"\^?(?:\d{1,4}|[ivxIVX]{1,5})"
_BRACKET = re.compile(
    rf"[\[【［⟦〔〚❲] ?({_PART}(?: ?[,;–-] ?{_PART}){{0,40}}) ?[\]】］⟧〕〛❳](?P<power>[\^_])?"
)
_BEFORE_INTERVAL = re.compile(r"(?:[∈=×]|\b(?:interval|range|cube|domain|segment|over))\W*$")
_NEAR = 12


def blank_references(text: str) -> str:
    """Return tidied `text` without its references; intervals like ``[0,1]^d`` stay."""
    text = tidy(text)
    return _closed_up(_BRACKET.sub(lambda m: m[0] if _is_interval(m) else "", text))


def spell_references(text: str, quotes: Sequence[str] | None = None) -> str:
    """Return tidied `text` with no bracket that a reader could take for a citation of ours.

    A reference becomes ``(7)``. Brackets that stand in none of the `quotes` are left
    out: they are nobody's; without `quotes` all are the text's own.
    """
    own = None if quotes is None else ["".join(tidy(quote).split()) for quote in quotes]

    def spelled(match: re.Match[str]) -> str:
        if own is not None and not any("".join(match[0].split()) in quote for quote in own):
            return ""
        return match[0] if _is_interval(match) else f"({match[1]}){match['power'] or ''}"

    return _closed_up(_BRACKET.sub(spelled, tidy(text)))


def as_compared(text: str) -> str:
    """Return what two texts share if one quotes the other: no spaces, case, marks or references."""
    return blank_references(text).strip(" \"'“”‘’").rstrip(".").casefold()


def _is_interval(match: re.Match[str]) -> bool:
    """Whether a bracket is mathematics: not one number, and from zero, to a power or in a set."""
    numbers = re.findall(r"\d+", match[1])
    if len(numbers) < 2:
        return False
    before = match.string[max(0, match.start() - _NEAR) : match.start()]
    return bool(
        match["power"] or int(numbers[0]) == 0 or _BEFORE_INTERVAL.search(before.casefold())
    )


def _closed_up(text: str) -> str:
    return re.sub(r" ([.,;:!?])", r"\1", " ".join(text.split()))
