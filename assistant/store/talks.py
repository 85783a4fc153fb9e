"""The conversations of a library, turn by turn, in its record."""

from assistant.store.database import Database


class Talks:
    """Conversations by their ids; each method is a transaction."""

    def __init__(self, database: Database) -> None:
        """Keep them in the record's own file."""
        self._database = database

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
