"""The parts of a question that asks several things, each a query of its own.

A wrong split harms more than none: only a structure that the words show plainly is
split, such as a comparison of named things, or two questions joined by "and".
"""

import re

from assistant.clauses import standalone_clauses
from assistant.comparison import compared
from assistant.llm import ChatModel
from assistant.prompts import SINGLE, render_prompt
from assistant.question import content_stems

MOST_PARTS = 4
"""A question with more parts is left whole."""

_MOST_WORDS = 60
"""A longer text is no plain question."""

_THOUGHTS = re.compile(r"<think>.*?(?:</think>|\Z)", re.DOTALL | re.IGNORECASE)
_NEW_LINE = re.compile(r"[\r\n\v\f\x85\u2028\u2029]+|(?<=\?)[\"”’'*]*[,;]?\s+")
_MARK = re.compile(
    r"[\s>#*_`\"'“”‘’\[\]{}|•·–—-]+"
    r"|[(\[]?\d{1,2}[.):\]](?:\s+|$)"
    r"|\(?[a-h]\)\s"
    r"|(?:sub[\s-]?)?(?:question|query|part|q)\s*\d{0,2}\s*[.:)]\s*",
    re.IGNORECASE,
)
_CLOSING = " \t*_`\"'“”‘’[]{}|,;"


def split_question(text: str) -> tuple[str, ...]:
    """Return the parts of a question; one part, `text` as it is, unless they are plain.

    Each part can be searched by itself: it carries what it shares with the others.
    """
    spaced = text.split()
    if len(spaced) > _MOST_WORDS:
        return (text,)
    parts: dict[frozenset[str], str] = {}
    for clause in standalone_clauses(" ".join(spaced)):
        for part in compared(clause) or (clause,):
            parts.setdefault(frozenset(content_stems(part)), part)
    plain = 2 <= len(parts) <= MOST_PARTS and frozenset() not in parts
    return tuple(parts.values()) if plain else (text,)


def split_by_model(question: str, model: ChatModel) -> tuple[str, ...]:
    """Return the parts of a question as a model tells them; one, itself, if it has none.

    Raises:
        ProviderError: the model failed.
    """
    prompt = render_prompt("split_question", question=question, max_parts=MOST_PARTS)
    return parts_of_reply("".join(model.stream(prompt)), question)


def parts_of_reply(reply: str, question: str, limit: int = MOST_PARTS) -> tuple[str, ...]:
    """Return the parts of `question` that a model wrote for the prompt ``split_question``.

    Numbering, bullets, quotes and talk around the lines are taken off; a line that shares
    no content stem with the question is dropped. Fewer than two that are left: the question.

    Args:
        reply: what the model wrote: a question a line, or ``SINGLE``.
        question: what was to be split.
        limit: how many parts at most, the first ones.
    """
    lines = lines_of_reply(reply)
    if any(line.rstrip(".!").upper() == SINGLE for line in lines):
        return (question,)
    asked = [line for line in lines if line.endswith("?")]
    whole, echo = frozenset(content_stems(question)), question.strip(" ?").casefold()
    parts: dict[frozenset[str], str] = {}
    for line in asked or [line for line in lines if not line.endswith((":", ".", "!"))]:
        held = frozenset(content_stems(line))
        if held & whole and echo not in line.casefold():
            parts.setdefault(held, line)
    chosen = tuple(parts.values())[: max(limit, 0)]
    return chosen if len(chosen) > 1 else (question,)


def lines_of_reply(reply: str) -> list[str]:
    """Return what a model wrote line by line, without thoughts, numbering, bullets and quotes."""
    return [_unmarked(line) for line in _NEW_LINE.split(_THOUGHTS.sub("", reply))]


def _unmarked(line: str) -> str:
    """Return a line of a reply without the marks before and after its text, on one line."""
    text = " ".join(line.encode("utf-8", "ignore").decode().split())
    while match := _MARK.match(text):
        text = text[match.end() :]
    return text.rstrip(_CLOSING)
