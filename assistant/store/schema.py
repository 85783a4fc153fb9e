"""The tables of a library's record, and the numbered steps from each earlier version of them."""

import json
import sqlite3
from collections.abc import Callable, Mapping

from assistant.store.packing import pack_directions, pack_spans, unpack_half
from assistant.store.rows import chunk_values, keys_of, record_values
from assistant.store.turn_words import words_of_turn
from assistant.types import Chunk, Paper, Span

SCHEMA_VERSION = 5

RECORD_TABLES = """
CREATE TABLE records (
    paper_id TEXT NOT NULL REFERENCES papers ON DELETE CASCADE,
    source TEXT NOT NULL, record_hash TEXT NOT NULL, paper BLOB
) STRICT;
CREATE INDEX records_of_source ON records (source, record_hash);
CREATE INDEX records_of_paper ON records (paper_id);
CREATE TABLE keys (
    paper_id TEXT NOT NULL REFERENCES papers ON DELETE CASCADE, key TEXT NOT NULL,
    PRIMARY KEY (paper_id, key)
) STRICT, WITHOUT ROWID;
CREATE INDEX papers_of_key ON keys (key);
CREATE TABLE former_ids (
    former_id TEXT PRIMARY KEY, paper_id TEXT NOT NULL REFERENCES papers ON DELETE CASCADE
) STRICT, WITHOUT ROWID;
CREATE INDEX former_ids_of_paper ON former_ids (paper_id)
"""
"""`records` holds what each source says (NULL where it is all that the paper says), `keys`
what each paper is found by: its DOIs, arXiv ids and normalised titles; `former_ids` the ids
of papers that turned out to be another."""

CHUNK_TABLE = """
CREATE TABLE chunks (
    paper_id TEXT NOT NULL REFERENCES papers ON DELETE CASCADE, position INTEGER NOT NULL,
    start INTEGER NOT NULL, end INTEGER NOT NULL, heading TEXT, vector BLOB NOT NULL
) STRICT;
CREATE INDEX chunks_of_paper ON chunks (paper_id)
"""
"""A chunk's text is a run of the abstract below a heading: the title, where that is NULL."""

SENTENCE_TABLE = """
CREATE TABLE sentences (
    paper_id TEXT PRIMARY KEY REFERENCES papers ON DELETE CASCADE,
    spans BLOB NOT NULL, vectors BLOB NOT NULL
) STRICT
"""
"""All sentences of a paper in a row, packed by `assistant.store.packing`."""

ANSWER_TABLES = """
CREATE TABLE answers (
    record_id TEXT PRIMARY KEY, at TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP,
    conversation_id TEXT, question TEXT NOT NULL, record BLOB NOT NULL
) STRICT;
CREATE INDEX answers_of_conversation ON answers (conversation_id, at);
CREATE TABLE kept_sources (
    source_hash TEXT PRIMARY KEY, paper BLOB NOT NULL, spans BLOB NOT NULL, vectors BLOB NOT NULL
) STRICT;
CREATE TABLE sources_of_answers (
    record_id TEXT NOT NULL REFERENCES answers ON DELETE CASCADE,
    source_hash TEXT NOT NULL REFERENCES kept_sources, PRIMARY KEY (record_id, source_hash)
) STRICT, WITHOUT ROWID;
CREATE INDEX answers_of_source ON sources_of_answers (source_hash)
"""
"""`kept_sources` holds papers as they were when an answer was checked against them, once for all
answers; they stay when the paper leaves the library, and go with the last answer."""

TALK_TABLES = """
CREATE INDEX turns_by_time ON turns (conversation_id, at);
CREATE TABLE turn_words (
    conversation_id TEXT NOT NULL, position INTEGER NOT NULL, words TEXT NOT NULL,
    PRIMARY KEY (conversation_id, position),
    FOREIGN KEY (conversation_id, position) REFERENCES turns ON DELETE CASCADE
) STRICT;
CREATE TABLE talk_names (
    conversation_id TEXT PRIMARY KEY, name TEXT NOT NULL, words TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE discarded_talks (
    conversation_id TEXT PRIMARY KEY, at TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP
) STRICT, WITHOUT ROWID
"""
"""`turn_words` holds what a search looks through, folded, apart from the answers, which are
large; `discarded_talks` are conversations that are deleted as far as anybody sees, for as long
as that may be undone."""

