"""The conversations of a library, turn by turn, in its record."""

import json
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from assistant.store.database import Database
from assistant.store.turn_words import searched_text, words_asked, words_of_turn

UNDO_MINUTES = 60
"""How long what was discarded can be restored."""

KEPT = "coalesce(conversation_id, '') NOT IN (SELECT conversation_id FROM discarded_talks)"
"""True of rows that belong to no conversation, or to one that was not discarded."""

_TURNS_WITH = (
    "SELECT said.conversation_id FROM turn_words AS said "
    "LEFT JOIN talk_names AS named USING (conversation_id) WHERE"
)
_HAS = "instr(coalesce(named.words, '') || ' ' || said.words, ?)"

_IN_TIME = f"at > datetime('now', '-{UNDO_MINUTES} minutes')"

_EXPIRED = f"SELECT conversation_id FROM discarded_talks WHERE NOT {_IN_TIME}"


@dataclass(frozen=True, slots=True)
class Talk:
    """What a list of conversations says of one; `began` and `last` are UTC, to the second."""

    conversation_id: str
    question: str
    """The first one."""
    turns: int
    began: str
    last: str
    name: str | None = None
    """As it was given; None before."""

    @property
    def title(self) -> str:
        """The name, or the first question in place of one."""
        return self.name or self.question


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
            f"SELECT about, answer FROM turns WHERE conversation_id = ? AND {KEPT} "
            "ORDER BY position",
            conversation_id,
        )

    def last_turns(self, conversation_id: str, most: int) -> list[tuple[str, str]]:
        """Return the last of the turns, `most` at most, in order."""
        rows = self._database.rows(
            f"SELECT about, answer FROM turns WHERE conversation_id = ? AND {KEPT} "
            "ORDER BY position DESC LIMIT ?",
            *(conversation_id, most),
        )
        return rows[::-1]

    def listed(self) -> list[Talk]:
        """Return all conversations, the one with the latest turn first."""
        return self.of(self.found())

    def found(self, text: str = "") -> list[str]:
        """Return the ids of conversations, the one with the latest turn first.

        Each of the words in `text` stands, in any case, in the name of the conversation or in
        one turn of it: in the question or in the answer.
        """
        words = words_asked(text)
        asked = f"AND conversation_id IN ({_TURNS_WITH} {' AND '.join([_HAS] * len(words))})"
        rows = self._database.rows(
            f"SELECT conversation_id FROM turns WHERE {KEPT} {asked if words else ''} "
            "GROUP BY conversation_id ORDER BY max(at) DESC, max(rowid) DESC",
            *words,
        )
        return [row[0] for row in rows]

    def of(self, conversation_ids: Sequence[str]) -> list[Talk]:
        """Return what a list says of these conversations, in this order."""
        rows = self._database.rows(
            "SELECT conversation_id, "
            "(SELECT json_extract(answer, '$.question') FROM turns AS first "
            "WHERE first.conversation_id = turns.conversation_id ORDER BY position LIMIT 1), "
            "count(*), min(at), max(at), "
            "(SELECT name FROM talk_names WHERE conversation_id = turns.conversation_id) "
            "FROM json_each(?) AS asked JOIN turns ON conversation_id = asked.value "
            f"WHERE {KEPT} GROUP BY asked.key ORDER BY asked.key",
            json.dumps(conversation_ids),
        )
        return [Talk(row[0], row[1] or "", *row[2:]) for row in rows]

    def rename(self, conversation_id: str, name: str) -> bool:
        """Give a conversation a name, or with "" none; return whether there is one of this id.

        Raises:
            LibraryError: the library can't be written.
        """
        with self._database.transaction() as cursor:
            kept = f"SELECT 1 FROM turns WHERE conversation_id = ? AND {KEPT} LIMIT 1"
            if cursor.execute(kept, (conversation_id,)).fetchone() is None:
                return False
            cursor.execute("DELETE FROM talk_names WHERE conversation_id = ?", (conversation_id,))
            if name:
                row = (conversation_id, name, searched_text(name))
                cursor.execute("INSERT INTO talk_names VALUES (?,?,?)", row)
        return True

    def discard(self, conversation_id: str) -> bool:
        """Hide a conversation from all but `restore`; return whether there was one of this id.

        After `UNDO_MINUTES` it is past restoring, and `Answers.purge` deletes it.

        Raises:
            LibraryError: the library can't be written.
        """
        with self._database.transaction() as cursor:
            cursor.execute(
                "INSERT OR IGNORE INTO discarded_talks (conversation_id) "
                "SELECT conversation_id FROM turns WHERE conversation_id = ? LIMIT 1",
                (conversation_id,),
            )
            return cursor.rowcount > 0

    def restore(self, conversation_id: str) -> bool:
        """Bring back a conversation that was discarded; return whether that was in time.

        Raises:
            LibraryError: the library can't be written.
        """
        with self._database.transaction() as cursor:
            cursor.execute(
                f"DELETE FROM discarded_talks WHERE conversation_id = ? AND {_IN_TIME}",
                (conversation_id,),
            )
            return cursor.rowcount > 0

    def name(self, conversation_id: str) -> str | None:
        """Return the name that a conversation was given, or None."""
        rows = self._database.rows(
            f"SELECT name FROM talk_names WHERE conversation_id = ? AND {KEPT}", conversation_id
        )
        return str(rows[0][0]) if rows else None

    def past_restoring(self) -> bool:
        """Whether any conversations were discarded too long ago to be restored."""
        return bool(self._database.rows(f"{_EXPIRED} LIMIT 1"))


def put_turn(cursor: sqlite3.Cursor, conversation_id: str, about: str, answer: Any) -> None:
    """Keep the next turn of a conversation; `answer` is any JSON value.

    A conversation that was discarded and goes on nevertheless is restored: nothing that was
    just answered may get lost.
    """
    (position,) = cursor.execute(
        "SELECT coalesce(max(position), 0) + 1 FROM turns WHERE conversation_id = ?",
        (conversation_id,),
    ).fetchone()
    turn = (conversation_id, position)
    cursor.execute(
        "INSERT INTO turns (conversation_id, position, about, answer) VALUES (?,?,?,?)",
        (*turn, about, json.dumps(answer)),
    )
    cursor.execute("INSERT INTO turn_words VALUES (?,?,?)", (*turn, words_of_turn(answer)))
    cursor.execute("DELETE FROM discarded_talks WHERE conversation_id = ?", (conversation_id,))


def drop_talks(cursor: sqlite3.Cursor, conversation_ids: Sequence[str]) -> int:
    """Delete conversations with the records of their answers; return how many turns there were."""
    each = [(conversation_id,) for conversation_id in conversation_ids]
    for table in ("answers", "talk_names", "discarded_talks", "turns"):
        cursor.executemany(f"DELETE FROM {table} WHERE conversation_id = ?", each)
    return max(cursor.rowcount, 0)


def drop_expired(cursor: sqlite3.Cursor) -> int:
    """Delete what was discarded too long ago to be restored; return how many turns there were."""
    return drop_talks(cursor, [row[0] for row in cursor.execute(_EXPIRED).fetchall()])
