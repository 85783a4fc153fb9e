"""Questions within a question: "What is dropout, and how does it act on small data sets?"."""

import re
from collections.abc import Iterator

from assistant.question import content_stems
from assistant.referents import (
    AUXILIARY,
    BE,
    DO,
    PRONOUN,
    Topic,
    pointing_out,
    topic_of,
    with_topic,
)
from assistant.sentences import split_sentences
from assistant.shared_heads import RELATIONAL
from assistant.words import any_of

_PREPOSITION = r"(?:(?:in|on|at|for|to|from|by|with|under|of|over|through)\s+)?"
_NOUN = rf"(?:(?!(?:{AUXILIARY}|the|an?|its?|they|their|he|she|we|you|this|these)\b)[\w'’-]+\s+)"
_ASKS_WITH_NOUN = rf"{_PREPOSITION}(?:how|which|what|whose)\s+{_NOUN}{{1,4}}?{AUXILIARY}\s+\w"
_OPENING = (
    rf"(?:{_PREPOSITION}(?:how|why|when|where|what|who)\s+{AUXILIARY}\s+\w"
    rf"|{_ASKS_WITH_NOUN}"
    r"|what\s+(?!(?:is|was|has|does)\b)[a-z]+s\s+\w"
    rf"|{AUXILIARY}\s+(?:it|they|there)\b"
    rf"|{DO}\s+(?:the|an?|such|other|any|these|this)\s+\w)"
)
"""How a question opens that isn't part of another: its verb stands before its subject."""

_OPENS = re.compile(rf"{_OPENING}|(?:which|what|who)\s+\w|{AUXILIARY}\s+\w", re.I)
_BOUNDARY = re.compile(
    rf"""
    (?P<end>\?)\s+(?:(?:and|but|also|so)\s*,?\s+)?(?=\w)
    | (?:\s*[,;]\s*(?:and|but)\s+|\s+and\s+|\s*;\s*)(?:also\s+|then\s+)?(?={_OPENING})
    | \s*,\s*(?=(?:how|why)\s+{AUXILIARY}\s+\w|what\s+{BE}\s+\w)
    """,
    re.IGNORECASE | re.VERBOSE,
)
_ASIDE = re.compile(r"[\"“”()\[\]{}:]")
_EMBEDS = re.compile(r"\w\W+(?:what|how|why|whether|which|who|where|if)\b", re.I)
_LEANS = any_of("""
    this, these, those, such, both, either, one, ones, former, latter, same, otherwise, instead
    else, the two, he, she, his, her, do so, does so, if so, why so, each, every, yes, no
""")
_THE = re.compile(r"\bthe\b(?!.*\bof\b)", re.I)
_DEFINES = re.compile(rf"what\s+{BE}\s+(?!the\b)", re.I)
_NAME = re.compile(r"(?<=\s)\S*[A-Z0-9]\S*")


def standalone_clauses(text: str) -> list[str]:
    """Return the questions that `text` consists of, each to be understood by itself.

    A pronoun gives way to what the question before is about. What can't stand alone
    stays with the question before it; where nothing is plain, the text is one question.
    """
    if not _is_plain(text):
        return [text]
    pieces = list(_pieces(text))
    first = pieces[0][1]
    if pointing_out(first) or _LEANS.search(first):
        return [text]
    clauses, topic = [first], topic_of(first)
    for (joint, piece), (_, before) in zip(pieces[1:], pieces, strict=False):
        embedded = "?" not in joint and _EMBEDS.search(before)
        clause = "" if embedded or not _OPENS.match(piece) else _standing_alone(piece, topic)
        if clause:
            clauses.append(clause)
            topic = topic if clause != piece else topic_of(clause)
        else:
            clauses[-1] += joint + piece
    return [_as_question(clause) for clause in clauses] if len(clauses) > 1 else [text]


def _pieces(text: str) -> Iterator[tuple[str, str]]:
    """Yield each clause with what joins it to the one before: ", and", "? And"."""
    joint, start = "", 0
    for match in _BOUNDARY.finditer(text):
        yield joint, text[start : match.start()]
        joint, start = match[0], match.end()
    yield joint, text[start:]


def _is_plain(text: str) -> bool:
    """Whether a text is nothing but questions, without quotations and asides."""
    if not _OPENS.match(text) or _ASIDE.search(text):
        return False
    *earlier, last = (span.of(text) for span in split_sentences(text))
    only_questions = all(sentence.endswith("?") for sentence in earlier)
    return only_questions and not (earlier and last.endswith((".", "!")))


def _standing_alone(clause: str, topic: Topic | None) -> str:
    """Return the clause as it is understood without those before; empty where that is not plain."""
    if _LEANS.search(clause):
        return ""
    if PRONOUN.search(clause):
        return with_topic(clause, topic) if topic and pointing_out(clause) else ""
    return clause if _has_own_topic(clause) else ""


def _has_own_topic(clause: str) -> bool:
    """Whether a clause tells something of a name, or is about what two telling words name."""
    names = {stem for name in _NAME.findall(clause) for stem in content_stems(name)}
    if names:
        return bool(_DEFINES.match(clause) or {*content_stems(clause)} - names - RELATIONAL)
    if _THE.search(clause) or re.match(_ASKS_WITH_NOUN, clause, re.I):
        return False
    topic = topic_of(clause)
    telling = {*content_stems(topic.phrase)} - RELATIONAL if topic else set()
    return len(telling) >= (1 if _DEFINES.match(clause) else 2)


def _as_question(clause: str) -> str:
    clause = clause.strip(" ?.,;")
    return f"{clause[0].upper()}{clause[1:]}?" if clause[0].isascii() else f"{clause}?"
