"""The dense index: chunks and their vectors in an embedded Chroma collection.

Traps that are handled here: a second process's writes stay invisible, and its
index can be damaged, unless Chroma's cache is cleared and the client reopened
(`open_index`, which writers call while they hold the lock); `add` ignores known
ids (`upsert` doesn't); one call takes a limited number of rows; the distance
measure of an existing collection can't be changed, only read back.
"""

import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from assistant.embedding import Vectors
from assistant.errors import LibraryError
from assistant.store.disk import way_out

COLLECTION = "chunks"

_opening = threading.Lock()
"""Chroma's cache is one for the whole process."""

Row = tuple[str, str, Mapping[str, str | int]]
"""Chunk id, text, metadata."""


class DenseIndex:
    """The chunks of one library in Chroma, cosine space, explicit vectors."""

    def __init__(self, client: Any, path: Path) -> None:
        """Use `open_index` instead."""
        self._client = client
        self._system = client._system
        self._path = path
        self._collection = self._open_collection()

    def count(self) -> int:
        """Return the number of chunks."""
        with _errors_named(self._path):
            return int(self._collection.count())

    def upsert(self, rows: Sequence[Row], vectors: Vectors) -> None:
        """Store chunks, in place of what was stored under their ids."""
        limit = int(self._client.get_max_batch_size())
        for start in range(0, len(rows), limit):
            part = rows[start : start + limit]
            with _errors_named(self._path):
                self._collection.upsert(
                    ids=[chunk_id for chunk_id, _, _ in part],
                    documents=[text for _, text, _ in part],
                    metadatas=[dict(metadata) for _, _, metadata in part],
                    embeddings=vectors[start : start + limit],
                )

    def delete(self, chunk_ids: Sequence[str]) -> None:
        """Remove chunks; ids that are not there don't matter."""
        limit = int(self._client.get_max_batch_size())
        for start in range(0, len(chunk_ids), limit):
            with _errors_named(self._path):
                self._collection.delete(ids=list(chunk_ids[start : start + limit]))

    def query(self, vector: Vectors, top_k: int) -> list[tuple[str, float]]:
        """Return (paper id, cosine similarity) of the `top_k` nearest chunks, best first.

        A paper occurs once for each of its chunks among them.
        """
        top_k = min(top_k, self.count())
        if top_k == 0:
            return []
        with _errors_named(self._path):
            found = self._collection.query(
                query_embeddings=[vector.astype(np.float32)],
                n_results=top_k,
                include=["metadatas", "distances"],
            )
        return [
            (str(metadata["paper_id"]), 1.0 - float(distance))
            for metadata, distance in zip(found["metadatas"][0], found["distances"][0], strict=True)
        ]

    def close(self) -> None:
        """Let go of Chroma's files.

        Not by `client.close()`: it stops whichever client of this path came last.
        """
        if self._system is not None:
            self._system.stop()
            self._system = None

    def _open_collection(self) -> Any:
        collection = self._client.get_or_create_collection(
            COLLECTION, configuration={"hnsw": {"space": "cosine"}}, embedding_function=None
        )
        space = (collection.configuration.get("hnsw") or {}).get("space")
        if space != "cosine":
            raise LibraryError(
                f"{self._path}: the collection measures by {space}, not cosine; "
                "run: paper-assistant library rebuild"
            )
        return collection


def open_index(folder: Path) -> DenseIndex:
    """Open the index with a fresh view of what other processes wrote.

    Raises:
        LibraryError: Chroma can't read the folder.
    """
    import chromadb
    import chromadb.config
    from chromadb.api.shared_system_client import SharedSystemClient

    with _opening, _errors_named(folder):
        SharedSystemClient.clear_system_cache()
        client = chromadb.PersistentClient(
            path=str(folder), settings=chromadb.config.Settings(anonymized_telemetry=False)
        )
        index = DenseIndex(client, folder)
        SharedSystemClient.clear_system_cache()  # so that nobody shares what we will stop
        return index


@contextmanager
def _errors_named(folder: Path) -> Iterator[None]:
    """Turn what Chroma raises into an error that names the folder and what to do."""
    from chromadb.errors import ChromaError

    try:
        yield
    except (ChromaError, ValueError, OSError) as error:
        mend = way_out(folder, "run: paper-assistant library rebuild")
        raise LibraryError(f"{folder}: Chroma can't use it ({error}); {mend}") from error
