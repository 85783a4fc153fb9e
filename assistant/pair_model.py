"""A model in ONNX that reads two texts together, its ``tokenizer.json`` beside it."""

import hashlib
import json
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from assistant.cores import on_all_cores
from assistant.errors import UsageError

if TYPE_CHECKING:
    from tokenizers import Encoding, Tokenizer

BATCH_SIZE = 16
MAX_LENGTH = 512
"""Tokens of a pair where the model's ``tokenizer_config.json`` names no limit."""

_NO_LIMIT = 10**20
"""What transformers writes for a model without a limit is above this."""

_FEEDS: Mapping[str, Callable[["Encoding"], Sequence[int]]] = {
    "input_ids": lambda pair: pair.ids,
    "attention_mask": lambda pair: pair.attention_mask,
    "token_type_ids": lambda pair: pair.type_ids,
}
_INTEGERS = {"tensor(int64)": np.int64, "tensor(int32)": np.int32}
_FLOATS = ("tensor(float)", "tensor(float16)", "tensor(double)")

Logits = NDArray[np.float32]


class PairModel:
    """A cross-encoder: a row of logits for each pair of texts.

    The longer text of a pair is cut at its end where both are longer than the model's limit
    allows; each has at least half of the room. Batches are run side by side, each on one
    core: texts this short gain little from more. Threads may share it.
    """

    def __init__(
        self,
        path: Path,
        setting: str,
        advice: str,
        sha256: str | None = None,
        batch_size: int = BATCH_SIZE,
    ) -> None:
        """Look for the files; they are read on first use.

        Args:
            path: the model.
            setting: what names the model in the configuration, for errors.
            advice: what to give instead, for errors.
            sha256: what its file must have, if that is known.
            batch_size: how many pairs are read at once. In int8 the logits of a pair depend
                a little on those beside it; with 1 they don't.

        Raises:
            UsageError: the model or its tokenizer is missing.
        """
        if not path.is_file():
            raise UsageError(f"{setting}: no file {path}; {advice}")
        if not path.with_name("tokenizer.json").is_file():
            raise UsageError(
                f"{setting}: no tokenizer.json beside {path}; put the model's own there"
            )
        self.path = path
        self._setting = setting
        self._advice = advice
        self._sha256 = sha256
        self._batch_size = batch_size
        self._loading = threading.Lock()
        self._loaded: tuple[_PairTokenizer, _Graph] | None = None

    def logits(self, pairs: Sequence[tuple[str, str]], output: str = "logits") -> Logits:
        """Return one row a pair, shape (pairs, columns); one column if the graph gives a scalar.

        They are those of the graph's `output`, or of its first if it has none of that name.

        Raises:
            UsageError: the files hold no tokenizer or no usable model.
        """
        tokenizer, graph = self._load()
        encoded = [tokenizer.pair(first, second) for first, second in pairs]
        if not encoded:
            return np.zeros((0, 1), dtype=np.float32)
        size = self._batch_size if graph.masks else 1
        batches = list(_batches([len(pair.ids) for pair in encoded], size))

        def run(batch: Sequence[int]) -> Logits:
            feeds = {
                name: _padded([values(encoded[place]) for place in batch])
                for name, values in _FEEDS.items()
            }
            return graph.run(feeds, output)

        found = np.concatenate(on_all_cores(run, batches))
        return found[np.argsort(np.concatenate(batches))]

    def unusable(self, reason: str) -> UsageError:
        """Return the error that the model is of another kind than is wanted."""
        return UsageError(f"{self._setting}: {self.path} {reason}; {self._advice}")

    def _load(self) -> "tuple[_PairTokenizer, _Graph]":
        with self._loading:
            if self._loaded is None:
                graph = _Graph(self._checked(), self.unusable)
                self._loaded = _PairTokenizer(self.path.parent), graph
            return self._loaded

    def _checked(self) -> Path | bytes:
        """Return the model's path; its bytes, if it must have a checksum, and has."""
        if self._sha256 is None:
            return self.path
        try:
            data = self.path.read_bytes()
        except OSError as error:
            raise self.unusable(f"can't be read ({error})") from error
        if (digest := hashlib.sha256(data).hexdigest()) != self._sha256:
            raise self.unusable(f"has the sha256 {digest}, not {self._sha256}")
        return data


class _PairTokenizer:
    """Turns two texts into one sequence of at most the model's limit."""

    def __init__(self, folder: Path) -> None:
        self._tokenizer = _read_tokenizer(folder / "tokenizer.json")
        special = self._tokenizer.num_special_tokens_to_add(is_pair=True)
        self._room = read_max_length(folder / "tokenizer_config.json") - special

    def pair(self, first: str, second: str) -> "Encoding":
        """Return the encoding of a pair, without padding."""
        one, other = (
            self._tokenizer.encode(text, add_special_tokens=False) for text in (first, second)
        )
        half = self._room // 2
        one.truncate(max(half, self._room - len(other.ids)))
        other.truncate(self._room - len(one.ids))
        return self._tokenizer.post_process(one, other)


class _Graph:
    """The model's graph, and what it takes and gives."""

    def __init__(self, model: Path | bytes, unusable: Callable[[str], UsageError]) -> None:
        self._unusable = unusable
        self._session = _open_session(model, unusable)
        self._types = {node.name: node.type for node in self._session.get_inputs()}
        self._outputs = {node.name: node.type for node in self._session.get_outputs()}
        if "input_ids" not in self._types or not self._types.keys() <= _FEEDS.keys():
            raise unusable(f"takes {', '.join(self._types)}; wanted {', '.join(_FEEDS)}")
        if odd := set(self._types.values()) - _INTEGERS.keys():
            raise unusable(f"takes {', '.join(sorted(odd))}; wanted integers")
        self.masks = "attention_mask" in self._types
        """Whether it is told what is padding; else it would take that for text."""

    def run(self, feeds: Mapping[str, NDArray[np.int64]], output: str) -> Logits:
        """Return the logits of a batch, shape (pairs, columns); inputs are (pairs, tokens)."""
        wanted = output if output in self._outputs else next(iter(self._outputs))
        if (kind := self._outputs[wanted]) not in _FLOATS:
            raise self._unusable(f"gives {kind}; wanted a tensor of numbers")
        inputs = {name: feeds[name].astype(_INTEGERS[kind]) for name, kind in self._types.items()}
        try:
            (found,) = self._session.run([wanted], inputs)
        except Exception as error:  # onnxruntime's errors have no class in common
            raise self._unusable(f"can't be run ({_one_line(error)})") from error
        logits, pairs = np.asarray(found, dtype=np.float32), len(feeds["input_ids"])
        if logits.ndim not in (1, 2) or len(logits) != pairs:
            raise self._unusable(
                f"gives {wanted} of shape {logits.shape} for {pairs} pairs; "
                "wanted a row of logits a pair"
            )
        if not np.isfinite(logits).all():
            raise self._unusable("gives logits that are not finite")
        return logits.reshape(pairs, -1)


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


def _open_session(model: Path | bytes, unusable: Callable[[str], UsageError]) -> Any:
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.log_severity_level = 3
    given = str(model) if isinstance(model, Path) else model
    try:
        return onnxruntime.InferenceSession(given, options, providers=["CPUExecutionProvider"])
    except Exception as error:  # onnxruntime's errors have no class in common
        raise unusable(f"is not an ONNX model ({_one_line(error)})") from error


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
