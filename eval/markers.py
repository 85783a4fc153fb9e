"""Citation markers in running text, whatever their spelling: [1], [1, 2], [1-3], [^1], 【1】."""

import re
from collections.abc import Iterable, Sequence

_MARKER = re.compile(r"[\[【]\s*\^?\d{1,4}(?:\s*[,;–—-]\s*\^?\d{1,4})*\s*[\]】]")
_PART = re.compile(r"\^?(\d+)(?:\s*[–—-]\s*\^?(\d+))?")
_LONGEST_RANGE = 50


def find_markers(text: str, quotes: Sequence[str] = ()) -> tuple[int, ...]:
    """Return the numbers that the markers in `text` name, in order, repeated as written.

    Args:
        text: an answer or a sentence of one.
        quotes: the passages that it may quote; a bracket that stands in one of them
            ("the unit cube [0, 1]", "as shown in [27]") is the paper's, not a marker.
    """
    return tuple(
        number
        for match in _MARKER.finditer(text)
        if not _is_quoted(match.group(), quotes)
        for number in _numbers(match.group())
    )


def strip_markers(text: str, quotes: Sequence[str] = ()) -> str:
    """Return `text` without markers, its whitespace tidied; `quotes` as in `find_markers`."""
    bare = _MARKER.sub(lambda m: m.group() if _is_quoted(m.group(), quotes) else " ", text)
    return re.sub(r"\s+([.,;:!?])", r"\1", " ".join(bare.split()))


def strip_titles(text: str, titles: Iterable[str]) -> str:
    """Return `text` without the titles that it spells out in full, longest first."""
    for title in sorted(titles, key=len, reverse=True):
        text = text.replace(title, " ")
    return " ".join(text.split())


def _numbers(marker: str) -> list[int]:
    """Expand "[1-3, 5]" to 1, 2, 3, 5; a range too long to be one counts as its two ends."""
    numbers: list[int] = []
    for first, last in _PART.findall(marker):
        low, high = int(first), int(last or first)
        is_range = low <= high <= low + _LONGEST_RANGE
        numbers.extend(range(low, high + 1) if is_range else (low, high))
    return numbers


def _is_quoted(marker: str, quotes: Sequence[str]) -> bool:
    bare = "".join(marker.split())
    return any(bare in "".join(quote.split()) for quote in quotes)
