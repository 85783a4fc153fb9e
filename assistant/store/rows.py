"""Papers and vectors as rows of the record, and back; the hashes that tell changes. Pure."""

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from assistant.chunking import heading_of, make_chunk
from assistant.embedding import Vectors
from assistant.identity import identifiers, title_key
from assistant.store.packing import pack_json, unpack_json, unpack_texts
from assistant.types import Chunk, Paper, Span

PAPER_COLUMNS = (
    "paper_id, title, abstract, authors, year, venue, url, doi, arxiv_id, source, "
    "other_urls, other_sources, tags"
)

CHUNK_COLUMNS = "position, start, end, heading"

_TUPLES = ("authors", "other_urls", "other_sources", "tags")
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
            unpack_texts(str(value)) if name in _TUPLES else value
            for name, value in zip(Paper.__slots__, values, strict=True)
        )  # type: ignore[arg-type]  # the columns stand in the fields' order
    )


def record_values(record: Paper, *, of: Paper) -> tuple[str, str, str, bytes | None]:
    """Return a record of a paper as the values of its table: paper id, source, hash, text.

    The text is left out where it is all that the paper says itself.
    """
    said = _said(record)
    packed = None if said == _said(of) else pack_json(said)
    return (record.paper_id, record.source or "", record_hash(record), packed)


def record_of(paper: Paper, source: str, said: bytes | None) -> Paper:
    """Return the record of a paper that a row holds."""
    if said is None:
        return replace(paper, source=source or None)
    fields: dict[str, Any] = {
        name: tuple(value) if name in _TUPLES else value
        for name, value in unpack_json(said).items()
    }
    return Paper(paper_id=paper.paper_id, source=source or None, **fields)


def record_hash(record: Paper) -> str:
    """Return a hash of all that a source says: of everything but the paper's id and the source."""
    said = json.dumps(_said(record), ensure_ascii=False)
    return hashlib.sha256(said.encode()).hexdigest()[:32]


def chunk_values(paper: Paper, chunk: Chunk) -> tuple[object, ...]:
    """Return a chunk as values of its table, less its vector: what the paper doesn't tell.

    Its heading is kept only where it is not the whole title.
    """
    passage = chunk.span.of(paper.abstract)
    heading = chunk.text.removesuffix(f"\n{passage}") if passage else chunk.text
    kept = None if heading == heading_of(paper.title) else heading
    position = int(chunk.chunk_id.removeprefix(f"{paper.paper_id}#"))
    return (paper.paper_id, position, chunk.span.start, chunk.span.end, kept)


def chunk_of(paper: Paper, position: int, start: int, end: int, heading: str | None) -> Chunk:
    """Return the chunk that a row holds."""
    return make_chunk(
        paper, position, Span(start, end), heading_of(paper.title) if heading is None else heading
    )


def content_hash(paper: Paper) -> str:
    """Return a hash of everything that is stored about a paper, but for its source files.

    A paper that has nothing in the fields of later versions keeps the hash that it always had.
    """
    left_out = {"source", "other_sources", "tags"}
    left_out |= {"other_urls"} if not paper.other_urls else set()
    fields = [value for name, value in _fields(paper) if name not in left_out]
    if paper.tags:
        fields.append({"tags": paper.tags})
    return hashlib.sha256(json.dumps(fields, ensure_ascii=False).encode()).hexdigest()


def keys_of(records: Iterable[Paper]) -> frozenset[str]:
    """Return what a paper of these records is found by: identifiers and normalised titles."""
    return frozenset(
        key
        for record in records
        for key in (*identifiers(record), f"title:{title_key(record.title)}")
    )


def _said(record: Paper) -> dict[str, Any]:
    """Return what a source says about a paper, without the fields that it leaves open."""
    return {
        name: value
        for name, value in _fields(record)
        if name not in _NOT_SAID_BY_THE_SOURCE and value not in (None, ())
    }


def _fields(paper: Paper) -> Iterator[tuple[str, Any]]:
    return ((name, getattr(paper, name)) for name in Paper.__slots__)
