"""Calls of a model written to a file, and answered from it again without the model.

A line is a call: the SHA-256 of its prompt, the model's name, what it wrote, and its token
counts. No key, no address and no prompt stands in it.
"""

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from assistant.errors import RecordingMissingError, UsageError
from assistant.wrapped_model import WrappedModel

if TYPE_CHECKING:
    from assistant.llm import ChatModel


class RecordingModel(WrappedModel):
    """A model whose calls are written down as they end; what fails is not."""

    def __init__(self, model: "ChatModel", path: Path) -> None:
        """Add the calls of `model` to the file `path`."""
        super().__init__(model)
        self._path = path

    def stream(self, prompt: str) -> Iterator[str]:
        """Yield what the model writes, and keep it.

        Raises:
            ProviderError: the model failed.
            UsageError: the file can't be written.
        """
        pieces = []
        for piece in self._model.stream(prompt):
            pieces.append(piece)
            yield piece
        call = {
            "prompt_sha256": _sha256(prompt),
            "model": self.name,
            "text": "".join(pieces),
            "usage": dict(self.usage),
        }
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            with self._path.open("a", encoding="utf-8") as file:
                file.write(json.dumps(call, ensure_ascii=False) + "\n")
        except OSError as error:
            raise UsageError(f"{self._path}: can't be written ({error})") from error


class RecordedModel:
    """A model played from a file of its calls; it never asks anything else.

    A prompt that was sent several times is answered in the order of the recordings, and with
    the last of them from then on.
    """

    context_tokens: int | None = None

    def __init__(self, path: Path) -> None:
        """Read the calls.

        Raises:
            UsageError: the file can't be read, or a line is no call.
        """
        self._path = path
        self._calls: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
        self._asked: dict[str, int] = defaultdict(int)
        self.usage: Mapping[str, int] = {}
        self.name = "recorded"
        for number, line in enumerate(_lines(path), 1):
            try:
                call = json.loads(line)
                self._calls[call["prompt_sha256"]].append(call)
                self.name = str(call["model"])
                _ = call["text"] + ""
            except (ValueError, KeyError, TypeError) as error:
                raise UsageError(
                    f"{path}, line {number}: no recorded call; record anew with --record"
                ) from error

    def stream(self, prompt: str) -> Iterator[str]:
        """Yield what the model wrote.

        Raises:
            RecordingMissingError: this prompt was not recorded.
        """
        key = _sha256(prompt)
        calls = self._calls.get(key)
        if not calls:
            question = prompt.rstrip().rsplit("\n", 1)[-1]
            raise RecordingMissingError(
                f"{self._path}: no recording of the prompt that ends with {question[:80]!r}; "
                "prompts or evidence have changed: record anew with --record"
            )
        call = calls[min(self._asked[key], len(calls) - 1)]
        self._asked[key] += 1
        self.usage = dict(call.get("usage", {}))
        yield call["text"]


def _lines(path: Path) -> list[str]:
    try:
        return path.read_text("utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{path}: can't be read ({error}); record with --record") from error


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
