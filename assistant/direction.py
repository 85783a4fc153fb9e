"""The direction in which near misses lie: what they ask for that their paper doesn't explain.

Of a question's vector, the part outside the space of the paper's sentences says what of it
they leave open. Along one direction this part tells questions that the paper answers from
those that it only seems to. The direction was fitted for one embedder, together with
`assistant.abstention.Weights`, and is stored in whole numbers beside this module.
"""

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np

from assistant.embedding import Vectors

FILE = Path(__file__).with_name("direction.json")


@dataclass(frozen=True)
class Direction:
    """A direction of an embedder's space, shape (dimension,), and its mean over questions.

    With an embedder that it was not fitted for there is none: every question has the mean.
    """

    mean: float
    weights: Vectors | None = None

    def along(self, left_over: Vectors) -> float:
        """Return how far what is left over of a question lies along it; more is better."""
        if self.weights is None or self.weights.shape != left_over.shape:
            return self.mean
        return float(self.weights @ left_over)


@cache
def read_direction(embedder: str) -> Direction:
    """Return the direction that was fitted for `embedder`."""
    stored = json.loads(FILE.read_text("utf-8"))
    if stored["embedder"] != embedder:
        return Direction(stored["mean"])
    weights = np.array(stored["weights"], dtype=np.float32) * stored["scale"]
    return Direction(stored["mean"], weights)
