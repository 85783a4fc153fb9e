"""A conversation as Markdown or JSON, each citation with the words as they were quoted; pure."""

import re
from collections.abc import Sequence
from typing import Any

from assistant.follow_up import Turn
from assistant.tidy import tidy
from assistant.types import Answer, Citation
from assistant.views.text import printable

_MARKS = re.compile(r"([\\`*_{}<>#|~]|(?<=\])[(:\[]|^(?=[-+=]))", re.MULTILINE)
"""What Markdown would read as more than a letter."""


def talk_dict(
    conversation_id: str, turns: Sequence[Turn], name: str | None = None
) -> dict[str, Any]:
    """Return a conversation as plain JSON values: its answers as ``ask --json`` prints them."""
    rows = [{"about": turn.about, "answer": turn.answer.to_dict()} for turn in turns]
    return {"conversation_id": conversation_id, "name": name, "turns": rows}


def talk_markdown(conversation_id: str, turns: Sequence[Turn], name: str | None = None) -> str:
    """Return a conversation as Markdown: questions as headings, sources below each answer."""
    blocks = [f"# {_plain(name)}" if name else f"# Conversation {conversation_id}"]
    for turn in turns:
        blocks += [f"## {_plain(turn.answer.question)}", *_answer_blocks(turn.answer)]
    return "\n\n".join(blocks) + "\n"


def _answer_blocks(answer: Answer) -> list[str]:
    blocks = [_plain(paragraph) for paragraph in answer.text.split("\n\n")]
    if answer.reason and not answer.refused:
        blocks.insert(0, f"({_plain(answer.reason)})")
    if answer.citations:
        blocks.append("\n".join(map(_source, answer.citations)))
    return blocks


def _source(citation: Citation) -> str:
    known = (", ".join(citation.authors), str(citation.year or ""), citation.url or "")
    details = "".join(f" {_plain(each)}." for each in known if each)
    quote = _plain(" ".join(citation.quote.split()))
    return f"- [{citation.marker}] {_plain(tidy(citation.title))}.{details} “{quote}”"


def _plain(text: str) -> str:
    return _MARKS.sub(r"\\\1", printable(text))
