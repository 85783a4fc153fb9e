"""Drafts that a model once wrote, put through today's retrieval, parsing and checks."""

import time
from collections.abc import Iterable, Iterator
from functools import partial
from typing import Protocol

from assistant.types import Answer
from eval.cases import Recording
from eval.jobs import Job
from eval.judge import entails
from eval.metrics import Phi
from eval.results import Result
from eval.runner import Clock, Judged, foreign_title, judge_answer, judge_over
from eval.scoring import ANSWER_METRICS, REFUSAL_METRICS, Judge, failed_scores
from eval.subject import Subject

REPLAYED = "replayed"
_SCORED = (
    *("coverage", "citation_recall", "citation_recall_reworded", "invalid_citation_rate"),
    *("fact_recall", "paper_citation_precision", "wrong_answer_rate", "refusal_recall"),
)
REPLAY_METRICS = tuple(f"replay_{name}" for name in _SCORED)


class ReplaySubject(Subject, Protocol):
    """A subject whose model can be played."""

    def ask_with_draft(self, question: str, draft: str) -> Answer:
        """Answer with a model that writes `draft`."""
        ...


def replay_jobs(
    subject: ReplaySubject,
    recordings: Iterable[Recording],
    phi: Phi = entails,
    clock: Clock = time.perf_counter,
) -> Iterator[Job]:
    """Yield a job a recording; no model is called.

    Args:
        subject: the assistant that is measured, over a copy of its library.
        recordings: what was asked, and what a model wrote.
        phi: the entailment judgement, independent of the product's own.
        clock: gives seconds.
    """
    judge = judge_over(subject, phi)
    for recording in recordings:
        yield Job(recording.id, partial(_run, subject, recording, judge, clock))


def _run(subject: ReplaySubject, recording: Recording, judge: Judge, clock: Clock) -> tuple[Result]:
    judged = _judged(subject, recording, judge, clock)
    result = Result(
        id=recording.id,
        kind=REPLAYED,
        split=recording.split,
        cluster=next(iter(recording.papers), recording.id),
        asked=recording.question,
        scores={f"replay_{name}": judged.scores[name] for name in _SCORED},
        answerable=recording.answerable,
        answer=judged.answer,
        latency_s=judged.latency_s,
    )
    return (result,)


def _judged(subject: ReplaySubject, recording: Recording, judge: Judge, clock: Clock) -> Judged:
    if foreign := foreign_title(recording, judge.papers):
        names = (*REFUSAL_METRICS, *ANSWER_METRICS)
        return Judged(None, None, failed_scores(recording, names, foreign))
    question, draft = recording.question, recording.draft
    return judge_answer(lambda: subject.ask_with_draft(question, draft), recording, judge, clock)
