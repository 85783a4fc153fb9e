"""The vectors of all papers in memory: exact cosines of a query with any of them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assistant.embedding import Vectors
from assistant.store.record import Record

Cosines = NDArray[np.float32]
Numbers = NDArray[np.int64]
"""Papers by their place in the list of ids that the vectors were loaded for."""

NO_COSINE = -1.0
"""What a paper without sentences, or one that is gone, has in place of a cosine."""

_ROWS_AT_ONCE = 4096


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

    def highest(self, values: Cosines) -> Cosines:
        """Return the highest value of each paper's rows, `NO_COSINE` for a paper without any."""
        highest = np.full(len(self.first) - 1, NO_COSINE, dtype=np.float32)
        some = self.first[1:] > self.first[:-1]
        if some.any():
            highest[some] = np.maximum.reduceat(values, self.first[:-1][some])
        return highest


class PaperVectors:
    """Chunk vectors in single precision, and sentence directions a byte a number, as stored.

    A paper takes about 6 KB: 1.5 KB a chunk and 0.4 KB a sentence.
    """

    def __init__(
        self, chunks: Vectors, chunk_runs: Runs, sentences: NDArray[np.int8], sentence_runs: Runs
    ) -> None:
        """Use `load_vectors` instead."""
        self.chunks = chunks
        self._chunk_runs = chunk_runs
        self._sentences = sentences
        self._sentence_runs = sentence_runs
        self._sentence_lengths = _lengths(sentences)

    def chunk_cosines(self, query: Vectors, papers: Numbers | None = None) -> Cosines:
        """Return the cosine of each paper's nearest chunk, of all papers or of those named."""
        if papers is None:
            return self._chunk_runs.highest(self.chunks @ query)
        rows, runs = self._chunk_runs.rows(papers)
        return runs.highest(self.chunks[rows] @ query)

    def sentence_cosines(self, query: Vectors, papers: Numbers) -> Cosines:
        """Return the cosine of each paper's nearest sentence."""
        rows, runs = self._sentence_runs.rows(papers)
        products = self._sentences[rows].astype(np.float32) @ query
        return runs.highest(products / self._sentence_lengths[rows])

    def centroid(self, papers: Numbers, weights: Cosines) -> Vectors:
        """Return the weighted mean of the papers' chunks, each paper's counted as one."""
        rows, runs = self._chunk_runs.rows(papers)
        counts = np.diff(runs.first)
        shares = np.repeat(weights / np.maximum(counts, 1), counts).astype(np.float32)
        return np.asarray(shares @ self.chunks[rows], dtype=np.float32)


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


def _lengths(packed: NDArray[np.int8]) -> Cosines:
    """Return the length of each row, 1 for a row of zeros."""
    lengths = np.ones(len(packed), dtype=np.float32)
    for start in range(0, len(packed), _ROWS_AT_ONCE):
        part = packed[start : start + _ROWS_AT_ONCE].astype(np.float32)
        lengths[start : start + len(part)] = np.sqrt(np.einsum("ij,ij->i", part, part))
    return np.where(lengths == 0, np.float32(1), lengths)
