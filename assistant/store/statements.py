"""Writing papers and records into the tables, inside the transaction that a cursor belongs to."""

import sqlite3

from assistant.store.merging import Work
from assistant.store.packing import pack_directions, pack_half, pack_spans
from assistant.store.rows import (
    PAPER_COLUMNS,
    EmbeddedPaper,
    chunk_values,
    content_hash,
    keys_of,
    paper_values,
    record_values,
)
from assistant.types import Paper


def put_paper_embedded(cursor: sqlite3.Cursor, entry: EmbeddedPaper) -> None:
    """Store a paper, its chunks and its sentences in place of what its id held."""
    paper = entry.paper
    cursor.execute("DELETE FROM chunks WHERE paper_id = ?", (paper.paper_id,))
    cursor.execute("DELETE FROM sentences WHERE paper_id = ?", (paper.paper_id,))
    _put_paper(cursor, paper)
    cursor.executemany(
        "INSERT INTO chunks VALUES (?,?,?,?,?,?)",
        [
            (*chunk_values(paper, chunk), pack_half(vector))
            for chunk, vector in zip(entry.chunks, entry.chunk_vectors, strict=True)
        ],
    )
    spans, directions = pack_spans(entry.sentences), pack_directions(entry.sentence_vectors)
    cursor.execute("INSERT INTO sentences VALUES (?,?,?)", (paper.paper_id, spans, directions))


def _put_paper(cursor: sqlite3.Cursor, paper: Paper) -> None:
    columns = PAPER_COLUMNS.split(", ")
    cursor.execute(
        f"INSERT INTO papers ({PAPER_COLUMNS}, content_hash) "
        f"VALUES ({'?,' * len(columns)}?) ON CONFLICT (paper_id) DO UPDATE SET "
        + ", ".join(f"{name} = excluded.{name}" for name in columns)
        + ", content_hash = excluded.content_hash",
        (*paper_values(paper), content_hash(paper)),
    )


def put_work(cursor: sqlite3.Cursor, work: Work) -> None:
    """Store what a work's sources say, and let the ids of papers that it took in lead to it."""
    _put_paper(cursor, work.paper)
    for former in work.former_ids:
        cursor.execute(
            "UPDATE former_ids SET paper_id = ? WHERE paper_id = ?", (work.paper_id, former)
        )
        cursor.execute("DELETE FROM papers WHERE paper_id = ?", (former,))
        cursor.execute("INSERT INTO former_ids VALUES (?,?)", (former, work.paper_id))
    cursor.execute("DELETE FROM records WHERE paper_id = ?", (work.paper_id,))
    cursor.execute("DELETE FROM keys WHERE paper_id = ?", (work.paper_id,))
    cursor.executemany(
        "INSERT INTO records VALUES (?,?,?,?)",
        [(work.paper_id, *record_values(record, of=work.paper)[1:]) for record in work.records],
    )
    cursor.executemany(
        "INSERT INTO keys VALUES (?,?)", [(work.paper_id, key) for key in keys_of(work.records)]
    )
