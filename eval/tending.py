"""Looks after a suite: finds its faults, and renews its manifest and schema."""

import json
from collections.abc import Callable
from pathlib import Path
from statistics import fmean
from typing import TYPE_CHECKING

from assistant.diversity import vendi_score
from assistant.errors import UsageError
from eval.lint import lint_suite, overlaps
from eval.suite import THRESHOLDS, Suite, seal
from eval.wording import counted

CASES = "cases.jsonl"

if TYPE_CHECKING:
    from assistant.ask import Assistant


def renew_seals(suite: Suite, write: Callable[[str], None]) -> int:
    """Write manifest and schema of a suite as it stands, and say so.

    Raises:
        UsageError: the folder can't be written.
    """
    seal(suite)
    write(f"sealed {suite.folder}: {counted(len(suite.rows), 'row')}")
    return 0


EXAMPLE_FLOORS = """\
# Floors (min) and ceilings (max); what has no line is reported and gates nothing.
# `each = true`: for every single case. `drop`: the least fall that counts against a baseline.

fact_recall = { min = 0.5 }
recall_at_5 = { min = 0.8 }
invalid_citation_rate = { max = 0.0, each = true }
# With questions that nothing answers (kinds near_miss and off_topic):
# refusal_recall = { min = 0.8 }
"""


def begin_suite(folder: Path, assistant: "Assistant", write: Callable[[str], None]) -> int:
    """Write a suite to begin with: one question to change, about a paper of the library.

    Raises:
        UsageError: the folder holds a suite already, or can't be written, or the library no paper.
    """
    if any((folder / name).exists() for name in (CASES, THRESHOLDS)):
        raise UsageError(f"{folder}: holds a suite already; name a new folder, or change its files")
    paper = next((each for each in assistant.library.papers() if each.abstract), None)
    if paper is None:
        raise UsageError(f"{assistant.library.path}: holds no paper yet; ingest some first")
    case = {
        "id": "q1",
        "kind": "single",
        "question": "What does this paper find? (Write a question of your own here.)",
        "gold": [paper.title],
        "facts": [["a wording that the answer has to hold, lower case", "or this one"]],
    }
    try:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / CASES).write_text(json.dumps(case, ensure_ascii=False) + "\n", "utf-8")
        (folder / THRESHOLDS).write_text(EXAMPLE_FLOORS, "utf-8")
    except OSError as error:
        raise UsageError(f"{folder}: can't be written ({error}); name another") from error
    write(
        f"{folder}: wrote {CASES} with a question to change, and {THRESHOLDS}. "
        "Next: write your questions, a line each, then run it with --lint"
    )
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
    if questions := [case.question for case in suite.cases]:
        different = vendi_score(assistant.library.embedder.embed(questions))
        lines.append(
            f"Vendi Score of the {counted(len(questions), 'question')}: {different:.0f}, as "
            "diverse as so many that have nothing in common"
        )
    write("\n".join(lines))
    return 1 if faults else 0
