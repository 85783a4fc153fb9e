import argparse
import json
from contextlib import nullcontext
from dataclasses import replace

import pytest
from scripted_subject import (
    CASES,
    CLOUD,
    DRIFT,
    MEDIAN,
    OFF_TOPIC,
    ScriptedSubject,
    answer,
    cite,
    perfect_subject,
    quoting,
    refusal,
)
from tiny_suite import FLOORS, write_suite

from assistant.errors import UsageError
from assistant.types import Label
from eval.bench import Call
from eval.command import add_arguments, run
from eval.gate import Threshold, Verdict, judge_summary, load_thresholds
from eval.jobs import run_all
from eval.result_rows import results_jsonl
from eval.runner import case_jobs
from eval.suite import SHIPPED, THRESHOLDS, broken_seals, load_suite
from eval.summary import METRICS, Settings, summarise

INVENTED = answer((MEDIAN, (replace(cite(DRIFT, MEDIAN), paper_id="p9"),)))
CASE_OF = {case.id: case for case in CASES}
SETTINGS = Settings("f1n9e8", 3, "extractive", "minilm", "judge", "golden", "abc", "0")


def judged(subject, *thresholds, cases=CASES):
    results = run_all(case_jobs(subject, cases))
    return judge_summary(summarise(results, SETTINGS), thresholds, results=results)


def evaluate(tmp_path, subject, *options, cases=CASES, floors=FLOORS):
    """Run a suite as the command line does; return the exit code and the output."""
    suite = write_suite(tmp_path / "mine", cases, floors)
    parser = argparse.ArgumentParser()
    parser.add_argument("--json", action="store_true")
    add_arguments(parser)
    written = []
    arguments = parser.parse_args([str(suite), *options])
    code = run(Call(arguments, subject.config, lambda: nullcontext(subject), written.append, print))
    return code, "\n".join(written)


# The verdict


def test_bounds_are_kept_up_to_and_including_them():
    subject = perfect_subject(s1=refusal())  # coverage is 0.5
    assert judged(subject, Threshold("coverage", least=0.5)).exit_code == 0
    assert judged(subject, Threshold("coverage", most=0.5)).exit_code == 0
    assert judged(subject, Threshold("coverage", least=0.51)).exit_code == 1
    assert judged(subject, Threshold("coverage", most=0.49)).exit_code == 1


def test_every_breach_is_named_with_its_value_and_bound():
    verdict = judged(
        perfect_subject(s1=refusal()),
        Threshold("coverage", least=0.9),
        Threshold("recall_at_5", least=0.9),
        Threshold("refusal_recall", most=0.5),
    )
    assert verdict.breaches == (
        "answers: coverage 0.500 is below 0.9",
        "refusal: refusal_recall 1.000 is above 0.5",
    )
    assert str(verdict).startswith(
        "FAIL 2 of 3 thresholds missed: answers: coverage 0.500 is below 0.9; "
    )


def test_an_error_makes_the_run_incomplete_even_if_all_bounds_are_kept():
    verdict = judged(perfect_subject(m1=RuntimeError("gone")), Threshold("fact_recall", least=0.5))
    assert verdict.exit_code == 6
    assert str(verdict) == (
        "FAIL incomplete: 1 of 4 ended in an error, the first is m1: ask: RuntimeError"
    )


def test_a_missed_bound_outweighs_an_error():
    verdict = judged(
        perfect_subject(m1=RuntimeError("gone"), s1=refusal()), Threshold("coverage", least=0.5)
    )
    assert verdict.exit_code == 1
    assert "m1: ask: RuntimeError" in str(verdict)


def test_a_gated_metric_that_nothing_measured_is_incomplete():
    verdict = judged(perfect_subject(), Threshold("refusal_recall", least=0.5), cases=CASES[:2])
    assert verdict.exit_code == 6
    assert str(verdict) == "FAIL incomplete: not measured: refusal_recall (answerable)"


def test_a_run_that_measured_nothing_fails():
    floor = Threshold("coverage", least=0.0)
    assert judged(perfect_subject(), floor, cases=()).exit_code == 6
    broken = ScriptedSubject({case.question: RuntimeError("gone") for case in CASES})
    assert judged(broken, floor).exit_code == 6


