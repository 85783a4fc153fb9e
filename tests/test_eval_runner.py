import ast
import itertools
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from scripted_subject import (
    CASES,
    CLOUD,
    DRIFT,
    MEDIAN,
    MULTI,
    OFF_TOPIC,
    SINGLE,
    STEEL,
    answer,
    cite,
    perfect_subject,
    quoting,
    refusal,
    scores_of,
)

from assistant.errors import ProviderError
from eval.diversity import EVIDENCE_METRICS, RETRIEVED_METRIC
from eval.jobs import run_all
from eval.parts import PART_OF
from eval.runner import case_jobs
from eval.scores import Score
from eval.summary import METRICS, Settings, summarise

EVAL = Path(__file__).parent.parent / "eval"
OF_CASES = {"retrieval", "answers", "refusal"}
SETTINGS = Settings("f1n9e8", 3, "extractive", "minilm", "judge", "golden", "abc", "0")


def overall_of(subject, cases=CASES):
    return {
        name: row.value
        for name, row in summarise(run_all(case_jobs(subject, cases)), SETTINGS).overall.items()
    }


# What is measured


def test_a_perfect_run_has_perfect_numbers():
    overall = overall_of(perfect_subject())
    least = ("invalid_citation_rate", "attributed_share", "wrong_answer_rate")
    diversity = (*EVIDENCE_METRICS, RETRIEVED_METRIC)
    times = ("latency_p50_s", "latency_p95_s")
    elsewhere = [name for name, part in PART_OF.items() if part not in OF_CASES]
    not_shares = ("citation_recall_reworded", "answer_words", "mrr_at_10")
    others = (*least, *not_shares, *diversity, *times, *elsewhere)
    assert [overall[name] for name in least] == [0.0, 0.0, 0.0]
    assert overall["citation_recall_reworded"] is None  # only quotations were shown
    assert overall["answer_words"] == pytest.approx((6 + 15) / 2)
    rest = {name: overall[name] for name in METRICS if name not in others}
    recall_at_1 = rest.pop("recall_at_1")
    assert recall_at_1 == 0.75  # one of two gold papers fits the first rank
    assert set(rest.values()) == {1.0}, rest


def test_retrieval_is_searched_ten_deep_for_answerable_cases_alone():
    subject = perfect_subject()
    run_all(case_jobs(subject, CASES))
    assert subject.searched == [(SINGLE.question, 10), (MULTI.question, 10)]


def test_refusals_are_told_apart_by_kind():
    subject = perfect_subject(n1=quoting((DRIFT, MEDIAN)), s1=refusal())
    overall = overall_of(subject)
    assert overall["refusal_recall_near_miss"] == 0.0
    assert overall["refusal_recall_off_topic"] == 1.0
    assert overall["refusal_recall"] == 0.5
    assert overall["refusal_precision"] == 0.5
    assert overall["refusal_f1"] == 0.5
    assert overall["coverage"] == 0.5


# What fails


def test_an_ask_that_raises_is_an_error_and_the_run_goes_on():
    subject = perfect_subject(m1=ProviderError("server gone"))
    results = run_all(case_jobs(subject, CASES))
    assert [r.id for r in results] == ["s1", "m1", "n1", "o1"]
    assert results[1].scores["fact_recall"] == Score(error="ask: ProviderError: server gone")
    assert results[1].scores["recall_at_5"] == Score(1.0)
    summary = summarise(results, SETTINGS)
    assert summary.failed == ("m1: ask: ProviderError",)
    row = summary.overall["fact_recall"]
    assert (row.value, row.measured, row.not_applicable, row.errors) == (1.0, 1, 2, 1)
    assert summary.overall["latency_p50_s"].errors == 1
    assert summary.overall["refusal_recall"].value == 1.0


def test_a_search_that_raises_spares_the_answer():
    subject = perfect_subject()
    subject.found[SINGLE.question] = RuntimeError("index gone")
    result = run_all(case_jobs(subject, [SINGLE]))[0]
    assert result.scores["ndcg_at_10"] == Score(error="search: RuntimeError: index gone")
    assert result.scores["fact_recall"] == Score(1.0)


def test_sentence_offsets_that_lie_are_an_error():
    good = quoting((DRIFT, MEDIAN))
    shifted = replace(good.sentences[0], start=1, end=1 + len(MEDIAN))
    scores = scores_of(SINGLE, replace(good, sentences=(shifted,)))
    assert "its offsets show" in scores["citation_recall"].error


def test_a_case_about_papers_that_the_library_lacks_is_an_error():
    foreign = replace(SINGLE, gold=("Nowhere",))
    scores = scores_of(foreign, quoting((DRIFT, MEDIAN)))
    assert scores["ndcg_at_10"] == Score(error="not in this library: 'Nowhere'")


