"""A comparison table as small frozen values: papers by what is asked, each cell a quotation."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from assistant.assembly import Frame, retrieved_from
from assistant.types import Answer, Citation, Coverage, LibraryStamp, Retrieved

NOT_STATED = "not stated in the abstract"
"""What an empty cell says."""


@dataclass(frozen=True, slots=True)
class Row:
    """A paper, with a cell for each column: a quotation, or None where none states it."""

    paper_id: str
    title: str
    year: int | None
    cells: tuple[Citation | None, ...]


@dataclass(frozen=True, slots=True)
class PaperTable:
    """Papers by what a question asks of them, or a refusal, which has no rows.

    `text` says why it is refused. `reason` is as in `Answer`.
    """

    question: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...] = ()
    refused: bool = False
    text: str = ""
    reason: str | None = None
    retrieved: tuple[Retrieved, ...] = ()
    coverage: Coverage = Coverage()
    timings: Mapping[str, float] = field(default_factory=dict)
    library: LibraryStamp = LibraryStamp()

    @property
    def citations(self) -> tuple[Citation, ...]:
        """The quotations of all cells, each once, in the order of their markers."""
        cited = [cell for row in self.rows for cell in row.cells if cell is not None]
        return tuple({citation.marker: citation for citation in cited}.values())

    def to_dict(self) -> dict[str, Any]:
        """Return the table as plain JSON values."""
        plain: dict[str, Any] = json.loads(json.dumps(asdict(self)))
        plain["citations"] = [json.loads(json.dumps(asdict(c))) for c in self.citations]
        return plain


def build_table(
    frame: Frame, columns: Sequence[str], rows: Sequence[Row], reason: str | None
) -> PaperTable:
    """Return the table; `reason` says what the reader must know beforehand."""
    return PaperTable(
        question=frame.question,
        columns=tuple(columns),
        rows=tuple(rows),
        reason=reason,
        retrieved=retrieved_from(frame.hits),
        coverage=frame.coverage,
        timings={name: round(seconds, 4) for name, seconds in frame.timings.items()},
        library=frame.library,
    )


def refused_table(refusal: Answer, columns: Sequence[str]) -> PaperTable:
    """Return a refusal in the shape of a table."""
    return PaperTable(
        question=refusal.question,
        columns=tuple(columns),
        refused=True,
        text=refusal.text,
        reason=refusal.reason,
        retrieved=refusal.retrieved,
        coverage=refusal.coverage,
        timings=refusal.timings,
        library=refusal.library,
    )


def nothing_stated(columns: Sequence[str]) -> str:
    """Say why a table of which no cell could be filled is refused."""
    return f"no abstract that bears on it states what the table asks for ({', '.join(columns)})"
