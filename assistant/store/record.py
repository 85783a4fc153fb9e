"""The record: one SQLite file that holds everything; the indexes are rebuilt from it."""

import hashlib
import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain
from pathlib import Path

from assistant.embedding import Vectors
from assistant.errors import LibraryError
from assistant.store.answers import Answers
from assistant.store.database import Database
from assistant.store.merging import Work
from assistant.store.packing import unpack_directions, unpack_half, unpack_spans
from assistant.store.rows import (
    CHUNK_COLUMNS,
    PAPER_COLUMNS,
    EmbeddedPaper,
    chunk_of,
    paper_of,
    record_of,
)
from assistant.store.statements import put_paper_embedded, put_work
from assistant.store.talks import Talks
from assistant.types import Chunk, Paper, Span

RECORD = "library.sqlite"
"""The file in a library's folder."""

PAPERS_AT_ONCE = 500

SHARED_KEY = 100
"""How many papers a key is looked up for: a title that more of them have tells none apart."""


class Record:
    """The SQLite file of one library, for any number of threads; each method is a transaction."""

    def __init__(self, path: Path) -> None:
        """Open the file, making it if it is missing; tables of an earlier version are migrated.

        Raises:
            LibraryError: not a database, or of a newer schema version.
            LibraryBusyError: of an earlier version, and another process is writing.
        """
        self._database = Database(path)
        self.talks = Talks(self._database)
        self.answers = Answers(self._database)

    @property
    def why_read_only(self) -> str:
        """Why nothing can be written; "" where it can."""
        return self._database.why_read_only

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

    def settle_meta(self, name: str, value: str) -> str:
        """Store a setting unless there is one; return what is stored."""
        stored = self.meta(name)
        if stored is None:
            with self._database.transaction() as cursor:
                cursor.execute("INSERT OR IGNORE INTO meta VALUES (?, ?)", (name, value))
            stored = self.meta(name) or value
        return stored

    @property
    def generation(self) -> int:
        """How often the papers have changed, or their indexes were begun anew."""
        return int(self.meta("generation") or 0)

    def put(
        self,
        batch: Iterable[EmbeddedPaper],
        works: Sequence[Work] = (),
        settings: Mapping[str, str] | None = None,
    ) -> None:
        """Store papers with their vectors in place of what was stored under their ids.

        They are taken one at a time, and stored in one step, the records of `works` and
        the settings with them. A work that is not in the batch keeps its vectors: only
        what its sources say has changed.
        """
        changed = not works or any(work.former_ids for work in works)
        with self._database.transaction() as cursor:
            for entry in batch:
                put_paper_embedded(cursor, entry)
                changed = True
            for work in works:
                put_work(cursor, work)
            for name, value in (settings or {}).items():
                _set_meta(cursor, name, value)
            if changed:
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
        query = f"SELECT {PAPER_COLUMNS} FROM papers ORDER BY rowid"
        for rows in self._database.batches(query, PAPERS_AT_ONCE):
            yield from map(paper_of, rows)

    def columns(self, names: str) -> Iterator[tuple[object, ...]]:
        """Yield columns of the rows of all papers, in no order."""
        for rows in self._database.batches(f"SELECT {names} FROM papers", PAPERS_AT_ONCE):
            yield from rows

    def paper(self, paper_id: str) -> Paper | None:
        """Return one paper, by its id or a former one, or None."""
        query = f"SELECT {PAPER_COLUMNS} FROM papers WHERE paper_id = ?"
        rows = self._database.rows(query, self.current_id(paper_id))
        return paper_of(rows[0]) if rows else None

    def papers_by_id(self, paper_ids: Sequence[str]) -> list[Paper]:
        """Return the papers with these ids, in no order, without those that are gone."""
        query = (
            f"SELECT {PAPER_COLUMNS} FROM papers WHERE paper_id IN (SELECT value FROM json_each(?))"
        )
        return list(map(paper_of, self._database.rows(query, json.dumps(paper_ids))))

    def current_id(self, paper_id: str) -> str:
        """Return the id of the paper that a former id led to; any other id as it is."""
        query = "SELECT paper_id FROM former_ids WHERE former_id = ?"
        rows = self._database.rows(query, paper_id)
        return str(rows[0][0]) if rows else paper_id

    def holds(self, source: str | None, record_hash: str) -> bool:
        """Whether this source is known to say just this."""
        query = "SELECT 1 FROM records WHERE source = ? AND record_hash = ?"
        return bool(self._database.rows(query, source or "", record_hash))

    def ids_of_key(self, key: str) -> list[str]:
        """Return the ids of the papers that a key finds, `SHARED_KEY` at most."""
        query = "SELECT paper_id FROM keys WHERE key = ? LIMIT ?"
        return [row[0] for row in self._database.rows(query, key, SHARED_KEY)]

    def age(self, paper_id: str) -> int | None:
        """Return a number that is lower the earlier the paper came; None if there is none."""
        rows = self._database.rows("SELECT rowid FROM papers WHERE paper_id = ?", paper_id)
        return int(rows[0][0]) if rows else None

    def records(self, paper_id: str) -> list[Paper]:
        """Return what each source says about a paper, in the order in which they came."""
        query = "SELECT source, paper FROM records WHERE paper_id = ? ORDER BY rowid"
        paper, rows = self.paper(paper_id), self._database.rows(query, paper_id)
        return [record_of(paper, source, said) for source, said in rows] if paper else []

    def sources(self) -> list[tuple[str, int]]:
        """Return each source with the number of its records; "" is of those that named none."""
        return self._database.rows("SELECT source, count(*) FROM records GROUP BY source")

    def ids_of_source(self, source: str, limit: int) -> list[str]:
        """Return the ids of `limit` papers at most that have records of this source."""
        query = "SELECT DISTINCT paper_id FROM records WHERE source = ? LIMIT ?"
        return [row[0] for row in self._database.rows(query, source, limit)]

    def chunk_ids(self, paper_ids: Iterable[str]) -> list[str]:
        """Return the ids of the chunks of these papers."""
        query = (
            "SELECT paper_id || '#' || position FROM chunks WHERE paper_id = ? ORDER BY position"
        )
        return [row[0] for paper_id in paper_ids for row in self._database.rows(query, paper_id)]

    def sentences(self, paper_id: str) -> tuple[list[Span], Vectors]:
        """Return the sentences of a paper and their vectors, shape (sentences, dimension)."""
        query = "SELECT spans, vectors FROM sentences WHERE paper_id = ?"
        rows = self._database.rows(query, self.current_id(paper_id))
        packed_spans, packed_vectors = rows[0] if rows else (b"", b"")
        spans = unpack_spans(packed_spans)
        return spans, unpack_directions(packed_vectors, len(spans), self.dimension)

    def embedded(self, paper: Paper) -> EmbeddedPaper:
        """Return `paper` with the vectors that are stored under its id, for the text it still has.

        Raises:
            ValueError: none are stored.
        """
        rows = self._database.rows(
            f"SELECT {CHUNK_COLUMNS}, vector FROM chunks WHERE paper_id = ? ORDER BY position",
            paper.paper_id,
        )
        if not rows:
            raise ValueError(f"no chunks of {paper.paper_id!r}")
        chunks = [chunk_of(paper, *row[:-1]) for row in rows]
        chunk_vectors = unpack_half((row[-1] for row in rows), self.dimension)
        spans, sentence_vectors = self.sentences(paper.paper_id)
        return EmbeddedPaper(paper, tuple(chunks), chunk_vectors, tuple(spans), sentence_vectors)

    def chunks(self, batch_size: int) -> Iterator[tuple[list[Paper], list[Chunk], Vectors]]:
        """Yield all chunks in batches, with the paper of each and their vectors."""
        columns = ", ".join(f"papers.{name}" for name in PAPER_COLUMNS.split(", "))
        query = (
            f"SELECT vector, {CHUNK_COLUMNS}, {columns} "
            "FROM papers JOIN chunks USING (paper_id) ORDER BY papers.rowid, position"
        )
        width = len(CHUNK_COLUMNS.split(", "))
        for rows in self._database.batches(query, batch_size):
            papers = [paper_of(row[1 + width :]) for row in rows]
            chunks = [
                chunk_of(paper, *row[1 : 1 + width])
                for paper, row in zip(papers, rows, strict=True)
            ]
            yield papers, chunks, unpack_half((row[0] for row in rows), self.dimension)

    def chunk_vectors(self) -> Iterator[tuple[str, bytes]]:
        """Yield the id of its paper and the packed vector of each chunk, in order."""
        return self._each("SELECT paper_id, vector FROM chunks ORDER BY rowid")

    def sentence_vectors(self) -> Iterator[tuple[str, bytes]]:
        """Yield the id of each paper and the packed vectors of its sentences."""
        return self._each("SELECT paper_id, vectors FROM sentences")

    def log_ingest(self, report: dict[str, object]) -> None:
        """Keep what an ingest did."""
        with self._database.transaction() as cursor:
            cursor.execute("INSERT INTO ingest_log (report) VALUES (?)", (json.dumps(report),))

    def fingerprint(self) -> str:
        """Return a hash of all papers' content, the same for the same papers in any order."""
        rows = sorted(self._database.rows("SELECT paper_id, content_hash FROM papers"))
        return hashlib.sha256(json.dumps(rows).encode()).hexdigest()[:16]

    def content_hash(self, paper_id: str) -> str | None:
        """Return the hash that was stored with a paper, or None."""
        rows = self._database.rows("SELECT content_hash FROM papers WHERE paper_id = ?", paper_id)
        return str(rows[0][0]) if rows else None

    def problems(self) -> list[str]:
        """Return what SQLite finds wrong with its file, in a few lines; none if it is sound.

        Raises:
            LibraryError: it is too damaged to be looked through.
        """
        found = [str(row[0]) for row in self._database.rows("PRAGMA integrity_check(5)")]
        lost = self._database.rows("PRAGMA foreign_key_check")
        astray = [f"{len(lost)} rows belong to papers that are not there"] if lost else []
        return [*(line for line in found if line != "ok"), *astray]

    def _each(self, query: str) -> Iterator[tuple[str, bytes]]:
        return chain.from_iterable(self._database.batches(query, PAPERS_AT_ONCE))

    @property
    def dimension(self) -> int:
        """The length of the vectors; 0 before there are any."""
        return int(self.meta("dimension") or 0)


def open_record(folder: Path) -> Record:
    """Open the record of the library in `folder`, making both if they are missing.

    Raises:
        LibraryError: the folder can't be made, or its record can't be used.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise LibraryError(
            f"{folder}: can't make the library's folder ({error.strerror}); "
            "choose another with --library"
        ) from error
    return Record(folder / RECORD)


def _bump_generation(cursor: sqlite3.Cursor) -> None:
    row = cursor.execute("SELECT value FROM meta WHERE name = 'generation'").fetchone()
    _set_meta(cursor, "generation", str(int(row[0]) + 1 if row else 1))


def _set_meta(cursor: sqlite3.Cursor, name: str, value: str) -> None:
    cursor.execute(
        "INSERT INTO meta VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
        (name, value),
    )