def test_a_verdict_without_flaw_passes():
    assert str(Verdict(thresholds=3, results=30)) == "PASS all 3 thresholds hold over 30 results"


# What each result has to keep


def test_a_breach_of_what_each_has_to_keep_names_those_that_miss_it():
    verdict = judged(
        perfect_subject(s1=INVENTED), Threshold("invalid_citation_rate", most=0.0, each=True)
    )
    assert verdict.breaches == ("answers: invalid_citation_rate 0.333 is above 0 (s1)",)


def test_one_that_misses_a_bound_is_a_breach_even_if_the_mean_keeps_it():
    subject = perfect_subject(m1=quoting((DRIFT, MEDIAN)))  # one of its two facts is missing
    assert judged(subject, Threshold("fact_recall", least=0.7)).exit_code == 0
    verdict = judged(subject, Threshold("fact_recall", least=0.7, each=True))
    assert verdict.breaches == ("answers: fact_recall of 1 case is below 0.7 (m1)",)
    assert judged(subject, Threshold("fact_recall", least=0.5, each=True)).exit_code == 0


def test_of_many_that_miss_a_bound_the_first_are_named():
    cases = tuple(replace(OFF_TOPIC, id=f"o{n}", question=f"Who won match {n}?") for n in range(10))
    subject = ScriptedSubject({each.question: quoting((DRIFT, MEDIAN)) for each in cases})
    verdict = judged(subject, Threshold("refusal_recall", least=1, each=True), cases=cases)
    named = "o0, o1, o2, o3, o4, o5, o6, o7 and 2 more"
    assert verdict.breaches == (f"refusal: refusal_recall 0.000 is below 1 ({named})",)


# The thresholds file


def load(tmp_path, text):
    path = tmp_path / "t.toml"
    path.write_text(text, "utf-8")
    return load_thresholds(path, METRICS)


def test_thresholds_are_read(tmp_path):
    assert load(tmp_path, FLOORS)[1:3] == (
        Threshold("fact_recall", least=0.9, most=1),
        Threshold("invalid_citation_rate", most=0.0),
    )


def test_a_line_may_hold_for_each_case(tmp_path):
    text = "coverage = { min = 1, each = true }\nfact_recall = { min = 1, each = false }"
    assert load(tmp_path, text) == (
        Threshold("coverage", least=1, each=True),
        Threshold("fact_recall", least=1),
    )


def test_all_unknown_metrics_are_named_at_once(tmp_path):
    with pytest.raises(UsageError) as caught:
        load(tmp_path, "recal = { min = 1 }\ncoverage = { min = 1 }\nndgc = { min = 1 }")
    assert "unknown metric recal, ndgc" in str(caught.value)
    assert "recall_at_5" in str(caught.value)
    assert caught.value.exit_code == 2


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "gates nothing"),
        ("coverage = ", "can't be read"),
        ("coverage = 0.8", "is no threshold; write coverage = { min = 0.8 }"),
        ("coverage = {}", "is no threshold"),
        ("coverage = { least = 0.8 }", "is no threshold"),
        ("coverage = { min = '0.8' }", "is no threshold"),
        ("coverage = { min = true }", "is no threshold"),
        ("coverage = { min = nan }", "is no threshold"),  # it would always be kept
        ("coverage = { each = true }", "is no threshold"),
        ("coverage = { drop = 0.1, each = true }", "is no threshold"),
        ("coverage = { min = 0.8, each = 1 }", "is no threshold"),
        ("latency_p95_s = { max = 9, each = true }", "of all cases together; take out its each"),
    ],
)
def test_an_unusable_thresholds_file_is_a_usage_error(tmp_path, text, message):
    with pytest.raises(UsageError) as caught:
        load(tmp_path, text)
    assert message in str(caught.value)
    assert str(tmp_path / "t.toml") in str(caught.value)


def test_a_missing_thresholds_file_is_told_with_a_line_to_begin_with(tmp_path):
    with pytest.raises(UsageError, match=r"there is none; write floors.*= { min = 0.8 }"):
        load_thresholds(tmp_path / "t.toml", METRICS)