def test_an_error_does_not_hide_that_a_metric_never_applied():
    scores = scores_of(OFF_TOPIC, RuntimeError("broke"))
    assert scores["fact_recall"] == Score(not_applicable="unanswerable")
    assert scores["refusal_recall"] == Score(error="ask: RuntimeError: broke")


# How it is aggregated


def test_latency_is_the_time_of_asking():
    # Four asks that take 1, 2, 4 and 8 seconds.
    ticks = itertools.accumulate([0, 1, 0, 2, 0, 4, 0, 8])
    results = run_all(case_jobs(perfect_subject(), CASES, clock=lambda: next(ticks)))
    assert [r.latency_s for r in results] == [1, 2, 4, 8]
    overall = summarise(results, SETTINGS).overall
    assert (overall["latency_p50_s"].value, overall["latency_p95_s"].value) == (2, 8)


def test_splits_and_kinds_are_apart():
    groups = summarise(run_all(case_jobs(perfect_subject(s1=refusal()), CASES)), SETTINGS).groups
    assert groups["all"]["coverage"].value == 0.5
    assert (groups["dev"]["coverage"].value, groups["test"]["coverage"].value) == (0.0, 1.0)
    assert groups["multi"]["coverage"].value == 1.0
    assert groups["near_miss"]["coverage"].value is None
    assert groups["off_topic"]["refusal_recall"].value == 1.0


@pytest.mark.parametrize("faults", [{}, {"s1": RuntimeError("gone")}, {"o1": quoting()}])
def test_every_metric_of_questions_counts_each_and_has_a_value_or_a_reason(faults):
    groups = summarise(run_all(case_jobs(perfect_subject(**faults), CASES)), SETTINGS).groups
    for group, size in {"all": 4, "dev": 2, "test": 2, "multi": 1, "off_topic": 1}.items():
        for name, row in groups[group].items():
            counted = row.measured + row.not_applicable + row.errors
            is_of_questions = PART_OF.get(name, "answers") in OF_CASES
            assert counted == (size if is_of_questions else 0), (group, name, row)
            assert (row.value is None) == (row.measured == 0), (group, name, row)
            assert (row.value is None) == (row.reason is not None), (group, name, row)


def test_rates_of_citations_are_over_citations_not_over_cases():
    # 1 invalid use of 1 in one case, 0 of 3 in the other: 1/4, not 1/2.
    bad = answer((MEDIAN, (replace(cite(DRIFT, MEDIAN), paper_id="p9"),)))
    three = quoting((DRIFT, MEDIAN), (CLOUD, CLOUD.abstract), (DRIFT, STEEL))
    overall = overall_of(perfect_subject(s1=bad, m1=three))
    assert overall["invalid_citation_rate"] == 0.25


def test_what_the_summary_says_is_the_same_on_a_second_run_but_for_times():
    def run():
        summary = summarise(run_all(case_jobs(perfect_subject(), CASES)), SETTINGS).to_dict()
        assert set(summary.pop("times")["all"]) == {"latency_p50_s", "latency_p95_s"}
        return summary

    assert run() == run()


def test_the_engine_that_answered_is_counted_not_the_chosen_one():
    fallback = replace(quoting((DRIFT, MEDIAN)), engine="openai")
    summary = summarise(run_all(case_jobs(perfect_subject(s1=fallback), CASES)), SETTINGS)
    assert summary.answered_by == {"extractive": 1, "openai": 1}


# Independence


def imported_names(path):
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


ITS_BENCHES = {
    "claims_bench.py",
    "gate_rows.py",
    "perturbed.py",
    "verifier_bench.py",
    "verifier_pairs.py",
    "auto.py",
}
"""What tests the verifier, or fits by its sources; what judges answers may not lean on these."""


def test_the_evaluation_never_imports_the_verifier_that_it_judges():
    fitting = {
        "gate_bench.py",
        "gate_fit.py",
        "gate_report.py",
        "checker_fit_bench.py",
        "gate_reading.py",
    }
    apart = {*ITS_BENCHES, *fitting, "bench_command.py", "parts.py", "auto_run.py", "summary.py"}
    others = [p for p in EVAL.rglob("*.py") if p.name not in apart]
    names = {name for path in others for name in imported_names(path)}
    assert "assistant.types.Answer" in names  # the walk sees imports
    # verify is the verifier under its public name
    benches = tuple(f"eval.{name.removesuffix('py')}" for name in ITS_BENCHES)
    banned = ("assistant.grounding", "assistant.verify", *benches)
    assert [name for name in names if name.startswith(banned)] == []


def test_importing_the_evaluation_loads_neither_the_verifier_nor_anything_heavy():
    banned = "{'assistant.grounding', 'chromadb', 'gradio', 'llama_index', 'onnxruntime', 'openai'}"
    code = f"import sys, eval.command; print(sorted({banned} & set(sys.modules)))"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=EVAL.parent, capture_output=True, text=True, check=True
    )
    assert done.stdout == "[]\n"
