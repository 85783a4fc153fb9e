"""How far an ingest is: a bar with rate and time left, from what was read of the files."""

import time
from collections.abc import Callable, Iterable
from pathlib import Path

SMALL_BYTES = 1 << 20
"""Files smaller than this in all are read before their papers are embedded: no share is told."""

BAR_CHARACTERS = 24
_MOST_TOLD = 0.99


class IngestProgress:
    """Counts records and bytes, and tells both in a line; called with the records read so far."""

    def __init__(
        self,
        total_bytes: int,
        tell: Callable[[str], None],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Begin now.

        Args:
            total_bytes: the size of all files; 0 if it is not known.
            tell: shows a line in place of the one before.
            clock: gives seconds.
        """
        self._total = total_bytes
        self._tell = tell
        self._clock = clock
        self._began = clock()
        self._taken = 0

    def __call__(self, records: int) -> None:
        """Tell how far it is."""
        share = self._taken / self._total if self._total >= SMALL_BYTES else None
        self._tell(progress_line(records, self._clock() - self._began, share))

    def take(self, count: int) -> None:
        """Note that so many bytes of the files were read."""
        self._taken += count


def progress_line(records: int, seconds: float, share: float | None) -> str:
    """Return one line: a bar, the records read, how many a second, and about how long it takes.

    Args:
        records: how many were read.
        seconds: since the beginning.
        share: how much of the files was read, 0 to 1; None if that is not known.
    """
    counted = f"{records:,} record" if records == 1 else f"{records:,} records"
    rate = f"{counted}, {records / seconds:.0f} a second" if seconds > 0 else ""
    if not share or not rate:
        return rate or counted
    share = min(share, _MOST_TOLD)
    done = round(BAR_CHARACTERS * share)
    bar = "#" * done + "." * (BAR_CHARACTERS - done)
    return f"[{bar}] {share:.0%}  {rate}, {_duration(seconds / share - seconds)} left"


def size_of(files: Iterable[Path]) -> int:
    """Return the bytes of all files together; 0 if one has no size that can be told."""
    sizes = [path.stat().st_size if path.is_file() else 0 for path in files]
    return sum(sizes) if all(sizes) else 0


def _duration(seconds: float) -> str:
    minutes, hours = seconds / 60, seconds / 3600
    if seconds < 60:
        return f"{seconds:.0f} s"
    return f"{minutes:.0f} min" if minutes < 90 else f"{hours:.1f} h"
