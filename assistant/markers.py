"""A model's stream of text as sentences with their citation markers, whatever its habits.

Markers are read as hints and taken out of the text: ``[1]``, ``[1, 2]``,
``[1-3]``, ``[^1]``, ``【1】``, ``(source 1)``, ``¹``, before or after the full stop.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from assistant.sentences import split_sentences

_ITEM = r"(?:sources?|sentences?|refs?|[se#])?\s*\^?\s*\d{1,4}"
_INSIDE = rf"{_ITEM}(?:\s*(?:,|;|&|and|-|–|to)\s*{_ITEM})*"
_MARKER = re.compile(
    rf"[\[【]\s*({_INSIDE})\s*(?:†[^\]】]*)?[\]】](?![\^\w(])"
    rf"|\(\s*((?:sources?|sentences?|refs?)\s*{_INSIDE})\s*\)"
    r"|([¹²³⁴⁵⁶⁷⁸⁹⁰]+)",
    re.IGNORECASE,
)
_AFTER_STOP = re.compile(rf"([.!?][\"”’]?)((?:\s*(?:{_MARKER.pattern}))+)(?=\s|$)", re.IGNORECASE)
_RANGE = re.compile(r"(\d+)\s*(?:-|–|to)\s*\D{0,10}?(\d+)")
_SUPERSCRIPTS = str.maketrans("¹²³⁴⁵⁶⁷⁸⁹⁰", "1234567890")
_BULLET = re.compile(r"^\s*(?:[-*•]|#+|\d{1,2}[.)]|>)\s+")
_EMPHASIS = re.compile(r"(\*\*|__|`)(.+?)\1")
_LONGEST_RANGE = 20


@dataclass(frozen=True, slots=True)
class MarkedSentence:
    """A sentence without its markers, and the numbers that they named, in order."""

    text: str
    numbers: tuple[int, ...]


def read_stream(pieces: Iterable[str]) -> Iterator[MarkedSentence]:
    """Yield each sentence as soon as it is surely complete, its late markers included."""
    waiting = ""
    for piece in pieces:
        waiting += piece
        complete, waiting = _split_complete(waiting)
        yield from map(read_markers, complete)
    for line in waiting.splitlines():
        yield from map(read_markers, _sentences(line))


def read_markers(sentence: str) -> MarkedSentence:
    """Take the markers out of one sentence."""
    numbers = [n for match in _MARKER.finditer(sentence) for n in _numbers(match)]
    text = _MARKER.sub("", sentence)
    text = _EMPHASIS.sub(r"\2", text)
    text = re.sub(r"\s+([.,;:!?])", r"\1", " ".join(text.split()))
    text = re.sub(r"(?<!\.)\.\.$", ".", text)
    return MarkedSentence(text.strip(), tuple(dict.fromkeys(numbers)))


def _split_complete(text: str) -> tuple[list[str], str]:
    """Return the sentences that can't grow any more, and the rest.

    A sentence is complete at a line's end, or once words (not a marker) follow it.
    """
    *lines, rest = text.split("\n")
    complete = [sentence for line in lines for sentence in _sentences(line)]
    sentences = _sentences(rest)
    last_begun = next((i for i in range(len(sentences) - 1, 0, -1) if sentences[i][0].isalnum()), 0)
    if last_begun == 0:
        return complete, rest
    return complete + sentences[:last_begun], " ".join(sentences[last_begun:])


def _sentences(line: str) -> list[str]:
    """Return the sentences of one line; markers behind a full stop come before it."""
    line = _AFTER_STOP.sub(lambda match: f" {match[2].strip()}{match[1]}", _BULLET.sub("", line))
    return [span.of(line) for span in split_sentences(line)]


def _numbers(match: re.Match[str]) -> Iterator[int]:
    inside = next(group for group in match.groups() if group).translate(_SUPERSCRIPTS)
    for first, last in _RANGE.findall(inside):
        if 0 <= int(last) - int(first) <= _LONGEST_RANGE:
            yield from range(int(first), int(last) + 1)
    yield from map(int, re.findall(r"\d+", inside))
