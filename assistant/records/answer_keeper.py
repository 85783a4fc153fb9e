"""Keeping answers in the library, for as long as the settings say."""

import math
import sys
import time
import uuid
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace

from assistant import __version__
from assistant.answering import Answering
from assistant.checker import Checker
from assistant.config import Config
from assistant.errors import LibraryError
from assistant.filters import Filters
from assistant.follow_up import FollowUp
from assistant.library import Library
from assistant.records.answer_record import AnswerRecord, hashes_of
from assistant.records.notes import Notes
from assistant.sources import Source
from assistant.store.answers import AnswerRow, Retention
from assistant.store.schema import SCHEMA_VERSION
from assistant.types import Answer

SWEEP_EVERY_S = 24 * 3600.0


@dataclass(frozen=True)
class Made:
    """An answer just made, with all that took part in making it."""

    answer: Answer
    engine: str
    filters: Filters
    follow_up: FollowUp
    answering: Answering
    notes: Notes
    sources: Sequence[Source]


class AnswerKeeper:
    """Keeps the answers of one library: an answer that can't be kept is none the worse for it."""

    def __init__(self, library: Library, config: Config, checker: Checker) -> None:
        """Keep as long as `config` says; what is past its time goes with an answer, once a day.

        `checker` is what answers are read with.
        """
        self._library = library
        self._checker = checker
        self._retention = Retention(config.keep_answers_days, config.keep_conversations_days)
        self._due = -math.inf

    def keep(self, made: Made) -> Answer:
        """Return the answer with the id of its record, or with none where it is not kept.

        That is so where the settings say so, and where the library can't be written, or not
        at once: no answer fails or waits for its record.
        """
        answer = made.answer
        if self._library.record.why_read_only:
            return answer
        with suppress(LibraryError):
            if self._is_kept(made):
                answer = self._put(made)
            self._sweep_when_due()  # afterwards: a turn keeps its conversation
        return answer

    def _sweep_when_due(self) -> None:
        now = time.monotonic()
        if now >= self._due:
            self._library.record.answers.sweep(self._retention)
            self._due = now + SWEEP_EVERY_S

    def _is_kept(self, made: Made) -> bool:
        in_talk = made.follow_up.conversation_id
        days = self._retention.conversations_days if in_talk else self._retention.answers_days
        return days != 0

    def _put(self, made: Made) -> Answer:
        answer = replace(made.answer, record_id=uuid.uuid4().hex[:12])
        record = recorded(
            replace(made, answer=answer), versions(self._library.embedder.name, self._checker.name)
        )
        sources = record.packed_sources()
        row = AnswerRow(
            record_id=str(answer.record_id),
            question=answer.question,
            record=record.to_dict(sources),
            conversation_id=made.follow_up.conversation_id or None,
            about=made.follow_up.about,
        )
        self._library.record.answers.keep(row, sources)
        return answer


def recorded(made: Made, versions: dict[str, str]) -> AnswerRecord:
    """Return the record of an answer."""
    inquiry = made.answering.inquiry
    return AnswerRecord(
        answer=made.answer,
        engine=made.engine,
        filters=made.filters,
        follow_up=made.follow_up,
        parts=tuple(strand.question.text for strand in inquiry.strands),
        caveats=made.answering.caveats,
        prompts=(*made.follow_up.prompts, *made.notes.prompts),
        papers=hashes_of(hit.paper for hit in inquiry.hits),
        checked=tuple(made.answering.checked),
        sources=tuple(made.sources),
        vectors=made.notes.vectors,
        rarities=made.notes.rarities,
        readings=made.notes.readings,
        opinions=made.notes.opinions,
        versions=versions,
    )


def versions(embedder: str, checker: str) -> dict[str, str]:
    """Return what an answer was made with, beside its library; embedder and checker by name."""
    return {
        "paper-assistant": __version__,
        "library schema": str(SCHEMA_VERSION),
        "embedder": embedder,
        "checker": checker,
        "python": sys.version.split()[0],
    }
