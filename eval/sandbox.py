"""A copy of the library in which an evaluation may write, plant papers and play the model."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from assistant.ask import Assistant
from assistant.ingest_report import Skipped
from assistant.llm import ChatModel
from assistant.store.backup import back_up
from assistant.store.record import RECORD
from assistant.types import Answer, Paper
from eval.cases import Plant


class ScriptedModel:
    """A model that writes the same draft whatever it is asked, a few letters at a time."""

    name = "scripted"
    usage: Mapping[str, int] = {}  # noqa: RUF012
    context_tokens: int | None = None

    def __init__(self, draft: str, piece: int = 16) -> None:
        """Write `draft` in pieces of `piece` characters."""
        self._pieces = [draft[i : i + piece] for i in range(0, len(draft), piece)]

    def stream(self, prompt: str) -> Iterator[str]:
        """Yield the draft piece by piece."""
        yield from self._pieces


class Sandbox(Assistant):
    """An assistant over a copy of a library, whose model can be played."""

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self._draft: str | None = None

    def ask_with_draft(self, question: str, draft: str) -> Answer:
        """Answer with a model that writes `draft`."""
        self._draft = draft
        try:
            return self.ask(question, engine="openai")
        finally:
            self._draft = None

    def model(self, engine: str) -> ChatModel:
        """Return the played model while there is a draft, and the configured one else."""
        return super().model(engine) if self._draft is None else ScriptedModel(self._draft)


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
            planted: list[Paper | Skipped] = [
                Paper(f"planted-{n}", plant.title, plant.abstract)
                for n, plant in enumerate(plants, 1)
            ]
            if planted:
                opened.library.ingest(planted)
            yield opened
