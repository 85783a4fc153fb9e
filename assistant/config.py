"""Settings: defaults, then the file, then the environment, then arguments.

The only module that reads the environment. A key found there is noted, never
used until the person chooses an engine or an embedder that needs it.
"""

import os
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit

import platformdirs

from assistant.errors import UsageError

Number = TypeVar("Number", int, float)

ENGINES = ("extractive", "openai", "local")
APP = "paper-assistant"
DEFAULT_MODEL = "gpt-4o-mini"
"""The model where none is chosen and the server is OpenAI's own."""

_ENVIRONMENT = {
    "PAPER_ASSISTANT_LIBRARY": "library",
    "PAPER_ASSISTANT_ENGINE": "engine",
    "PAPER_ASSISTANT_MODEL": "model",
    "PAPER_ASSISTANT_EMBEDDER": "embedder",
    "PAPER_ASSISTANT_RERANK": "rerank",
    "PAPER_ASSISTANT_CHECKER": "checker",
    "PAPER_ASSISTANT_ENTAILMENT": "entailment",
    "PAPER_ASSISTANT_ENTAILMENT_LABELS": "entailment_labels",
    "PAPER_ASSISTANT_JUDGE": "judge",
    "PAPER_ASSISTANT_CHROMA_URL": "chroma_url",
    "PAPER_ASSISTANT_TIMEOUT_S": "timeout_s",
    "PAPER_ASSISTANT_WAIT_S": "wait_s",
    "PAPER_ASSISTANT_LOCAL_MODEL": "local_model",
    "PAPER_ASSISTANT_KEEP_ANSWERS_DAYS": "keep_answers_days",
    "PAPER_ASSISTANT_KEEP_CONVERSATIONS_DAYS": "keep_conversations_days",
    "PAPER_ASSISTANT_CONTEXT_TOKENS": "context_tokens",
    "PAPER_ASSISTANT_CACHE_RESPONSES": "cache_responses",
    "OPENAI_BASE_URL": "base_url",
    "OPENAI_API_KEY": "api_key",
}

_COUNTS = ("max_prompt_tokens", "max_answer_tokens", "context_tokens", "papers_per_answer")


@dataclass(frozen=True, slots=True)
class Config:
    """Every setting, with its default. Times are in seconds, budgets in tiktoken tokens."""

    library: Path = field(
        default_factory=lambda: Path(platformdirs.user_data_dir(APP, appauthor=False)) / "library"
    )
    engine: str = "extractive"
    model: str | None = None
    """For ``engine = "openai"``; None is what `model_label` says."""
    embedder: str = "minilm"
    """``minilm``, or ``openai:MODEL`` for an OpenAI-compatible embedding server."""
    rerank: str | None = None
    """``cross-encoder:/path/model.onnx``, with its ``tokenizer.json`` beside it."""
    checker: bool = True
    """Whether the checker that ships reads passages with what is said and asked of them."""
    entailment: Path | None = None
    """A further entailment model in ONNX, with its ``tokenizer.json`` beside it."""
    entailment_labels: str | None = None
    """What its logits stand for, in order; its ``config.json`` tells if None."""
    judge: bool = False
    """Whether the engine's model is asked about each sentence that would be `attributed`."""
    chroma_url: str | None = None
    """A Chroma server that holds chunks and vectors, in place of the library's own folder."""
    base_url: str | None = None
    api_key: str | None = field(default=None, repr=False)
    local_model: Path | None = None
    """A GGUF file for ``engine = "local"``."""
    timeout_s: float = 30.0
    wait_s: float = 30.0
    """How long writing waits for another process that writes; 0 is not at all."""
    max_prompt_tokens: int = 3000
    max_answer_tokens: int = 400
    context_tokens: int | None = None
    """What the model reads, prompt and answer together; None is what its server or name tells."""
    cache_responses: Path | None = None
    """A folder that keeps models' answers; ``on`` is one of the person's own, None keeps none."""
    papers_per_answer: int = 8
    keep_answers_days: int = 90
    """How long the library keeps the records of single answers; 0 is not at all."""
    keep_conversations_days: int | None = None
    """How long after its last turn a conversation stays; None is until it is deleted."""

    @property
    def model_label(self) -> str:
        """The name of the model, as far as it is known before a server was asked."""
        return self.model or ("its first model" if self.base_url else DEFAULT_MODEL)

    @property
    def key_unused(self) -> bool:
        """Whether a key lies in reach that neither the engine nor the embedder uses."""
        used = self.engine == "openai" or self.embedder.startswith("openai:")
        return self.api_key is not None and not used


def load_config(**arguments: Any) -> Config:
    """Return the settings that hold for this process.

    Args:
        **arguments: values that win over file and environment; None means "not given".

    Raises:
        UsageError: an unknown or unusable setting; the message names where it stands.
    """
    config = Config()
    for origin, values in _sources(os.environ, arguments):
        config = _apply(config, values, origin)
    return config


