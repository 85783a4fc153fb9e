"""A suite of four questions about three papers, as files."""

import json
from dataclasses import asdict

from scripted_subject import CASES

FLOORS = """
recall_at_5 = { min = 0.8 }
fact_recall = { min = 0.9, max = 1 }
invalid_citation_rate = { max = 0.0 }
refusal_recall = { min = 1.0 }
"""


def write_suite(folder, cases=CASES, floors=FLOORS, **files):
    """Write the rows of a suite and its thresholds; `files` are further rows by their kind."""
    folder.mkdir()
    for name, rows in {"cases": cases, **files}.items():
        given = [{key: value for key, value in asdict(row).items() if value} for row in rows]
        lines = "".join(json.dumps(row) + "\n" for row in given)
        (folder / f"{name}.jsonl").write_text(lines, "utf-8")
    (folder / "thresholds.toml").write_text(floors, "utf-8")
    return folder
