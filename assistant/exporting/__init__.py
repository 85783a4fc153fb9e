"""The registry of exporters: one module a format, each with what a reader of ours takes back.

To add a format, write a module with ``KEY``, ``NAME``, ``SUFFIXES``, ``ENCODING`` and
``blocks`` (see `Exporter`), and name it in `EXPORTERS`. ``KEY`` is the reader's, so that
``--format`` says the same in both directions.
"""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Protocol

from assistant.errors import UsageError
from assistant.exporting import bibtex, jsonl, ris, table
from assistant.types import Paper

__all__ = ["EXPORTERS", "Exporter", "choose"]


class Exporter(Protocol):
    """One format: a module with these names."""

    KEY: str
    """What ``--format`` calls it."""
    NAME: str
    """What messages call it."""
    SUFFIXES: tuple[str, ...]
    """How the names of its files end."""
    ENCODING: str
    """How its files are encoded."""

    def blocks(self, papers: Iterable[Paper]) -> Iterator[str]:
        """Yield the text of each paper (and what goes before the first), to be set on new lines.

        Papers are taken one at a time, and none is kept.
        """
        ...


EXPORTERS: tuple[Exporter, ...] = (jsonl, bibtex, ris, table)
"""The first is written where nothing says otherwise."""


def choose(format: str | None = None, file: Path | None = None) -> Exporter:
    """Return the exporter of a format; failing that, of a file's suffix; failing that, the first.

    Raises:
        UsageError: there is none.
    """
    known = ", ".join(exporter.KEY for exporter in EXPORTERS)
    for exporter in EXPORTERS:
        if exporter.KEY == format:
            return exporter
        if format is None and (file is None or file.suffix.lower() in exporter.SUFFIXES):
            return exporter
    if format is not None:
        raise UsageError(f"no format {format!r} to export; choose from {known}")
    raise UsageError(f"{file}: its name ends in no known format; add --format ({known})")
