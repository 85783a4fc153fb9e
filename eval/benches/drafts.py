"""What became of drafts: what was told, what was shown, what was dropped and why."""

import random
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from assistant.ask import Assistant
from assistant.tidy import tidy
from assistant.types import Answer, Paper
from assistant.words import words
from eval.benches.liar import TRUE, Liar, Told
from eval.benches.lies import ELSEWHERE
from eval.cases import Case
from eval.reading import read_answer
from eval.scores import Score, weighted_mean

OFF_TOPIC_SHARE = 0.15
_SEED = 7


@dataclass(frozen=True, slots=True)
class Asked:
    """A question with its answer, and what the liar told, where it was the one to write."""

    case: Case
    answer: Answer
    told: tuple[Told, ...] = ()


@dataclass(frozen=True, slots=True)
class Tally:
    """Sentences told of one kind, and how many of them were shown as `attributed` or at all."""

    told: int
    shown: int
    share: float | None
    interval: tuple[float, float] | None


@dataclass(frozen=True, slots=True)
class DraftCounts:
    """What is counted over all questions; the first three of the bars are to be 0."""

    invalid_citations: int
    sentences_without_evidence: int
    off_topic_answered: int
    questions: int
    off_topic: int
    answered: int
    refused: int
    failed: int
    shown: Mapping[str, int]
    dropped: Mapping[str, int]
    falsehoods: Tally
    by_kind: Mapping[str, Tally]
    by_wording: Mapping[str, Tally]
    truths: Mapping[str, Tally]

    @property
    def zeros_hold(self) -> bool:
        """Whether no citation was invalid, no sentence bare, and nothing off topic answered."""
        found = (self.invalid_citations, self.sentences_without_evidence, self.off_topic_answered)
        return not any(found)


def choose(cases: Sequence[Case], count: int) -> list[Case]:
    """Return so many cases drawn with a fixed seed, those off topic in their share."""
    drawn = random.Random(_SEED).sample(cases, len(cases))
    off_topic = [case for case in drawn if case.kind == "off_topic"]
    others = [case for case in drawn if case.kind != "off_topic"]
    strangers = off_topic[: max(1, round(OFF_TOPIC_SHARE * count))]
    return [*others[: count - len(strangers)], *strangers]


def ask_all(
    assistant: Assistant, cases: Sequence[Case], engine: str, liar: Liar | None = None
) -> list[Asked]:
    """Ask every question; `liar` is what writes, where what it told is to be kept."""
    found = []
    for case in cases:
        if liar:
            liar.told = ()
        answer = assistant.ask(case.question, engine=engine)
        found.append(Asked(case, answer, _judged(liar.told, answer) if liar else ()))
    return found


def count(asked: Sequence[Asked], papers: Mapping[str, Paper]) -> DraftCounts:
    """Count what was shown and dropped; a citation is judged by the evaluation's own reading."""
    readings = [read_answer(each.answer, papers) for each in asked if not each.answer.refused]
    uses = [(use, reading.premises) for reading in readings for use in reading.uses]
    off_topic = [each for each in asked if each.case.kind == "off_topic"]
    told = [(each, told) for each in asked for told in each.told]
    lies = [pair for pair in told if pair[1].is_lie]
    kinds = sorted({lie.kind for _, lie in lies})
    true = [pair for pair in told if pair[1].kind == TRUE]
    return DraftCounts(
        invalid_citations=sum(use not in premises for use, premises in uses),
        sentences_without_evidence=sum(
            not claim.cited for reading in readings for claim in reading.claims
        ),
        off_topic_answered=sum(not each.answer.refused for each in off_topic),
        questions=len(asked),
        off_topic=len(off_topic),
        answered=sum(not each.answer.refused for each in asked),
        refused=sum(each.answer.refused for each in asked),
        failed=sum(each.answer.failure is not None for each in asked),
        shown=dict(Counter(str(s.verdict) for each in asked for s in each.answer.sentences)),
        dropped=dict(
            Counter(row.reasons[0].partition(":")[0] for e in asked for row in e.answer.dropped)
        ),
        falsehoods=_tally(lies),
        by_kind={kind: _tally([pair for pair in lies if pair[1].kind == kind]) for kind in kinds},
        by_wording=_by_wording(lies),
        truths=_by_wording(true),
    )


def _by_wording(pairs: Sequence[tuple[Asked, Told]]) -> dict[str, Tally]:
    return {
        name: _tally([pair for pair in pairs if pair[1].reworded == reworded])
        for name, reworded in (("word for word", False), ("in other words", True))
    }


def _judged(told: Sequence[Told], answer: Answer) -> tuple[Told, ...]:
    """Return what was looked at: what came after an answer's last sentence was not.

    What is no lie after all is left out: another paper's sentence, where that was retrieved.
    """
    retrieved = {tidy(row.title) for row in answer.retrieved}
    texts = [s.text for s in answer.sentences] + [row.text for row in answer.dropped]
    looked_at = {tuple(words(text)) for text in texts}
    return tuple(
        each
        for each in told
        if tuple(words(each.text)) in looked_at
        and not (each.kind == ELSEWHERE and each.title in retrieved)
    )


def _tally(pairs: Sequence[tuple[Asked, Told]]) -> Tally:
    """Return how many were shown, with an interval that resamples whole questions."""
    got_through = [_is_shown(told, asked.answer) for asked, told in pairs]
    scores = [Score(float(through)) for through in got_through]
    mean = weighted_mean(scores, [asked.case.id for asked, _ in pairs])
    return Tally(len(pairs), sum(got_through), mean.value, mean.interval)


def _is_shown(told: Told, answer: Answer) -> bool:
    wanted = words(told.text)
    return any(words(sentence.text) == wanted for sentence in answer.sentences)
