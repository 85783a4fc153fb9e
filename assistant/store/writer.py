"""Bringing what a batch of records makes of the papers into the record and the indexes."""

import time
from collections.abc import Callable, Sequence
from pathlib import Path

from assistant.embedding import Embedder
from assistant.store.indexes import Indexes
from assistant.store.made_with import check_dimension
from assistant.store.merging import Work
from assistant.store.record import Record
from assistant.store.rows import EmbeddedPaper, content_hash
from assistant.types import Paper

EMBEDDED_AT_ONCE = 32
"""Papers; a person who waits hears of each of these."""

SHORTEST_S = 10.0
TIMES_ITS_COST = 50
"""A long ingest shows what it has written at most so often: 2% of its time goes into that."""
SECONDS_A_PAPER = 0.0002
"""What writing the lexical index costs, as a first guess."""


class Writer:
    """Writes to one library, for the one who holds its lock."""

    def __init__(self, path: Path, record: Record, indexes: Indexes, embedder: Embedder) -> None:
        """Write to `record` and `indexes` of the library in folder `path`."""
        self._path = path
        self._record = record
        self._indexes = indexes
        self._embedder = embedder
        self._due = time.monotonic() + self._patience(record.count() * SECONDS_A_PAPER)

    def store(self, works: Sequence[Work], tell: Callable[[int], None] = lambda done: None) -> int:
        """Write works to the record first, then to the dense index; return the texts embedded.

        `tell` is called with the number of papers that are embedded, now and then.

        Raises:
            ProviderError: the embedding server failed; nothing was written.
        """
        if not works:
            return 0
        changed, moved = self._changes(works)
        fresh = embed(changed, self._embedder, tell) if changed else []
        if fresh:
            check_dimension(self._path, self._record, fresh[0].chunk_vectors.shape[1])
        embedded = [*fresh, *map(self._record.embedded, moved)]
        touched = {former for work in works for former in work.former_ids}
        touched.update(entry.paper.paper_id for entry in embedded)
        stale = set(self._record.chunk_ids(touched))
        stale.difference_update(chunk.chunk_id for entry in embedded for chunk in entry.chunks)
        self._record.put(embedded, works)
        if touched:
            self._indexes.put(embedded, sorted(stale))
        return sum(len(entry.chunks) + len(entry.sentences) for entry in fresh)

    def drop(self, paper_ids: Sequence[str]) -> int:
        """Remove papers from the record and the dense index; return how many there were."""
        if not paper_ids:
            return 0
        chunk_ids = self._record.chunk_ids(paper_ids)
        removed = self._record.remove(paper_ids)
        self._indexes.put([], chunk_ids)
        return removed

    def complete(self) -> None:
        """Write the lexical index of what was written, if the dense one holds all of it."""
        if self._indexes.dense_generation == self._record.generation != self._indexes.generation:
            self._indexes.complete()

    def complete_now_and_then(self) -> None:
        """Let readers see what a long ingest has written so far.

        The lexical index is written whole each time, so the larger it is the rarer.
        """
        if time.monotonic() >= self._due:
            started = time.monotonic()
            self.complete()
            now = time.monotonic()
            self._due = now + self._patience(now - started)

    def _patience(self, cost_s: float) -> float:
        return max(SHORTEST_S, cost_s * TIMES_ITS_COST)

    def _changes(self, works: Sequence[Work]) -> tuple[list[Paper], list[Paper]]:
        """Return the papers with new text, and those whose metadata alone is new."""
        changed, moved = [], []
        for paper in (work.paper for work in works):
            stored = self._record.paper(paper.paper_id)
            if stored is None or (stored.title, stored.abstract) != (paper.title, paper.abstract):
                changed.append(paper)
            elif content_hash(stored) != content_hash(paper):
                moved.append(paper)
        return changed, moved


def embed(
    papers: Sequence[Paper], embedder: Embedder, tell: Callable[[int], None] = lambda done: None
) -> list[EmbeddedPaper]:
    """Embed papers through LlamaIndex, which takes seconds to import: only when there are some."""
    from assistant.ingestion import embed_papers

    embedded: list[EmbeddedPaper] = []
    for start in range(0, len(papers), EMBEDDED_AT_ONCE):
        embedded += embed_papers(papers[start : start + EMBEDDED_AT_ONCE], embedder)
        tell(len(embedded))
    return embedded
