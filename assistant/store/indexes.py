"""The two indexes of a library as one thing: opened, written and rebuilt together."""

import shutil
from collections.abc import Sequence
from contextlib import closing
from functools import cached_property
from pathlib import Path
from typing import Self

import numpy as np

from assistant.embedding import Vectors
from assistant.errors import LibraryError
from assistant.store.chroma import DenseIndex, Row, open_index
from assistant.store.disk import written
from assistant.store.lexical import LexicalIndex, build_lexical, load_lexical
from assistant.store.record import Record
from assistant.store.rows import EmbeddedPaper
from assistant.types import Chunk, Paper

REBUILD_BATCH_CHUNKS = 2000


class Indexes:
    """Chroma and BM25 over the papers of `record`, complete up to `generation`; 0 is no papers.

    Each generation of the lexical index has a folder of its own, so that readers
    keep theirs while the next one is written.
    """

    def __init__(self, folder: Path, record: Record, generation: int) -> None:
        """Use `open` instead."""
        self.generation = generation
        self.dense_generation = generation
        self.lexical: LexicalIndex = build_lexical([])
        self._chroma_folder = folder / "chroma"
        self._new_chroma_folder = folder / "chroma.new"
        self._lexical_folder = folder / "lexical"
        self._record = record

    @classmethod
    def open(cls, folder: Path, record: Record) -> Self:
        """Open the indexes as far as they are complete, with a fresh view of Chroma."""
        generation = indexed_generation(record)
        indexes = cls(folder, record, generation)
        if generation:
            indexes.lexical = load_lexical(indexes._lexical_folder / str(generation))
        return indexes

    @classmethod
    def make(cls, folder: Path, record: Record) -> Self:
        """Make both indexes anew from the record, whatever is there; nothing is embedded.

        They are made beside the old ones: where that fails, the old ones are as they were.

        Raises:
            LibraryError: the new indexes can't be written, or the old ones can't be deleted.
        """
        indexes = cls(folder, record, 0)
        _delete(indexes._new_chroma_folder)
        with closing(open_index(indexes._new_chroma_folder)) as dense:
            for papers, chunks, vectors in record.chunks(REBUILD_BATCH_CHUNKS):
                dense.upsert(list(map(_row, papers, chunks)), vectors)
        indexes._write_lexical(record.generation + 1)
        record.renew_indexes()
        _delete(indexes._chroma_folder)
        with written(indexes._chroma_folder):
            indexes._new_chroma_folder.rename(indexes._chroma_folder)
        indexes._mark_complete()
        return indexes

    def check_complete(self) -> None:
        """Hold the dense index against the record, where no writer is between the two.

        Raises:
            LibraryError: chunks are missing, or too many.
        """
        if self.generation == 0 or self.generation != self._record.generation:
            return
        found, wanted = self.dense.count(), self._record.count_chunks()
        if found != wanted and self.generation == self._record.generation:
            raise LibraryError(
                f"{self._chroma_folder}: holds {found} of {wanted} chunks; "
                "run: paper-assistant library rebuild"
            )

    @cached_property
    def dense(self) -> DenseIndex:
        """The index in Chroma, opened when it is first needed: a reader makes no empty one."""
        return open_index(self._chroma_folder)

    def nearest(self, vector: Vectors, top_k: int) -> list[tuple[str, float]]:
        """Return (paper id, cosine) of the `top_k` nearest chunks, best first."""
        return self.dense.query(vector, top_k) if self.generation else []

    def put(self, embedded: Sequence[EmbeddedPaper], stale_chunk_ids: Sequence[str]) -> None:
        """Bring the dense index up to what was just put into the record."""
        rows = [_row(entry.paper, chunk) for entry in embedded for chunk in entry.chunks]
        if rows:
            self.dense.upsert(rows, np.concatenate([entry.chunk_vectors for entry in embedded]))
        self.dense.delete(stale_chunk_ids)
        self.dense_generation = self._record.generation

    def complete(self) -> None:
        """Write the lexical index, and say that both indexes hold all of the record."""
        self.dense.count()  # which makes an empty index, if no chunk did
        self._write_lexical(self._record.generation)
        self._mark_complete()

    def close(self) -> None:
        """Let go of Chroma's files."""
        if "dense" in vars(self):
            self.dense.close()

    def _write_lexical(self, generation: int) -> None:
        self.lexical = build_lexical(self._record.papers())
        self.lexical.save(self._lexical_folder / str(generation))

    def _mark_complete(self) -> None:
        """Say that both indexes hold all of the record, and clear away what came before."""
        generation = self._record.generation
        self._record.set_meta("indexed_generation", str(generation))
        self.generation = self.dense_generation = generation
        old = [each for each in self._lexical_folder.iterdir() if each.name != str(generation)]
        for folder in (*old, self._new_chroma_folder):
            shutil.rmtree(folder, ignore_errors=True)


def indexed_generation(record: Record) -> int:
    """Return the generation of the record up to which the indexes are complete."""
    return int(record.meta("indexed_generation") or 0)


def are_whole(folder: Path, record: Record) -> bool:
    """Whether the indexes hold all of the record, by its own word and their presence."""
    generation = record.generation
    return generation == indexed_generation(record) and (
        generation == 0
        or ((folder / "chroma").is_dir() and (folder / "lexical" / str(generation)).is_dir())
    )


def _delete(folder: Path) -> None:
    try:
        if folder.exists():
            shutil.rmtree(folder)
    except OSError as error:
        raise LibraryError(
            f"{folder}: can't be deleted ({error.strerror}); close what uses the library"
        ) from error


def _row(paper: Paper, chunk: Chunk) -> Row:
    from assistant.llama import to_node, to_row

    return to_row(to_node(paper, chunk))
