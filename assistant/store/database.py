"""The SQLite file of a library: its tables, a connection for each thread, its errors as ours."""

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from assistant.errors import LibraryError

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


class Database:
    """One SQLite file in WAL mode, for any number of threads and processes."""

    def __init__(self, path: Path) -> None:
        """Open the file, making it and its tables if they are missing.

        Raises:
            LibraryError: not a database, or of another schema version.
        """
        self._path = path
        self._of_thread = threading.local()
        self._connections: list[sqlite3.Connection] = []
        try:
            with self._errors_named():
                self._connection.execute("PRAGMA journal_mode = WAL")
                self._create_tables_once()
            self._check_schema()
        except LibraryError:
            self.close()
            raise

    def close(self) -> None:
        """Close the file, for every thread."""
        while self._connections:
            self._connections.pop().close()
        self._of_thread = threading.local()

    def rows(self, query: str, *values: str) -> list[Any]:
        """Return all rows of a query."""
        with self._errors_named():
            return self._connection.execute(query, values).fetchall()

    def batches(self, query: str, size: int) -> Iterator[list[Any]]:
        """Yield the rows of a query, `size` at a time."""
        with self._errors_named():
            cursor = self._connection.execute(query)
            while rows := cursor.fetchmany(size):
                yield rows

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Cursor]:
        """Give a cursor; what it writes is kept if the block ends well, and else not."""
        with self._errors_named(), self._connection:
            yield self._connection.cursor()

    @property
    def _connection(self) -> sqlite3.Connection:
        """This thread's own connection: threads that share one see each other's cursors."""
        if not hasattr(self._of_thread, "connection"):
            connection = sqlite3.connect(
                self._path, check_same_thread=False, timeout=WAIT_FOR_WRITER_S
            )
            self._connections.append(connection)
            connection.execute("PRAGMA foreign_keys = ON")
            self._of_thread.connection = connection
        return self._of_thread.connection  # type: ignore[no-any-return]

    @contextmanager
    def _errors_named(self) -> Iterator[None]:
        """Turn what SQLite raises into an error that names the file and what to do."""
        try:
            yield
        except sqlite3.Error as error:
            raise LibraryError(
                f"{self._path}: not a usable library record ({error}); restore it, or ingest anew "
                "into another folder"
            ) from error

    def _create_tables_once(self) -> None:
        """Make the tables in one step: a killed process leaves all or none, a second one waits."""
        if self._has_tables():
            return
        with self._connection:
            self._connection.execute("BEGIN IMMEDIATE")
            if self._has_tables():
                return
            for statement in _SCHEMA.split(";"):
                self._connection.execute(statement)
            version = ("schema_version", str(SCHEMA_VERSION))
            self._connection.execute("INSERT INTO meta VALUES (?, ?)", version)

    def _has_tables(self) -> bool:
        return bool(self._connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()[0])

    def _check_schema(self) -> None:
        query = "SELECT value FROM meta WHERE name = 'schema_version'"
        version = next(iter(self.rows(query)), (None,))[0]
        if version != str(SCHEMA_VERSION):
            raise LibraryError(
                f"{self._path}: schema version {version}, this program reads {SCHEMA_VERSION}; "
                "use the program version that made it, or ingest anew into another folder"
            )
