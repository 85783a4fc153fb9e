"""A second look at the first hits, off by default: a model reads query and text together."""

import json
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
from numpy.typing import NDArray

from assistant.errors import UsageError
from assistant.types import Hit

if TYPE_CHECKING:
    from tokenizers import Encoding, Tokenizer

DEPTH = 50
"""How many of the first hits are read again."""

BATCH_SIZE = 16
MAX_LENGTH = 512
"""Tokens of a pair where the model's ``tokenizer_config.json`` names no limit."""

_NO_LIMIT = 10**20
"""What transformers writes for a model without a limit is above this."""

_EXAMPLE = "cross-encoder:/path/model.onnx"
_FEEDS: Mapping[str, Callable[["Encoding"], Sequence[int]]] = {
    "input_ids": lambda pair: pair.ids,
    "attention_mask": lambda pair: pair.attention_mask,
    "token_type_ids": lambda pair: pair.type_ids,
}
_INTEGERS = {"tensor(int64)": np.int64, "tensor(int32)": np.int32}
_FLOATS = ("tensor(float)", "tensor(float16)", "tensor(double)")

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
    score is the log-odds. Queries longer than half of the model's limit, and texts longer
    than what a query leaves, are cut at the end. Threads may share it.
    """

    def __init__(self, path: Path) -> None:
        """Look for the files; they are read on first use.

        Raises:
            UsageError: the model or its tokenizer is missing.
        """
        if not path.is_file():
            raise UsageError(f"rerank: no file {path}; give {_EXAMPLE}")
        if not path.with_name("tokenizer.json").is_file():
            raise UsageError(f"rerank: no tokenizer.json beside {path}; put the model's own there")
        self._path = path
        self._loading = threading.Lock()
        self._loaded: tuple[_PairTokenizer, _Graph] | None = None

    def scores(self, query: str, texts: Sequence[str]) -> Scores:
        """Return one score a text, shape (len(texts),); higher is better.

        Raises:
            UsageError: the files hold no tokenizer or no usable model.
        """
        if not texts:
            return np.zeros(0, dtype=np.float32)
        tokenizer, graph = self._load()
        pairs = tokenizer.pairs(query, texts)
        scores = np.zeros(len(texts), dtype=np.float32)
        for batch in _batches([len(pair.ids) for pair in pairs], graph.batch_size):
            feeds = {
                name: _padded([values(pairs[place]) for place in batch])
                for name, values in _FEEDS.items()
            }
            scores[batch] = graph.run(feeds)
        return scores

    def _load(self) -> "tuple[_PairTokenizer, _Graph]":
        with self._loading:
            if self._loaded is None:
                self._loaded = _PairTokenizer(self._path.parent), _Graph(self._path)
            return self._loaded


class _PairTokenizer:
    """Turns a query and a text into one sequence of at most `max_length` tokens."""

    def __init__(self, folder: Path) -> None:
        self._tokenizer = _read_tokenizer(folder / "tokenizer.json")
        special = self._tokenizer.num_special_tokens_to_add(is_pair=True)
        self._room = read_max_length(folder / "tokenizer_config.json") - special

    def pairs(self, query: str, texts: Sequence[str]) -> "list[Encoding]":
        """Return one encoding a text, without padding."""
        first = self._encode(query, self._room // 2)
        rest = self._room - len(first.ids)
        return [self._tokenizer.post_process(first, self._encode(text, rest)) for text in texts]

    def _encode(self, text: str, max_length: int) -> "Encoding":
        encoding = self._tokenizer.encode(text, add_special_tokens=False)
        encoding.truncate(max_length)
        return encoding


class _Graph:
    """The model's graph, and what it takes and gives."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._session = _open_session(path)
        self._types = {node.name: node.type for node in self._session.get_inputs()}
        outputs = {node.name: node.type for node in self._session.get_outputs()}
        self._output = "logits" if "logits" in outputs else next(iter(outputs))
        if "input_ids" not in self._types or not self._types.keys() <= _FEEDS.keys():
            raise self._unusable(f"takes {', '.join(self._types)}; wanted {', '.join(_FEEDS)}")
        if odd := set(self._types.values()) - _INTEGERS.keys():
            raise self._unusable(f"takes {', '.join(sorted(odd))}; wanted integers")
        if outputs[self._output] not in _FLOATS:
            raise self._unusable(f"gives {outputs[self._output]}; wanted a tensor of numbers")
        # Without a mask, a graph takes what is padded for text.
        self.batch_size = BATCH_SIZE if "attention_mask" in self._types else 1

    def run(self, feeds: Mapping[str, NDArray[np.int64]]) -> Scores:
        """Return the scores of a batch, shape (pairs,), from inputs of shape (pairs, tokens)."""
        inputs = {name: feeds[name].astype(_INTEGERS[kind]) for name, kind in self._types.items()}
        try:
            (output,) = self._session.run([self._output], inputs)
        except Exception as error:  # onnxruntime's errors have no class in common
            raise self._unusable(f"can't be run ({_one_line(error)})") from error
        return self._relevance(np.asarray(output, dtype=np.float32), len(feeds["input_ids"]))

    def _relevance(self, logits: Scores, count: int) -> Scores:
        if logits.shape in ((count,), (count, 1)):
            scores = logits.reshape(count)
        elif logits.shape == (count, 2):
            scores = logits[:, 1] - logits[:, 0]
        else:
            raise self._unusable(
                f"gives {self._output} of shape {logits.shape} for {count} pairs; "
                f"wanted ({count}, 1), or ({count}, 2) with the second for relevant"
            )
        if not np.isfinite(scores).all():
            raise self._unusable("gives scores that are not finite")
        return scores

    def _unusable(self, reason: str) -> UsageError:
        return UsageError(f"rerank: {self._path} {reason}; choose a cross-encoder for reranking")


