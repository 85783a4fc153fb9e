"""A set that lives on disk, so that it may hold as many records as an ingest has."""

import hashlib
import sqlite3
from types import TracebackType
from typing import Self


class Seen:
    """The records that an ingest has met, in a temporary file that goes with it."""

    def __init__(self) -> None:
        """Start with none."""
        self._database = sqlite3.connect("", isolation_level=None)
        self._database.execute("CREATE TABLE marks (mark INTEGER PRIMARY KEY)")

    def __enter__(self) -> Self:
        """Use the set as a context manager: its file goes at the end."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Delete the file."""
        self._database.close()

    def add(self, source: str | None, digest: str) -> None:
        """Add the record of a source that has this hash."""
        self._database.execute("INSERT OR IGNORE INTO marks VALUES (?)", (_mark(source, digest),))

    def holds(self, source: str | None, digest: str) -> bool:
        """Whether the record of a source that has this hash was added."""
        query = "SELECT 1 FROM marks WHERE mark = ?"
        return self._database.execute(query, (_mark(source, digest),)).fetchone() is not None


def _mark(source: str | None, digest: str) -> int:
    """Return a number of 64 bits for a source and a hash."""
    said = f"{source or ''}\n{digest}".encode()
    return int.from_bytes(hashlib.sha256(said).digest()[:8], "big", signed=True)
