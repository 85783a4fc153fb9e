"""The checker that ships: a small model that reads a passage with what is said or asked of it.

It tells whether the passage says a sentence or its opposite, and whether it answers a question.
``assistant/minilm/CHECKER.md`` says what it was trained on, how well it does and what it must
not be used for; ``eval/checker`` makes it.
"""

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Protocol

import numpy as np

from assistant.config import Config
from assistant.errors import UsageError
from assistant.pair_model import Logits, PairModel

FOLDER = Path(__file__).parent / "minilm"
WEIGHTS = FOLDER / "checker.onnx"
SHA256 = "4a6d2c749c04fd1b3c4fc94a02d8718fdd61a58ec29a55ab8dca4a0ef35c2559"

OFF = "it is switched off"
"""Why nothing is read where the setting ``checker`` is off."""

_ENTAILS, _NEUTRAL, _CONTRADICTS = range(3)
"""The places of the logits of entailment."""
_SILENT, _ANSWERS = range(2)
"""The places of the logits of answers."""


REMEMBERED = 4096
"""How many readings are kept in memory: questions are asked again, drafts checked again."""

Pair = tuple[str, str]
"""A passage, and what is said or asked of it."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What a passage makes of a sentence: how probably it says it, and the opposite.

    `skipped` is why it was not read; empty if it was.
    """

    says: float = 0.0
    denies: float = 0.0
    skipped: str = ""


class Checker(Protocol):
    """What reads passages with a sentence or a question."""

    @property
    def name(self) -> str:
        """What tells this checker from all others; part of what an answer was made with."""
        ...

    @property
    def skips(self) -> str:
        """Why it reads nothing; empty if it does, or has not tried yet."""
        ...

    def read(self, passages: Sequence[str], sentence: str) -> list[Reading]:
        """Return what each passage makes of a sentence."""
        ...

    def answering(self, passages: Sequence[str], question: str) -> list[float] | None:
        """Return the log-odds that each passage answers a question; None if nothing is read."""
        ...


def load_checker(config: Config) -> Checker:
    """Return the checker that ships, or none if the setting ``checker`` is off."""
    return shipped_checker() if config.checker else NoChecker(OFF)


@cache
def shipped_checker() -> "MiniLMChecker":
    """Return the checker that ships, one for the process; its weights load on first use."""
    return MiniLMChecker()


class NoChecker:
    """Reads nothing, and says why."""

    name = "none"

    def __init__(self, why: str) -> None:
        """Remember why."""
        self.skips = why

    def read(self, passages: Sequence[str], sentence: str) -> list[Reading]:
        """Return that nothing was read."""
        return [Reading(skipped=self.skips)] * len(passages)

    def answering(self, passages: Sequence[str], question: str) -> list[float] | None:
        """Return None."""
        return None


class MiniLMChecker:
    """A MiniLM cross-encoder with two heads, in int8 ONNX; weights checked by SHA-256.

    Weights that are missing or broken make it skip, with the reason, instead of failing: the
    cheaper checks hold without it. Pairs are read one at a time, so that what it says of one
    does not depend on the others. Threads may share it.
    """

    def __init__(self, weights: Path = WEIGHTS, sha256: str | None = SHA256) -> None:
        """Look for the weights; they are read on first use.

        Args:
            weights: the model, its ``tokenizer.json`` beside it.
            sha256: what the file must have; whatever it has if None.
        """
        self.skips = ""
        self._called = f"minilm-checker {sha256[:12] if sha256 else weights}"
        self._model: PairModel | None = None
        self._remembered = _Remembered()
        try:
            self._model = PairModel(weights, "checker", _ADVICE, sha256, batch_size=1)
        except UsageError as error:
            self.skips = str(error)

    @property
    def name(self) -> str:
        """What tells these weights from others; "none" if they can't be read."""
        return NoChecker.name if self.skips else self._called

    def read(self, passages: Sequence[str], sentence: str) -> list[Reading]:
        """Return what each passage makes of a sentence."""
        if not passages:
            return []
        logits = self._logits([(passage, sentence) for passage in passages], "entailment")
        if isinstance(logits, str):
            return [Reading(skipped=logits)] * len(passages)
        shares = softmax(logits)
        return [Reading(float(row[_ENTAILS]), float(row[_CONTRADICTS])) for row in shares]

    def answering(self, passages: Sequence[str], question: str) -> list[float] | None:
        """Return the log-odds that each passage answers a question; None if nothing is read."""
        if not passages:
            return []
        logits = self._logits([(passage, question) for passage in passages], "answers")
        return None if isinstance(logits, str) else _difference(logits)

    def _logits(self, pairs: Sequence[tuple[str, str]], head: str) -> Logits | str:
        """Return the logits of a head, or why there are none."""
        if self._model is None:
            return self.skips
        rows = self._remembered.of(pairs, head)
        new = [pair for pair in dict.fromkeys(pairs) if pair not in rows]
        try:
            rows |= zip(new, self._model.logits(new, head), strict=True)
        except UsageError as error:
            self.skips = str(error)
            return str(error)
        self.skips = ""
        self._remembered.add({pair: rows[pair] for pair in new}, head)
        return np.stack([rows[pair] for pair in pairs])


class _Remembered:
    """The logits of the pairs that were read last, by pair and head. Threads may share it."""

    def __init__(self) -> None:
        self._rows: dict[tuple[str, Pair], Logits] = {}
        self._lock = threading.Lock()

    def of(self, pairs: Sequence[Pair], head: str) -> dict[Pair, Logits]:
        """Return the rows of those pairs that are remembered."""
        with self._lock:
            return {pair: self._rows[head, pair] for pair in pairs if (head, pair) in self._rows}

    def add(self, rows: Mapping[Pair, Logits], head: str) -> None:
        """Remember rows, and forget the oldest where there are too many."""
        with self._lock:
            self._rows |= {(head, pair): row for pair, row in rows.items()}
            while len(self._rows) > REMEMBERED:
                del self._rows[next(iter(self._rows))]


_ADVICE = "reinstall paper-assistant"


def _difference(logits: Logits) -> list[float]:
    odds: list[float] = (logits[:, _ANSWERS] - logits[:, _SILENT]).tolist()
    return odds


def softmax(logits: Logits) -> Logits:
    """Return rows of probabilities, shape as given."""
    odds = np.exp(logits - logits.max(axis=1, keepdims=True))
    rows: Logits = odds / odds.sum(axis=1, keepdims=True)
    return rows