def read_max_length(path: Path) -> int:
    """Return the model's limit in tokens: ``model_max_length`` of its ``tokenizer_config.json``.

    What ``tokenizer.json`` says on truncation is left aside: it tells how an exporter last
    used the tokenizer. `MAX_LENGTH` stands in for a missing file or limit.

    Raises:
        UsageError: the file is not valid, or its limit is no number, or too low for a pair.
    """
    if not path.is_file():
        return MAX_LENGTH
    try:
        limit = json.loads(path.read_text("utf-8")).get("model_max_length", _NO_LIMIT)
        length = MAX_LENGTH if limit >= _NO_LIMIT else int(limit)
    except (OSError, ValueError, AttributeError, TypeError) as error:
        raise UsageError(f"{path}: can't be read ({error}); put the model's own there") from error
    if length < 8:
        raise UsageError(f"{path}: model_max_length {length} is too low for a pair; mend it")
    return length


def _read_tokenizer(path: Path) -> "Tokenizer":
    from tokenizers import Tokenizer

    try:
        tokenizer = Tokenizer.from_file(str(path))
    except Exception as error:  # tokenizers raises nothing narrower
        raise UsageError(
            f"{path}: not a tokenizer ({_one_line(error)}); put the model's own there"
        ) from error
    tokenizer.no_truncation()
    tokenizer.no_padding()
    tokenizer.encode_special_tokens = True  # "[SEP]" in an abstract is text, and separates nothing
    return tokenizer


def _open_session(path: Path) -> Any:
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    try:
        return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    except Exception as error:  # onnxruntime's errors have no class in common
        raise UsageError(
            f"rerank: {path} is not an ONNX model ({_one_line(error)}); give {_EXAMPLE}"
        ) from error


def _batches(lengths: Sequence[int], size: int) -> Iterator[list[int]]:
    """Yield the places of `lengths` in batches of like length, so that little is padded."""
    order = sorted(range(len(lengths)), key=lambda place: lengths[place])
    for start in range(0, len(order), size):
        yield order[start : start + size]


def _padded(rows: Sequence[Sequence[int]]) -> NDArray[np.int64]:
    """Return rows as one array, shape (rows, longest); 0 stands behind a row, masked."""
    array = np.zeros((len(rows), max(map(len, rows))), dtype=np.int64)
    for place, row in enumerate(rows):
        array[place, : len(row)] = row
    return array


def _one_line(error: Exception) -> str:
    return " ".join(str(error).split())
