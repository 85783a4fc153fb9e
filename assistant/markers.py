"""A model's stream of text as sentences with their citation markers, whatever its habits.

Markers are read as hints and taken out of the text: ``[1]``, ``[1, 2]``,
``[1-3]``, ``[^1]``, ``【1】``, ``(source 1)``, ``¹``, before or after the full stop.
"""

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace

from assistant.sentences import split_sentences

_NOUN = r"(?:sources?|sentences?|papers?|citations?|evidence|references?|refs?|documents?|docs?)"
_ITEM = rf"(?:{_NOUN}|[se])?\s*[.:#^]?\s*\d{{1,4}}(?::\d+)?"
_INSIDE = rf"{_ITEM}(?:\s*(?:,|;|&|and|-|–|to)\s*{_ITEM})*"
_MARKER = re.compile(
    rf"(?<!\b\w)\[\s*({_INSIDE})\s*(?:†(?:[^\].!?]|[.!?](?!\s)){{0,60}})?\]"
    r"(?:\((?:https?:|www\.|\#)[^)\s]*\))?"  # a Markdown link
    r"(?![\^_])(?-i:(?![a-z0-9]|[A-Z]\b))"  # not [0,1]^d
    rf"|\(\s*({_NOUN}\s*{_INSIDE})\s*\)"
    # a footnote, not the square of n², km² or log² n
    r"|(?:(?<=[\s.,;:!?)”\"\]])|(?<=[a-z]{3})(?<!log)(?<!sin)(?<!cos))([¹²³⁴⁵⁶⁷⁸⁹⁰]+)(?!\w)",
    re.IGNORECASE,
)
_BRACKETS = str.maketrans("【】［］", "[][]")
_WRAPPINGS = (
    (re.compile(r"\\([\[\]])"), r"\1"),
    (re.compile(r"\[(\[[^\[\]]*\])\]"), r"\1"),
    (re.compile(r"<sup>\s*\[?([\d\s,;–-]+)\]?\s*</sup>", re.IGNORECASE), r"[\1]"),
    (re.compile(r"\(\s*(?:see\s+)?(\[[^\[\]()]*\])\s*\)", re.IGNORECASE), r"\1"),
)
"""What is put around a marker, and what is left without it."""

_AFTER_STOP = re.compile(
    rf"([.!?][\"”’]?)((?:\s*(?:{_MARKER.pattern}))+)(?-i:(?=\s|$|[A-Z]))", re.IGNORECASE
)
_RANGE = re.compile(r"(\d+)\s*(?:-|–|to)\s*\D{0,10}?(\d+)")
_SUPERSCRIPTS = str.maketrans("¹²³⁴⁵⁶⁷⁸⁹⁰", "1234567890")
_BULLET = re.compile(r"^\s*(?:[-*•]|#+|\d{1,2}[.)]|>)\s+")
_EMPHASIS = re.compile(r"(\*\*|__|`)(.+?)\1")
_ENDED = re.compile(rf"(?:[.!?:…][\"'”’)]*|{_MARKER.pattern})\s*$", re.IGNORECASE)
_BEGUN = re.compile(r"[^\W_]\S*\s")
_LONGEST_RANGE = 20


@dataclass(frozen=True, slots=True)
class MarkedSentence:
    """A sentence without its markers, and the numbers that they named, in order.

    One that is not `complete` broke off: the stream ended without a full stop or a marker.
    """

    text: str
    numbers: tuple[int, ...]
    complete: bool = True


def read_stream(pieces: Iterable[str], literals: Collection[str] = ()) -> Iterator[MarkedSentence]:
    """Yield each sentence as soon as it is surely complete, its late markers included.

    `literals` are brackets that belong to the text, as `own_brackets` gives them.
    """
    line, given = "", 0
    for piece in pieces:
        *lines, last = (line + piece).split("\n")
        for line in lines:
            yield from (read_markers(s, literals) for s in _sentences(line)[0][given:])
            given = 0
        line = last
        sentences, complete = _sentences(line)
        yield from (read_markers(s, literals) for s in sentences[given:complete])
        given = max(given, complete)
    for sentence in _sentences(line)[0][given:]:
        marked = read_markers(sentence, literals)
        yield replace(marked, complete=bool(_ENDED.search(_unwrapped(sentence))))


def read_markers(sentence: str, literals: Collection[str] = ()) -> MarkedSentence:
    """Take the markers out of one sentence, but for the brackets in `literals`."""
    numbers: list[int] = []

    def taken(match: re.Match[str]) -> str:
        if _without_space(match.group()) in literals:
            return match.group()
        numbers.extend(_numbers(match))
        return ""

    text = _MARKER.sub(taken, _unwrapped(sentence))
    text = _EMPHASIS.sub(r"\2", text)
    text = re.sub(r"\s+([.,;:!?])", r"\1", " ".join(text.split()))
    text = re.sub(r"(?<!\.)\.\.$", ".", text)
    return MarkedSentence(text.strip(), tuple(dict.fromkeys(numbers)))


def own_brackets(text: str, numbered: int) -> frozenset[str]:
    """Return the brackets of a source that look like markers, without spaces: ``[0,1]``.

    Not those that a marker of the `numbered` pieces of evidence could be taken for.
    """
    found = (match for match in _MARKER.finditer(text) if match.group().startswith("["))
    return frozenset(
        _without_space(match.group())
        for match in found
        if not all(1 <= number <= numbered for number in _numbers(match))
    )


def _sentences(line: str) -> tuple[list[str], int]:
    """Return the sentences of one line, and how many of them can't grow any more.

    A sentence is complete once a whole word (not a marker) follows it. Markers
    behind a full stop come before it.
    """
    line = _AFTER_STOP.sub(
        lambda match: f" {match[2].strip()}{match[1]} ", _unwrapped(_BULLET.sub("", line))
    )
    spans = split_sentences(line)
    begun = (i for i in range(len(spans) - 1, 0, -1) if _BEGUN.match(line, spans[i].start))
    return [span.of(line) for span in spans], next(begun, 0)


def _unwrapped(text: str) -> str:
    text = text.translate(_BRACKETS)
    for wrapping, inner in _WRAPPINGS:
        text = wrapping.sub(inner, text)
    return text


def _without_space(text: str) -> str:
    return "".join(text.split())


def _numbers(match: re.Match[str]) -> Iterator[int]:
    inside = next(group for group in match.groups() if group).translate(_SUPERSCRIPTS)
    for first, last in _RANGE.findall(inside):
        if 0 <= int(last) - int(first) <= _LONGEST_RANGE:
            yield from range(int(first), int(last) + 1)
    yield from map(int, re.findall(r"\d+", inside))
