"""A follow-up as a question by itself, as a model tells it: a hint, used only where it is sane."""

import re
from collections.abc import Sequence

from assistant.errors import ProviderError
from assistant.follow_up import Turn, telling_stems
from assistant.llm import ChatModel
from assistant.parts import lines_of_reply
from assistant.prompts import render_prompt
from assistant.tidy import tidy
from assistant.tokens import count_tokens
from assistant.types import Answer
from assistant.words import stems

MOST_TURNS = 3
MAX_HISTORY_TOKENS = 600
"""How much of a conversation a model is told: the last turns, as far as they fit."""

MAX_FOLLOW_UP_CHARACTERS = 300
"""A longer question is no follow-up that a model is asked about; a longer reply is none either."""

_SENTENCES_A_TURN = 2
_MOST_WORDS = 40
_LABEL = re.compile(r"(?:the\s+)?(?:stand-?alone|rewritten|rephrased)(?:\s+question)?\s*:\s*", re.I)


def standalone(question: str, history: Sequence[Turn], model: ChatModel) -> str:
    """Return a follow-up as a model tells it for itself; "" where it fails or makes no sense."""
    told = history_text(history)
    try:
        reply = "".join(model.stream(render_prompt("standalone", question=question, history=told)))
    except ProviderError:  # which the draft will meet again, and tell
        return ""
    return read_reply(reply, question, told)


def history_text(history: Sequence[Turn]) -> str:
    """Return the last turns for a prompt, oldest first: questions, answers, papers cited."""
    blocks: list[str] = []
    budget = MAX_HISTORY_TOKENS
    for turn in reversed(history[-MOST_TURNS:]):
        block = _turn_text(turn.answer)
        budget -= count_tokens(block)
        if budget < 0:
            break
        blocks.insert(0, block)
    return "\n\n".join(blocks)


def read_reply(reply: str, question: str, history: str) -> str:
    """Return the question that a model wrote for the prompt ``standalone``, or "".

    It must be one question of sane length that keeps the follow-up's own telling words;
    most of what it adds must stand in the conversation.
    """
    lines = [_LABEL.sub("", line, count=1) for line in lines_of_reply(reply) if line]
    asked = [line for line in lines if line.endswith("?")]
    if (
        len(asked) != 1
        or len(asked[0]) > MAX_FOLLOW_UP_CHARACTERS
        or len(asked[0].split()) > _MOST_WORDS
    ):
        return ""
    written, own = set(stems(asked[0])), telling_stems(question)
    added = written - own
    taken = added & set(stems(history))
    sane = own <= written and added and 2 * len(taken) >= len(added)
    return asked[0] if sane else ""


def _turn_text(answer: Answer) -> str:
    said = " ".join(sentence.text for sentence in answer.sentences[:_SENTENCES_A_TURN])
    titles = dict.fromkeys(citation.title for citation in answer.citations)
    cited = "; ".join(f"{n}. {tidy(title)}" for n, title in enumerate(titles, start=1))
    lines = [f"Question: {answer.question}", f"Answer: {said or 'none'}"]
    return "\n".join([*lines, f"Papers: {cited}"] if cited else lines)
