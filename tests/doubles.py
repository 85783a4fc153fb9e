"""Doubles of what costs time: an embedder that hashes words, and papers to embed."""

import functools
import hashlib
import re
from collections.abc import Sequence

import numpy as np

from assistant.embedding import Vectors
from assistant.errors import ProviderError
from assistant.types import Paper


class HashingEmbedder:
    """A unit vector from the words of a text: the same words, the same place.

    Keeps the texts that it was given, and fails once it has embedded `fail_after` of them.
    """

    def __init__(
        self, name: str = "hashing", dimension: int = 32, fail_after: int | None = None
    ) -> None:
        self.name = name
        self.dimension = dimension
        self.fail_after = fail_after
        self.texts: list[str] = []

    def prepare(self) -> None:
        pass

    def embed(self, texts: Sequence[str]) -> Vectors:
        if self.fail_after is not None and len(self.texts) + len(texts) > self.fail_after:
            raise ProviderError("the embedding server went away; start it again")
        self.texts.extend(texts)
        rows = [self._row(text) for text in texts]
        return np.stack(rows) if rows else np.zeros((0, self.dimension), dtype=np.float32)

    def fits(self, text: str) -> bool:
        return len(text.split()) <= 64

    def _row(self, text: str) -> Vectors:
        row = np.full(self.dimension, 0.01)
        for word in re.findall(r"\w+", text.lower()):
            row += direction(word, self.dimension)
        return (row / np.linalg.norm(row)).astype(np.float32)


class DistinctEmbedder(HashingEmbedder):
    """Counts only the words that tell one paper from another: no two papers are alike."""

    def __init__(self) -> None:
        super().__init__("distinct", dimension=64)

    def _row(self, text: str) -> Vectors:
        return super()._row(" ".join(re.findall(r"\w*\d\w*", text)))


@functools.cache
def direction(word: str, dimension: int) -> np.ndarray:
    """A direction that only this word has."""
    seed = int.from_bytes(hashlib.blake2b(word.encode(), digest_size=8).digest(), "big")
    return np.random.default_rng(seed).standard_normal(dimension)


def paper(number: int, words: str = "") -> Paper:
    """A paper of two sentences about a thing that no other number has."""
    thing = f"{words or 'clock'}{number}"
    return Paper(
        paper_id=f"title:{number}",
        title=f"The {thing} in cold water",
        abstract=f"We keep the {thing} in water. Its drift is {number} seconds a month.",
    )


def papers(count: int, start: int = 0) -> list[Paper]:
    return [paper(number) for number in range(start, start + count)]
