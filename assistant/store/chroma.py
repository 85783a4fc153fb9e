"""The dense index: chunks and their vectors in an embedded Chroma collection.

Traps that are handled here: a second process's writes stay invisible, and its
index can be damaged, unless Chroma's cache is cleared and the client reopened
(`open_index`, which writers call while they hold the lock); `add` ignores known
ids (`upsert` doesn't); one call takes a limited number of rows; the distance
measure of an existing collection can't be changed, only read back.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from assistant.embedding import Vectors
from assistant.errors import LibraryError

COLLECTION = "chunks"

Row = tuple[str, str, Mapping[str, str | int]]
"""Chunk id, text, metadata."""


class DenseIndex:
    """The chunks of one library in Chroma, cosine space, explicit vectors."""

    def __init__(self, client: Any, path: Path) -> None:
        """Use `open_index` instead."""
        self._client = client
        self._path = path
        self._collection = self._open_collection()

    def count(self) -> int:
        """Return the number of chunks."""
        return int(self._collection.count())

    def upsert(self, rows: Sequence[Row], vectors: Vectors) -> None:
        """Store chunks, in place of what was stored under their ids."""
        limit = int(self._client.get_max_batch_size())
        for start in range(0, len(rows), limit):
            part = rows[start : start + limit]
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
            self._collection.delete(ids=list(chunk_ids[start : start + limit]))

    def clear(self) -> None:
        """Remove every chunk."""
        self._client.delete_collection(COLLECTION)
        self._collection = self._open_collection()

    def query(self, vector: Vectors, top_k: int) -> list[tuple[str, float]]:
        """Return (paper id, cosine similarity) of the `top_k` nearest chunks, best first.

        A paper occurs once for each of its chunks among them.
        """
        top_k = min(top_k, self.count())
        if top_k == 0:
            return []
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
        """Let go of Chroma's files."""
        self._client.close()

    def _open_collection(self) -> Any:
        collection = self._client.get_or_create_collection(
            COLLECTION, configuration={"hnsw": {"space": "cosine"}}, embedding_function=None
        )
        space = (collection.configuration.get("hnsw") or {}).get("space")
        if space != "cosine":
            raise LibraryError(
                f"{self._path}: the collection measures by {space}, not cosine; "
                "delete the folder and run: paper-assistant library rebuild"
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

    SharedSystemClient.clear_system_cache()
    try:
        client = chromadb.PersistentClient(
            path=str(folder), settings=chromadb.config.Settings(anonymized_telemetry=False)
        )
        return DenseIndex(client, folder)
    except (chromadb.errors.ChromaError, ValueError, OSError) as error:
        raise LibraryError(
            f"{folder}: Chroma can't open it ({error}); "
            "delete the folder and run: paper-assistant library rebuild"
        ) from error
