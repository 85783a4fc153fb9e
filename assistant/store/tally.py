"""What becomes of each record of an ingest: new, changed, known or skipped."""

from collections.abc import Sequence

from assistant.store.record import content_hash
from assistant.types import IngestReport, Paper, Skipped


class Tally:
    """Counts what becomes of each record of an ingest."""

    def __init__(self) -> None:
        """Start at nothing."""
        self.added = self.updated = self.unchanged = self.embedded = 0
        self.skipped: list[Skipped] = []

    @property
    def read(self) -> int:
        """How many records have been looked at."""
        return self.added + self.updated + self.unchanged + len(self.skipped)

    def sort(self, batch: Sequence[Paper | Skipped], known: dict[str, str]) -> list[Paper]:
        """Count each record, note its hash in `known`, and return the papers to be stored."""
        changed: dict[str, Paper] = {}
        for item in batch:
            if isinstance(item, Skipped):
                self.skipped.append(item)
                continue
            digest = content_hash(item)
            before = known.get(item.paper_id)
            if before == digest:
                self.unchanged += 1
                continue
            self.added += before is None
            self.updated += before is not None
            known[item.paper_id] = digest
            changed[item.paper_id] = item
        return list(changed.values())

    def report(self) -> IngestReport:
        """Return the counts as they stand."""
        return IngestReport(
            self.added, self.updated, self.unchanged, tuple(self.skipped), self.embedded
        )
