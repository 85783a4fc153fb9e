"""Sentence splitting with exact character offsets: the unit that citations point to."""

import re

from assistant.types import Span

_END = re.compile(
    r"""
    (?<![.!?])(?P<stop>[.!?]++)(?P<close>["')\]}’”]*+)(?=\s)  # a full stop, what closes after it
    | (?<=[a-z]{3})(?P<glued>\.)(?=[A-Z][a-z]+\s)    # a lost space: "methods.Empirical tests"
    | (?P<paragraph>\n[ \t\r]*+\n)
    """,
    re.VERBOSE,
)
_NEXT_WORD = re.compile(r"\s*(\S+)")
_LAST_WORD = re.compile(r"(\S+)$")
_LONGEST_ABBREVIATION = 20

_NEVER_LAST = frozenset(
    "e.g i.e eg ie cf vs viz fig figs eq eqs eqn sec secs ref refs tab thm lem def resp approx ca "
    "dr prof mr mrs ms st no nos vol pp w.r.t a.k.a incl".split()
)
_MAY_BE_LAST = frozenset("al etc u.s u.k e.u jr inc ltd co a.m p.m ph.d".split())
_OPENERS = frozenset(
    "a additionally after although an and as at because besides both but by finally first for "
    "from furthermore given here how however if in instead it its many moreover most motivated "
    "on one our overall previous recent recently results second several similarly since some "
    "specifically such surprisingly that the then there therefore these they this those though "
    "three through thus to two under unlike using we what when where whereas whether which while "
    "with yet you".split()
)


def split_sentences(text: str) -> list[Span]:
    """Return the span of each sentence of `text`, in order, without surrounding whitespace.

    The spans don't overlap, and everything between them is whitespace.
    """
    spans: list[Span] = []
    start = 0
    for match in _END.finditer(text):
        if _is_boundary(text, start, match):
            _append_stripped(spans, text, start, match.end())
            start = match.end()
    _append_stripped(spans, text, start, len(text))
    return spans


def _is_boundary(text: str, start: int, match: re.Match[str]) -> bool:
    if match["paragraph"] is not None or match["glued"] is not None:
        return True
    following = _NEXT_WORD.match(text, match.end())
    if following is None:
        return True
    next_word = following.group(1)
    if next_word[0].islower():
        return False
    if match["stop"] != "." or match["close"].strip("\"'”’"):
        return True
    near = max(start, match.start() - _LONGEST_ABBREVIATION)
    preceding = _LAST_WORD.search(text[near : match.start()])
    return preceding is None or _ends_sentence(preceding.group(1), next_word)


def _ends_sentence(word: str, next_word: str) -> bool:
    """Whether a full stop after `word` and before the capitalised `next_word` ends a sentence."""
    bare = word.lower().lstrip("([{\"'“‘")
    if bare in _NEVER_LAST:
        return False
    is_initial = len(bare) == 1 and word[-1].isupper()
    if bare in _MAY_BE_LAST or is_initial:
        return next_word.lower().strip(",;:") in _OPENERS
    return True


def _append_stripped(spans: list[Span], text: str, start: int, end: int) -> None:
    piece = text[start:end]
    left = start + len(piece) - len(piece.lstrip())
    right = start + len(piece.rstrip())
    if left < right:
        spans.append(Span(left, right))
