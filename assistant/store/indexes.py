"""The indexes of a library as one thing: opened, written and rebuilt together.

Chroma and BM25 are written; `view` is what a search reads, in memory.
"""

import shutil
from collections.abc import Sequence
from contextlib import closing, suppress
from functools import cached_property
from pathlib import Path
from typing import Self

import numpy as np

from assistant.embedding import Vectors
from assistant.errors import AssistantError, LibraryError
from assistant.store.chroma import EmbeddedStore
from assistant.store.collection import DenseIndex, Row
from assistant.store.dense import DenseStore
from assistant.store.lexical import INDEX, LexicalIndex, build_lexical, load_lexical
from assistant.store.record import Record
from assistant.store.rows import EmbeddedPaper
from assistant.store.view import SearchView
from assistant.types import Chunk, Paper

REBUILD_BATCH_CHUNKS = 2000

_PLACE = "dense_place"


class Indexes:
    """Chroma and BM25 over the papers of `record`, complete up to `generation`; 0 is no papers.

    Each generation of the lexical index has a folder of its own, so that readers
    keep theirs while the next one is written.
    """

    def __init__(self, folder: Path, record: Record, store: DenseStore, generation: int) -> None:
        """Use `open` instead."""
        self.generation = generation
        self.dense_generation = generation
        self.view = SearchView(record, build_lexical([]))
        self._lexical_folder = folder / "lexical"
        self._record = record
        self._store = store

    @classmethod
    def open(cls, folder: Path, record: Record, store: DenseStore) -> Self:
        """Open the indexes as far as they are complete, with a fresh view of Chroma.

        Raises:
            LibraryError: they are damaged, or were made in another store.
        """
        generation = indexed_generation(record)
        if generation and _place(record) != store.place:
            raise LibraryError(
                f"{folder}: its vectors are in {_place(record)}, and were looked for in "
                f"{store.place}; set chroma_url to match, or run: paper-assistant library rebuild"
            )
        indexes = cls(folder, record, store, generation)
        if generation:
            lexical = load_lexical(indexes._lexical_folder / str(generation))
            indexes.view = SearchView(record, lexical)
        return indexes

    @classmethod
    def make(cls, folder: Path, record: Record, store: DenseStore) -> Self:
        """Make both indexes anew from the record, whatever is there; nothing is embedded.

        They are made beside the old ones: where that fails, the old ones are as they were.

        Raises:
            LibraryError: the new indexes can't be written, or the old ones can't be deleted.
            ProviderError: the server for the new ones can't be used.
        """
        indexes = cls(folder, record, store, 0)
        try:
            with closing(store.make()) as dense:
                for papers, chunks, vectors in record.chunks(REBUILD_BATCH_CHUNKS):
                    dense.upsert(list(map(_row, papers, chunks)), vectors)
                dense.mark(record.generation + 1)
            indexes._write_lexical(record.generation + 1)
        except AssistantError:  # what is left of it would keep a full disk full
            with suppress(AssistantError):
                store.discard()
            raise
        record.renew_indexes()
        store.adopt()
        indexes._mark_complete()
        return indexes

    def check_complete(self) -> None:
        """Hold the dense index against the record, where no writer is between the two.

        Raises:
            LibraryError: chunks are missing, or too many, or another record wrote them.
        """
        if self.generation == 0 or self.generation != self._record.generation:
            return
        found, wanted = self.dense.count(), self._record.count_chunks()
        marked = self.dense.generation
        if self.generation != self._record.generation:
            return
        if found != wanted:
            raise LibraryError(
                f"{self._store.place}: holds {found} of {wanted} chunks; "
                "run: paper-assistant library rebuild"
            )
        if marked not in (None, self.generation):  # None: made before there were marks
            raise LibraryError(
                f"{self._store.place}: was written at generation {marked} of a record, and this "
                f"one is at {self.generation}: a copy of the library writes there too; "
                "go on with that one, or run: paper-assistant library rebuild"
            )

    @cached_property
    def dense(self) -> DenseIndex:
        """The index in Chroma, opened when it is first needed: a reader makes no empty one."""
        return self._store.open(create=self.generation == 0)

    @property
    def lexical(self) -> LexicalIndex:
        """BM25 over the papers."""
        return self.view.lexical

    def nearest(self, vector: Vectors, top_k: int) -> list[tuple[str, float]]:
        """Return (paper id, cosine) of the `top_k` nearest chunks, best first."""
        return self.dense.query(vector, top_k) if self.generation else []

    def near(self, vector: Vectors, top_k: int) -> list[str]:
        """Return the papers of the `top_k` nearest chunks, best first, by Chroma's graph."""
        return self.dense.near(vector, top_k) if self.generation else []

    def put(self, embedded: Sequence[EmbeddedPaper], stale_chunk_ids: Sequence[str]) -> None:
        """Bring the dense index up to what was just put into the record."""
        rows = [_row(entry.paper, chunk) for entry in embedded for chunk in entry.chunks]
        if rows:
            self.dense.upsert(rows, np.concatenate([entry.chunk_vectors for entry in embedded]))
        self.dense.delete(stale_chunk_ids)
        self.dense.mark(self._record.generation)
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
        lexical = build_lexical(self._record.papers())
        lexical.save(self._lexical_folder / str(generation))
        self.view = SearchView(self._record, lexical)

    def _mark_complete(self) -> None:
        """Say that both indexes hold all of the record, and clear away what came before."""
        generation = self._record.generation
        self._record.set_meta(_PLACE, self._store.place)
        self._record.set_meta("indexed_generation", str(generation))
        self.generation = self.dense_generation = generation
        old = [each for each in self._lexical_folder.iterdir() if each.name != str(generation)]
        for folder in old:
            shutil.rmtree(folder, ignore_errors=True)


def indexed_generation(record: Record) -> int:
    """Return the generation of the record up to which the indexes are complete."""
    return int(record.meta("indexed_generation") or 0)


def are_whole(folder: Path, record: Record, store: DenseStore) -> bool:
    """Whether the indexes hold all of the record, by its own word and their presence."""
    generation = record.generation
    return generation == indexed_generation(record) and (
        generation == 0
        or (
            _place(record) == store.place
            and store.is_there()
            and (folder / "lexical" / str(generation) / INDEX).is_file()
        )
    )


def _place(record: Record) -> str:
    """Return where the record says that its chunks are; a library of old is all in its folder."""
    return record.meta(_PLACE) or EmbeddedStore.place


def _row(paper: Paper, chunk: Chunk) -> Row:
    from assistant.llama import to_node, to_row

    return to_row(to_node(paper, chunk))
