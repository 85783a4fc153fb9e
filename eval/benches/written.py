"""The hand-written questions for development, and the library that they are asked of.

See ``eval/data/written/README.md``. Abstracts are named, not kept: those of arXiv are found
in files of papers, those of SciFact in its folder.
"""

import gzip
import json
import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from assistant.errors import UsageError
from assistant.readers import read_paths
from assistant.types import Paper
from eval.benches.beir import Corpus
from eval.benches.scifact import read_documents

ROWS = Path(__file__).parents[1] / "data" / "written" / "rows.jsonl.gz"
STATEMENT_ROWS = ROWS.with_name("statements.jsonl.gz")
"""Statements about other abstracts than those of `ROWS`."""
CONTRAST_ROWS = ROWS.with_name("contrasts.jsonl.gz")
"""Statements about other abstracts still, each true one beside its false counterpart."""
SEED = 0
OTHERS = 240
"""How many papers of which no question is written stand among the others."""

_ANSWERED = {"answerable": True, "near_miss": False}


@dataclass(frozen=True, slots=True)
class Written:
    """A question about one abstract, and whether the abstract answers it."""

    abstract: str
    question: str
    answered: bool
    evidence: str


def read_written(rows: Path = ROWS) -> list[Written]:
    """Return the questions among the written rows, in order.

    Raises:
        UsageError: the file is missing, or a line is not such a row.
    """
    try:
        with gzip.open(rows, "rt", encoding="utf-8") as lines:
            found = [_written(row) for row in map(json.loads, lines) if row["kind"] in _ANSWERED]
    except (OSError, EOFError, ValueError, KeyError, TypeError) as error:
        raise UsageError(f"{rows}: no written questions can be read ({error!r})") from error
    return found


def collect(
    questions: Iterable[Written], papers: Sequence[Path], scifact: Path, others: int = OTHERS
) -> Corpus:
    """Return the abstracts that questions are written about, among `others` drawn ones.

    Args:
        questions: the written questions.
        papers: files of papers, which hold the abstracts of arXiv.
        scifact: the folder of SciFact.
        others: how many further papers are drawn from these, by a fixed seed.

    Raises:
        UsageError: a file can't be read, or an abstract is in none of them.
    """
    wanted = list(dict.fromkeys(question.abstract for question in questions))
    held = find_abstracts(wanted, papers, scifact)
    rest = sorted(set(held) - set(wanted))
    drawn = random.Random(SEED).sample(rest, min(others, len(rest)))
    return Corpus(scifact, {name: held[name] for name in [*wanted, *drawn]}, 0, ())


def find_abstracts(
    wanted: Sequence[str], papers: Sequence[Path], scifact: Path
) -> dict[str, Paper]:
    """Return all abstracts of the files by their names, those that are wanted among them.

    Raises:
        UsageError: a file can't be read, or an abstract is in none of them.
    """
    held = {paper.paper_id: paper for paper in read_paths(papers) if isinstance(paper, Paper)}
    held |= {paper.paper_id: paper for paper, _ in read_documents(scifact).values()}
    if lacking := [name for name in wanted if name not in held]:
        raise UsageError(
            f"{len(lacking)} abstracts that rows are written about are in none of the files, "
            f"{lacking[0]} first; name more files with --papers, and SciFact's folder"
        )
    return held


def _written(row: Mapping[str, Any]) -> Written:
    kind = row["kind"]
    return Written(row["id"], row["question"], _ANSWERED[kind], row.get("evidence", ""))
