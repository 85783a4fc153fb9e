"""The answers that were read by hand: what is told of them is what the file says."""

import json
from collections import Counter

import pytest

from eval.suite import find_suite, load_suite

FOLDER = find_suite("golden")
JUDGEMENTS = [json.loads(line) for line in (FOLDER / "judgements.jsonl").read_text().splitlines()]
CASES = {case.id: case for case in load_suite(FOLDER).cases}


def test_thirty_different_answers_to_test_questions_were_read():
    assert len({row["id"] for row in JUDGEMENTS}) == len(JUDGEMENTS) == 30
    assert {CASES[row["id"]].split for row in JUDGEMENTS} == {"test"}
    assert {row["answers"] for row in JUDGEMENTS} <= {"yes", "partly", "no"}


@pytest.mark.parametrize(
    ("kind", "line"),
    [
        ("single", "| about one paper (23) | {} | {} | {} |"),
        ("multi", "| about several (7) | {} | {} | {} |"),
    ],
)
def test_the_counts_are_told(kind, line):
    found = Counter(row["answers"] for row in JUDGEMENTS if CASES[row["id"]].kind == kind)
    told = line.format(*(found[answer] for answer in ("yes", "partly", "no")))
    assert told in (FOLDER / "README.md").read_text("utf-8")


def test_ten_would_be_shown():
    assert sum(row["show"] for row in JUDGEMENTS) == 10
