"""How vectors and records are packed in SQLite, so that it stays small. Pure."""

import json
import zlib
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from assistant.embedding import Vectors

_LARGEST = 127


def pack_half(vector: Vectors) -> bytes:
    """Return a vector in half precision, 2 bytes a number."""
    return bytes(vector.astype("<f2").tobytes())


def unpack_half(blobs: Iterable[bytes], dimension: int) -> Vectors:
    """Return vectors packed by `pack_half`, shape (number of blobs, dimension)."""
    return _stack((np.frombuffer(each, "<f2").astype(np.float32) for each in blobs), dimension)


def pack_direction(vector: Vectors) -> bytes:
    """Return the direction of a vector, a byte a number; cosines change by a thousandth or so.

    For sentences, of which a paper has eight or so: what tells two of them apart is
    far larger.
    """
    largest = float(np.abs(vector).max(initial=0.0))
    return bytes(np.rint(vector * (_LARGEST / (largest or 1.0))).astype(np.int8).tobytes())


def unpack_directions(blobs: Iterable[bytes], dimension: int) -> Vectors:
    """Return unit vectors packed by `pack_direction`, shape (number of blobs, dimension)."""
    packed = _stack((np.frombuffer(each, np.int8) for each in blobs), dimension).astype(np.float32)
    norms = np.linalg.norm(packed, axis=1, keepdims=True)
    unit: Vectors = (packed / np.where(norms == 0, 1, norms)).astype(np.float32)
    return unit


def pack_json(value: Mapping[str, Any]) -> bytes:
    """Return JSON, compressed."""
    return zlib.compress(json.dumps(value, ensure_ascii=False).encode("utf-8"))


def unpack_json(blob: bytes) -> dict[str, Any]:
    """Return what `pack_json` packed."""
    value: dict[str, Any] = json.loads(zlib.decompress(blob))
    return value


def _stack(rows: Iterable[np.ndarray[Any, Any]], dimension: int) -> np.ndarray[Any, Any]:
    stacked = list(rows)
    return np.stack(stacked) if stacked else np.zeros((0, dimension), dtype=np.float32)