def test_the_shipped_thresholds_are_usable_and_hold_invalid_citations_at_zero():
    shipped = load_thresholds(SHIPPED / "golden" / THRESHOLDS, METRICS)
    assert Threshold("invalid_citation_rate", most=0.0, each=True) in shipped


# The subcommand: exit code and report


def test_a_good_run_passes_with_the_verdict_in_the_first_line(tmp_path):
    code, output = evaluate(tmp_path, perfect_subject())
    assert code == 0
    assert output.splitlines()[0] == "PASS all 4 thresholds hold over 4 results"


@pytest.mark.parametrize(
    ("fault", "metric"),
    [
        ({"s1": INVENTED}, "invalid_citation_rate"),
        ({"s1": quoting((CLOUD, CLOUD.abstract))}, "fact_recall"),
        ({"n1": quoting((DRIFT, MEDIAN))}, "refusal_recall"),
    ],
)
def test_a_planted_fault_fails_the_gate_by_its_name(tmp_path, fault, metric):
    code, output = evaluate(tmp_path, perfect_subject(**fault))
    assert code == 1
    assert output.startswith("FAIL ")
    assert metric in output.splitlines()[0]


def test_a_retrieval_fault_fails_the_gate(tmp_path):
    subject = perfect_subject()
    subject.found = {}
    code, output = evaluate(tmp_path, subject)
    assert code == 1
    assert "recall_at_5 0.000 is below 0.8" in output.splitlines()[0]


def test_an_empty_suite_is_incomplete(tmp_path):
    code, output = evaluate(tmp_path, perfect_subject(), cases=())
    assert code == 6
    assert output.startswith("FAIL incomplete: nothing was measured, the suite is empty")


def test_the_report_names_what_its_numbers_hold_for(tmp_path):
    _, output = evaluate(tmp_path, perfect_subject())
    sha256 = load_suite(tmp_path / "mine").sha256
    for part in ("3 papers", "f1n9e8", "extractive (answers: extractive 2)", "minilm"):
        assert part in output
    assert "token-containment-2" in output
    assert f"mine, sha256 {sha256[:12]}, 4 results" in output


def rows_of(output, first):
    """The cells of the table that starts with the header `first`, by first cell."""
    lines = output.splitlines()
    start = next(i for i, line in enumerate(lines) if line.startswith(first))
    table = lines[start:]
    end = table.index("") if "" in table else len(table)
    return {line.split()[0]: line.split()[1:] for line in table[:end]}


def test_the_first_table_shows_value_interval_and_counts_over_all(tmp_path):
    _, output = evaluate(tmp_path, perfect_subject(s1=refusal()))
    table = rows_of(output, "metric ")
    assert table["metric"] == ["all", "95%", "n", "mde", "n/a", "error"]
    assert table["coverage"] == ["0.500", "-", "2", "-", "2", "0"]  # one cluster
    assert table["fact_recall"] == ["1.000", "-", "1", "-", "3", "0"]
    assert table["refusal_recall"] == ["1.000", "0.000-1.000", "2", "-", "2", "0"]
    assert "paraphrase_passed" not in table


def test_each_kind_has_a_table_with_dev_and_test_apart(tmp_path):
    _, output = evaluate(tmp_path, perfect_subject(n1=quoting((DRIFT, MEDIAN))))
    single = rows_of(output, "single ")
    assert single["single"] == ["dev", "95%", "n", "test", "95%", "n"]
    assert single["fact_recall"] == ["1.000", "-", "1", "-", "-", "0"]
    assert rows_of(output, "near_miss ")["refusal_recall"] == ["-", "-", "0", "0.000", "-", "1"]
    assert "falsehood" not in output


def test_answered_and_refused_questions_are_counted(tmp_path):
    _, output = evaluate(tmp_path, perfect_subject(n1=quoting((DRIFT, MEDIAN))))
    confusion = rows_of(output, "questions ")
    assert confusion["answerable"] == ["2", "0"]
    assert confusion["unanswerable"] == ["1", "1"]


