"""The record: one SQLite file that holds everything; the indexes are rebuilt from it."""

import hashlib
import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import astuple, dataclass
from pathlib import Path

import numpy as np

from assistant.embedding import Vectors
from assistant.store.database import Database
from assistant.types import Chunk, Paper, Span

PAPERS_AT_ONCE = 500

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
        self._database = Database(path)

    def close(self) -> None:
        """Close the file, for every thread."""
        self._database.close()

    def meta(self, name: str) -> str | None:
        """Return a stored setting, or None."""
        rows = self._database.rows("SELECT value FROM meta WHERE name = ?", name)
        return str(rows[0][0]) if rows else None

    def set_meta(self, name: str, value: str) -> None:
        """Store a setting."""
        with self._database.transaction() as cursor:
            _set_meta(cursor, name, value)

    @property
    def generation(self) -> int:
        """How often the papers have changed, or their indexes were begun anew."""
        return int(self.meta("generation") or 0)

    def content_hashes(self) -> dict[str, str]:
        """Return the content hash of each paper by its id."""
        return dict(self._database.rows("SELECT paper_id, content_hash FROM papers"))

    def put(
        self, batch: Sequence[EmbeddedPaper], settings: Mapping[str, str] | None = None
    ) -> None:
        """Store papers with their vectors in place of what was stored under their ids.

        `settings` are stored in the same step.
        """
        with self._database.transaction() as cursor:
            for entry in batch:
                _put(cursor, entry)
            for name, value in (settings or {}).items():
                _set_meta(cursor, name, value)
            _bump_generation(cursor)

    def renew_indexes(self, settings: Mapping[str, str] | None = None) -> None:
        """Say that the indexes hold nothing: from here on they are made anew.

        `settings` are stored in the same step.
        """
        with self._database.transaction() as cursor:
            for name, value in (settings or {}).items():
                _set_meta(cursor, name, value)
            if cursor.execute("SELECT 1 FROM meta WHERE name = 'generation'").fetchone():
                _set_meta(cursor, "indexed_generation", "0")
                _bump_generation(cursor)

    def remove(self, paper_ids: Iterable[str]) -> int:
        """Remove papers with all that belongs to them; return how many there were."""
        with self._database.transaction() as cursor:
            cursor.executemany(
                "DELETE FROM papers WHERE paper_id = ?", [(paper_id,) for paper_id in paper_ids]
            )
            removed = cursor.rowcount
            _bump_generation(cursor)
        return removed

    def count(self) -> int:
        """Return the number of papers."""
        return int(self._database.rows("SELECT count(*) FROM papers")[0][0])

    def count_chunks(self) -> int:
        """Return the number of chunks."""
        return int(self._database.rows("SELECT count(*) FROM chunks")[0][0])

    def papers(self) -> Iterator[Paper]:
        """Yield every paper, in the order in which they came."""
        query = f"SELECT {_PAPER_COLUMNS} FROM papers ORDER BY rowid"
        for rows in self._database.batches(query, PAPERS_AT_ONCE):
            yield from map(_paper, rows)

    def paper(self, paper_id: str) -> Paper | None:
        """Return one paper, or None."""
        query = f"SELECT {_PAPER_COLUMNS} FROM papers WHERE paper_id = ?"
        rows = self._database.rows(query, paper_id)
        return _paper(rows[0]) if rows else None

    def chunk_ids(self, paper_ids: Iterable[str]) -> list[str]:
        """Return the ids of the chunks of these papers."""
        query = "SELECT chunk_id FROM chunks WHERE paper_id = ? ORDER BY start"
        return [row[0] for paper_id in paper_ids for row in self._database.rows(query, paper_id)]

    def sentences(self, paper_id: str) -> tuple[list[Span], Vectors]:
        """Return the sentences of a paper and their vectors, shape (sentences, dimension)."""
        rows = self._database.rows(
            "SELECT start, end, vector FROM sentences WHERE paper_id = ? ORDER BY start", paper_id
        )
        return [Span(start, end) for start, end, _ in rows], _vectors(row[2] for row in rows)

    def chunks(self, batch_size: int) -> Iterator[tuple[list[Paper], list[Chunk], Vectors]]:
        """Yield all chunks in batches, with the paper of each and their vectors."""
        columns = ", ".join(f"papers.{name}" for name in _PAPER_COLUMNS.split(", "))
        query = (
            f"SELECT chunk_id, start, end, text, vector, {columns} "
            "FROM chunks JOIN papers USING (paper_id) ORDER BY papers.rowid, start"
        )
        for rows in self._database.batches(query, batch_size):
            papers = [_paper(row[5:]) for row in rows]
            chunks = [
                Chunk(chunk_id, paper.paper_id, Span(start, end), text)
                for paper, (chunk_id, start, end, text, *_) in zip(papers, rows, strict=True)
            ]
            yield papers, chunks, _vectors(row[4] for row in rows)

    def log_ingest(self, report: dict[str, object]) -> None:
        """Keep what an ingest did."""
        with self._database.transaction() as cursor:
            cursor.execute("INSERT INTO ingest_log (report) VALUES (?)", (json.dumps(report),))

    def add_turn(self, conversation_id: str, about: str, answer: str) -> None:
        """Keep the next turn of a conversation; `answer` is JSON."""
        with self._database.transaction() as cursor:
            cursor.execute(
                "INSERT INTO turns (conversation_id, position, about, answer) SELECT "
                "?1, coalesce(max(position), 0) + 1, ?2, ?3 FROM turns WHERE conversation_id = ?1",
                (conversation_id, about, answer),
            )

    def turns(self, conversation_id: str) -> list[tuple[str, str]]:
        """Return (title that the question pointed to, answer as JSON) of each turn, in order."""
        return self._database.rows(
            "SELECT about, answer FROM turns WHERE conversation_id = ? ORDER BY position",
            conversation_id,
        )

    def fingerprint(self) -> str:
        """Return a hash of all papers' content, the same for the same papers in any order."""
        rows = sorted(self._database.rows("SELECT paper_id, content_hash FROM papers"))
        return hashlib.sha256(json.dumps(rows).encode()).hexdigest()[:16]


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
