"""Runs conversations: what is scored are the turns that lean on those before them."""

import time
from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import partial

from assistant.types import Answer
from eval.cases import Dialogue, Turn
from eval.jobs import Job
from eval.judge import entails
from eval.metrics import Phi, states
from eval.results import Result
from eval.runner import Clock, Judged, describe, foreign_title, judge_answer, judge_over
from eval.scores import Score
from eval.scoring import ANSWER_METRICS, REFUSAL_METRICS, Judge, failed_scores, not_applicable
from eval.subject import Subject, SubjectConversation

FOLLOW_UP = "follow_up"
_SCORED = (
    *("coverage", "fact_recall", "paper_citation_precision", "paper_citation_recall"),
    *("wrong_answer_rate", "refusal_recall"),
)
FOLLOW_UP_METRICS = tuple(f"{FOLLOW_UP}_{name}" for name in _SCORED)


def dialogue_jobs(
    subject: Subject,
    dialogues: Iterable[Dialogue],
    phi: Phi = entails,
    clock: Clock = time.perf_counter,
) -> Iterator[Job]:
    """Yield a job a conversation; each turn after the first gives a result.

    Args:
        subject: the assistant that is measured; its library keeps the conversations.
        dialogues: the conversations, in the order in which they run.
        phi: the entailment judgement, independent of the product's own.
        clock: gives seconds.
    """
    judge = judge_over(subject, phi)
    for each in dialogues:
        yield Job(each.id, partial(_run_dialogue, subject, each, judge, clock))


def about_nth(turn: Turn, before: Answer | None) -> Turn | None:
    """Return the turn with its gold narrowed to the nth paper that the answer before cites.

    Facts that another paper's evidence carries go with that paper. None if that answer
    cites no nth paper, or one that the key doesn't know.
    """
    if turn.nth is None:
        return turn
    cited = list(dict.fromkeys(c.title for c in before.citations)) if before else []
    if len(cited) < turn.nth or cited[turn.nth - 1] not in turn.gold:
        return None
    title = cited[turn.nth - 1]
    evidence = tuple(passage for passage in turn.evidence if passage.title == title)
    facts = tuple(
        fact
        for fact in turn.facts
        if any(states(passage.quote, wording) for wording in fact for passage in evidence)
    )
    return replace(turn, kind="single", gold=(title,), evidence=evidence, facts=facts)


def _run_dialogue(
    subject: Subject, dialogue: Dialogue, judge: Judge, clock: Clock
) -> tuple[Result, ...]:
    results = []
    talk = subject.conversation()
    before: Answer | None = None
    for number, turn in enumerate(dialogue.turns, 1):
        judged = _run_turn(talk, turn, before, judge, clock)
        before = judged.answer
        if number > 1:
            results.append(_result(dialogue, number, turn, judged))
    return tuple(results)


def _result(dialogue: Dialogue, number: int, turn: Turn, judged: Judged) -> Result:
    return Result(
        id=f"{dialogue.id}.{number}",
        kind=FOLLOW_UP,
        split=dialogue.split,
        cluster=next(iter(dialogue.papers), dialogue.id),
        asked=turn.question,
        scores={f"{FOLLOW_UP}_{name}": judged.scores[name] for name in _SCORED},
        answerable=turn.answerable,
        answer=judged.answer,
        latency_s=judged.latency_s,
    )


def _run_turn(
    talk: SubjectConversation,
    turn: Turn,
    before: Answer | None,
    judge: Judge,
    clock: Clock,
) -> Judged:
    if foreign := foreign_title(turn, judge.papers):
        return Judged(None, None, failed_scores(turn, (*REFUSAL_METRICS, *ANSWER_METRICS), foreign))
    meant = about_nth(turn, before)
    if meant is not None:
        return judge_answer(lambda: talk.ask(turn.question), meant, judge, clock)
    reason = f"the answer before cites no paper {turn.nth} that the key knows"
    scores: dict[str, Score] = not_applicable((*REFUSAL_METRICS, *ANSWER_METRICS), reason)
    try:
        return Judged(talk.ask(turn.question), None, scores)
    except Exception as error:
        return Judged(None, None, failed_scores(turn, scores, describe("ask", error)))
