"""A model as a second judge: its word counts with a quotation, and it is judged itself."""

import pytest
from scripted_model import ScriptedModel
from scripted_subject import (
    CLOUD,
    DRIFT,
    FALSE,
    MEDIAN,
    SINGLE,
    TRUE,
    perfect_subject,
    quoting,
    refusal,
)

from assistant.errors import ProviderError
from eval.jobs import run_all
from eval.judging import HAND_METRIC, judge_results, labelled
from eval.runner import case_jobs
from eval.suite import Suite


def judged(said, given=None, suite=None, tmp=None):
    subject = perfect_subject(s1=given or quoting((DRIFT, MEDIAN), (CLOUD, CLOUD.abstract)))
    results = run_all(case_jobs(subject, [SINGLE]))
    suite = suite or Suite(folder=tmp, paraphrases=(TRUE,), falsehoods=(FALSE,))
    found = judge_results(results, suite, subject, ScriptedModel([said]))
    return {result.id: result.scores for result in found}


def test_a_judge_is_counted_only_with_the_words_that_decide(tmp_path):
    scores = judged(f"SUPPORTED\n{MEDIAN}", tmp=tmp_path)["s1!judge"]
    assert scores["judge_citation_recall"].value == 0.5  # the other passage has not these words
    assert scores["judge_agreement"].value == 0.5  # both are quotations
    assert scores["judge_citation_recall"].weight == 2


def test_agreement_with_hand_labels_is_measured(tmp_path):
    yes = judged(f"SUPPORTED\n{MEDIAN}", tmp=tmp_path)
    assert [yes[f"{row}!judge"][HAND_METRIC].value for row in ("p1", "f1")] == [1.0, 0.0]
    no = judged("NOT STATED", tmp=tmp_path)
    assert [no[f"{row}!judge"][HAND_METRIC].value for row in ("p1", "f1")] == [0.0, 1.0]


def test_a_judge_that_fails_is_an_error_and_no_verdict(tmp_path):
    scores = judged(ProviderError("gone"), tmp=tmp_path)
    assert "gone" in scores["s1!judge"]["judge_agreement"].error
    assert "gone" in scores["p1!judge"][HAND_METRIC].error


def test_a_refusal_is_not_judged(tmp_path):
    assert "s1!judge" not in judged("NOT STATED", given=refusal(), tmp=tmp_path)


@pytest.mark.parametrize(("count", "drawn"), [(3, 3), (150, 100)])
def test_a_hundred_labelled_statements_are_drawn_at_most(tmp_path, count, drawn):
    from dataclasses import replace

    suite = Suite(
        folder=tmp_path, paraphrases=tuple(replace(TRUE, id=f"p{n}") for n in range(count))
    )
    assert len(labelled(suite)) == drawn
    assert labelled(suite) == labelled(suite)