TABLES = f"""
CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
CREATE TABLE papers (
    paper_id TEXT PRIMARY KEY, content_hash TEXT NOT NULL, title TEXT NOT NULL,
    abstract TEXT NOT NULL, authors TEXT NOT NULL, year INTEGER, venue TEXT, url TEXT,
    doi TEXT, arxiv_id TEXT, source TEXT, added_at TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP,
    other_urls TEXT NOT NULL DEFAULT '[]', other_sources TEXT NOT NULL DEFAULT '[]',
    tags TEXT NOT NULL DEFAULT '[]'
) STRICT;
{CHUNK_TABLE};
{SENTENCE_TABLE};
CREATE TABLE ingest_log (
    at TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP, report TEXT NOT NULL
) STRICT;
CREATE TABLE turns (
    conversation_id TEXT NOT NULL, position INTEGER NOT NULL,
    at TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP,
    about TEXT NOT NULL, answer TEXT NOT NULL,
    PRIMARY KEY (conversation_id, position)
) STRICT;
{RECORD_TABLES};
{ANSWER_TABLES};
{TALK_TABLES}
"""


def run_script(cursor: sqlite3.Cursor, script: str) -> None:
    """Run statements one by one, inside the transaction that is open."""
    for statement in script.split(";"):
        cursor.execute(statement)


def _from_1_to_2(cursor: sqlite3.Cursor) -> None:
    """Keep what each source says: so far one record a paper, which is the paper itself.

    Vectors and chunks are packed, and the indexes, whose rows were larger, are made anew.
    """
    cursor.execute("ALTER TABLE papers ADD COLUMN other_urls TEXT NOT NULL DEFAULT '[]'")
    cursor.execute("ALTER TABLE papers ADD COLUMN other_sources TEXT NOT NULL DEFAULT '[]'")
    cursor.execute("ALTER TABLE chunks RENAME TO chunks_1")
    cursor.execute("DROP INDEX chunks_of_paper")
    cursor.execute("ALTER TABLE sentences RENAME TO sentences_1")
    run_script(cursor, f"{RECORD_TABLES}; {CHUNK_TABLE}; {SENTENCE_TABLE}")
    columns = "paper_id, title, abstract, authors, year, venue, url, doi, arxiv_id, source"
    for row in cursor.connection.execute(f"SELECT {columns} FROM papers ORDER BY rowid"):
        paper_id, title, abstract, authors, *rest = row
        paper = Paper(paper_id, title, abstract, tuple(json.loads(authors)), *rest)
        cursor.execute("INSERT INTO records VALUES (?,?,?,?)", record_values(paper, of=paper))
        cursor.executemany(
            "INSERT INTO keys VALUES (?,?)", [(paper.paper_id, key) for key in keys_of([paper])]
        )
        _pack_vectors(cursor, paper)
    cursor.execute("DROP TABLE chunks_1")
    cursor.execute("DROP TABLE sentences_1")
    cursor.execute("UPDATE meta SET value = '0' WHERE name = 'indexed_generation'")


def _pack_vectors(cursor: sqlite3.Cursor, paper: Paper) -> None:
    """Pack a paper's chunks and sentences, which version 1 kept whole and in half precision."""
    query = "SELECT chunk_id, start, end, text, vector FROM chunks_1 WHERE paper_id = ?"
    for chunk_id, start, end, text, vector in cursor.execute(query, (paper.paper_id,)).fetchall():
        chunk = Chunk(chunk_id, paper.paper_id, Span(start, end), text)
        values = (*chunk_values(paper, chunk), vector)
        cursor.execute("INSERT INTO chunks VALUES (?,?,?,?,?,?)", values)
    query = "SELECT start, end, vector FROM sentences_1 WHERE paper_id = ? ORDER BY start"
    if rows := cursor.execute(query, (paper.paper_id,)).fetchall():
        spans = pack_spans(Span(start, end) for start, end, _ in rows)
        directions = pack_directions(unpack_half((row[2] for row in rows), 0))
        cursor.execute("INSERT INTO sentences VALUES (?,?,?)", (paper.paper_id, spans, directions))


def _from_2_to_3(cursor: sqlite3.Cursor) -> None:
    """Keep tags: so far no paper has any. Hashes, vectors and indexes stay as they are."""
    cursor.execute("ALTER TABLE papers ADD COLUMN tags TEXT NOT NULL DEFAULT '[]'")


def _from_3_to_4(cursor: sqlite3.Cursor) -> None:
    """Keep records of answers: so far there are none, also of those in conversations."""
    run_script(cursor, ANSWER_TABLES)


def _from_4_to_5(cursor: sqlite3.Cursor) -> None:
    """Let conversations be named, discarded, and searched: those that there are as well."""
    run_script(cursor, TALK_TABLES)
    turns = cursor.connection.execute("SELECT conversation_id, position, answer FROM turns")
    cursor.executemany(
        "INSERT INTO turn_words VALUES (?,?,?)",
        ((talk, position, words_of_turn(json.loads(answer))) for talk, position, answer in turns),
    )


MIGRATIONS: Mapping[int, Callable[[sqlite3.Cursor], None]] = {
    1: _from_1_to_2,
    2: _from_2_to_3,
    3: _from_3_to_4,
    4: _from_4_to_5,
}
"""Each brings the tables from the version of its number to the next; nothing is embedded."""
