"""The dense index: chunks and their vectors in a Chroma collection, embedded or on a server.

Traps that are handled here: `add` ignores known ids (`upsert` doesn't); one call
takes a limited number of rows; the distance measure of an existing collection
can't be changed, only read back. Those of the embedded Chroma: a second process's
writes stay invisible until its cache is cleared and the client reopened
(`open_index`); two processes that write damage the files without a word, and
**opening is writing**: a reader takes in what the log of the last writer still
holds. So every write and every opening waits for its turn.
"""

import shutil
import sqlite3
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, closing, contextmanager
from pathlib import Path
from typing import Any, Protocol, TypeVar

import numpy as np

from assistant.chunking import paper_id_of
from assistant.embedding import Vectors
from assistant.errors import LibraryError
from assistant.store.disk import way_out, written
from assistant.store.lock import short_lock

COLLECTION = "chunks"

HNSW = {"space": "cosine", "max_neighbors": 32, "ef_construction": 200}
"""With Chroma's own 16 and 100, some of thousands of chunks that are much alike are not found
even by their own vectors; where they are not alike, nothing is lost either way."""

PAPER_KEY = "document_id"
"""The metadata that names a chunk's paper, as LlamaIndex calls it."""

IDS_AT_ONCE = 5000

T = TypeVar("T")

_opening = threading.Lock()
"""Chroma's cache is one for the whole process."""

Row = tuple[str, Mapping[str, str | int]]
"""Chunk id, and metadata that holds its text: of a document of its own Chroma would make a
full-text index, three times the size of the text, that nobody asks."""

PAGE_BYTES = 16_384
"""Chroma indexes every string of metadata; what exceeds a quarter of a page of SQLite takes
whole pages in that index. In pages of this size no chunk does."""


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

        A paper occurs once for each of its chunks among them. Chunks' ids tell the papers: to
        fetch their metadata would take three times as long.
        """
        top_k = min(top_k, self.count())
        if top_k == 0:
            return []
        found = self._access.reading(
            lambda: self._collection.query(
                query_embeddings=[vector.astype(np.float32)],
                n_results=top_k,
                include=["distances"],
            )
        )
        return [
            (paper_id_of(chunk_id), 1.0 - float(distance))
            for chunk_id, distance in zip(found["ids"][0], found["distances"][0], strict=True)
        ]

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


class EmbeddedStore:
    """Chunks and vectors in the folder ``chroma/`` of the library, as `DenseStore` has it."""

    place = "chroma"

    def __init__(self, folder: Path) -> None:
        """Use the library in `folder`."""
        self._folder = folder / "chroma"
        self._new = folder / "chroma.new"

    def is_there(self) -> bool:
        """Whether there is something to open."""
        return self._folder.is_dir()

    def open(self, *, create: bool = False) -> DenseIndex:
        """Open the index with a fresh view of what other processes wrote."""
        return open_index(self._folder, create=create)

    def make(self) -> DenseIndex:
        """Make an empty index beside the one in use."""
        self.discard()
        return open_index(self._new, create=True)

    def adopt(self) -> None:
        """Put the index that was made, and closed, in place of the one in use."""
        with _turn(self._folder):
            _delete(self._folder)
            with written(self._folder):
                self._new.rename(self._folder)

    def discard(self) -> None:
        """Delete what an interrupted `make` left."""
        _delete(self._new)

    def is_of_another(self, generation: int) -> bool:
        """Whether another record has written here: no, it is in this one's own folder."""
        return False


class _InTurn:
    """Access to an embedded Chroma, whose `system` is let go of at the end.

    Not by the client's own `close`, which stops whichever client of its folder came last.
    """

    def __init__(self, folder: Path, system: Any) -> None:
        self._folder = folder
        self._system = system

    def reading(self, call: Callable[[], T]) -> T:
        with _errors_named(self._folder):
            return call()

    def writing(self, call: Callable[[], T]) -> T:
        with _turn(self._folder), _errors_named(self._folder):
            return call()

    def close(self) -> None:
        if self._system is not None:
            self._system.stop()
            self._system = None


def open_index(folder: Path, *, create: bool = True) -> DenseIndex:
    """Open an embedded index with a fresh view of what other processes wrote.

    Raises:
        LibraryError: Chroma can't read the folder, or there is no collection to open.
    """
    import chromadb
    import chromadb.config
    from chromadb.api.shared_system_client import SharedSystemClient

    with _opening, _turn(folder), _errors_named(folder):
        SharedSystemClient.clear_system_cache()
        _choose_page_size(folder)
        client: Any = chromadb.PersistentClient(
            path=str(folder), settings=chromadb.config.Settings(anonymized_telemetry=False)
        )
        access = _InTurn(folder, client._system)
        SharedSystemClient.clear_system_cache()  # so that nobody shares what we will stop
        try:
            index = DenseIndex(client, COLLECTION, str(folder), access, create=create)
            index.count()  # takes in, now that it may write, what the log still holds
        except BaseException:
            access.close()
            raise
        return index


def _choose_page_size(folder: Path) -> None:
    """Begin Chroma's SQLite file, if there is none, with pages of `PAGE_BYTES`."""
    path = folder / "chroma.sqlite3"
    if path.exists():
        return
    folder.mkdir(parents=True, exist_ok=True)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(f"PRAGMA page_size = {PAGE_BYTES}")
        connection.execute("VACUUM")


def _turn(folder: Path) -> AbstractContextManager[None]:
    return short_lock(folder.with_name("chroma.lock"))


@contextmanager
def _errors_named(folder: Path) -> Iterator[None]:
    """Turn what Chroma raises into an error that names the folder and what to do."""
    from chromadb.errors import ChromaError

    try:
        yield
    except (ChromaError, ValueError, OSError, sqlite3.Error) as error:
        of_the_disk = "disk" in str(error)  # SQLite's words, within Chroma's
        mend = way_out(folder, "" if of_the_disk else "run: paper-assistant library rebuild")
        raise LibraryError(f"{folder}: Chroma can't use it ({error}); {mend}") from error


def _delete(folder: Path) -> None:
    try:
        if folder.exists():
            shutil.rmtree(folder)
    except OSError as error:
        raise LibraryError(
            f"{folder}: can't be deleted ({error.strerror}); close what uses the library"
        ) from error
