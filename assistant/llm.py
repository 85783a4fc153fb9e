"""The one place that talks to chat models: any OpenAI-compatible server, streaming."""

import re
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial
from ipaddress import ip_address
from typing import Any, Protocol
from urllib.parse import urlsplit

from assistant.config import DEFAULT_MODEL, Config
from assistant.errors import ProviderError, UsageError
from assistant.in_time import Register, in_time
from assistant.model_context import context_told, known_context
from assistant.retrying import TRIES, WaitTooLongError, asked_wait, backoff, is_passing, retried

_SHORTEST_SECRET = 6
_SECRET_IN_QUERY = re.compile(
    r"([?&][\w-]*(?:key|token|secret|sig)[\w-]*=)[^&\s'\"]+", re.IGNORECASE
)
_LONGEST_REASON = 300
_CONNECT_S = 5.0
"""How long a connection may take: one that is lost on its way is tried again."""

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

    @property
    def context_tokens(self) -> int | None:
        """How many tokens prompt and answer may have together; None if nobody knows."""
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
        return _local_model(config)
    if not (config.api_key or config.base_url):
        raise UsageError(
            "engine openai needs a key or a server: set OPENAI_API_KEY, or OPENAI_BASE_URL "
            "for a server of your own"
        )
    key = config.api_key or "none"
    model = OpenAIModel(config.base_url, key, config.model, config)
    return _cached(model, config, config.base_url or "openai")


def _local_model(config: Config) -> ChatModel:
    from assistant.local_server import CONTEXT_TOKENS, find_weights, local_server_url

    config = replace(config, context_tokens=config.context_tokens or CONTEXT_TOKENS)
    model = OpenAIModel(local_server_url(config.local_model), "none", None, config)
    weights = find_weights(config.local_model)
    return _cached(model, config, f"{weights.resolve()} {weights.stat().st_mtime_ns}")


def _cached(model: "OpenAIModel", config: Config, served_by: str) -> ChatModel:
    """Return the model behind a cache of its answers, where the settings ask for one."""
    if config.cache_responses is None:
        return model
    from assistant.response_cache import CachedModel, ResponseCache

    parameters = {"server": served_by, "max_tokens": config.max_answer_tokens}
    return CachedModel(model, ResponseCache(config.cache_responses), parameters)


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
        self._context_told: int | None = None
        self._api_key = api_key
        self._client = open_client(base_url, api_key, config.timeout_s, max_retries=0)

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
    def context_tokens(self) -> int | None:
        """As configured, else as the server told with its list, else as the name is known for."""
        told = self._config.context_tokens or self._context_told
        return told or known_context(self._model or "")

    @property
    def _where(self) -> str:
        return f"the model server {without_secrets(str(self._client.base_url), self._api_key)}"

    def _pieces(self, name: str, prompt: str, register: Register) -> Iterator[str]:
        request = partial(
            self._client.chat.completions.create,
            model=name,
            messages=[{"role": "user", "content": prompt}],
            temperature=0,
            max_tokens=self._config.max_answer_tokens,
            stream=True,
            stream_options={"include_usage": True},
        )
        events = self._tried_again(request, register)
        register(events.close)
        told = _Told()
        for event in events:
            yield from self._read(event, told)
        if reason := told.what_is_wrong():
            raise ValueError(reason)

    def _read(self, event: Any, told: "_Told") -> Iterator[str]:
        choices = getattr(event, "choices", None)
        if not isinstance(choices, list):
            raise ValueError("it sent something else than chat completions")
        told.answered = True
        if usage := getattr(event, "usage", None):
            counts = {kind: getattr(usage, kind, None) for kind in _COUNTED}
            self.usage = {kind: n for kind, n in counts.items() if isinstance(n, int)}
        for choice in choices:
            told.finished = told.finished or getattr(choice, "finish_reason", None)
            content = getattr(getattr(choice, "delta", None), "content", None)
            if isinstance(content, str) and content:
                told.wrote = told.wrote or not content.isspace()
                yield content.encode("utf-8", "replace").decode("utf-8")  # no half letters

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
        response = self._tried_again(self._client.models.with_raw_response.list, register)
        answer = response.http_response.json()
        rows = answer.get("data") if isinstance(answer, dict) else None
        if not isinstance(rows, list):
            raise ValueError("it sent something else than a list of models")
        named = [row for row in rows if isinstance(row, dict) and "id" in row]
        self._context_told = context_told(named[0]) if named else None
        yield from (str(row["id"]) for row in named)

    def _tried_again(self, call: Callable[[], Any], register: Register) -> Any:
        """Return what `call` returns, trying again what may pass, until nobody waits any more."""
        given_up = threading.Event()
        register(given_up.set)

        def call_if_wanted() -> Any:
            if given_up.is_set():
                raise TimeoutError
            return call()

        deadline = time.monotonic() + self._config.timeout_s
        return retried(call_if_wanted, _pause_of, deadline, sleep=given_up.wait)

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
        except WaitTooLongError as error:
            reason = without_secrets(str(error.__cause__), self._api_key)
            raise ProviderError(
                f"{self._where} failed: {reason}; {error}; "
                "try again later, or raise PAPER_ASSISTANT_TIMEOUT_S"
            ) from error
        except (openai.OpenAIError, ValueError) as error:
            reason = without_secrets(str(error) or type(error).__name__, self._api_key)
            raise ProviderError(f"{self._where} failed: {reason}; {advice}") from error


@dataclass
class _Told:
    """What an answer has told so far: an event at all, a word, its end."""

    answered: bool = False
    wrote: bool = False
    finished: str | None = None

    def what_is_wrong(self) -> str:
        """Say what a stream that is over lacks; empty if nothing."""
        if not self.answered:
            return "it sent no stream of chat completions"
        if not self.finished:
            return "it hung up before the answer's end"
        if not self.wrote and self.finished == "length":
            return "it wrote nothing in as many tokens as it may; raise max_answer_tokens"
        return "" if self.wrote else "it wrote nothing"


def _pause_of(error: Exception, tried: int) -> float | None:
    """Return the seconds to wait before the next try; None for what will not pass."""
    import openai

    if isinstance(error, openai.APIStatusError):
        asked = asked_wait(error.response.headers)
        usual = backoff(tried)
        return (usual if asked is None else asked) if is_passing(error.status_code) else None
    return backoff(tried) if isinstance(error, openai.APIConnectionError) else None


def open_client(
    base_url: str | None, api_key: str, timeout_s: float, max_retries: int = TRIES - 1
) -> Any:
    """Return an openai client; to a server on this machine it goes straight, past any proxy."""
    import openai

    is_here = base_url is not None and is_loopback(base_url)
    return openai.OpenAI(
        api_key=api_key,
        base_url=base_url,
        timeout=openai.Timeout(timeout_s, connect=min(timeout_s, _CONNECT_S)),
        max_retries=max_retries,
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
    """Return the first line of a message, without the key and what an address holds of secrets."""
    if len(api_key) >= _SHORTEST_SECRET:  # before anything is cut: half a key is a secret, too
        message = message.replace(api_key, "…")
    message = _SECRET_IN_QUERY.sub(r"\1…", re.sub(r"//[^/@\s]*@", "//", message))
    return next(iter(message.strip().splitlines()), "no reason given")[:_LONGEST_REASON]
