from report_runs import (
    FLOORS,
    HOSTILE,
    SEALED,
    SETTINGS,
    baseline_of,
    hostile_run,
    results_of,
    run_of,
)
from scripted_subject import refusal

from eval.gate import Threshold
from eval.reports.markdown_report import markdown_report
from eval.suite_run import judge_run
from eval.summary import METRICS


def visible(report: str) -> list[str]:
    """The lines that are not folded away."""
    lines, folded = [], False
    for line in report.splitlines():
        folded = folded or line.startswith("<details>")
        if not folded:
            lines.append(line)
        folded = folded and line != "</details>"
    return lines


def cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.strip("|").split(" | ")]


def test_the_verdict_comes_first_as_a_sign_and_a_word():
    passed = markdown_report(run_of())
    assert passed.startswith("## ✅ PASS: all 3 thresholds hold over 4 results\n")
    failed = markdown_report(run_of(s1=refusal(), m1=refusal()))
    assert failed.startswith("## ❌ FAIL: ")


def test_each_breach_is_listed_under_the_verdict():
    report = markdown_report(run_of(Threshold("coverage", least=0.9), s1=refusal()))
    assert "- `answers: coverage 0.500 is below 0.9`\n" in report
    assert "| ✗ **missed** | answers | coverage | 0.500 |" in report


def test_a_gated_metric_has_its_part_value_interval_and_bound():
    lines = markdown_report(run_of()).splitlines()
    row = next(cells(line) for line in lines if "recall_at_5" in line)
    assert row == ["✓ holds", "retrieval", "recall_at_5", "1.000", "-", "at least 0.8"]


def test_with_a_baseline_there_is_before_change_and_p():
    run = run_of(baseline=baseline_of(results_of(), fact_recall=0.5))
    report = markdown_report(run)
    row = next(cells(line) for line in report.splitlines() if "fact_recall" in line)
    assert row[-3:-1] == ["0.500", "+0.500"]
    assert "| before | change | p (Holm) |" in report
    assert "| before |" not in markdown_report(run_of())


def test_what_is_open_stays_short_and_holds_all_that_fails():
    every = [Threshold(name, least=-1.0) for name in METRICS]
    report = markdown_report(run_of(*every[:-1], Threshold("latency_p95_s", most=-1.0)))
    lines = visible(report)
    assert len(lines) <= 60
    assert any("latency_p95_s" in line and "missed" in line for line in lines)
    assert "More gated metrics" in report


def test_no_text_of_a_case_is_in_it():
    report = markdown_report(run_of(s1=RuntimeError("gone")))
    assert not [text for text in (*SEALED, "How far do they go off?") if text in report]


def test_markup_in_texts_is_code_and_breaks_no_table():
    report = markdown_report(hostile_run())
    assert "<script" not in "".join(part for part in report.split("`")[::2])
    assert HOSTILE not in report
    rows = [line for line in report.splitlines() if line.startswith("| ✓") or "✗ **" in line]
    assert all(line.count(" | ") == 5 for line in rows)


def test_a_run_that_measured_nothing_fails_in_words():
    report = markdown_report(judge_run([], SETTINGS, FLOORS))
    assert report.startswith(
        "## ❌ FAIL: incomplete\n\n- `nothing was measured, the suite is empty`"
    )
