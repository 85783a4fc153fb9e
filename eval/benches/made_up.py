"""Made-up vectors that lie as a model's do, for what depends on where they lie and no more.

To embed 60,000 abstracts takes hours. Vectors at random would be quick, but each as far from
all others as any: an approximate index has a hard time with these, and another one than in use.
"""

import hashlib
import math
from collections import Counter
from collections.abc import Iterable, Sequence

import numpy as np

from assistant.embedding import Embedder, Vectors
from assistant.types import Paper
from assistant.words import stems

COMMON = 0.01
"""Only words that this share of the papers hold count: rarer ones would be noise of their own."""

SHARPNESS = 0.75
"""How much the directions along which papers differ most are stretched.

With these two, vectors of 9,000 chunks of arXiv abstracts lay about as MiniLM's do: 56 and 65
effective dimensions (participation ratio), 22 and 21 around a chunk (Levina and Bickel, 2005),
cosines with a standard deviation of 0.14 and 0.13.
"""

_LEAST_VARIANCE = 1e-6


class MadeUp:
    """Unit vectors in place of a model's: texts with the same words, or such words, are near.

    A text is the sum of its words: of a fixed random direction each, weighted by rarity, and
    drawn towards the words that it occurs with (by the covariance of a sample of papers, as in
    latent semantic analysis). It goes by the name of the model, so that a library that was
    made with it opens with the model too.
    """

    def __init__(self, model: Embedder, sample: Iterable[Paper]) -> None:
        """Take the place of `model`; learn from the sample which words are rare, or go together."""
        self.name = model.name
        self.dimension = model.dimension
        self.fits = model.fits
        self.prepare = model.prepare
        texts = [f"{paper.title}\n{paper.abstract}" for paper in sample]
        held = Counter(stem for text in texts for stem in set(stems(text)))
        common = [stem for stem, count in held.items() if count >= COMMON * len(texts)]
        self._numbers = {stem: number for number, stem in enumerate(common)}
        self._directions = np.stack(
            [_rarity(held[stem], len(texts)) * self._direction(stem) for stem in common]
            or [np.zeros(self.dimension, np.float32)]
        )
        self._directions = self._directions @ _sharpened(self.embed(texts))

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Return one unit vector a text; one without a known word lies where no other does."""
        numbers = [self._known(text) for text in texts]
        width = len(self._directions)
        cells = [row * width + number for row, known in enumerate(numbers) for number in known]
        counts = np.bincount(np.array(cells, np.int64), minlength=len(texts) * width)
        rows = counts.reshape(len(texts), width).astype(np.float32) @ self._directions
        for row in np.flatnonzero(~rows.any(axis=1)).tolist():
            rows[row] = self._direction(texts[row])
        unit: Vectors = (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)
        return unit

    def _known(self, text: str) -> list[int]:
        return [self._numbers[stem] for stem in stems(text) if stem in self._numbers]

    def _direction(self, text: str) -> Vectors:
        """Return a direction that only this text has: 1 or -1 in each place, by its hash."""
        drawn = hashlib.shake_128(text.encode()).digest(-(-self.dimension // 8))
        bits = np.unpackbits(np.frombuffer(drawn, np.uint8), count=self.dimension)
        return 2 * bits.astype(np.float32) - 1


class TimedAsModel:
    """Embeds with the model, which takes its time, and gives made-up vectors.

    Those of texts that came before are kept: what is timed is the model alone.
    """

    def __init__(self, model: Embedder, made_up: Embedder) -> None:
        """Take the time of `model` for the vectors of `made_up`."""
        self.name = model.name
        self.dimension = model.dimension
        self.fits = model.fits
        self.prepare = model.prepare
        self._model = model
        self._made_up = made_up
        self._kept: dict[str, Vectors] = {}

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Return the made-up vectors of the texts."""
        self._model.embed(texts)
        return np.stack([self.made_up(text) for text in texts])

    def made_up(self, text: str) -> Vectors:
        """Return the made-up vector of a text, shape (dimension,), without the model's time."""
        if text not in self._kept:
            self._kept[text] = self._made_up.embed([text])[0]
        return self._kept[text]


def _rarity(holding: int, papers: int) -> float:
    """Return the inverse document frequency, ln(1 + (N - n + 0.5) / (n + 0.5))."""
    return math.log(1 + (papers - holding + 0.5) / (holding + 0.5))


def _sharpened(vectors: Vectors) -> Vectors:
    """Return the power `SHARPNESS` of the vectors' covariance, shape (dimension, dimension)."""
    apart = vectors - vectors.mean(axis=0)
    variances, axes = np.linalg.eigh(apart.T @ apart / len(vectors))
    stretched = np.maximum(variances, _LEAST_VARIANCE) ** SHARPNESS
    return np.asarray((axes * stretched) @ axes.T, dtype=np.float32)
