"""The records of answers in a library's own file, and how long they stay."""

import hashlib
import json
import sqlite3
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from assistant.embedding import Vectors
from assistant.store.database import Database
from assistant.store.packing import (
    pack_directions,
    pack_spans,
    unpack_directions,
    unpack_json,
    unpack_spans,
)
from assistant.store.talks import KEPT, Talks, drop_expired, drop_talks, put_turn
from assistant.types import Paper, Span

_MOST_ROWS = 2**63 - 1
"""The largest number that SQLite takes."""

WAIT_S = 0.1
"""How long an answer may wait for another process that is writing, before it is not kept."""


@dataclass(frozen=True, slots=True)
class Retention:
    """After how many days answers go, and conversations after their last turn; None is never."""

    answers_days: int | None
    conversations_days: int | None


@dataclass(frozen=True, slots=True)
class PackedSource:
    """A paper with its sentences and vectors, as an answer was checked against it."""

    paper: bytes
    spans: bytes
    vectors: bytes

    @classmethod
    def of(cls, paper: Paper, spans: Sequence[Span], vectors: Vectors) -> "PackedSource":
        """Pack a source."""
        said = json.dumps(asdict(paper), ensure_ascii=False).encode()
        return cls(said, pack_spans(spans), pack_directions(vectors))

    @property
    def hash(self) -> str:
        """What tells it from all others."""
        parts = (hashlib.sha256(part).digest() for part in (self.paper, self.spans, self.vectors))
        return hashlib.sha256(b"".join(parts)).hexdigest()[:32]

    def unpacked(self) -> tuple[Paper, list[Span], Vectors]:
        """Return the paper, its sentences and their vectors."""
        spans = unpack_spans(self.spans)
        vectors = unpack_directions(self.vectors, len(spans), 0)
        fields = json.loads(self.paper)
        lists = {name: tuple(value) for name, value in fields.items() if isinstance(value, list)}
        return Paper(**{**fields, **lists}), spans, vectors


@dataclass(frozen=True, slots=True)
class AnswerRow:
    """What is kept of an answer, beside its sources.

    One of a conversation is kept with its turn: the title that its question pointed to.
    """

    record_id: str
    question: str
    record: dict[str, Any]
    conversation_id: str | None = None
    about: str = ""


@dataclass(frozen=True, slots=True)
class Listed:
    """What a list of answers says of one; `at` is UTC, to the second."""

    record_id: str
    at: str
    conversation_id: str | None
    question: str


class Answers:
    """Records of answers by their ids; each method is a transaction."""

    def __init__(self, database: Database) -> None:
        """Keep them in the record's own file."""
        self._database = database
        self._talks = Talks(database)

    def keep(self, row: AnswerRow, sources: Mapping[str, PackedSource]) -> None:
        """Keep an answer with its sources by their hashes, and the turn that it is of, if any.

        Raises:
            LibraryError: the library can't be written, or not at once.
        """
        with self._database.brief_transaction(WAIT_S) as cursor:
            expired = drop_expired(cursor)
            cursor.execute(
                "INSERT INTO answers (record_id, conversation_id, question, record) "
                "VALUES (?,?,?,?)",
                (row.record_id, row.conversation_id, row.question, _packed(row.record)),
            )
            cursor.executemany(
                "INSERT OR IGNORE INTO kept_sources VALUES (?,?,?,?)",
                [(key, each.paper, each.spans, each.vectors) for key, each in sources.items()],
            )
            cursor.executemany(
                "INSERT INTO sources_of_answers VALUES (?,?)",
                [(row.record_id, key) for key in sources],
            )
            if row.conversation_id:
                put_turn(cursor, row.conversation_id, row.about, row.record["answer"])
            if expired:
                _drop_unused_sources(cursor)

    def record(self, record_id: str) -> dict[str, Any] | None:
        """Return what is kept of an answer, or None."""
        rows = self._database.rows(
            f"SELECT record FROM answers WHERE record_id = ? AND {KEPT}", record_id
        )
        return unpack_json(rows[0][0]) if rows else None

    def sources(self, record_id: str) -> dict[str, PackedSource]:
        """Return the sources of an answer by their hashes."""
        rows = self._database.rows(
            "SELECT source_hash, paper, spans, vectors FROM sources_of_answers "
            "JOIN kept_sources USING (source_hash) WHERE record_id = ?",
            record_id,
        )
        return {row[0]: PackedSource(*row[1:]) for row in rows}

    def holds(self, record_id: str) -> bool:
        """Whether there is a record of this id, readable or not."""
        rows = self._database.rows(
            f"SELECT 1 FROM answers WHERE record_id = ? AND {KEPT}", record_id
        )
        return bool(rows)

    def listed(self, limit: int) -> list[Listed]:
        """Return `limit` answers at most, the newest first."""
        rows = self._database.rows(
            f"SELECT record_id, at, conversation_id, question FROM answers WHERE {KEPT} "
            "ORDER BY at DESC, rowid DESC LIMIT ?",
            min(limit, _MOST_ROWS),
        )
        return [Listed(*row) for row in rows]

    def delete(self, record_ids: Sequence[str]) -> int:
        """Delete records; what conversations show of these answers stays. Return how many."""
        with self._database.transaction() as cursor:
            cursor.executemany(
                "DELETE FROM answers WHERE record_id = ?", [(each,) for each in record_ids]
            )
            deleted = max(cursor.rowcount, 0)
            _drop_unused_sources(cursor)
        return deleted

    def delete_talk(self, conversation_id: str) -> int:
        """Delete a conversation with the records of its answers; return how many turns it had."""
        with self._database.transaction() as cursor:
            turns = drop_talks(cursor, [conversation_id])
            _drop_unused_sources(cursor)
        return turns

    def purge(self) -> None:
        """Delete the conversations that were discarded too long ago to be restored.

        Raises:
            LibraryError: the library can't be written, or not at once.
        """
        if self._talks.past_restoring():
            with self._database.brief_transaction(WAIT_S) as cursor:
                drop_expired(cursor)
                _drop_unused_sources(cursor)

    def sweep(self, retention: Retention) -> None:
        """Delete what is past its time; nothing is written where nothing is.

        Raises:
            LibraryError: the library can't be written, or not at once.
        """
        single = "SELECT record_id FROM answers WHERE conversation_id IS NULL AND "
        talks = "SELECT conversation_id FROM turns GROUP BY conversation_id HAVING max"
        old_answers = self._old(single, retention.answers_days)
        old_talks = self._old(talks, retention.conversations_days)
        if not old_answers and not old_talks and not self._talks.past_restoring():
            return
        with self._database.brief_transaction(WAIT_S) as cursor:
            cursor.executemany(
                "DELETE FROM answers WHERE record_id = ?", [(each,) for each in old_answers]
            )
            drop_talks(cursor, old_talks)
            drop_expired(cursor)
            _drop_unused_sources(cursor)

    def _old(self, query: str, days: int | None) -> list[str]:
        if days is None:
            return []
        rows = self._database.rows(f"{query}(at) <= datetime('now', ?)", f"-{days} days")
        return [row[0] for row in rows]


def _packed(record: dict[str, Any]) -> bytes:
    """Return JSON, compressed; in ASCII, because a model may write halves of characters."""
    return zlib.compress(json.dumps(record).encode("ascii"))


def _drop_unused_sources(cursor: sqlite3.Cursor) -> None:
    cursor.execute(
        "DELETE FROM kept_sources WHERE source_hash NOT IN "
        "(SELECT source_hash FROM sources_of_answers)"
    )
