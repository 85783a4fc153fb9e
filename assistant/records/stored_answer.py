"""Answers back from the plain values that `Answer.to_dict` made of them; pure."""

from collections.abc import Mapping
from typing import Any

from assistant.types import (
    Answer,
    AnswerSentence,
    Citation,
    Coverage,
    DroppedSentence,
    Label,
    LibraryStamp,
    Retrieved,
)


def answer_from_dict(data: Mapping[str, Any]) -> Answer:
    """Rebuild an answer from what `Answer.to_dict` made of it."""
    nested: dict[str, Any] = {
        "sentences": tuple(
            AnswerSentence(**{**row, "verdict": Label(row["verdict"])} | _tuples(row))
            for row in data["sentences"]
        ),
        "citations": tuple(Citation(**{**row, **_tuples(row)}) for row in data["citations"]),
        "retrieved": tuple(Retrieved(**row) for row in data["retrieved"]),
        "dropped": tuple(
            DroppedSentence(**{**row, "verdict": Label(row["verdict"])} | _tuples(row))
            for row in data["dropped"]
        ),
        "coverage": Coverage(**_tuples(data["coverage"])),
        "library": LibraryStamp(**data["library"]),
    }
    return Answer(**{**data, **nested})


def _tuples(row: Mapping[str, Any]) -> dict[str, tuple[Any, ...]]:
    """Return the lists of a row as tuples."""
    return {name: tuple(value) for name, value in row.items() if isinstance(value, list)}
