"""Runs cases over an assistant, one after the other; what fails is scored as an error."""

import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from assistant.types import Answer, Paper
from eval.cases import Case, unknown_titles
from eval.judge import entails
from eval.metrics import Phi
from eval.scores import Score
from eval.scoring import (
    ANSWER_METRICS,
    RETRIEVAL_DEPTH,
    RETRIEVAL_METRICS,
    failed_scores,
    not_applicable,
    score_answer,
    score_retrieval,
)
from eval.subject import Subject


@dataclass(frozen=True, slots=True)
class CaseResult:
    """What one case gave: its scores, the ranking of titles, the answer and its wall time.

    `answer` and `latency_s` are None if asking failed.
    """

    case: Case
    scores: Mapping[str, Score]
    ranking: tuple[str, ...] = ()
    answer: Answer | None = None
    latency_s: float | None = None

    @property
    def refused(self) -> bool | None:
        """Whether the question was refused; None if asking failed."""
        return None if self.answer is None else self.answer.refused

    @property
    def error(self) -> str | None:
        """The first error among the scores."""
        return next((s.error for s in self.scores.values() if s.error is not None), None)


def run_cases(
    subject: Subject,
    cases: Iterable[Case],
    phi: Phi = entails,
    clock: Callable[[], float] = time.perf_counter,
) -> tuple[CaseResult, ...]:
    """Run every case; an exception ends in an error score, never the run.

    Args:
        subject: the assistant that is measured.
        cases: the cases, in the order in which they run.
        phi: the entailment judgement, independent of the product's own.
        clock: gives seconds; its differences are the latencies.
    """
    papers = {paper.paper_id: paper for paper in subject.library.papers()}
    return tuple(_run_case(subject, case, papers, phi, clock) for case in cases)


def _run_case(
    subject: Subject,
    case: Case,
    papers: Mapping[str, Paper],
    phi: Phi,
    clock: Callable[[], float],
) -> CaseResult:
    if unknown := unknown_titles(case, (paper.title for paper in papers.values())):
        names = ("refused", *RETRIEVAL_METRICS, *ANSWER_METRICS)
        return CaseResult(case, failed_scores(case, names, f"not in this library: {unknown[0]!r}"))
    ranking, retrieval = _search(subject, case)
    answer, latency_s, answering = _ask(subject, case, papers, phi, clock)
    return CaseResult(case, {**retrieval, **answering}, ranking, answer, latency_s)


def _search(subject: Subject, case: Case) -> tuple[tuple[str, ...], dict[str, Score]]:
    """Return the titles found and their scores; what has no answer is not searched for."""
    if not case.answerable:
        return (), not_applicable(RETRIEVAL_METRICS, "unanswerable")
    try:
        hits = subject.search(case.question, RETRIEVAL_DEPTH)
        ranking = tuple(hit.paper.title for hit in hits)
        return ranking, score_retrieval(case, ranking)
    except Exception as error:
        return (), failed_scores(case, RETRIEVAL_METRICS, _describe("search", error))


def _ask(
    subject: Subject,
    case: Case,
    papers: Mapping[str, Paper],
    phi: Phi,
    clock: Callable[[], float],
) -> tuple[Answer | None, float | None, dict[str, Score]]:
    began = clock()
    try:
        answer = subject.ask(case.question)
    except Exception as error:
        failed = failed_scores(case, ("refused", *ANSWER_METRICS), _describe("ask", error))
        return None, None, failed
    latency_s = clock() - began
    refused = {"refused": Score(float(answer.refused))}
    try:
        return answer, latency_s, refused | score_answer(case, answer, papers, phi)
    except ValueError as error:
        failed = failed_scores(case, ANSWER_METRICS, _describe("scoring", error))
        return answer, latency_s, refused | failed


def _describe(step: str, error: Exception) -> str:
    return f"{step}: {type(error).__name__}: {error}"
