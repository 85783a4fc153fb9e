"""The answers that a library keeps: listed, made again, held against today, deleted."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from assistant.errors import UsageError
from assistant.library import Library
from assistant.records.answer_record import AnswerRecord, record_from_dict
from assistant.records.replaying import Replay, replay
from assistant.store.answers import Listed

if TYPE_CHECKING:
    from assistant.inquiring import Inquirer
    from assistant.records.answer_diff import AnswerDiff


class KeptAnswers:
    """The records of answers in one library."""

    def __init__(self, library: Library, inquirer: "Inquirer") -> None:
        """Read them from `library`, which `inquirer` looks into."""
        self._library = library
        self._inquirer = inquirer

    def list(self, limit: int = 20) -> Sequence[Listed]:
        """Return `limit` answers at most, the newest first."""
        return self._library.record.answers.listed(limit)

    def record(self, record_id: str) -> AnswerRecord:
        """Return the record of an answer.

        Raises:
            UsageError: there is none with this id.
        """
        answers = self._library.record.answers
        kept = answers.record(record_id)
        if kept is None:
            raise self._unknown(record_id)
        return record_from_dict(kept, answers.sources(record_id))

    def replay(self, record_id: str) -> Replay:
        """Make an answer again from its record, without a model.

        The recorded draft goes through today's checks, against the sources as they were.

        Raises:
            UsageError: there is none with this id.
        """
        library = self._library
        return replay(self.record(record_id), library.embedder, library.idf, self._inquirer.checker)

    def diff(self, record_id: str) -> "AnswerDiff":
        """Return what today's library and program would change in an answer.

        Raises:
            UsageError: there is none with this id.
        """
        from assistant.records.answer_diff import diff

        return diff(self.record(record_id), self._library, self._inquirer)

    def delete(self, record_ids: Sequence[str]) -> int:
        """Delete records; return how many there were. Conversations still show these answers.

        Raises:
            UsageError: there is none with one of these ids; none is deleted.
        """
        answers = self._library.record.answers
        for record_id in record_ids:
            if not answers.holds(record_id):
                raise self._unknown(record_id)
        return answers.delete(record_ids)

    def _unknown(self, record_id: str) -> UsageError:
        return UsageError(
            f"no answer {record_id!r} is kept in {self._library.path}; see which are with: "
            "paper-assistant answers"
        )
