"""How vectors and records are packed in SQLite, so that it stays small. Pure."""

import json
import zlib
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from assistant.embedding import Vectors
from assistant.types import Span

_LARGEST = 127


def unpack_texts(packed: str) -> tuple[str, ...]:
    """Return the texts of a column that holds a list as JSON; most hold none."""
    return () if packed == "[]" else tuple(json.loads(packed))


def pack_half(vector: Vectors) -> bytes:
    """Return a vector in half precision, 2 bytes a number."""
    return bytes(vector.astype("<f2").tobytes())


def unpack_half(blobs: Iterable[bytes], dimension: int) -> Vectors:
    """Return vectors packed by `pack_half`, shape (number of blobs, dimension)."""
    rows = [np.frombuffer(each, "<f2").astype(np.float32) for each in blobs]
    return np.stack(rows) if rows else np.zeros((0, dimension), dtype=np.float32)


def pack_directions(vectors: Vectors) -> bytes:
    """Return the directions of vectors, a byte a number; cosines change by a thousandth or so.

    For sentences, of which a paper has eight or so: what tells two of them apart is
    far larger.
    """
    largest = np.abs(vectors).max(axis=1, keepdims=True, initial=0.0)
    scaled = vectors * (_LARGEST / np.where(largest == 0, 1, largest))
    return bytes(np.rint(scaled).astype(np.int8).tobytes())


def unpack_directions(blob: bytes, count: int, dimension: int) -> Vectors:
    """Return `count` unit vectors packed by `pack_directions`, shape (count, dimension)."""
    packed = np.frombuffer(blob, np.int8).reshape(count, -1 if count else dimension)
    norms = np.linalg.norm(packed.astype(np.float32), axis=1, keepdims=True)
    unit: Vectors = (packed / np.where(norms == 0, 1, norms)).astype(np.float32)
    return unit


def pack_spans(spans: Iterable[Span]) -> bytes:
    """Return starts and ends, 4 bytes each."""
    return np.array([(span.start, span.end) for span in spans], "<u4").tobytes()


def unpack_spans(blob: bytes) -> list[Span]:
    """Return what `pack_spans` packed."""
    return [Span(start, end) for start, end in np.frombuffer(blob, "<u4").reshape(-1, 2).tolist()]


def pack_json(value: Mapping[str, Any]) -> bytes:
    """Return JSON, compressed."""
    return zlib.compress(json.dumps(value, ensure_ascii=False).encode("utf-8"))


def unpack_json(blob: bytes) -> dict[str, Any]:
    """Return what `pack_json` packed."""
    value: dict[str, Any] = json.loads(zlib.decompress(blob))
    return value
