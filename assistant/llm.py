"""The one place that talks to chat models: any OpenAI-compatible server, streaming."""

import re
from collections.abc import Callable, Iterator, Mapping
from ipaddress import ip_address
from typing import Any, Protocol
from urllib.parse import urlsplit

from assistant.config import DEFAULT_MODEL, Config
from assistant.errors import ProviderError, UsageError
from assistant.in_time import Register, in_time

_SHORTEST_SECRET = 6

_COUNTED = ("prompt_tokens", "completion_tokens")


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
        self.usage: dict[str, int] = {}
        self._model = model
        self._config = config
        self._base_url = base_url
        self._api_key = api_key
        self._client = open_client(base_url, api_key, config.timeout_s)

    @property
    def name(self) -> str:
        """The model's name: as configured, else the first that the server lists.

        Raises:
            ProviderError: the server can't be asked, or lists none.
        """
        if self._model is None:
            self._model = self._first_listed() if self._base_url else DEFAULT_MODEL
        return self._model

    def stream(self, prompt: str) -> Iterator[str]:
        """Yield the answer piece by piece; the whole takes `timeout_s` seconds at most."""
        self.usage = {}
        name = self.name
        yield from self._in_time(
            lambda register: self._pieces(name, prompt, register),
            "check OPENAI_BASE_URL, the key and the model's name",
        )

    @property
    def _where(self) -> str:
        return f"the model server {without_secrets(str(self._client.base_url), self._api_key)}"

    def _pieces(self, name: str, prompt: str, register: Register) -> Iterator[str]:
        events = self._client.chat.completions.create(
            model=name,
            messages=[{"role": "user", "content": prompt}],
            temperature=0,
            max_tokens=self._config.max_answer_tokens,
            stream=True,
            stream_options={"include_usage": True},
        )
        register(events.close)
        answered = False
        for event in events:
            answered = True
            yield from self._read(event)
        if not answered:
            raise ValueError("it sent no stream of chat completions")

    def _read(self, event: Any) -> Iterator[str]:
        choices = getattr(event, "choices", None)
        if not isinstance(choices, list):
            raise ValueError("it sent something else than chat completions")
        if usage := getattr(event, "usage", None):
            counts = {kind: getattr(usage, kind, None) for kind in _COUNTED}
            self.usage = {kind: n for kind, n in counts.items() if isinstance(n, int)}
        for choice in choices:
            content = getattr(getattr(choice, "delta", None), "content", None)
            if isinstance(content, str) and content:
                yield content

    def listed(self) -> tuple[str, ...]:
        """Return the models that the server lists.

        Raises:
            ProviderError: it can't be asked, or takes longer than `timeout_s` seconds.
        """
        return tuple(self._in_time(self._listed, "is it running?"))

    def _first_listed(self) -> str:
        listed = self.listed()
        if not listed:
            raise ProviderError(f"{self._where} lists no model; name one in PAPER_ASSISTANT_MODEL")
        return listed[0]

    def _listed(self, register: Register) -> Iterator[str]:
        answer = self._client.models.with_raw_response.list().http_response.json()
        rows = answer.get("data") if isinstance(answer, dict) else None
        if not isinstance(rows, list):
            raise ValueError("it sent something else than a list of models")
        yield from (str(row["id"]) for row in rows if isinstance(row, dict) and "id" in row)

    def _in_time(self, work: Callable[[Register], Iterator[str]], advice: str) -> Iterator[str]:
        """Yield what `work` yields, for `timeout_s` seconds at most."""
        import openai

        try:
            yield from in_time(work, self._config.timeout_s)
        except TimeoutError as error:
            raise ProviderError(
                f"{self._where} took longer than {self._config.timeout_s:g} s; "
                "raise PAPER_ASSISTANT_TIMEOUT_S or choose a faster model"
            ) from error
        except (openai.OpenAIError, ValueError) as error:
            reason = without_secrets(str(error) or type(error).__name__, self._api_key)
            raise ProviderError(f"{self._where} failed: {reason}; {advice}") from error


def open_client(base_url: str | None, api_key: str, timeout_s: float) -> Any:
    """Return an openai client; to a server on this machine it goes straight, past any proxy."""
    import openai

    is_here = base_url is not None and is_loopback(base_url)
    return openai.OpenAI(
        api_key=api_key,
        base_url=base_url,
        timeout=timeout_s,
        max_retries=2,
        http_client=openai.DefaultHttpxClient(trust_env=False) if is_here else None,
    )


def is_loopback(address: str) -> bool:
    """Whether a web address is this machine itself."""
    host = urlsplit(address).hostname or ""
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


def without_secrets(message: str, api_key: str) -> str:
    """Return the first line of a message, without the key, or what an address holds before @."""
    line = message.strip().splitlines()[0]
    if len(api_key) >= _SHORTEST_SECRET:
        line = line.replace(api_key, "…")
    return re.sub(r"//[^/@\s]*@", "//", line)
