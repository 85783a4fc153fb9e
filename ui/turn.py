"""One question and what has come of it so far: a pure fold over the events of a stream."""

from dataclasses import dataclass, replace
from enum import StrEnum

from assistant.filters import NO_FILTERS, Filters
from assistant.paper_table import PaperTable
from assistant.types import Answer, AnswerSentence, Citation, DroppedSentence, Event, Hit


class Phase(StrEnum):
    """How far a turn has come."""

    SEARCHING = "searching"
    READING = "reading"
    WRITING = "writing"
    DONE = "done"
    STOPPED = "stopped"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Turn:
    """A question with everything that the reader may see of its answer.

    `number` counts the turns of one conversation from 1, and makes the ids of
    its source cards unique on the page. `filters` say which papers are searched
    while it runs; then the answer does. `table` is set where one was asked for
    beside the answer, `error` when it `FAILED`.
    """

    number: int
    question: str
    filters: Filters = NO_FILTERS
    phase: Phase = Phase.SEARCHING
    hits: tuple[Hit, ...] = ()
    sentences: tuple[AnswerSentence, ...] = ()
    citations: tuple[Citation, ...] = ()
    dropped: tuple[DroppedSentence, ...] = ()
    answer: Answer | None = None
    table: PaperTable | None = None
    error: str = ""

    @property
    def running(self) -> bool:
        """Whether more may come."""
        return self.phase in (Phase.SEARCHING, Phase.READING, Phase.WRITING)

    def take(self, event: Event) -> "Turn":
        """Return the turn as it stands after `event`."""
        if event.answer is not None:
            return self._finish(event.answer)
        if event.dropped is not None:
            return replace(self, phase=Phase.WRITING, dropped=(*self.dropped, event.dropped))
        if event.sentence is not None:
            return replace(
                self,
                phase=Phase.WRITING,
                sentences=(*self.sentences, event.sentence),
                citations=(*self.citations, *event.citations),
            )
        return replace(self, phase=Phase.READING, hits=event.hits)

    def stop(self) -> "Turn":
        """Return the turn as the reader left it; what was checked by then stays."""
        return replace(self, phase=Phase.STOPPED) if self.running else self

    def fail(self, message: str) -> "Turn":
        """Return the turn with an error in place of what did not come."""
        return replace(self, phase=Phase.FAILED, error=message)

    def _finish(self, answer: Answer) -> "Turn":
        """Take the answer as the record: it may order or number things anew."""
        return replace(
            self,
            phase=Phase.DONE,
            sentences=answer.sentences,
            citations=answer.citations,
            dropped=answer.dropped,
            answer=answer,
        )
