"""The record: one SQLite file that holds everything; the indexes are rebuilt from it."""

import hashlib
import json
import sqlite3
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import astuple, dataclass
from pathlib import Path

import numpy as np

from assistant.embedding import Vectors
from assistant.errors import LibraryError
from assistant.types import Chunk, Paper, Span

SCHEMA_VERSION = 1
WAIT_FOR_WRITER_S = 30.0

_SCHEMA = """
CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
CREATE TABLE papers (
    paper_id TEXT PRIMARY KEY, content_hash TEXT NOT NULL, title TEXT NOT NULL,
    abstract TEXT NOT NULL, authors TEXT NOT NULL, year INTEGER, venue TEXT, url TEXT,
    doi TEXT, arxiv_id TEXT, source TEXT, added_at TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP
) STRICT;
CREATE TABLE chunks (
    chunk_id TEXT PRIMARY KEY,
    paper_id TEXT NOT NULL REFERENCES papers ON DELETE CASCADE,
    start INTEGER NOT NULL, end INTEGER NOT NULL, text TEXT NOT NULL, vector BLOB NOT NULL
) STRICT;
CREATE INDEX chunks_of_paper ON chunks (paper_id);
CREATE TABLE sentences (
    paper_id TEXT NOT NULL REFERENCES papers ON DELETE CASCADE,
    start INTEGER NOT NULL, end INTEGER NOT NULL, vector BLOB NOT NULL,
    PRIMARY KEY (paper_id, start)
) STRICT, WITHOUT ROWID;
CREATE TABLE ingest_log (
    at TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP, report TEXT NOT NULL
) STRICT;
CREATE TABLE turns (
    conversation_id TEXT NOT NULL, position INTEGER NOT NULL,
    at TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP,
    about TEXT NOT NULL, answer TEXT NOT NULL,
    PRIMARY KEY (conversation_id, position)
) STRICT;
"""

_PAPER_COLUMNS = "paper_id, title, abstract, authors, year, venue, url, doi, arxiv_id, source"


@dataclass(frozen=True, slots=True)
class EmbeddedPaper:
    """A paper with all that is stored about it.

    `chunk_vectors` and `sentence_vectors` have one row for each chunk and sentence.
    """

    paper: Paper
    chunks: tuple[Chunk, ...]
    chunk_vectors: Vectors
    sentences: tuple[Span, ...]
    sentence_vectors: Vectors


