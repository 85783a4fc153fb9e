"""A second look at the first hits, off by default: a model reads query and text together."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from assistant.errors import UsageError
from assistant.pair_model import PairModel
from assistant.types import Hit

DEPTH = 50
"""How many of the first hits are read again."""

_EXAMPLE = "cross-encoder:/path/model.onnx"

Scores = NDArray[np.float32]


class Reranker(Protocol):
    """What scores texts by how well they answer a query."""

    def scores(self, query: str, texts: Sequence[str]) -> Scores:
        """Return one score a text, shape (len(texts),); higher is better."""
        ...


def load_reranker(setting: str | None) -> Reranker | None:
    """Return the reranker that the setting ``rerank`` names; its model loads on first use.

    Raises:
        UsageError: it names no reranker, or a file of the model is missing.
    """
    if setting is None:
        return None
    kind, _, path = setting.partition(":")
    if kind != "cross-encoder" or not path:
        raise UsageError(f"rerank {setting!r} is not known; give {_EXAMPLE}")
    return CrossEncoder(Path(path).expanduser())


def rerank(reranker: Reranker, query: str, hits: Sequence[Hit], depth: int = DEPTH) -> list[Hit]:
    """Return `hits`, the first `depth` of them in the order in which `reranker` puts them."""
    texts = [f"{hit.paper.title}\n{hit.paper.abstract}" for hit in hits[:depth]]
    return reranked(hits, reranker.scores(query, texts))


def reranked(hits: Sequence[Hit], scores: Scores) -> list[Hit]:
    """Return `hits` with the first ``len(scores)`` in the order of `scores`; ties keep theirs.

    Hit scores stay with the ranks and do not move with the papers: a reranker's have
    another scale, and whoever reads hits counts on one that only goes down.
    """
    order = sorted(range(len(scores)), key=lambda place: -scores[place])
    first = [
        replace(hits[place], score=hits[rank - 1].score, rank=rank)
        for rank, place in enumerate(order, start=1)
    ]
    return [*first, *hits[len(first) :]]


class CrossEncoder:
    """A cross-encoder in ONNX (Nogueira and Cho, 2019), with its ``tokenizer.json`` beside it.

    A graph gives one logit a pair, or two, of which the second is for "relevant", and the
    score is the log-odds. Threads may share it.
    """

    def __init__(self, path: Path) -> None:
        """Look for the files; they are read on first use.

        Raises:
            UsageError: the model or its tokenizer is missing.
        """
        self._model = PairModel(path, "rerank", f"give a cross-encoder: {_EXAMPLE}")

    def scores(self, query: str, texts: Sequence[str]) -> Scores:
        """Return one score a text, shape (len(texts),); higher is better.

        Raises:
            UsageError: the files hold no tokenizer or no usable model.
        """
        if not texts:
            return np.zeros(0, dtype=np.float32)
        logits = self._model.logits([(query, text) for text in texts])
        match logits.shape[1]:
            case 1:
                return logits[:, 0]
            case 2:
                return logits[:, 1] - logits[:, 0]
            case columns:
                raise self._model.unusable(
                    f"gives {columns} logits a pair; wanted one, or two, the second for relevant"
                )
