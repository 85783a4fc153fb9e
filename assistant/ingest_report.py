"""What became of the records of an ingest; imports nothing of ours."""

from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Skipped:
    """A record or file that was not taken in: which, where in it, and why."""

    source: str
    place: str
    reason: str


@dataclass(frozen=True, slots=True)
class IngestReport:
    """What became of the records of an ingest; each counts once, up to `skipped`.

    `merged` ones join a paper that others gave; `embedded` counts chunks and sentences.
    """

    added: int = 0
    updated: int = 0
    unchanged: int = 0
    merged: int = 0
    skipped: tuple[Skipped, ...] = ()
    without_abstract: int = 0
    embedded: int = 0

    def to_dict(self) -> dict[str, Any]:
        """Return the report as plain JSON values."""
        return asdict(self)