class Record:
    """The SQLite file of one library, for any number of threads; each method is a transaction."""

    def __init__(self, path: Path) -> None:
        """Open the file, making it if it is missing.

        Raises:
            LibraryError: not a database, or of another schema version.
        """
        self._path = path
        self._of_thread = threading.local()
        self._connections: list[sqlite3.Connection] = []
        try:
            self._connection.execute("PRAGMA journal_mode = WAL")
            self._create_tables_once()
        except sqlite3.DatabaseError as error:
            raise LibraryError(
                f"{path}: not a usable library record ({error}); restore it, or ingest anew "
                "into another folder"
            ) from error
        version = self.meta("schema_version")
        if version != str(SCHEMA_VERSION):
            raise LibraryError(
                f"{path}: schema version {version}, this program reads {SCHEMA_VERSION}; "
                "use the program version that made it, or ingest anew into another folder"
            )

    def close(self) -> None:
        """Close the file, for every thread."""
        while self._connections:
            self._connections.pop().close()
        self._of_thread = threading.local()

    def meta(self, name: str) -> str | None:
        """Return a stored setting, or None."""
        row = self._connection.execute("SELECT value FROM meta WHERE name = ?", (name,)).fetchone()
        return None if row is None else str(row[0])

    def set_meta(self, name: str, value: str) -> None:
        """Store a setting."""
        with self._transaction() as cursor:
            _set_meta(cursor, name, value)

    @property
    def generation(self) -> int:
        """How often the papers have changed."""
        return int(self.meta("generation") or 0)

    def content_hashes(self) -> dict[str, str]:
        """Return the content hash of each paper by its id."""
        return dict(self._connection.execute("SELECT paper_id, content_hash FROM papers"))

    def put(
        self, batch: Sequence[EmbeddedPaper], settings: Mapping[str, str] | None = None
    ) -> None:
        """Store papers with their vectors in place of what was stored under their ids.

        `settings` are stored in the same step.
        """
        with self._transaction() as cursor:
            for entry in batch:
                _put(cursor, entry)
            for name, value in (settings or {}).items():
                _set_meta(cursor, name, value)
            _bump_generation(cursor)

    def remove(self, paper_ids: Iterable[str]) -> int:
        """Remove papers with all that belongs to them; return how many there were."""
        with self._transaction() as cursor:
            cursor.executemany(
                "DELETE FROM papers WHERE paper_id = ?", [(paper_id,) for paper_id in paper_ids]
            )
            removed = cursor.rowcount
            _bump_generation(cursor)
        return removed

    def count(self) -> int:
        """Return the number of papers."""
        return int(self._connection.execute("SELECT count(*) FROM papers").fetchone()[0])

    def count_chunks(self) -> int:
        """Return the number of chunks."""
        return int(self._connection.execute("SELECT count(*) FROM chunks").fetchone()[0])

    def papers(self) -> Iterator[Paper]:
        """Yield every paper, in the order in which they came."""
        query = f"SELECT {_PAPER_COLUMNS} FROM papers ORDER BY rowid"
        for row in self._connection.execute(query):
            yield _paper(row)

    def paper(self, paper_id: str) -> Paper | None:
        """Return one paper, or None."""
        query = f"SELECT {_PAPER_COLUMNS} FROM papers WHERE paper_id = ?"
        row = self._connection.execute(query, (paper_id,)).fetchone()
        return None if row is None else _paper(row)

    def chunk_ids(self, paper_ids: Iterable[str]) -> list[str]:
        """Return the ids of the chunks of these papers."""
        query = "SELECT chunk_id FROM chunks WHERE paper_id = ? ORDER BY start"
        return [
            row[0] for paper_id in paper_ids for row in self._connection.execute(query, (paper_id,))
        ]

    def sentences(self, paper_id: str) -> tuple[list[Span], Vectors]:
        """Return the sentences of a paper and their vectors, shape (sentences, dimension)."""
        rows = self._connection.execute(
            "SELECT start, end, vector FROM sentences WHERE paper_id = ? ORDER BY start",
            (paper_id,),
        ).fetchall()
        return [Span(start, end) for start, end, _ in rows], _vectors(row[2] for row in rows)

    def chunks(self, batch_size: int) -> Iterator[tuple[list[Paper], list[Chunk], Vectors]]:
        """Yield all chunks in batches, with the paper of each and their vectors."""
        columns = ", ".join(f"papers.{name}" for name in _PAPER_COLUMNS.split(", "))
        cursor = self._connection.execute(
            f"SELECT chunk_id, start, end, text, vector, {columns} "
            "FROM chunks JOIN papers USING (paper_id) ORDER BY papers.rowid, start"
        )
        while rows := cursor.fetchmany(batch_size):
            papers = [_paper(row[5:]) for row in rows]
            chunks = [
                Chunk(chunk_id, paper.paper_id, Span(start, end), text)
                for paper, (chunk_id, start, end, text, *_) in zip(papers, rows, strict=True)
            ]
            yield papers, chunks, _vectors(row[4] for row in rows)

    def log_ingest(self, report: dict[str, object]) -> None:
        """Keep what an ingest did."""
        with self._transaction() as cursor:
            cursor.execute("INSERT INTO ingest_log (report) VALUES (?)", (json.dumps(report),))

    def add_turn(self, conversation_id: str, about: str, answer: str) -> None:
        """Keep the next turn of a conversation; `answer` is JSON."""
        with self._transaction() as cursor:
            cursor.execute(
                "INSERT INTO turns (conversation_id, position, about, answer) SELECT "
                "?1, coalesce(max(position), 0) + 1, ?2, ?3 FROM turns WHERE conversation_id = ?1",
                (conversation_id, about, answer),
            )

    def turns(self, conversation_id: str) -> list[tuple[str, str]]:
        """Return (title that the question pointed to, answer as JSON) of each turn, in order."""
        return self._connection.execute(
            "SELECT about, answer FROM turns WHERE conversation_id = ? ORDER BY position",
            (conversation_id,),
        ).fetchall()

    def fingerprint(self) -> str:
        """Return a hash of all papers' content, the same for the same papers in any order."""
        rows = sorted(self._connection.execute("SELECT paper_id, content_hash FROM papers"))
        return hashlib.sha256(json.dumps(rows).encode()).hexdigest()[:16]

    @property
    def _connection(self) -> sqlite3.Connection:
        """This thread's own connection: threads that share one see each other's cursors."""
        if not hasattr(self._of_thread, "connection"):
            connection = sqlite3.connect(
                self._path, check_same_thread=False, timeout=WAIT_FOR_WRITER_S
            )
            connection.execute("PRAGMA foreign_keys = ON")
            self._connections.append(connection)
            self._of_thread.connection = connection
        return self._of_thread.connection  # type: ignore[no-any-return]

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Cursor]:
        with self._connection:
            yield self._connection.cursor()

    def _create_tables_once(self) -> None:
        """Make the tables in one step, so that a killed process leaves all or none."""
        if self._connection.execute("SELECT 1 FROM sqlite_schema").fetchone():
            return
        version = f"INSERT INTO meta VALUES ('schema_version', '{SCHEMA_VERSION}');"
        self._connection.executescript(f"BEGIN IMMEDIATE;{_SCHEMA}{version}COMMIT;")


