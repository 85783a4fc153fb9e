"""What stands in for the indexes where they can be neither used nor mended.

A full disk or a folder that can't be written leaves the record readable. It
holds all that a search needs, so the papers stay findable, once it is read.
"""

from pathlib import Path

import numpy as np

from assistant.embedding import Vectors
from assistant.store.chroma import EmbeddedStore
from assistant.store.indexes import Indexes
from assistant.store.lexical import build_lexical
from assistant.store.record import Record
from assistant.store.view import SearchView


class Makeshift(Indexes):
    """BM25 in memory, and exact search over the record's own vectors; nothing is written."""

    def __init__(self, folder: Path, record: Record) -> None:
        """Read the papers of `record` as they are now."""
        super().__init__(folder, record, EmbeddedStore(folder), record.generation)
        self.view = SearchView(record, build_lexical(record.papers()))

    def nearest(self, vector: Vectors, top_k: int) -> list[tuple[str, float]]:
        """Return (paper id, cosine) of the `top_k` papers with the nearest chunks, best first."""
        cosines = self.view.vectors.chunk_cosines(vector)
        order = np.argsort(-cosines, kind="stable")[:top_k]
        return [(self.lexical.paper_ids[place], float(cosines[place])) for place in order]

    def near(self, vector: Vectors, top_k: int) -> list[str]:
        """Return the `top_k` papers with the nearest chunks, best first."""
        return [paper_id for paper_id, _ in self.nearest(vector, top_k)]
