"""Papers that may be one, and are not surely so."""

import sqlite3
import zlib
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from heapq import nsmallest

from assistant.identity import NEAR_IDENTICAL, identifiers, shingles, similarity, title_key
from assistant.store.record import Record
from assistant.types import Paper

SKETCH = 8
"""How many of an abstract's shingles, those of the lowest hashes, stand for it.

Two abstracts that have 0.8 of their shingles in common share two of these or more,
but for one pair in ten thousand.
"""

CROWD = 20
"""A title or shingle that more papers share than this makes no pairs of them."""

_PAIRS = f"""
    SELECT one.paper_id, other.paper_id FROM signs AS one JOIN signs AS other
    ON one.sign = other.sign AND one.paper_id < other.paper_id
    WHERE one.sign IN (SELECT sign FROM signs GROUP BY sign HAVING count(*) BETWEEN 2 AND {CROWD})
    GROUP BY one.paper_id, other.paper_id HAVING sum(max(one.weight, other.weight)) > 1
"""


@dataclass(frozen=True, slots=True)
class NearDuplicate:
    """Two papers of a library that may be one, and are not surely so.

    `similarity` is that of their abstracts, 0 to 1; `reason` says why they are kept apart.
    """

    first: Paper
    second: Paper
    similarity: float
    reason: str


def near_duplicates(record: Record) -> Iterator[NearDuplicate]:
    """Yield pairs of papers with one normalised title, or with near-identical abstracts.

    What is looked up lies in a temporary file: memory doesn't grow with the library.
    """
    with closing(sqlite3.connect("")) as signs:
        signs.execute("CREATE TABLE signs (sign TEXT, weight INTEGER, paper_id TEXT)")
        for paper in record.papers():
            rows = [(sign, weight, paper.paper_id) for sign, weight in _signs(paper).items()]
            signs.executemany("INSERT INTO signs VALUES (?,?,?)", rows)
        signs.execute("CREATE INDEX of_sign ON signs (sign, paper_id)")
        for one, other in signs.execute(_PAIRS):
            yield from _compared(record.paper(one), record.paper(other))


def _signs(paper: Paper) -> dict[str, int]:
    """Return what near duplicates share, with its weight; a weight of 2 makes a pair.

    It is the title, or two of a few shingles of the abstract; of a very short one, any.
    """
    hashes = {zlib.crc32(" ".join(each).encode()) for each in shingles(paper.abstract)}
    weight = 1 if len(hashes) >= SKETCH else 2
    sketch = {str(each): weight for each in nsmallest(SKETCH, hashes)}
    return sketch | {f"title:{title_key(paper.title)}": 2}


def _compared(one: Paper | None, other: Paper | None) -> Iterator[NearDuplicate]:
    if one is None or other is None:  # removed since
        return
    near = similarity(one.abstract, other.abstract)
    titled = title_key(one.title) == title_key(other.title)
    if titled or near >= NEAR_IDENTICAL:
        yield NearDuplicate(one, other, near, _reason(one, other, titled, near))


def _reason(one: Paper, other: Paper, titled: bool, near: float) -> str:
    if not titled:
        return "near-identical abstracts under different titles"
    if near >= NEAR_IDENTICAL:
        ids = " and ".join(", ".join(sorted(identifiers(paper))) for paper in (one, other))
        return f"one title and near-identical abstracts, but different identifiers ({ids})"
    if one.abstract.strip() and other.abstract.strip():
        return "one title, but different abstracts"
    return "one title, but no abstracts to compare, and authors or year don't show them the same"
