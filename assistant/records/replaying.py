"""An answer made again from its record, without a model; and what differs between two of them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from assistant.answering import Answering
from assistant.assembly import Assembly, Frame, build_answer, refuse
from assistant.checker import Checker
from assistant.embedding import Embedder
from assistant.entailment import hear_each
from assistant.records.answer_record import AnswerRecord, Checked
from assistant.records.notes import Notes
from assistant.sources import Idf, Source
from assistant.types import Answer, DraftSentence, Evidence, Hit, LibraryStamp, Paper, Verdict

_COMPARED = ("text", "refused", "reason", "sentences", "citations", "dropped")
"""What of an answer a replay must give again; the rest is taken over from the record."""


@dataclass(frozen=True)
class Replay:
    """The answer as it would be today, and in what it differs from the recorded one."""

    answer: Answer
    differences: tuple[str, ...]
    checked: tuple[Checked, ...]


def replay(record: AnswerRecord, embedder: Embedder, idf: Idf, checker: Checker) -> Replay:
    """Check the recorded draft as it would be today, against the sources as they were.

    Args:
        record: of the answer.
        embedder: asked for texts whose vectors the record doesn't hold: those that only
            today's checks compare.
        idf: rarity of a stem, asked as little.
        checker: asked for what the record does not hold; its readings are kept there too.

    Raises:
        LibraryError: it would have to be asked, and is not the one that the record was made with.
    """
    made_with = record.versions["embedder"]
    notes = Notes(
        embedder,
        idf,
        checker,
        hear_each(()),
        record.vectors,
        record.rarities,
        record.readings,
        record.opinions,
        made_with,
    )
    assembly, checked = check_again(record, record.sources, notes)
    answer = _rebuilt(record, assembly)
    return Replay(answer, tuple(differences(record.answer, answer)), checked)


def check_again(
    record: AnswerRecord, sources: Sequence[Source], notes: Notes
) -> tuple[Assembly, tuple[Checked, ...]]:
    """Check the recorded draft against `sources`; return what is left, and all verdicts."""
    papers = {source.paper.paper_id: source.paper for source in sources}
    drafts = [_pointing_into(papers, draft) for draft, _ in record.checked]
    answering = Answering(record.asked, record.answer.engine, LibraryStamp(), notes.check)
    assembly = answering.check_again(drafts, sources)
    return assembly, tuple(answering.checked)


def differences(before: Answer, after: Answer) -> Iterator[str]:
    """Yield in what two answers differ, a line each; of what a replay takes over, nothing."""
    changed = [name for name in _COMPARED if getattr(before, name) != getattr(after, name)]
    if before.refused != after.refused:
        yield f"it was {_outcome(before)}, and is {_outcome(after)}"
    known = {sentence.text: sentence for sentence in after.sentences}
    dropped = {sentence.text: sentence for sentence in after.dropped}
    for sentence in before.sentences:
        if now := known.get(sentence.text):
            if now.verdict is not sentence.verdict or now.reasons != sentence.reasons:
                yield f"“{sentence.text}” {_told(sentence)}, and {_told(now, 'is')}"
        elif failed := dropped.get(sentence.text):
            yield f"“{sentence.text}” {_told(sentence)}, and {_told(failed, 'is')}"
        else:
            yield f"“{sentence.text}” was shown, and is not"
    shown_before = {sentence.text for sentence in before.sentences}
    for sentence in after.sentences:
        if sentence.text not in shown_before:
            yield f"“{sentence.text}” was not shown, and {_told(sentence, 'is')}"
    if changed:
        yield f"other than recorded: {', '.join(changed)}"


def verdicts_changed(before: Sequence[Checked], after: Sequence[Checked]) -> list[dict[str, str]]:
    """Return each draft sentence whose verdict, or the words that it stands on, are others now."""
    return [
        {
            "text": draft.text,
            "was": str(was.label),
            "now": str(now.label),
            "stood_on": _quotes(was),
            "stands_on": _quotes(now),
            "why": "; ".join(now.reasons),
        }
        for (draft, was), (_, now) in zip(before, after, strict=True)
        if (was.label, _quotes(was)) != (now.label, _quotes(now))
    ]


def _rebuilt(record: AnswerRecord, assembly: Assembly) -> Answer:
    """Return the answer of what is left of its draft; all that no check touches is as recorded."""
    was = record.answer
    frame = Frame(
        question=record.asked,
        engine=was.engine,
        model=was.model,
        hits=[Hit(Paper(r.paper_id, r.title, ""), r.score, r.rank) for r in was.retrieved],
        coverage=was.coverage,
        library=was.library,
        usage=was.usage,
        timings=was.timings,
        failure=was.failure,
    )
    if record.sources:
        answer = build_answer(assembly, frame, record.caveats or None)
    else:
        answer = refuse(frame, was.reason or "")
    return replace(
        answer, question=was.question, record_id=was.record_id, confidence=was.confidence
    )


def _pointing_into(papers: dict[str, Paper], draft: DraftSentence) -> DraftSentence:
    """Return a draft whose hints are at papers as they are in `papers`."""
    hints = tuple(
        Evidence(papers[hint.paper.paper_id], hint.start, hint.end, hint.score)
        for hint in draft.hints
        if hint.paper.paper_id in papers
    )
    return replace(draft, hints=hints)


def _outcome(answer: Answer) -> str:
    return f"refused ({answer.reason})" if answer.refused else "answered"


def _told(sentence: object, when: str = "was") -> str:
    reasons = "; ".join(getattr(sentence, "reasons", ()))
    return f"{when} {getattr(sentence, 'verdict', '')} ({reasons})"


def _quotes(verdict: Verdict) -> str:
    return " … ".join(evidence.quote for evidence in verdict.evidence)
