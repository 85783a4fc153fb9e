"""A model as a second judge of citations, beside the evaluation's own rule: ``--judge ENGINE``.

Its prompt is fixed (``prompts/judge.md``), and its word counts only with a quotation of the
passage that decides. How far it agrees with the rule, and with sentences that were labelled by
hand, is measured in the same run: a judge is no better than that.
"""

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from statistics import fmean
from typing import TYPE_CHECKING

from assistant.entailment import ModelJudge
from assistant.llm import ChatModel
from assistant.types import Evidence, Label, Paper
from eval.cases import Falsehood, Paraphrase
from eval.judge import entails
from eval.metrics import CitedSentence
from eval.reading import AnswerReading, read_answer
from eval.results import Result
from eval.runner import describe
from eval.scores import Score
from eval.suite import Suite

if TYPE_CHECKING:
    from assistant.ask import Assistant

JUDGE = "judge"
RULE_METRICS = ("judge_citation_recall", "judge_agreement")
HAND_METRIC = "judge_hand_agreement"
JUDGE_METRICS = (*RULE_METRICS, HAND_METRIC)
HAND_LABELLED = 100
_SEED = 11
_SKIPPED = "judge: skipped"


class JudgeFailedError(Exception):
    """The model behind the judge failed."""


def judge_results(
    results: Sequence[Result], suite: Suite, assistant: "Assistant", model: ChatModel
) -> tuple[Result, ...]:
    """Return further results: what the judge makes of each answer, and of labelled statements.

    Args:
        results: those of a run.
        suite: its paraphrases are true of their sources, its false sentences not.
        assistant: the one that answered.
        model: what judges.
    """
    judge = ModelJudge(lambda: model)
    papers = {paper.paper_id: paper for paper in assistant.library.papers()}
    return (
        *_of_answers(results, papers, judge),
        *(_of_statement(statement, judge) for statement in labelled(suite)),
    )


def labelled(suite: Suite) -> list[Paraphrase | Falsehood]:
    """Return up to a hundred statements that were labelled by hand, drawn by a fixed seed."""
    statements: list[Paraphrase | Falsehood] = [*suite.paraphrases, *suite.falsehoods]
    return random.Random(_SEED).sample(statements, min(HAND_LABELLED, len(statements)))


def _of_answers(
    results: Sequence[Result], papers: Mapping[str, Paper], judge: ModelJudge
) -> Iterator[Result]:
    for result in results:
        if result.answer is None or result.answer.refused:
            continue
        try:
            reading = read_answer(result.answer, papers)
            said = [(_carried(claim, reading, judge), claim) for claim in reading.claims]
            scores = _scores(said, reading)
        except Exception as error:
            scores = dict.fromkeys(RULE_METRICS, Score(error=describe("judge", error)))
        yield replace(
            result,
            id=f"{result.id}!{JUDGE}",
            scores=scores,
            answerable=None,
            answer=None,
            latency_s=None,
        )


def _scores(said: Sequence[tuple[bool, CitedSentence]], reading: AnswerReading) -> dict[str, Score]:
    if not said:
        return dict.fromkeys(RULE_METRICS, Score(not_applicable="no claim"))
    agree = [carried == entails(_premise(claim, reading), claim.text) for carried, claim in said]
    return {
        "judge_citation_recall": Score(fmean(c for c, _ in said), weight=len(said)),
        "judge_agreement": Score(fmean(agree), weight=len(said)),
    }


def _of_statement(statement: Paraphrase | Falsehood, judge: ModelJudge) -> Result:
    true = isinstance(statement, Paraphrase)
    try:
        says = _supports(judge, statement.title, statement.source, statement.text)
        score = Score(float(says == true))
    except Exception as error:
        score = Score(error=describe("judge", error))
    return Result(
        id=f"{statement.id}!{JUDGE}",
        kind="paraphrase" if true else "falsehood",
        split=statement.split,
        cluster=statement.title,
        asked=statement.text,
        scores={HAND_METRIC: score},
    )


def _carried(claim: CitedSentence, reading: AnswerReading, judge: ModelJudge) -> bool:
    premise = _premise(claim, reading)
    title = next((reading.sources[i] for i in claim.cited if i in reading.sources), "")
    return bool(premise) and _supports(judge, title, premise, claim.text)


def _premise(claim: CitedSentence, reading: AnswerReading) -> str:
    return "\n".join(reading.premises[i] for i in claim.cited if i in reading.premises)


def _supports(judge: ModelJudge, title: str, passage: str, claim: str) -> bool:
    """Whether the judge says that a passage says a claim.

    Raises:
        JudgeFailedError: its model failed.
    """
    evidence = Evidence(Paper("", title, passage), 0, len(passage), 1.0)
    opinion = judge.opinion(claim, evidence)
    if opinion.reason.startswith(_SKIPPED):
        raise JudgeFailedError(opinion.reason)
    return opinion.label is Label.SUPPORTED
