"""The vectors of all papers in memory: exact cosines of a query with any of them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assistant.embedding import Vectors
from assistant.store.holders import Mask
from assistant.store.record import Record
from assistant.store.selection import Projection, highest

Cosines = NDArray[np.float32]
Numbers = NDArray[np.int64]
"""Papers by their place in the list of ids that the vectors were loaded for."""

NO_COSINE = -1.0
"""What a paper without sentences, or one that is gone, has in place of a cosine."""

EXACT_UP_TO = 40_000
"""Chunks. One pass over so many vectors takes 3 ms, and nothing escapes it."""

FEW = 0.25
"""A smaller share of the vectors is faster to pick out than all of them are to go through."""

CHUNKS_PER_PAPER = 2
"""Most abstracts have one or two."""


@dataclass(frozen=True, slots=True)
class Runs:
    """Rows that lie one paper after the other: those of paper i are first[i] to first[i + 1]."""

    first: Numbers

    @classmethod
    def of_counts(cls, counts: Numbers) -> "Runs":
        """Return the runs of papers with so many rows each."""
        return cls(np.concatenate([[0], np.cumsum(counts)]))

    def rows(self, papers: Numbers) -> tuple[Numbers, "Runs"]:
        """Return the rows of these papers, and where each paper's lie among them."""
        counts = self.first[papers + 1] - self.first[papers]
        runs = Runs.of_counts(counts)
        shift = np.repeat(self.first[papers] - runs.first[:-1], counts)
        return np.arange(runs.first[-1]) + shift, runs

    def holders(self, rows: Numbers) -> Numbers:
        """Return the paper of each of these rows."""
        return np.searchsorted(self.first, rows, side="right") - 1

    def highest(self, values: Cosines) -> Cosines:
        """Return the highest value of each paper's rows, `NO_COSINE` for a paper without any."""
        highest = np.full(len(self.first) - 1, NO_COSINE, dtype=np.float32)
        some = self.first[1:] > self.first[:-1]
        if some.any():
            highest[some] = np.maximum.reduceat(values, self.first[:-1][some])
        return highest


class PaperVectors:
    """Chunk vectors in single precision, and sentence directions a byte a number, as stored.

    A paper takes about 6 KB: 1.5 KB a chunk and 0.4 KB a sentence; beyond `EXACT_UP_TO` 0.5 KB
    a chunk more.
    """

    def __init__(
        self, chunks: Vectors, chunk_runs: Runs, sentences: NDArray[np.int8], sentence_runs: Runs
    ) -> None:
        """Use `load_vectors` instead."""
        self._chunks = chunks
        self._chunk_runs = chunk_runs
        self._sentences = sentences
        self._sentence_runs = sentence_runs

    def of(self, papers: Numbers) -> "PaperVectors":
        """Return the vectors of these papers alone, in this order."""
        chunk_rows, chunk_runs = self._chunk_runs.rows(papers)
        sentence_rows, sentence_runs = self._sentence_runs.rows(papers)
        chunks = self._chunks.take(chunk_rows, axis=0)
        sentences = self._sentences.take(sentence_rows, axis=0)
        return PaperVectors(chunks, chunk_runs, sentences, sentence_runs)

    def chunk_cosines(self, query: Vectors) -> Cosines:
        """Return the cosine of each paper's nearest chunk."""
        return self._chunk_runs.highest(self._chunks @ query)

    def nearest(self, query: Vectors, count: int, allowed: Mask | None = None) -> Numbers:
        """Return the `count` papers with the nearest chunks, in no order.

        Under a filter exactly; else up to `EXACT_UP_TO` chunks exactly, and of more only the
        likely ones are looked at in full.

        Args:
            query: a unit vector.
            count: how many papers at most.
            allowed: which papers these may be, shape (papers,); None for any.
        """
        if allowed is not None:
            papers = np.flatnonzero(allowed)
            return papers[highest(self._chunk_cosines_of(papers, query), count)]
        if self.chunk_count <= EXACT_UP_TO:
            return highest(self.chunk_cosines(query), count)
        chunks = CHUNKS_PER_PAPER * count
        papers = self._papers_of_likely(query, chunks)
        while len(papers) < count and chunks < self.chunk_count:
            chunks *= 2
            papers = self._papers_of_likely(query, chunks)
        return papers[:count]

    def _papers_of_likely(self, query: Vectors, chunks: int) -> Numbers:
        """Return the papers of chunks that are likely to be near, the nearest first."""
        rows = self._projection.likely(query, chunks)
        cosines = self._chunks.take(rows, axis=0) @ query
        nearest_first = rows[np.argsort(-cosines, kind="stable")]
        papers, first = np.unique(self._chunk_runs.holders(nearest_first), return_index=True)
        return papers[np.argsort(first)]

    def _chunk_cosines_of(self, papers: Numbers, query: Vectors) -> Cosines:
        if len(papers) > FEW * (len(self._chunk_runs.first) - 1):
            return self.chunk_cosines(query)[papers]
        rows, runs = self._chunk_runs.rows(papers)
        return runs.highest(self._chunks.take(rows, axis=0) @ query)

    @property
    def chunk_count(self) -> int:
        """The number of chunks."""
        return len(self._chunks)

    @cached_property
    def _projection(self) -> Projection:
        return Projection(self._chunks)

    def sentence_cosines(self, query: Vectors) -> Cosines:
        """Return the cosine of each paper's nearest sentence."""
        directions = self._sentences.astype(np.float32)
        lengths = np.sqrt(np.vecdot(directions, directions))
        return self._sentence_runs.highest(directions @ query / np.maximum(lengths, 1))

    def centroid(self, weights: Cosines) -> Vectors:
        """Return the weighted mean of the papers' chunks, each paper's counted as one."""
        counts = np.diff(self._chunk_runs.first)
        shares = np.repeat(weights / np.maximum(counts, 1), counts).astype(np.float32)
        return np.asarray(shares @ self._chunks, dtype=np.float32)


def load_vectors(record: Record, paper_ids: Sequence[str]) -> PaperVectors:
    """Read the vectors of these papers; those that the record no longer holds have none."""
    place = {paper_id: number for number, paper_id in enumerate(paper_ids)}
    width = max(record.dimension, 1)  # of no vectors there is no dimension yet
    chunks, chunk_runs = _stacked(record.chunk_vectors(), place, np.dtype("<f2"), width)
    sentences, sentence_runs = _stacked(record.sentence_vectors(), place, np.dtype("i1"), width)
    return PaperVectors(chunks.astype(np.float32), chunk_runs, sentences, sentence_runs)


def _stacked(
    packed: Iterable[tuple[str, bytes]], place: dict[str, int], kind: np.dtype[Any], width: int
) -> tuple[NDArray[Any], Runs]:
    """Return the rows of all papers, those of the first paper first, and where each one's lie."""
    of_papers: list[list[bytes]] = [[] for _ in place]
    for paper_id, blob in packed:
        if paper_id in place:
            of_papers[place[paper_id]].append(blob)
    sizes = np.array([sum(map(len, blobs)) for blobs in of_papers], dtype=np.int64)
    rows = np.frombuffer(b"".join(chain.from_iterable(of_papers)), kind)
    return rows.reshape(-1, width), Runs.of_counts(sizes // (width * kind.itemsize))
