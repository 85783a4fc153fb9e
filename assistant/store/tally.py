"""What becomes of each record of an ingest: new, changed, known or skipped."""

from collections.abc import Mapping, Sequence

from assistant.store.record import content_hash
from assistant.types import IngestReport, Paper, Skipped


class Tally:
    """Counts what becomes of each record of an ingest."""

    def __init__(self) -> None:
        """Start at nothing."""
        self.added = self.updated = self.unchanged = self.embedded = 0
        self.skipped: list[Skipped] = []
        self._seen: dict[str, str] = {}
        self._stored: set[str] = set()

    @property
    def read(self) -> int:
        """How many records have been looked at."""
        return self.added + self.updated + self.unchanged + len(self.skipped)

    def sort(self, batch: Sequence[Paper | Skipped], known: Mapping[str, str]) -> list[Paper]:
        """Count each record, and return the papers to be stored.

        `known` are the content hashes from before the ingest. Of two different
        records of one paper the first counts, so that the next ingest finds no change.
        """
        changed: list[Paper] = []
        for item in batch:
            if isinstance(item, Skipped):
                self.skipped.append(item)
                continue
            digest = content_hash(item)
            if digest != self._seen.setdefault(item.paper_id, digest):
                self.skipped.append(_second_record(item))
            elif digest == known.get(item.paper_id) or digest in self._stored:
                self.unchanged += 1
            else:
                self.added += item.paper_id not in known
                self.updated += item.paper_id in known
                self._stored.add(digest)
                changed.append(item)
        return changed

    def report(self) -> IngestReport:
        """Return the counts as they stand."""
        return IngestReport(
            self.added, self.updated, self.unchanged, tuple(self.skipped), self.embedded
        )


def _second_record(paper: Paper) -> Skipped:
    reason = f"another record of this ingest is the same paper ({paper.paper_id}); that one is kept"
    return Skipped(paper.source or "", paper.title, reason)
