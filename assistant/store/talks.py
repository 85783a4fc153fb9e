"""The conversations of a library, turn by turn, in its record."""

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass

from assistant.store.database import Database


@dataclass(frozen=True, slots=True)
class Talk:
    """What a list of conversations says of one; `began` and `last` are UTC, to the second."""

    conversation_id: str
    question: str
    """The first one."""
    turns: int
    began: str
    last: str


class Talks:
    """Conversations by their ids; each method is a transaction.

    Turns are written with the records of their answers: see `assistant.store.answers`.
    """

    def __init__(self, database: Database) -> None:
        """Read them from the record's own file."""
        self._database = database

    def turns(self, conversation_id: str) -> list[tuple[str, str]]:
        """Return (title that the question pointed to, answer as JSON) of each turn, in order."""
        return self._database.rows(
            "SELECT about, answer FROM turns WHERE conversation_id = ? ORDER BY position",
            conversation_id,
        )

    def last_turns(self, conversation_id: str, most: int) -> list[tuple[str, str]]:
        """Return the last of the turns, `most` at most, in order."""
        rows = self._database.rows(
            "SELECT about, answer FROM turns WHERE conversation_id = ? "
            "ORDER BY position DESC LIMIT ?",
            *(conversation_id, most),
        )
        return rows[::-1]

    def listed(self) -> list[Talk]:
        """Return all conversations, the one with the latest turn first."""
        rows = self._database.rows(
            "SELECT conversation_id, "
            "(SELECT json_extract(answer, '$.question') FROM turns AS first "
            "WHERE first.conversation_id = turns.conversation_id ORDER BY position LIMIT 1), "
            "count(*), min(at), max(at) FROM turns GROUP BY conversation_id "
            "ORDER BY max(at) DESC, max(rowid) DESC"
        )
        return [Talk(row[0], row[1] or "", *row[2:]) for row in rows]


def put_turn(cursor: sqlite3.Cursor, conversation_id: str, about: str, answer: str) -> None:
    """Keep the next turn of a conversation; `answer` is JSON."""
    cursor.execute(
        "INSERT INTO turns (conversation_id, position, about, answer) SELECT "
        "?1, coalesce(max(position), 0) + 1, ?2, ?3 FROM turns WHERE conversation_id = ?1",
        (conversation_id, about, answer),
    )


def drop_talks(cursor: sqlite3.Cursor, conversation_ids: Sequence[str]) -> int:
    """Delete conversations with the records of their answers; return how many turns there were."""
    each = [(conversation_id,) for conversation_id in conversation_ids]
    cursor.executemany("DELETE FROM answers WHERE conversation_id = ?", each)
    cursor.executemany("DELETE FROM turns WHERE conversation_id = ?", each)
    return max(cursor.rowcount, 0)
