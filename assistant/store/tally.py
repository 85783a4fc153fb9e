"""What became of the records of an ingest, in numbers."""

from collections import Counter
from collections.abc import Iterable

from assistant.ingest_report import IngestReport, Skipped
from assistant.store.batch import Batch, Outcome
from assistant.types import Paper


class Tally:
    """Counts what becomes of each record of an ingest; `embedded` counts texts."""

    def __init__(self) -> None:
        """Start at nothing."""
        self.embedded = 0
        self._outcomes: Counter[Outcome] = Counter()
        self._without_abstract = 0
        self._skipped: list[Skipped] = []

    @property
    def read(self) -> int:
        """How many records have been looked at."""
        return self._outcomes.total() + len(self._skipped)

    def take(self, items: Iterable[Paper | Skipped], batch: Batch) -> None:
        """Put the records into a batch, counting what each is to the library."""
        for item in items:
            if isinstance(item, Skipped):
                self._skipped.append(item)
            else:
                self._outcomes[batch.take(item)] += 1
                self._without_abstract += not item.abstract.strip()

    def report(self) -> IngestReport:
        """Return the counts as they stand."""
        return IngestReport(
            added=self._outcomes[Outcome.ADDED],
            updated=self._outcomes[Outcome.UPDATED],
            unchanged=self._outcomes[Outcome.UNCHANGED],
            merged=self._outcomes[Outcome.MERGED],
            skipped=tuple(self._skipped),
            without_abstract=self._without_abstract,
            embedded=self.embedded,
        )
