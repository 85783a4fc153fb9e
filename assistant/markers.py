"""A model's stream of text as sentences with their citation markers, whatever its habits.

Markers are read as hints and taken out of the text: ``[1]``, ``[1, 2]``,
``[1-3]``, ``[^1]``, ``【1】``, ``(source 1)``, ``¹``, before or after the full stop; at the
end of a sentence ``(1)`` and ``^1`` as well.
"""

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace

from assistant.sentences import split_sentences

_NOUN = r"(?:sources?|sentences?|papers?|citations?|evidence|references?|refs?|documents?|docs?)"
_ITEM = rf"(?:(?:{_NOUN}|[se]) ?)?(?:[.:#^] ?)?[\d¹²³⁴⁵⁶⁷⁸⁹⁰]{{1,4}}(?::\d{{1,4}})?"
_INSIDE = rf"{_ITEM}(?: ?(?:,|;|&|and|-|–|to) ?{_ITEM}){{0,40}}"
_ROMAN = {
    numeral: value
    for value, numeral in enumerate(
        "i ii iii iv v vi vii viii ix x xi xii xiii xiv xv xvi xvii xviii xix xx".split(), start=1
    )
}
_NUMERALS = "|".join(sorted(_ROMAN, key=len, reverse=True))
_MARKER = re.compile(
    rf"(?<!\b\w)\[ ?({_INSIDE}|(?:{_NUMERALS})(?: ?[,;] ?(?:{_NUMERALS})){{0,9}}) {{0,2}}"
    r"(?:†(?:[^\].!?]|[.!?](?!\s)){0,60})?\]"
    r"(?:\((?:https?:|www\.|\#)[^)\s]{0,300}\))?"  # a Markdown link
    r"(?! ?[\^_])(?-i:(?![a-z0-9]|[A-Z]\b))"  # not [0,1]^d
    rf"|\( ?({_NOUN} ?{_INSIDE}) ?\)"
    # a footnote, not the square of n², km² or log² n
    r"|(?:(?<=[\s.,;:!?)”\"\]])|(?<=[a-z]{3})(?<!log)(?<!sin)(?<!cos))([¹²³⁴⁵⁶⁷⁸⁹⁰]{1,20})(?!\w)"
    # at the end of a sentence: "(1, 2)", "^1"
    r"|(?:(?<=\w )|(?<=[.!?] )|(?<=[.!?]))\((\d{1,2}(?: ?[,;] ?\d{1,2}){0,9})\)"
    r"(?=[.!?]?(?:\s|$))(?! ?(?-i:[a-z]))"
    r"|(?:(?<=[a-z]{3})(?<!log)(?<!sin)(?<!cos)|(?<=[.!?]))\^(\d{1,2})(?=[.!?]?(?:\s|$))",
    re.IGNORECASE,
)
"""A marker, in text whose whitespace is single spaces; each repeat is bounded."""

_BRACKETS = str.maketrans("【】［］⟦⟧〔〕〚〛❲❳", "[][][][][][]")
_WRAPPINGS = tuple(
    (re.compile(pattern, re.IGNORECASE), inner)
    for pattern, inner in (
        (r"\\([\[\]])", r"\1"),
        (r"(?<!\b\w)⁽([¹²³⁴⁵⁶⁷⁸⁹⁰]{1,4})⁾", r"[\1]"),
        (r"\[(\[[^\[\]]{0,300}\])\]", r"\1"),
        (r"<sup> ?\[?([\d ,;–-]{1,60})\]? ?</sup>", r"[\1]"),
        (r"\( ?(?:see )?(\[[^\[\]()]{0,300}\]) ?\)", r"\1"),
    )
)
"""What is put around a marker, and what is left without it."""

_AUTHOR_YEAR = re.compile(
    r" ?\((?:[A-Z][\w'’-]{1,30}(?:,? (?:et al\.?|(?:and|&) [A-Z][\w'’-]{1,30}))?"
    r",? (?:19|20)\d\d[a-z]?(?:; ?)?){1,5}\)"
)
"""A reference from a model's memory: "(Smith et al., 2019; Doe, 2020)"."""

_RANGE = re.compile(r"(\d+)\s*(?:-|–|to)\s*\D{0,10}?(\d+)")
_SUPERSCRIPTS = str.maketrans("¹²³⁴⁵⁶⁷⁸⁹⁰", "1234567890")
_BULLET = re.compile(r"\s*(?:[-*•]|#+|\d{1,2}[.)]|>)\s+")
_EMPHASIS = re.compile(r"(\*\*|__|`)(.+?)\1")
_ENDED = re.compile(rf"(?:[.!?:…][\"'”’)]{{0,9}}|{_MARKER.pattern}) ?$", re.IGNORECASE)
_BEGUN = re.compile(r"[^\W_]\S*\s")
_BLANKS = re.compile(r"[^\S\n]+")
_LONGEST_RANGE = 20

MAX_SENTENCE_CHARACTERS = 2000
"""Where a draft goes on this long without the end of a sentence, it is cut."""


@dataclass(frozen=True, slots=True)
class MarkedSentence:
    """A sentence without its markers, and the numbers that they named, in order.

    One that is not `complete` broke off: the stream ended without a full stop or a marker.
    `remembered` are references by author and year that were taken out as well.
    """

    text: str
    numbers: tuple[int, ...]
    complete: bool = True
    remembered: tuple[str, ...] = ()


