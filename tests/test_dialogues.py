from dataclasses import dataclass, field, replace

import pytest
from scripted_subject import (
    CLOUD,
    DRIFT,
    MEDIAN,
    STEEL,
    ScriptedSubject,
    quoting,
    refusal,
)

from eval.cases import Dialogue, Quote, Turn
from eval.dialogues import FOLLOW_UP_METRICS, about_nth, dialogue_jobs
from eval.jobs import run_all
from eval.scores import Score

FIRST = Turn(
    question="How exact are old clocks?",
    standalone="How exact are old clocks?",
    leans="nothing",
    kind="multi",
    gold=("Quartz Drift", "Sundials under Cloud"),
    facts=(("3 seconds",), ("20 minutes",)),
)
PRONOUN = Turn(
    question="What helps them?",
    standalone="What makes quartz clocks drift less?",
    leans="pronoun",
    kind="single",
    gold=("Quartz Drift",),
    facts=(("steel",),),
)
ORDINAL = Turn(
    question="And the second one?",
    standalone="How far off are they?",
    leans="ordinal",
    nth=2,
    kind="multi",
    gold=("Quartz Drift", "Sundials under Cloud"),
    evidence=(Quote("Quartz Drift", MEDIAN), Quote("Sundials under Cloud", CLOUD.abstract)),
    facts=(("3 seconds",), ("20 minutes",)),
)
THANKS = Turn(
    question="Thanks!", standalone="Thanks!", leans="topic_change", kind="off_topic", note="polite"
)
BOTH = quoting((DRIFT, MEDIAN), (CLOUD, CLOUD.abstract))


def dialogue(*turns):
    return Dialogue(id="c1", turns=turns, split="dev")


@dataclass
class Talker(ScriptedSubject):
    """Notes which questions each conversation was asked."""

    talks: list[list[str]] = field(default_factory=list)

    def conversation(self):
        self.talks.append([])
        return self

    def ask(self, question, engine=None):
        self.talks[-1].append(question)
        return super().ask(question)


def run(*turns, **answers):
    """Have one conversation; `answers` are those of the turns one, two and three."""
    numbered = dict(zip(("one", "two", "three"), turns, strict=False))
    given = {numbered[number].question: answer for number, answer in answers.items()}
    subject = Talker({FIRST.question: BOTH} | given)
    return subject, run_all(dialogue_jobs(subject, [dialogue(*turns)]))


def test_each_turn_after_the_first_is_scored_in_one_conversation():
    subject, results = run(FIRST, PRONOUN, THANKS, two=quoting((DRIFT, STEEL)), three=refusal())
    assert subject.talks == [[FIRST.question, PRONOUN.question, THANKS.question]]
    assert [(r.id, r.kind, r.cluster) for r in results] == [
        ("c1.2", "follow_up", "Quartz Drift"),
        ("c1.3", "follow_up", "Quartz Drift"),
    ]
    pronoun, thanks = (r.scores for r in results)
    assert set(pronoun) == set(FOLLOW_UP_METRICS)
    assert pronoun["follow_up_fact_recall"] == Score(1.0)
    assert pronoun["follow_up_coverage"] == Score(1.0)
    assert pronoun["follow_up_refusal_recall"] == Score(not_applicable="answerable")
    assert thanks["follow_up_refusal_recall"] == Score(1.0)
    assert thanks["follow_up_coverage"] == Score(not_applicable="unanswerable")


def test_a_follow_up_that_misses_the_point_is_wrong():
    _, (result,) = run(FIRST, PRONOUN, two=quoting((CLOUD, CLOUD.abstract)))
    assert result.scores["follow_up_wrong_answer_rate"] == Score(1.0)
    assert result.scores["follow_up_paper_citation_recall"] == Score(0.0)


def test_the_nth_paper_is_the_nth_that_was_cited():
    narrowed = about_nth(ORDINAL, BOTH)
    assert narrowed.gold == ("Sundials under Cloud",)
    assert narrowed.facts == (("20 minutes",),)
    turned = about_nth(ORDINAL, quoting((CLOUD, CLOUD.abstract), (DRIFT, MEDIAN)))
    assert turned.gold == ("Quartz Drift",)
    assert turned.facts == (("3 seconds",),)
    assert about_nth(PRONOUN, BOTH) is PRONOUN


@pytest.mark.parametrize("before", [None, refusal(), quoting((DRIFT, MEDIAN), (DRIFT, STEEL))])
def test_without_an_nth_paper_the_turn_is_asked_but_not_scored(before):
    assert about_nth(ORDINAL, before) is None
    subject, (result,) = run(FIRST, ORDINAL, one=before or RuntimeError("gone"))
    assert subject.talks == [[FIRST.question, ORDINAL.question]]
    assert result.scores["follow_up_fact_recall"] == Score(
        not_applicable="the answer before cites no paper 2 that the key knows"
    )


def test_a_turn_that_raises_is_an_error_and_a_foreign_library_too():
    _, (result,) = run(FIRST, PRONOUN, two=RuntimeError("gone"))
    assert result.scores["follow_up_fact_recall"] == Score(error="ask: RuntimeError: gone")
    foreign = replace(PRONOUN, gold=("Nowhere",))
    _, (result,) = run(FIRST, foreign, two=BOTH)
    assert result.error == "not in this library: 'Nowhere'"
