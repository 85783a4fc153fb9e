"""Papers and vectors as rows of the record, and back; the hashes that tell changes. Pure."""

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from assistant.embedding import Vectors
from assistant.identity import identifiers, title_key
from assistant.types import Chunk, Paper, Span

PAPER_COLUMNS = (
    "paper_id, title, abstract, authors, year, venue, url, doi, arxiv_id, source, "
    "other_urls, other_sources"
)

_TUPLES = ("authors", "other_urls", "other_sources")
_NOT_SAID_BY_THE_SOURCE = ("paper_id", "source")


@dataclass(frozen=True, slots=True)
class EmbeddedPaper:
    """A paper with all that is stored about it.

    `chunk_vectors` and `sentence_vectors` have one row for each chunk and sentence.
    """

    paper: Paper
    chunks: tuple[Chunk, ...]
    chunk_vectors: Vectors
    sentences: tuple[Span, ...]
    sentence_vectors: Vectors


def paper_values(paper: Paper) -> tuple[object, ...]:
    """Return a paper as the values of `PAPER_COLUMNS`."""
    return tuple(
        json.dumps(value, ensure_ascii=False) if isinstance(value, tuple) else value
        for _, value in _fields(paper)
    )


def paper_of(values: Sequence[object]) -> Paper:
    """Return the paper that `PAPER_COLUMNS` hold."""
    return Paper(
        *(
            tuple(json.loads(str(value))) if name in _TUPLES else value
            for name, value in zip(Paper.__slots__, values, strict=True)
        )  # type: ignore[arg-type]  # the columns stand in the fields' order
    )


def record_values(record: Paper) -> tuple[str, str, str, str]:
    """Return a record as the values of its table: paper id, source, hash, what it says."""
    return (record.paper_id, record.source or "", record_hash(record), _said(record))


def record_of(paper_id: str, source: str, said: str) -> Paper:
    """Return the record that a row holds."""
    fields: dict[str, Any] = {
        name: tuple(value) if name in _TUPLES else value for name, value in json.loads(said).items()
    }
    return Paper(paper_id=paper_id, source=source or None, **fields)


def record_hash(record: Paper) -> str:
    """Return a hash of all that a source says: of everything but the paper's id and the source."""
    return hashlib.sha256(_said(record).encode()).hexdigest()[:32]


def content_hash(paper: Paper) -> str:
    """Return a hash of everything that is stored about a paper, but for its source files."""
    left_out = {"source", "other_sources"} | ({"other_urls"} if not paper.other_urls else set())
    fields = [value for name, value in _fields(paper) if name not in left_out]
    return hashlib.sha256(json.dumps(fields, ensure_ascii=False).encode()).hexdigest()


def keys_of(records: Iterable[Paper]) -> frozenset[str]:
    """Return what a paper of these records is found by: identifiers and normalised titles."""
    return frozenset(
        key
        for record in records
        for key in (*identifiers(record), f"title:{title_key(record.title)}")
    )


def blob(vector: Vectors) -> bytes:
    """Return a vector as it is stored, in half precision."""
    return vector.astype(np.float16).tobytes()


def vectors(blobs: Iterable[bytes], dimension: int) -> Vectors:
    """Return stored vectors, shape (number of blobs, dimension)."""
    rows = [np.frombuffer(each, dtype=np.float16).astype(np.float32) for each in blobs]
    return np.stack(rows) if rows else np.zeros((0, dimension), dtype=np.float32)


def _said(record: Paper) -> str:
    """Return what a source says about a paper, as JSON without the fields that it leaves open."""
    said = {
        name: value
        for name, value in _fields(record)
        if name not in _NOT_SAID_BY_THE_SOURCE and value not in (None, ())
    }
    return json.dumps(said, ensure_ascii=False)


def _fields(paper: Paper) -> Iterator[tuple[str, Any]]:
    return ((name, getattr(paper, name)) for name in Paper.__slots__)
