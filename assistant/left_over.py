"""The direction in which near misses lie: what they ask for that their paper doesn't explain.

Of a question's vector, the part outside the space of the paper's sentences says what of it
they leave open. Along one direction this part tells questions that the paper answers from
those that it only seems to. The direction was fitted for one embedder, together with
`assistant.abstention.Weights`, and is stored in whole numbers beside this module.
"""

import json
from functools import cache
from pathlib import Path

import numpy as np

from assistant.embedding import Vectors

FILE = Path(__file__).with_name("left_over.json")


@cache
def read_weights(embedder: str) -> Vectors | None:
    """Return the direction, shape (dimension,), if it was fitted for `embedder`."""
    stored = json.loads(FILE.read_text("utf-8"))
    if stored["embedder"] != embedder:
        return None
    return np.array(stored["weights"], dtype=np.float32) * np.float32(stored["scale"])
