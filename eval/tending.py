"""Looks after a suite: finds its faults, and renews its manifest and schema."""

from collections.abc import Callable
from statistics import fmean
from typing import TYPE_CHECKING

from eval.lint import lint_suite, overlaps
from eval.suite import Suite, seal
from eval.wording import counted

if TYPE_CHECKING:
    from assistant.ask import Assistant


def tend(suite: Suite, write: Callable[[str], None]) -> int:
    """Write manifest and schema of a suite as it stands.

    Raises:
        UsageError: the folder can't be written.
    """
    seal(suite)
    write(f"sealed {suite.folder}: {counted(len(suite.rows), 'row')}")
    return 0


def find_faults(suite: Suite, assistant: "Assistant", write: Callable[[str], None]) -> int:
    """Print the faults of a suite; return 1 if there are any."""
    papers = list(assistant.library.papers())
    faults = lint_suite(suite, papers)
    found = counted(len(faults), "fault") if faults else "no fault"
    lines = [f"{suite.folder}: {counted(len(suite.rows), 'row')}, {found}", *faults]
    if shares := overlaps(suite.cases, {paper.title: paper.abstract for paper in papers}):
        mean, nearest = fmean(shares.values()), max(shares, key=shares.__getitem__)
        highest = f"{shares[nearest]:.3f} ({nearest})"
        lines.append(f"lexical overlap of question and abstract: mean {mean:.3f}, most {highest}")
    write("\n".join(lines))
    return 1 if faults else 0