def user_config_file() -> Path:
    """Return the path of the person's configuration file, whether it exists or not."""
    return Path(platformdirs.user_config_dir(APP, appauthor=False)) / "config.toml"


def _sources(
    environment: Mapping[str, str], arguments: Mapping[str, Any]
) -> list[tuple[str, Mapping[str, Any]]]:
    named = environment.get("PAPER_ASSISTANT_CONFIG")
    path = Path(named) if named else user_config_file()
    if named and not path.is_file():
        raise UsageError(f"PAPER_ASSISTANT_CONFIG: no file {named}; mend or unset the variable")
    from_environment = [
        (name, {setting: environment[name]})
        for name, setting in _ENVIRONMENT.items()
        if environment.get(name)
    ]
    given = {name: value for name, value in arguments.items() if value is not None}
    return [(str(path), _read_file(path)), *from_environment, ("arguments", given)]


def _read_file(path: Path) -> Mapping[str, Any]:
    if not path.is_file():
        return {}
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UsageError(f"{path}: not valid TOML ({error}); mend or remove the file") from error


def _apply(config: Config, values: Mapping[str, Any], origin: str) -> Config:
    known = {f.name for f in fields(Config)}
    for name, value in values.items():
        if name not in known:
            raise UsageError(
                f"{origin}: unknown setting {name!r}; known: {', '.join(sorted(known))}"
            )
        config = replace(config, **{name: _convert(name, value, origin)})
    if config.engine not in ENGINES:
        raise UsageError(
            f"{origin}: engine {config.engine!r} is not known; choose one of {', '.join(ENGINES)}"
        )
    return config


def _convert(name: str, value: Any, origin: str) -> Any:
    """Turn a setting into its type: environment variables are always text."""
    try:
        if name in ("library", "local_model", "entailment"):
            return Path(value).expanduser()
        if name == "cache_responses":
            return _cache_folder(value)
        if name == "timeout_s":
            return _positive(float(value))
        if name == "wait_s":
            return _not_negative(float(value))
        if name in _COUNTS:
            return _positive(int(value))
        if name in ("checker", "judge"):
            return _yes_or_no(value)
        if name in ("keep_answers_days", "keep_conversations_days"):
            return _not_negative(int(value), "days")
        if name == "base_url":
            return _web_address(value, "http://127.0.0.1:11434/v1")
        if name == "chroma_url":
            return _server_address(value)
    except (TypeError, ValueError, OverflowError, RuntimeError) as error:
        shown = re.sub(r"//[^/@\s]*@", "//", repr(value))  # no password of an address
        raise UsageError(f"{origin}: {name} = {shown} is not usable; {error}") from error
    return str(value)


def _cache_folder(value: str | Path) -> Path | None:
    """Return the folder that a path or a plain yes or no means."""
    match str(value).strip().lower():
        case "on" | "true" | "1" | "yes":
            return Path(platformdirs.user_cache_dir(APP, appauthor=False)) / "responses"
        case "off" | "false" | "0" | "no":
            return None
    return Path(value).expanduser()


def _web_address(value: str, example: str) -> str:
    address = urlsplit(value)
    if address.scheme not in ("http", "https") or not address.hostname:
        raise ValueError(f"give an address such as {example}")
    return value


def _server_address(value: str) -> str:
    """Return the address of a server of which nothing but host and port is told."""
    example = "http://127.0.0.1:8000"
    address = urlsplit(_web_address(value, example))
    plain = f"{address.scheme}://{address.netloc}"
    if address.port is None or "@" in plain or value.rstrip("/") != plain:
        raise ValueError(f"give scheme, host and port alone, such as {example}")
    return plain


def _yes_or_no(value: Any) -> bool:
    known = dict.fromkeys(("true", "yes", "on", "1"), True)
    known |= dict.fromkeys(("false", "no", "off", "0"), False)
    if (said := str(value).lower()) not in known:
        raise ValueError("give true or false")
    return known[said]


def _not_negative(number: Number, unit: str = "seconds") -> Number:
    if not number >= 0:
        raise ValueError(f"give a number of {unit}, 0 or more")
    return number


def _positive(number: float) -> float:
    if not number > 0:  # nor "not a number"
        raise ValueError("give a number above 0")
    return number


def tiktoken_cache_dir(bundled: Path | None) -> Path | None:
    """Return the folder where tiktoken looks for its tables: the person's choice, else `bundled`.

    tiktoken takes the folder from the environment alone, so ours is put there.
    """
    if bundled is None:
        chosen = os.environ.get("TIKTOKEN_CACHE_DIR")
    else:
        chosen = os.environ.setdefault("TIKTOKEN_CACHE_DIR", str(bundled))
    return Path(chosen) if chosen else None


def sample_library_folder() -> Path:
    """Return where the evaluation keeps its own copy of the sample library."""
    return Path(platformdirs.user_cache_dir(APP, appauthor=False)) / "sample-library"
