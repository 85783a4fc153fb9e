"""Chroma as it is without this project: what search is timed against."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from assistant.chunking import paper_id_of
from assistant.embedding import Vectors
from assistant.store.chroma import COLLECTION

LEANEST = ("distances",)
"""What a query gives at least beside the ids."""


class BareChroma:
    """The collection of chunks, asked by Chroma's own calls and no others."""

    def __init__(self, collection: Any) -> None:
        """Use `open_bare` instead."""
        self._collection = collection

    @property
    def collection(self) -> Any:
        """Chroma's own object, for a store that another library builds on it."""
        return self._collection

    def query(
        self, vector: Vectors, top_k: int, *, lean: bool, where: Mapping[str, Any] | None = None
    ) -> Any:
        """Return the `top_k` nearest chunks, of those whose metadata are as `where` says.

        With all that Chroma gives by default, text and metadata too, or as little as it can.
        """
        include = {"include": list(LEANEST)} if lean else {}
        return self._collection.query(
            query_embeddings=[vector],
            n_results=top_k,
            where=None if where is None else dict(where),
            **include,
        )

    def vectors(self, where: Mapping[str, Any]) -> tuple[list[str], Vectors]:
        """Return the paper and the vector of each chunk whose metadata are as `where` says."""
        rows = self._collection.get(where=dict(where), include=["embeddings"])
        return list(map(paper_id_of, rows["ids"])), np.asarray(rows["embeddings"], np.float32)

    def count(self) -> int:
        """Return the number of chunks."""
        return int(self._collection.count())


def papers_found(found: Any) -> list[str]:
    """Return the papers of the chunks that a query found, each once, best first."""
    return list(dict.fromkeys(map(paper_id_of, found["ids"][0])))


@contextmanager
def open_bare(library: Path) -> Iterator[BareChroma]:
    """Open the collection of a library that nobody writes to, with a client of its own.

    The library's own index must be open already, or not be opened meanwhile: that clears
    Chroma's cache of clients.
    """
    import chromadb
    import chromadb.config

    client: Any = chromadb.PersistentClient(
        path=str(library / "chroma"),
        settings=chromadb.config.Settings(anonymized_telemetry=False),
    )
    try:
        yield BareChroma(client.get_collection(COLLECTION, embedding_function=None))
    finally:
        client.close()
