"""Runs questions, one after the other; what fails is scored as an error, and the run goes on."""

import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import partial

from assistant.errors import AssistantError, RecordingMissingError
from assistant.types import Answer, Paper
from eval.cases import Case, Key
from eval.diversity import embed_once
from eval.jobs import Job
from eval.judge import entails
from eval.lint import unknown_titles
from eval.metrics import Phi
from eval.results import Result
from eval.scores import Score
from eval.scoring import (
    ANSWER_METRICS,
    REFUSAL_METRICS,
    RETRIEVAL_DEPTH,
    RETRIEVAL_METRICS,
    Judge,
    failed_scores,
    not_applicable,
    score_answer,
    score_coverage,
    score_refusal,
    score_retrieval,
)
from eval.subject import Subject

Clock = Callable[[], float]
"""Gives seconds; its differences are the latencies."""


@dataclass(frozen=True, slots=True)
class Judged:
    """An answer, the time that it took, and its scores; no answer if asking failed."""

    answer: Answer | None
    latency_s: float | None
    scores: Mapping[str, Score] = field(default_factory=dict)


ASKED, SEARCHED = "asked", "searched"
BOTH = frozenset({ASKED, SEARCHED})
"""What may be done with a question."""


def case_jobs(
    subject: Subject,
    cases: Iterable[Case],
    phi: Phi = entails,
    clock: Clock = time.perf_counter,
    steps: Collection[str] = BOTH,
) -> Iterator[Job]:
    """Yield a job a case; an exception ends in an error score.

    Args:
        subject: the assistant that is measured.
        cases: the cases, in the order in which they run.
        phi: the entailment judgement, independent of the product's own.
        clock: gives seconds.
        steps: which of `BOTH` is done; what is not done is not scored.
    """
    judge = judge_over(subject, phi)
    for case in cases:
        yield Job(case.id, partial(_run_case, subject, case, judge, clock, steps))


def judge_over(subject: Subject, phi: Phi) -> Judge:
    """Return what judges answers from the subject's library, with the embedder of that library."""
    library = subject.library
    papers = {paper.paper_id: paper for paper in library.papers()}
    return Judge(papers, phi, embed_once(library.embedder.embed))


def judge_answer(ask: Callable[[], Answer], key: Key, judge: Judge, clock: Clock) -> Judged:
    """Ask, and score the answer by what is known of the question."""
    began = clock()
    try:
        answer = ask()
    except RecordingMissingError:  # no case can be measured without: the run ends
        raise
    except Exception as error:
        names = (*REFUSAL_METRICS, *ANSWER_METRICS)
        return Judged(None, None, failed_scores(key, names, describe("ask", error)))
    latency_s = clock() - began
    refusing = score_refusal(key, answer.refused)
    try:
        return Judged(answer, latency_s, refusing | score_answer(key, answer, judge))
    except (ValueError, AssistantError) as error:
        failed = failed_scores(key, ANSWER_METRICS, describe("scoring", error))
        covered = score_coverage(key, answer.refused)
        return Judged(answer, latency_s, refusing | failed | covered)


def describe(step: str, error: Exception) -> str:
    """Say in one line what failed, and where."""
    return f"{step}: {type(error).__name__}: {error}"


def foreign_title(key: Key, papers: Mapping[str, Paper]) -> str | None:
    """Say that a title of the key is not in the library; None if all are."""
    titles = (*key.papers, *key.may, *(passage.title for passage in key.evidence))
    unknown = unknown_titles(titles, (paper.title for paper in papers.values()))
    return f"not in this library: {unknown[0]!r}" if unknown else None


def _run_case(
    subject: Subject, case: Case, judge: Judge, clock: Clock, steps: Collection[str]
) -> tuple[Result]:
    searched, asked = SEARCHED in steps, ASKED in steps
    if foreign := foreign_title(case, judge.papers):
        names = (
            *(RETRIEVAL_METRICS if searched else ()),
            *((*REFUSAL_METRICS, *ANSWER_METRICS) if asked else ()),
        )
        return (_result(case, (), Judged(None, None, failed_scores(case, names, foreign))),)
    ranking, scores = _search(subject, case, judge) if searched else ((), {})
    judged = Judged(None, None)
    if asked:
        judged = judge_answer(lambda: subject.ask(case.question), case, judge, clock)
    found = replace(judged, scores={**scores, **judged.scores})
    return (_result(case, ranking, found),)


def _result(case: Case, ranking: tuple[str, ...], judged: Judged) -> Result:
    return Result(
        id=case.id,
        kind=case.kind,
        split=case.split,
        cluster=next(iter(case.papers), case.id),
        asked=case.question,
        scores=judged.scores,
        answerable=case.answerable,
        ranking=ranking,
        answer=judged.answer,
        latency_s=judged.latency_s,
    )


def _search(subject: Subject, case: Case, judge: Judge) -> tuple[tuple[str, ...], dict[str, Score]]:
    """Return the titles found and their scores; what has no answer is not searched for."""
    if not case.answerable:
        return (), not_applicable(RETRIEVAL_METRICS, "unanswerable")
    try:
        hits = subject.search(case.question, RETRIEVAL_DEPTH)
        ranking = tuple(hit.paper.title for hit in hits)
        return ranking, score_retrieval(case, hits, judge)
    except Exception as error:
        return (), failed_scores(case, RETRIEVAL_METRICS, describe("search", error))
