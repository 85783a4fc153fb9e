"""The one place that talks to chat models: any OpenAI-compatible server, streaming."""

import time
from collections.abc import Iterator, Mapping
from typing import Any, Protocol

from assistant.config import Config
from assistant.errors import ProviderError, UsageError

DEFAULT_MODEL = "gpt-4o-mini"
"""The model where none is configured and the server is OpenAI's own."""


class ChatModel(Protocol):
    """What writes drafts."""

    @property
    def name(self) -> str:
        """What the server calls the model."""
        ...

    @property
    def usage(self) -> Mapping[str, int]:
        """The token counts of the last answer, as far as the server tells."""
        ...

    def stream(self, prompt: str) -> Iterator[str]:
        """Yield the answer piece by piece.

        Raises:
            ProviderError: the model failed, or took longer than it may.
        """
        ...


def load_model(config: Config) -> ChatModel:
    """Return the model of the engine `openai` or `local`; nothing is sent before its first use.

    Raises:
        UsageError: what the engine needs is missing.
    """
    if config.engine == "local":
        from assistant.local_server import local_server_url

        return OpenAIModel(local_server_url(config.local_model), "none", None, config)
    if not (config.api_key or config.base_url):
        raise UsageError(
            "engine openai needs a key or a server: set OPENAI_API_KEY, or OPENAI_BASE_URL "
            "for a server of your own"
        )
    return OpenAIModel(config.base_url, config.api_key or "none", config.model, config)


class OpenAIModel:
    """A chat model behind an OpenAI-compatible server, at temperature 0."""

    def __init__(
        self, base_url: str | None, api_key: str, model: str | None, config: Config
    ) -> None:
        """Remember the server; the first answer connects."""
        import openai

        self.usage: dict[str, int] = {}
        self._model = model
        self._config = config
        self._base_url = base_url
        self._client = openai.OpenAI(
            api_key=api_key, base_url=base_url, timeout=config.timeout_s, max_retries=2
        )

    @property
    def name(self) -> str:
        """The model's name: as configured, else the first that the server lists."""
        if self._model is None:
            self._model = self._first_listed() if self._base_url else DEFAULT_MODEL
        return self._model

    def stream(self, prompt: str) -> Iterator[str]:
        """Yield the answer piece by piece; the whole takes `timeout_s` seconds at most."""
        import openai

        deadline = time.monotonic() + self._config.timeout_s
        self.usage = {}
        try:
            with self._request(prompt) as events:
                for event in events:
                    if time.monotonic() > deadline:
                        raise ProviderError(
                            f"{self._where} took longer than {self._config.timeout_s:g} s; "
                            "raise PAPER_ASSISTANT_TIMEOUT_S or choose a faster model"
                        )
                    yield from self._read(event)
        except openai.OpenAIError as error:
            raise ProviderError(
                f"{self._where} failed: {_first_line(error)}; check OPENAI_BASE_URL, the key and "
                "the model's name"
            ) from error

    @property
    def _where(self) -> str:
        return f"the model server {self._client.base_url}"

    def _request(self, prompt: str) -> Any:
        return self._client.chat.completions.create(
            model=self.name,
            messages=[{"role": "user", "content": prompt}],
            temperature=0,
            max_tokens=self._config.max_answer_tokens,
            stream=True,
            stream_options={"include_usage": True},
        )

    def _read(self, event: Any) -> Iterator[str]:
        if event.usage:
            self.usage = {
                "prompt_tokens": event.usage.prompt_tokens,
                "completion_tokens": event.usage.completion_tokens,
            }
        for choice in event.choices:
            if choice.delta and choice.delta.content:
                yield choice.delta.content

    def _first_listed(self) -> str:
        import openai

        try:
            listed = self._client.models.list().data
        except openai.OpenAIError as error:
            raise ProviderError(
                f"{self._where} failed: {_first_line(error)}; is it running?"
            ) from error
        if not listed:
            raise ProviderError(f"{self._where} lists no model; name one in PAPER_ASSISTANT_MODEL")
        return str(listed[0].id)


def _first_line(error: Exception) -> str:
    return (str(error) or type(error).__name__).splitlines()[0]
