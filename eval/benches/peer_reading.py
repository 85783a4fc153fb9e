"""A peer's answer as the values that the metrics judge. Pure.

Its text follows no rules, so where it can be read in two ways, it is read in its favour.
"""

import re
from collections.abc import Iterator

from assistant.sentences import split_sentences
from eval.benches.peers import PeerAnswer
from eval.markers import find_markers, strip_markers, strip_titles
from eval.metrics import CitedSentence, count_words
from eval.reading import AnswerReading

REFUSAL_WORDS = 40
REFUSAL_RULE = (
    'an empty text or "Empty Response"; one that claims nothing; one that begins by saying that '
    f"the sources do not tell; or one of at most {REFUSAL_WORDS} words that says so anywhere"
)
"""What counts as a peer's refusal; printed with the numbers."""

_EMPTY = frozenset(("", "empty response", "none", "n/a"))
_FEWEST_WORDS = 3
"""What is shorter is a heading or the number of an item, not a claim."""

_NEGATED = r"(?:(?:do|does|did|is|are|was|were|can|could)(?:\s+not|n['’]t)|cannot|fails?\s+to)"
_SOURCES = r"(?:sources?|context|text|passages?|documents?|excerpts?|abstracts?|information)"
_TELLS = (
    r"(?:explicitly|directly|specifically|provide|mention|contain|address|discuss|answer|specify|"
    r"include|state|cover|describe|helpful|useful|relevant|give|given|offer|say|tell|explain|"
    r"available|enough|sufficient|indicate|define)"
)
_DENIAL = re.compile(
    rf"\b{_SOURCES}\b[^.;]{{0,60}}?\b{_NEGATED}\s+(?:\w+\s+)?{_TELLS}"
    rf"|\b(?:none|neither)\s+of\s+the\b[^.;]{{0,40}}\b{_SOURCES}\b"
    rf"|\b(?:no|insufficient|not\s+enough)\s+(?:\w+\s+){{0,2}}{_SOURCES}\b"
    rf"|\bno\s+(?:mention|answer|indication)\b|\bnot\s+{_TELLS}\w*\s+in\s+the\b"
    rf"|\bi\s*(?:(?:do|can|could|am)(?:\s+not|n['’]t)|cannot|['’]m\s+not|['’]m\s+sorry|am\s+sorry)"
    r"\b"
    r"|\b(?:unable|not\s+possible|impossible)\s+to\s+(?:answer|determine|find|provide|say|tell)"
    r"|\b(?:cannot|can\s*not|can['’]t|could\s+not)\s+be\s+(?:answered|determined|found)"
    r"|\bquestion\b[^.;]{0,40}\b(?:cannot|can['’]t|not)\b",
    re.IGNORECASE,
)
_NAMED = re.compile(
    r"[\[(【]?\bsources?\s+(\d{1,4}(?:\s*(?:,|and|&|,\s*and)\s*\d{1,4})*)\b[\])】]?", re.IGNORECASE
)
_LEADING = re.compile(r"(?:\s*[\[【][\s\d^,;–—-]+[\]】])+")
_BULLET = re.compile(r"^(?:[-*•#>]+|\d{1,2}[.)])\s+")


def is_refusal(text: str) -> bool:
    """Tell whether a peer's text refuses to answer, by `REFUSAL_RULE`."""
    bare = strip_markers(_with_markers(text))
    if bare.strip(" .").casefold() in _EMPTY:
        return True
    if count_words(bare) <= REFUSAL_WORDS:
        return _denies(bare)
    first = next((piece for piece in _pieces(bare) if _has_words(piece)), "")
    return _denies(first)


def read_peer(answer: PeerAnswer) -> AnswerReading:
    """Read a peer's answer: a marker is valid if it names one of the sources.

    "(Source 2)" is a marker, too. One between two sentences counts for both. Headings, and
    sentences that only say what the sources lack, claim nothing. What a bracket of a source
    says ("the unit cube [0, 1]") is no marker.
    """
    text = _with_markers(answer.text)
    premises = {number: source.text for number, source in enumerate(answer.sources, 1)}
    titles = {number: source.title for number, source in enumerate(answer.sources, 1)}
    quotes = list(premises.values())
    uses = find_markers(text, quotes)
    return AnswerReading(
        claims=_claims(text, quotes),
        labels=(),
        uses=uses,
        premises=premises,
        sources=titles,
        papers=frozenset(titles[use] for use in uses if use in titles),
        plain=strip_titles(strip_markers(text, quotes), set(titles.values()) - {""}),
    )


def _claims(text: str, quotes: list[str]) -> tuple[CitedSentence, ...]:
    claims: list[CitedSentence] = []
    before: tuple[int, ...] = ()
    for piece in _pieces(text):
        leading = _LEADING.match(piece)
        shared = find_markers(leading.group(), quotes) if leading else ()
        bare = _BULLET.sub("", strip_markers(piece, quotes))
        if claims and shared:
            claims[-1] = CitedSentence(claims[-1].text, (*claims[-1].cited, *shared))
        if _is_claim(bare):
            claims.append(CitedSentence(bare, (*before, *find_markers(piece, quotes))))
            before = ()
        elif not _has_words(bare):
            before = shared
    return tuple(claims)


def _is_claim(bare: str) -> bool:
    return _has_words(bare) and not bare.endswith(":") and not _denies(bare)


def _has_words(text: str) -> bool:
    return sum(any(map(str.isalpha, word)) for word in text.split()) >= _FEWEST_WORDS


def _denies(text: str) -> bool:
    return _DENIAL.search(text) is not None


def _with_markers(text: str) -> str:
    """Return `text` with "Source 2" and "(Sources 1 and 2)" as markers."""
    return _NAMED.sub(lambda found: f"[{', '.join(re.findall(r'[0-9]+', found[1]))}]", text)


def _pieces(text: str) -> Iterator[str]:
    """Yield the sentences of each line: lists and headings have no full stop."""
    for line in text.splitlines():
        yield from (line[span.start : span.end] for span in split_sentences(line))
