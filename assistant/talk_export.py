"""A conversation as Markdown or JSON, each citation with the words as they were quoted; pure."""

from collections.abc import Sequence
from typing import Any

from assistant.follow_up import Turn
from assistant.views.citing import answer_markdown, plain_marks


def talk_dict(
    conversation_id: str, turns: Sequence[Turn], name: str | None = None
) -> dict[str, Any]:
    """Return a conversation as plain JSON values: its answers as ``ask --json`` prints them."""
    rows = [{"about": turn.about, "answer": turn.answer.to_dict()} for turn in turns]
    return {"conversation_id": conversation_id, "name": name, "turns": rows}


def talk_markdown(conversation_id: str, turns: Sequence[Turn], name: str | None = None) -> str:
    """Return a conversation as Markdown: questions as headings, sources below each answer."""
    blocks = [f"# {plain_marks(name)}" if name else f"# Conversation {conversation_id}"]
    for turn in turns:
        blocks += [f"## {plain_marks(turn.answer.question)}", answer_markdown(turn.answer)]
    return "\n\n".join(blocks) + "\n"