def test_the_worst_dev_cases_are_shown_by_kind_and_test_cases_never(tmp_path):
    wrong = quoting((CLOUD, CLOUD.abstract))
    subject = perfect_subject(s1=wrong, m1=wrong, n1=wrong, o1=wrong)
    _, output = evaluate(tmp_path, subject)
    worst = output[output.index("worst of dev (2 of 2") :].splitlines()
    assert worst[1].startswith("s1")
    assert "wrong answer; fact_recall 0.00" in worst[1]
    assert worst[2].startswith("o1")
    assert "answered, has no answer" in worst[2]
    for case in CASES:
        assert (case.question in output) == (case.split == "dev")


def test_json_prints_the_summary_with_the_verdict_first(tmp_path):
    code, output = evaluate(tmp_path, perfect_subject(), "--json")
    summary = json.loads(output)
    assert list(summary)[0] == "verdict"
    assert (summary["verdict"][:4], summary["exit_code"], code) == ("PASS", 0, 0)
    assert summary["settings"]["suite"] == "mine"
    assert summary["groups"]["all"]["recall_at_1"]["value"] == 0.75
    none = summary["groups"]["all"]["citation_recall_reworded"]
    assert none == {
        **{"value": None, "measured": 0, "not_applicable": 4, "errors": 0},
        "reason": "only quotations",
    }


def test_out_writes_the_summary_and_a_line_a_case(tmp_path):
    out = tmp_path / "new" / "folder"
    _, printed = evaluate(tmp_path, perfect_subject(), "--out", str(out), "--json")
    assert (out / "summary.json").read_text("utf-8") == printed + "\n"
    rows = [json.loads(line) for line in (out / "results.jsonl").read_text("utf-8").splitlines()]
    assert [row["id"] for row in rows] == ["s1", "m1", "n1", "o1"]
    assert rows[0]["answer"]["citations"][0]["quote"] == MEDIAN
    assert rows[0]["ranking"] == ["Quartz Drift"]
    assert rows[0]["scores"]["fact_recall"] == {"value": 1.0}
    assert rows[3]["scores"]["fact_recall"] == {"not_applicable": "unanswerable"}


def test_results_hold_the_scores_of_test_cases_and_nothing_of_their_text():
    text = results_jsonl(run_all(case_jobs(perfect_subject(), CASES)))
    by_id = {row["id"]: row for row in map(json.loads, text.splitlines())}
    assert set(by_id["m1"]) == {"id", "row", "kind", "split", "scores", "latency_s"}
    assert CASE_OF["m1"].question not in text
    assert CASE_OF["s1"].question in text


def test_a_folder_that_cannot_be_written_is_a_usage_error(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(UsageError, match="can't be written"):
        evaluate(tmp_path, perfect_subject(), "--out", str(tmp_path / "file"))


def test_an_unusable_thresholds_file_is_told_before_anything_runs(tmp_path):
    subject = perfect_subject()
    with pytest.raises(UsageError, match="unknown metric"):
        evaluate(tmp_path, subject, floors="ndgc = { min = 1 }")
    assert subject.searched == []


def test_numbers_of_a_reworded_answer_reach_the_report(tmp_path):
    reworded = answer(
        ("3 seconds is the median drift.", (cite(DRIFT, MEDIAN),)), label=Label.ATTRIBUTED
    )
    _, output = evaluate(tmp_path, perfect_subject(s1=reworded))
    assert rows_of(output, "metric ")["attributed_share"][0] == "0.333"


def test_lint_prints_the_faults_and_the_overlap_and_runs_nothing(tmp_path):
    subject = perfect_subject()
    code, output = evaluate(tmp_path, subject, "--lint")
    assert code == 1
    first, *faults, overlap, diversity = output.splitlines()
    assert first == f"{tmp_path / 'mine'}: 4 rows, {len(faults)} faults"
    assert any(fault.startswith("n1: the note is empty") for fault in faults)
    assert overlap.startswith("lexical overlap of question and abstract: mean 0.")
    assert diversity.startswith("Vendi Score of the 4 questions: ")
    assert subject.searched == []


def test_seal_writes_the_manifest_and_runs_nothing(tmp_path):
    subject = perfect_subject()
    code, output = evaluate(tmp_path, subject, "--seal")
    assert (code, output) == (0, f"sealed {tmp_path / 'mine'}: 4 rows")
    assert broken_seals(load_suite(tmp_path / "mine")) == []
    assert subject.searched == []
