"""A copy of the library in which an evaluation may write, plant papers and play the model."""

import threading
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from assistant.abstention import Gate
from assistant.ask import Assistant
from assistant.ingest_report import Skipped
from assistant.llm import ChatModel
from assistant.prompts import template_of
from assistant.store.backup import back_up
from assistant.store.record import RECORD
from assistant.types import Answer, Paper
from eval.cases import Plant


class ScriptedModel:
    """A model that writes the same draft whatever the question, a few letters at a time."""

    name = "scripted"
    usage: Mapping[str, int] = {}  # noqa: RUF012
    context_tokens: int | None = None

    def __init__(self, draft: str, piece: int = 16) -> None:
        """Write `draft` in pieces of `piece` characters."""
        self._pieces = [draft[i : i + piece] for i in range(0, len(draft), piece)]

    def stream(self, prompt: str) -> Iterator[str]:
        """Yield the draft piece by piece where an answer is asked for, and nothing else."""
        if template_of(prompt)[0] == "answer":
            yield from self._pieces


class Sandbox(Assistant):
    """An assistant over a copy of a library, whose model can be played.

    It answers as the `original` would: as sure, and with its models.
    """

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self._played = threading.local()
        self.original: Assistant | None = None

    def ask_with_draft(self, question: str, draft: str) -> Answer:
        """Answer with a model that writes `draft`; threads may each play their own."""
        self._played.draft = draft
        try:
            return self.ask(question, engine="openai")
        finally:
            self._played.draft = None

    def gate(self, engine: str) -> Gate:
        """Return that of the original: a calibration holds for its library, and for no copy."""
        return super().gate(engine) if self.original is None else self.original.gate(engine)

    def model(self, engine: str) -> ChatModel:
        """Return the played model while there is a draft, and that of the original else."""
        if (draft := getattr(self._played, "draft", None)) is not None:
            return ScriptedModel(draft)
        return super().model(engine) if self.original is None else self.original.model(engine)


@contextmanager
def sandbox(assistant: Assistant, plants: Iterable[Plant] = ()) -> Iterator[Sandbox]:
    """Open a copy of an assistant's library, `plants` among its papers; it is gone afterwards.

    Its indexes are made anew beside it, also where the library's own are on a Chroma
    server: what is planted in the copy must not get there.
    """
    with TemporaryDirectory(prefix="paper-assistant-eval-") as folder:
        copy = Path(folder) / "library"
        copy.mkdir()
        back_up(assistant.library.path, copy / RECORD)
        config = replace(assistant.config, library=copy, chroma_url=None)
        with Sandbox.open(config=config) as opened:
            opened.original = assistant
            planted: list[Paper | Skipped] = [
                Paper(f"planted-{n}", plant.title, plant.abstract)
                for n, plant in enumerate(plants, 1)
            ]
            if planted:
                opened.library.ingest(planted)
            yield opened
