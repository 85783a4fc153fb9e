"""What an examination of a library found, and what mends it."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any, Self

from assistant.errors import AssistantError, LibraryError

REBUILD = "run: paper-assistant library rebuild"
REEMBED = "run: paper-assistant library rebuild --reembed"
TAKE_ANEW = "run: paper-assistant library remove ID, and ingest the source file again"
SALVAGE = (
    "restore a backup with: paper-assistant library import-backup FILE, or take what can be "
    "read into another folder with: paper-assistant library export, and ingest"
)

EXIT_NEEDS_A_COMMAND = 1
EXAMPLES = 3


class Severity(StrEnum):
    """What a finding means for the one who uses the library."""

    NOTE = "note"
    """Worth knowing; nothing is wrong."""
    FAULT = "fault"
    """Something is wrong, and a command mends it."""
    UNUSABLE = "unusable"
    """The library can't be used as it is."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was found in one part of a library: what it is, and what to do."""

    part: str
    severity: Severity
    what: str
    mend: str

    @classmethod
    def of(cls, part: str, error: AssistantError, severity: Severity = Severity.FAULT) -> Self:
        """Return an error of ours, which ends with what mends it, as a finding."""
        what, _, mend = str(error).rpartition("; ")
        return cls(part, severity, what, mend)


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """The state of a library; what was not counted is None.

    `asked` of its vectors were looked up in the dense index by themselves, and `found` were.
    `near_duplicates` are pairs of ids, each with the reason why they are not one paper.
    """

    path: str
    papers: int | None = None
    chunks: int | None = None
    embedder: str | None = None
    dimension: int | None = None
    chunks_in_chroma: int | None = None
    papers_in_lexical: int | None = None
    asked: int = 0
    found: int = 0
    without_abstract: int = 0
    near_duplicates: tuple[tuple[str, str, str], ...] = ()
    findings: tuple[Finding, ...] = ()

    @property
    def exit_code(self) -> int:
        """0 if it is healthy, 1 if a command must be run, 3 if it is unusable."""
        severities = {finding.severity for finding in self.findings}
        if Severity.UNUSABLE in severities:
            return LibraryError.exit_code
        return EXIT_NEEDS_A_COMMAND if Severity.FAULT in severities else 0

    def to_dict(self) -> dict[str, Any]:
        """Return the state as plain JSON values."""
        return {"healthy": self.exit_code == 0, **asdict(self)}


class Faults:
    """Collects what is wrong with many papers or chunks, and tells it kind by kind."""

    def __init__(self, part: str) -> None:
        """Collect for one part of a library."""
        self._part = part
        self._count: defaultdict[tuple[str, str], int] = defaultdict(int)
        self._examples: defaultdict[tuple[str, str], list[str]] = defaultdict(list)

    def add(self, what: str, mend: str, names: Iterable[str]) -> None:
        """Add things of which `what` is to be said."""
        for name in names:
            self._count[what, mend] += 1
            if len(self._examples[what, mend]) < EXAMPLES:
                self._examples[what, mend].append(name)

    def findings(self) -> Iterator[Finding]:
        """Yield a finding for each kind, with the number of cases and a few of them."""
        for (what, mend), count in self._count.items():
            names = ", ".join(self._examples[what, mend])
            more = ", ..." if count > EXAMPLES else ""
            yield Finding(self._part, Severity.FAULT, f"{count} {what}: {names}{more}", mend)
