"""The dense index: chunks and their vectors in a Chroma collection, wherever that is.

Traps that are handled here: `add` ignores known ids (`upsert` doesn't); one call
takes a limited number of rows; the distance measure of an existing collection
can't be changed, only read back.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Protocol, TypeVar

import numpy as np

from assistant.chunking import paper_id_of
from assistant.embedding import Vectors
from assistant.errors import LibraryError

HNSW = {"space": "cosine", "max_neighbors": 32, "ef_construction": 200}
"""With Chroma's own 16 and 100, some of thousands of chunks that are much alike are not found
even by their own vectors; where they are not alike, nothing is lost either way."""

PAPER_KEY = "document_id"
"""The metadata that names a chunk's paper, as LlamaIndex calls it."""

IDS_AT_ONCE = 5000

T = TypeVar("T")

Row = tuple[str, Mapping[str, str | int]]
"""Chunk id, and metadata that holds its text: of a document of its own Chroma would make a
full-text index, three times the size of the text, that nobody asks."""


class Access(Protocol):
    """How a call gets to Chroma: when it may, how long it may take, with which errors of ours."""

    def reading(self, call: Callable[[], T]) -> T:
        """Return what a call returns that changes nothing."""
        ...

    def writing(self, call: Callable[[], T]) -> T:
        """Return what a call returns that changes the collection."""
        ...

    def close(self) -> None:
        """Let go of Chroma's files, or of the connection."""
        ...


class DenseIndex:
    """The chunks of one library in Chroma, cosine space, explicit vectors."""

    def __init__(
        self, client: Any, collection: str, place: str, access: Access, *, create: bool
    ) -> None:
        """Use the `open` of a store instead."""
        self._client = client
        self._place = place
        self._access = access
        self._collection = self._open_collection(collection, create=create)

    @property
    def generation(self) -> int | None:
        """The generation of the record that it was last written from, when it was opened."""
        found = (self._collection.metadata or {}).get("generation")
        return found if isinstance(found, int) else None

    def count(self) -> int:
        """Return the number of chunks."""
        return int(self._access.reading(self._collection.count))

    def upsert(self, rows: Sequence[Row], vectors: Vectors) -> None:
        """Store chunks, in place of what was stored under their ids."""
        for start, part in self._parts(rows):
            self._write_rows(part, vectors[start : start + len(part)])

    def delete(self, chunk_ids: Sequence[str]) -> None:
        """Remove chunks; ids that are not there don't matter."""
        for _, part in self._parts(chunk_ids):
            self._delete_rows(part)

    def mark(self, generation: int) -> None:
        """Note the generation of the record that it holds now."""
        self._access.writing(lambda: self._collection.modify(metadata={"generation": generation}))

    def query(self, vector: Vectors, top_k: int) -> list[tuple[str, float]]:
        """Return (paper id, cosine similarity) of the `top_k` nearest chunks, best first.

        A paper occurs once for each of its chunks among them.

        Raises:
            LibraryError: among others, a chunk that was found has just been deleted by
                another process: open the index anew, and ask again.
        """
        found = self._query(vector, top_k, ["metadatas", "distances"])
        metadatas, distances = found["metadatas"][0], found["distances"][0]
        if None in metadatas:
            raise LibraryError(f"{self._place}: chunks were deleted meanwhile; ask again")
        return [
            (str(metadata[PAPER_KEY]), 1.0 - float(distance))
            for metadata, distance in zip(metadatas, distances, strict=True)
        ]

    def near(self, vector: Vectors, top_k: int) -> list[str]:
        """Return the papers of the `top_k` nearest chunks, each once, best first.

        Three times as fast as `query`, which fetches chunks: of papers that another process
        has just deleted the ids are still among them.
        """
        found = self._query(vector, top_k, ["distances"])
        return list(dict.fromkeys(map(paper_id_of, found["ids"][0])))

    def ids(self) -> Iterator[list[str]]:
        """Yield the ids of all chunks, in batches."""
        start = 0
        while found := self._get(limit=IDS_AT_ONCE, offset=start, include=[])["ids"]:
            yield list(found)
            start += len(found)

    def vectors(self, chunk_ids: Sequence[str]) -> dict[str, Vectors]:
        """Return the vectors of these chunks by their ids, without those that are not there."""
        found: dict[str, Vectors] = {}
        for _, part in self._parts(chunk_ids):
            rows = self._get(ids=list(part), include=["embeddings"])
            found |= zip(rows["ids"], np.asarray(rows["embeddings"], np.float32), strict=True)
        return found

    def close(self) -> None:
        """Let go of Chroma's files, or of the connection; once is enough, twice does no harm."""
        self._access.close()

    def rename(self, collection: str) -> None:
        """Give the collection another name."""
        self._access.writing(lambda: self._collection.modify(name=collection))

    def _query(self, vector: Vectors, top_k: int, include: Sequence[str]) -> Any:
        """Return what Chroma finds: fewer where it holds fewer, which is not asked beforehand."""
        return self._access.reading(
            lambda: self._collection.query(
                query_embeddings=[vector.astype(np.float32)],
                n_results=top_k,
                include=list(include),
            )
        )

    def _get(self, **what: Any) -> Any:
        return self._access.reading(lambda: self._collection.get(**what))

    def _parts(self, rows: Sequence[T]) -> Iterator[tuple[int, Sequence[T]]]:
        """Yield as many rows as one call takes, with the number of the first."""
        if rows:
            limit = int(self._access.reading(self._client.get_max_batch_size))
            for start in range(0, len(rows), limit):
                yield start, rows[start : start + limit]

    def _write_rows(self, rows: Sequence[Row], vectors: Vectors) -> None:
        self._access.writing(
            lambda: self._collection.upsert(
                ids=[chunk_id for chunk_id, _ in rows],
                metadatas=[dict(metadata) for _, metadata in rows],
                embeddings=vectors,
            )
        )

    def _delete_rows(self, chunk_ids: Sequence[str]) -> None:
        self._access.writing(lambda: self._collection.delete(ids=list(chunk_ids)))

    def _open_collection(self, name: str, *, create: bool) -> Any:
        if create:
            collection = self._client.get_or_create_collection(
                name, configuration={"hnsw": HNSW}, embedding_function=None
            )
        else:
            collection = self._client.get_collection(name, embedding_function=None)
        space = (collection.configuration.get("hnsw") or {}).get("space")
        if space != "cosine":
            raise LibraryError(
                f"{self._place}: the collection measures by {space}, not cosine; "
                "run: paper-assistant library rebuild"
            )
        return collection