def read_stream(pieces: Iterable[str], literals: Collection[str] = ()) -> Iterator[MarkedSentence]:
    """Yield each sentence as soon as it is surely complete, its late markers included.

    `literals` are brackets that belong to the text, as `own_brackets` gives them. Only
    what follows the last complete sentence is looked at again.
    """
    line, fresh = "", True
    for piece in _slices(pieces):
        *ended, line = _BLANKS.sub(" ", line + piece).split("\n")
        for whole in ended:
            yield from (read_markers(s, literals) for s in _sentences(whole, fresh)[0])
            fresh = True
        if not _BLANKS.search(piece) and len(line) <= MAX_SENTENCE_CHARACTERS:
            continue  # no further word is whole, so no further sentence is
        sentences, complete = _sentences(line, fresh)
        if complete:
            yield from (read_markers(s, literals) for s in sentences[:complete])
            line, fresh = "".join(sentences[complete:]), False
        if len(line) > MAX_SENTENCE_CHARACTERS:
            yield replace(read_markers(line, literals), complete=False)
            line, fresh = "", False
    for sentence in _sentences(line, fresh)[0]:
        ended_well = _ENDED.search(_unwrapped(sentence)) is not None
        yield replace(read_markers(sentence, literals), complete=ended_well)


def read_markers(sentence: str, literals: Collection[str] = ()) -> MarkedSentence:
    """Take the markers out of one sentence, but for the brackets in `literals`."""
    numbers: list[int] = []

    def taken(match: re.Match[str]) -> str:
        if _without_space(match.group()) in literals:
            return match.group()
        numbers.extend(_numbers(match))
        return ""

    remembered: list[str] = []

    def forgotten(match: re.Match[str]) -> str:
        if _without_space(match.group()) in literals:
            return match.group()
        remembered.append(match.group().strip())
        return ""

    text = _MARKER.sub(taken, _unwrapped(_BLANKS.sub(" ", sentence)))
    text = _AUTHOR_YEAR.sub(forgotten, text)
    text = _EMPHASIS.sub(r"\2", text)
    text = re.sub(r" ([.,;:!?])", r"\1", " ".join(text.split()))
    text = re.sub(r"(?<!\.)\.\.$", ".", text)
    found = tuple(dict.fromkeys(numbers))
    return MarkedSentence(text.strip(), found, remembered=tuple(dict.fromkeys(remembered)))


def own_brackets(text: str, numbered: int) -> frozenset[str]:
    """Return the brackets of a source that look like markers, without spaces: ``[0,1]``.

    Not those that a marker of the `numbered` pieces of evidence could be taken for; its
    references by author and year are among them.
    """
    spaced = _BLANKS.sub(" ", text)
    brackets = (
        match
        for match in _MARKER.finditer(spaced)
        if match.group().startswith("[")
        and not all(1 <= number <= numbered for number in _numbers(match))
    )
    return frozenset(
        _without_space(match.group()) for match in (*brackets, *_AUTHOR_YEAR.finditer(spaced))
    )


def _slices(pieces: Iterable[str]) -> Iterator[str]:
    """Yield the pieces, the long ones in parts: none is worth more work than a sentence."""
    for piece in pieces:
        for start in range(0, len(piece), MAX_SENTENCE_CHARACTERS):
            yield piece[start : start + MAX_SENTENCE_CHARACTERS]


def _sentences(line: str, fresh: bool) -> tuple[list[str], int]:
    """Return the sentences of a line, joined the line again, and how many can't grow any more.

    A sentence is complete once a whole word (not a marker) follows it: markers are
    as good as space, and go with the sentence before. `fresh`: a bullet may open the line.
    """
    bullet = _BULLET.match(line) if fresh else None
    line = line[bullet.end() :] if bullet else line
    spans = split_sentences(_MARKER.sub(_blank, _unwrapped(line, keep_length=True)))
    starts = [0, *(span.start for span in spans[1:])] if line.strip() else []
    begun = (i for i in range(len(starts) - 1, 0, -1) if _BEGUN.match(line, starts[i]))
    ends = [*starts[1:], len(line)]
    return [line[a:b] for a, b in zip(starts, ends, strict=False)], next(begun, 0)


def _blank(match: re.Match[str]) -> str:
    return " " * len(match.group())


def _unwrapped(text: str, keep_length: bool = False) -> str:
    """Return text without what is put around its markers, or with spaces behind in its place."""
    text = text.translate(_BRACKETS)
    for wrapping, inner in _WRAPPINGS:

        def bare(match: re.Match[str], inner: str = inner) -> str:
            left = match.expand(inner)
            return left.ljust(len(match.group())) if keep_length else left

        text = wrapping.sub(bare, text)
    return text


def _without_space(text: str) -> str:
    return "".join(text.split())


def _numbers(match: re.Match[str]) -> Iterator[int]:
    inside = next(group for group in match.groups() if group).translate(_SUPERSCRIPTS)
    for first, last in _RANGE.findall(inside):
        if 0 <= int(last) - int(first) <= _LONGEST_RANGE:
            yield from range(int(first), int(last) + 1)
    yield from map(int, re.findall(r"\d+", inside))
    yield from (
        _ROMAN[word] for word in re.findall(r"\b[ivx]+\b", inside.lower()) if word in _ROMAN
    )
