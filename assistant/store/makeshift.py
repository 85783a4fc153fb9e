"""What stands in for the indexes where they can be neither used nor mended.

A full disk or a folder that can't be written leaves the record readable. It
holds all that a search needs, so the papers stay findable: more slowly, and
by exact search.
"""

from heapq import nlargest
from pathlib import Path

import numpy as np

from assistant.embedding import Vectors
from assistant.store.chroma import EmbeddedStore
from assistant.store.indexes import Indexes
from assistant.store.lexical import build_lexical
from assistant.store.record import Record

VECTORS_AT_ONCE = 4000


class Makeshift(Indexes):
    """BM25 in memory, and exact search over the record's own vectors; nothing is written."""

    def __init__(self, folder: Path, record: Record) -> None:
        """Read the papers of `record` as they are now."""
        super().__init__(folder, record, EmbeddedStore(folder), record.generation)
        self.lexical = build_lexical(record.papers())

    def nearest(self, vector: Vectors, top_k: int) -> list[tuple[str, float]]:
        """Return (paper id, cosine) of the `top_k` nearest chunks, best first."""
        best: list[tuple[str, float]] = []
        for _, chunks, vectors in self._record.chunks(VECTORS_AT_ONCE):
            lengths = np.linalg.norm(vectors, axis=1) * np.linalg.norm(vector)
            cosines = vectors @ vector / np.maximum(lengths, np.finfo(np.float32).tiny)
            found = zip((chunk.paper_id for chunk in chunks), map(float, cosines), strict=True)
            best = nlargest(top_k, [*best, *found], key=lambda pair: pair[1])
        return best
