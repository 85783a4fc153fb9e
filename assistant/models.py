"""``paper-assistant models``: which models could write answers on this machine, and how.

What is found is named and never used: the person chooses.
"""

import socket
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from assistant.config import Config
from assistant.errors import ProviderError, UsageError

USUAL_SERVERS: Mapping[str, str] = {
    "Ollama": "http://127.0.0.1:11434/v1",
    "LM Studio": "http://127.0.0.1:1234/v1",
    "llama.cpp": "http://127.0.0.1:8080/v1",
}
"""Where these programs serve unless told otherwise."""

USUAL_FOLDERS = (
    Path("~/.lmstudio/models"),
    Path("~/.cache/lm-studio/models"),
    Path("~/.cache/llama.cpp"),
    Path("~/Library/Caches/llama.cpp"),
)
"""Where LM Studio and llama.cpp keep the GGUF files that they downloaded."""

KNOCK_S = 0.3
ANSWER_S = 2.0
"""How long a port may take to open, and a server to list its models."""

SHOWN_MODELS = 8

_NOT_FOR_CHAT = "mmproj"
"""In the name of a GGUF file that holds the picture part of a model."""

_HOW_TO_ADD = """\
To add one:
  Ollama: install it from ollama.com, run `ollama pull qwen2.5:3b`, and call this again
  a GGUF file: pip install 'paper-assistant[local]', then
      PAPER_ASSISTANT_LOCAL_MODEL=/path/model.gguf paper-assistant --engine local ask "..."
  any other OpenAI-compatible server: OPENAI_BASE_URL and, if it wants one, OPENAI_API_KEY

Nothing is used until you choose it with --engine; without a model, answers are quotations."""


@dataclass(frozen=True, slots=True)
class Server:
    """A model server that answers on this machine: whose port it is, its address, its models."""

    name: str
    url: str
    models: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Found:
    """GGUF files for the engine `local`, and servers for the engine `openai`."""

    files: tuple[Path, ...]
    servers: tuple[Server, ...]

    def to_dict(self) -> dict[str, Any]:
        """Return what was found as plain JSON values; sizes in bytes."""
        files = [{"path": str(path), "bytes": path.stat().st_size} for path in self.files]
        return {"files": files, "servers": [asdict(server) for server in self.servers]}


def find_models(
    config: Config,
    servers: Mapping[str, str] = USUAL_SERVERS,
    folders: Iterable[Path] = USUAL_FOLDERS,
) -> Found:
    """Look for GGUF files and for model servers on this machine; nothing leaves it.

    Args:
        config: names a file, perhaps.
        servers: addresses to knock at, by name.
        folders: where files may lie, at any depth; ``~`` is the person's own folder.
    """
    return Found(
        files=tuple(dict.fromkeys(_files(config, folders))),
        servers=tuple(
            Server(name, url, models)
            for name, url in servers.items()
            if (models := _listed(url, config))
        ),
    )


def found_text(found: Found) -> str:
    """Return what was found, each with the command that uses it, and how to add more."""
    lines = []
    for path in found.files:
        lines += [
            f"file    {path.name} ({path.stat().st_size / 1e6:,.0f} MB)",
            f'  PAPER_ASSISTANT_LOCAL_MODEL="{path}" paper-assistant --engine local ask "..."',
        ]
    for server in found.servers:
        shown = ", ".join(server.models[:SHOWN_MODELS])
        more = len(server.models) - SHOWN_MODELS
        lines += [
            f"server  {server.name}, at its usual port: {shown}{f', {more} more' * (more > 0)}",
            f"  OPENAI_BASE_URL={server.url} PAPER_ASSISTANT_MODEL={server.models[0]} "
            'paper-assistant --engine openai ask "..."',
        ]
    lines = lines or ["No model found on this machine."]
    return "\n".join([*lines, "", _HOW_TO_ADD])


def _files(config: Config, folders: Iterable[Path]) -> Iterator[Path]:
    from assistant.local_server import find_weights

    for chosen in dict.fromkeys((config.local_model, None)):
        try:
            yield find_weights(chosen)
        except UsageError:
            continue  # not there: nothing was found
    for folder in folders:
        for path in sorted(folder.expanduser().rglob("*.gguf")):
            if path.is_file() and _NOT_FOR_CHAT not in path.name:
                yield path


def _listed(url: str, config: Config) -> tuple[str, ...]:
    """Return the models that a server lists; none where there is no model server."""
    if not _opens(url):
        return ()
    from assistant.llm import OpenAIModel

    try:
        return OpenAIModel(url, "none", None, replace(config, timeout_s=ANSWER_S)).listed()
    except ProviderError:
        return ()


def _opens(url: str) -> bool:
    address = urlsplit(url)
    try:
        with socket.create_connection((address.hostname or "", address.port or 80), KNOCK_S):
            return True
    except OSError:
        return False