def content_hash(paper: Paper) -> str:
    """Return a hash of everything that is stored about a paper, but for the file it came from."""
    fields = [
        value
        for name, value in zip(paper.__slots__, astuple(paper), strict=True)
        if name != "source"
    ]
    return hashlib.sha256(json.dumps(fields, ensure_ascii=False).encode()).hexdigest()


def _put(cursor: sqlite3.Cursor, entry: EmbeddedPaper) -> None:
    paper = entry.paper
    values = (*astuple(paper)[:3], json.dumps(paper.authors, ensure_ascii=False))
    values += astuple(paper)[4:]
    cursor.execute("DELETE FROM chunks WHERE paper_id = ?", (paper.paper_id,))
    cursor.execute("DELETE FROM sentences WHERE paper_id = ?", (paper.paper_id,))
    cursor.execute(
        f"INSERT INTO papers ({_PAPER_COLUMNS}, content_hash) VALUES (?,?,?,?,?,?,?,?,?,?,?) "
        "ON CONFLICT (paper_id) DO UPDATE SET "
        + ", ".join(f"{name} = excluded.{name}" for name in _PAPER_COLUMNS.split(", "))
        + ", content_hash = excluded.content_hash",
        (*values, content_hash(paper)),
    )
    cursor.executemany(
        "INSERT INTO chunks VALUES (?,?,?,?,?,?)",
        [
            (c.chunk_id, c.paper_id, c.span.start, c.span.end, c.text, _blob(vector))
            for c, vector in zip(entry.chunks, entry.chunk_vectors, strict=True)
        ],
    )
    cursor.executemany(
        "INSERT INTO sentences VALUES (?,?,?,?)",
        [
            (paper.paper_id, span.start, span.end, _blob(vector))
            for span, vector in zip(entry.sentences, entry.sentence_vectors, strict=True)
        ],
    )


def _bump_generation(cursor: sqlite3.Cursor) -> None:
    row = cursor.execute("SELECT value FROM meta WHERE name = 'generation'").fetchone()
    _set_meta(cursor, "generation", str(int(row[0]) + 1 if row else 1))


def _set_meta(cursor: sqlite3.Cursor, name: str, value: str) -> None:
    cursor.execute(
        "INSERT INTO meta VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
        (name, value),
    )


def _paper(row: Sequence[object]) -> Paper:
    values = list(row)
    values[3] = tuple(json.loads(str(values[3])))
    return Paper(*values)  # type: ignore[arg-type]  # the columns stand in the fields' order


def _blob(vector: Vectors) -> bytes:
    return vector.astype(np.float16).tobytes()


def _vectors(blobs: Iterable[bytes]) -> Vectors:
    rows = [np.frombuffer(blob, dtype=np.float16).astype(np.float32) for blob in blobs]
    return np.stack(rows) if rows else np.zeros((0, 0), dtype=np.float32)
