"""A double of a chat model: it writes what the script says, and keeps the prompts it got."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field


@dataclass
class ScriptedModel:
    """Streams its pieces in turn; an exception among them is raised where it stands."""

    pieces: Sequence[str | Exception] = ()
    name: str = "scripted"
    usage: dict[str, int] = field(default_factory=lambda: {"completion_tokens": 7})
    prompts: list[str] = field(default_factory=list)
    context_tokens: int | None = None

    def stream(self, prompt: str) -> Iterator[str]:
        self.prompts.append(prompt)
        for piece in self.pieces:
            if isinstance(piece, Exception):
                raise piece
            yield piece


def ask_scripted(assistant, question: str, *pieces: str | Exception):
    """Return the answer of a model that writes `pieces`, and the model."""
    model = ScriptedModel(pieces)
    assistant.model = lambda engine: model
    return assistant.ask(question, engine="openai"), model
