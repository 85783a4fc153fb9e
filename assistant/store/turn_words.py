"""What a search of conversations looks through; pure."""

from typing import Any

from assistant.words import folded

MOST_WORDS = 50
"""Of what is searched for; more say nothing new, and SQLite takes no condition of any length."""


def words_of_turn(answer: Any) -> str:
    """Return the question and the text of an answer, which is JSON, folded; "" of anything else."""
    said = answer if isinstance(answer, dict) else {}
    return searched_text(f"{said.get('question', '')}\n{said.get('text', '')}")


def searched_text(text: str) -> str:
    """Return a text as it is looked through: folded, and without halves of characters."""
    return folded(text.encode(errors="replace").decode())


def words_asked(text: str) -> list[str]:
    """Return the words that must all be found, each once."""
    return list(dict.fromkeys(searched_text(text).split()))[:MOST_WORDS]
