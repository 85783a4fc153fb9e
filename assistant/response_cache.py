"""Answers of models kept on disk by what was asked of whom; off unless the settings name a folder.

An entry holds the text alone, with its hash: no key, no question in the clear. One that
is damaged counts as none, and is written anew.
"""

import contextlib
import hashlib
import json
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.wrapped_model import WrappedModel

if TYPE_CHECKING:
    from assistant.llm import ChatModel

MAX_BYTES = 64_000_000
"""The oldest entries go once all of them take more."""

_SUFFIX = ".answer.json"


class ResponseCache:
    """A folder of answers; every failure to read or write it means only that nothing is kept."""

    def __init__(self, folder: Path, max_bytes: int = MAX_BYTES) -> None:
        """Use `folder`, which is made with the first answer."""
        self._folder = folder
        self._max_bytes = max_bytes

    def get(self, key: str) -> str | None:
        """Return the text kept under `key`, or None."""
        try:
            entry = json.loads(self._path(key).read_text("utf-8"))
            text, digest = entry["text"], entry["sha256"]
        except (OSError, ValueError, TypeError, KeyError):
            return None
        return text if isinstance(text, str) and digest == _sha256(text) else None

    def put(self, key: str, text: str) -> None:
        """Keep `text` under `key`, and make room."""
        with contextlib.suppress(OSError):
            self._folder.mkdir(parents=True, exist_ok=True)
            entry = json.dumps({"sha256": _sha256(text), "text": text})
            beside = self._folder / f"{key}.{os.getpid()}.part"
            try:
                beside.write_text(entry, "utf-8")
                beside.replace(self._path(key))
            finally:
                beside.unlink(missing_ok=True)
            self._make_room()

    def _make_room(self) -> None:
        kept = [(path, path.stat()) for path in self._folder.glob(f"*{_SUFFIX}")]
        kept.sort(key=lambda each: each[1].st_mtime_ns, reverse=True)
        total = 0
        for path, stat in kept:
            total += stat.st_size
            if total > self._max_bytes:
                path.unlink(missing_ok=True)

    def _path(self, key: str) -> Path:
        return self._folder / f"{key}{_SUFFIX}"


class CachedModel(WrappedModel):
    """A model whose whole answers are kept; `usage` tells how many came from the cache."""

    def __init__(
        self, model: "ChatModel", cache: ResponseCache, parameters: Mapping[str, object]
    ) -> None:
        """Ask `model` what `cache` lacks; `parameters` are what else its answer hangs on."""
        super().__init__(model)
        self._cache = cache
        self._parameters = parameters
        self._from_cache = False

    @property
    def usage(self) -> Mapping[str, int]:
        """Its token counts; of a kept answer, ``{"from_cache": 1}``: it cost none."""
        return {"from_cache": 1} if self._from_cache else self._model.usage

    def stream(self, prompt: str) -> Iterator[str]:
        """Yield the kept answer at once, or the model's; one that fails or is left is not kept.

        Raises:
            ProviderError: the model failed.
        """
        key = self._key(prompt)
        kept = self._cache.get(key)
        self._from_cache = kept is not None
        if kept is not None:
            yield kept
            return
        pieces = []
        for piece in self._model.stream(prompt):
            pieces.append(piece)
            yield piece
        self._cache.put(key, "".join(pieces))

    def _key(self, prompt: str) -> str:
        asked = {**self._parameters, "model": self.name, "prompt": prompt}
        return _sha256(json.dumps(asked, sort_keys=True))


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
