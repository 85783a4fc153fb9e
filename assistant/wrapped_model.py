"""A model around another one: what only listens to what is sent and written shares this."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from assistant.llm import ChatModel


class WrappedModel:
    """A model that is another one, but for what a subclass changes."""

    def __init__(self, model: "ChatModel") -> None:
        """Stand for `model`."""
        self._model = model

    @property
    def name(self) -> str:
        """The model's name."""
        return self._model.name

    @property
    def usage(self) -> Mapping[str, int]:
        """The token counts of its last answer."""
        return self._model.usage

    @property
    def context_tokens(self) -> int | None:
        """How many tokens it reads, as far as that is known."""
        return self._model.context_tokens

    def stream(self, prompt: str) -> Iterator[str]:
        """Yield what it writes, piece by piece.

        Raises:
            ProviderError: the model failed.
        """
        return self._model.stream(prompt)
