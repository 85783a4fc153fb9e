"""Runs for the tests of reports: plain ones, and one whose every text is hostile."""

from dataclasses import replace

from scripted_subject import (
    CASES,
    CLOUD,
    DRIFT,
    MEDIAN,
    answer,
    cite,
    perfect_subject,
)

from assistant.types import Citation, DroppedSentence, Label
from eval.baseline import Baseline
from eval.gate import Threshold
from eval.jobs import run_all
from eval.results import Result
from eval.runner import case_jobs
from eval.scores import Score
from eval.suite_run import Run, judge_run
from eval.summary import Settings

SETTINGS = Settings("f1n9e8", 3, "extractive", "minilm", "judge", "golden", "abc", "0")
FLOORS = (
    Threshold("recall_at_5", least=0.8),
    Threshold("fact_recall", least=0.9),
    Threshold("invalid_citation_rate", most=0.0),
)
HOSTILE = "</script><script>alert(1)</script><img src=x onerror=alert(2)> | `x` \"'&amp;\x00\x1b"


def results_of(**answers) -> list[Result]:
    """The results of the four scripted cases, as rows of a suite have them."""
    found = run_all(case_jobs(perfect_subject(**answers), CASES))
    return [replace(result, row=f"row of {result.id}") for result in found]


def run_of(*thresholds, baseline=None, **answers) -> Run:
    return judge_run(results_of(**answers), SETTINGS, thresholds or FLOORS, baseline)


def baseline_of(results, **values) -> Baseline:
    """The same results as an earlier run, but for metrics that had another value there."""
    scores = {
        result.id: {
            name: replace(score, value=values[name])
            if name in values and score.value is not None
            else score
            for name, score in result.scores.items()
        }
        for result in results
    }
    return Baseline("before.jsonl", scores, {result.id: result.row for result in results})


def hostile_run(text: str = HOSTILE) -> Run:
    """A run in which all that a case, a paper or a model can write is `text`."""
    said = replace(
        answer((text, (cite(DRIFT, MEDIAN),)), label=Label.ATTRIBUTED),
        text=text,
        reason=text,
        model=text,
        failure=text,
        citations=(Citation(1, "p1", text, text, 0, len(text)),),
        dropped=(DroppedSentence(text, Label.UNSUPPORTED, (text,)),),
        retrieved=tuple(replace(each, title=text) for each in answer((text, ())).retrieved),
    )
    sentence = replace(said.sentences[0], reasons=(text,))
    said = replace(said, sentences=(sentence,))
    scores = {
        "fact_recall": Score(0.5),
        "coverage": Score(error=text),
        "citation_recall": Score(not_applicable=text),
        "forbidden_effect_rate": Score(1.0),
    }
    results = [
        Result(text, text, "dev", text, text, scores, True, (text,), said, 0.1, text),
        Result("s9", "single", "test", text, text, scores, True, (text,), said, 0.1, text),
    ]
    return judge_run(results, replace(SETTINGS, suite=text, engine=text), FLOORS)


SEALED = ("How exact are old clocks?", "How many atoms drift?", CLOUD.abstract)
"""What only the test cases of the scripted run ask and quote."""
