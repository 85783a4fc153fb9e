"""What is worse than an earlier run: paired case by case, by a margin, and not by chance."""

import json

import numpy as np
import pytest
from scipy import stats

from assistant.errors import UsageError
from assistant.statistics import clustered_difference_error, two_sided_p
from eval.baseline import baseline_jsonl, compare, load_baseline
from eval.gate import Threshold
from eval.results import Result
from eval.scores import Score

RECALL = Threshold("fact_recall", least=0.5)
WRONG = Threshold("wrong_answer_rate", most=0.5)


def results(metric, values, rows=None):
    """A result a value, each about a paper of its own; None is not applicable."""
    return [
        Result(
            id=f"s{n}",
            kind="single",
            split="dev",
            cluster=f"paper {n}",
            asked="?",
            scores={
                metric: Score(not_applicable="refused") if value is None else Score(float(value))
            },
            row=f"row {n}" if rows is None else rows[n],
        )
        for n, value in enumerate(values)
    ]


def against(tmp_path, before, after, *thresholds):
    path = tmp_path / "baseline.jsonl"
    path.write_text(baseline_jsonl(before, [each.metric for each in thresholds]), "utf-8")
    return compare(after, load_baseline(path), thresholds)


def test_a_run_against_itself_has_no_regression(tmp_path):
    same = results("fact_recall", [1, 0, 0.5, 1, 0.25] * 6)
    found = against(tmp_path, same, same, RECALL)
    assert found.regressions == ()
    assert (found.paired, found.unpaired) == (30, 0)
    assert found.changes[0].p == 1.0


def test_a_drop_that_chance_explains_is_no_regression(tmp_path):
    before = results("fact_recall", [1] * 20 + [0] * 20)
    after = results("fact_recall", [1] * 18 + [0] * 22)
    (change,) = against(tmp_path, before, after, RECALL).changes
    assert change.difference == pytest.approx(-0.05)
    assert change.p == 0.5  # McNemar: two pairs, both to one side
    assert not change.worse


def test_a_significant_drop_is_a_regression_and_named_with_its_numbers(tmp_path):
    before = results("fact_recall", [1] * 30 + [0] * 10)
    after = results("fact_recall", [1] * 20 + [0] * 20)
    (change,) = against(tmp_path, before, after, RECALL).regressions
    assert str(change) == "fact_recall 0.750 -> 0.500 (p 0.002)"
    assert change.p == pytest.approx(stats.binomtest(0, 10, 0.5).pvalue)


def test_what_has_a_ceiling_is_worse_when_it_rises(tmp_path):
    low, high = results("wrong_answer_rate", [0] * 40), results("wrong_answer_rate", [1] * 40)
    assert against(tmp_path, low, high, WRONG).regressions
    assert not against(tmp_path, high, low, WRONG).regressions


def test_a_significant_drop_within_the_margin_is_none(tmp_path):
    before = results("fact_recall", [0.50] * 40)
    after = results("fact_recall", [0.49] * 40)
    (change,) = against(tmp_path, before, after, RECALL).changes
    assert (change.p, change.worse) == (0.0, False)
    strict = Threshold("fact_recall", least=0.5, drop=0.005)
    assert against(tmp_path, before, after, strict).regressions


def test_holm_asks_more_of_each_the_more_are_gated(tmp_path):
    before = results("fact_recall", [1] * 6 + [0] * 30)
    after = results("fact_recall", [0] * 36)
    (alone,) = against(tmp_path, before, after, RECALL).changes
    assert alone.p == pytest.approx(2 * 0.5**6)
    other = Threshold("coverage", least=0.5)
    twice_before, twice_after = (with_coverage(each) for each in (before, after))
    changes = against(tmp_path, twice_before, twice_after, RECALL, other).changes
    assert changes[0].p == pytest.approx(2 * alone.p)
    assert (alone.worse, changes[0].worse) == (True, False)


def with_coverage(rows):
    return [
        Result(
            id=row.id,
            kind=row.kind,
            split=row.split,
            cluster=row.cluster,
            asked=row.asked,
            scores={**row.scores, "coverage": Score(1.0)},
            row=row.row,
        )
        for row in rows
    ]


def test_a_changed_row_is_not_compared(tmp_path):
    before = results("fact_recall", [1] * 10)
    after = results("fact_recall", [0] * 10, rows=["other"] * 10)
    found = against(tmp_path, before, after, RECALL)
    assert (found.changes, found.paired, found.unpaired) == ((), 0, 10)


def test_what_applies_in_one_run_only_counts_there(tmp_path):
    before = results("fact_recall", [1, 1, 0, None] * 10)
    after = results("fact_recall", [1, None, 0, 1] * 10)
    (change,) = against(tmp_path, before, after, RECALL).changes
    assert (change.before, change.after) == (pytest.approx(2 / 3), pytest.approx(2 / 3))
    assert change.p == 1.0


def test_the_error_of_a_difference_is_that_of_a_paired_t_test():
    draw = np.random.default_rng(3)
    before, after = draw.random(50), draw.random(50)
    error = clustered_difference_error((before, [1] * 50), (after, [1] * 50), range(50))
    assert error == pytest.approx(stats.sem(after - before))
    difference = float((after - before).mean())
    assert two_sided_p(difference, error) == pytest.approx(
        2 * stats.norm.sf(abs(difference) / error)
    )


def test_no_spread_leaves_no_doubt():
    assert (two_sided_p(0.0, 0.0), two_sided_p(0.1, 0.0)) == (1.0, 0.0)


def test_a_baseline_holds_no_text_and_only_the_gated_metrics(tmp_path):
    rows = with_coverage(results("fact_recall", [1, None]))
    text = baseline_jsonl(rows, ["fact_recall"])
    assert [json.loads(line) for line in text.splitlines()] == [
        {"id": "s0", "row": "row 0", "scores": {"fact_recall": {"value": 1.0}}},
        {"id": "s1", "row": "row 1", "scores": {"fact_recall": {"not_applicable": "refused"}}},
    ]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "holds no result"),
        ("{}", "line 1: no result of a run"),
        ('{"id": "a", "row": "", "scores": {}}\nnonsense', "line 2: no result of a run"),
        ('{"id": "a", "row": "", "scores": {"x": {"value": "high"}}}', "line 1"),
    ],
)
def test_an_unusable_baseline_is_told_with_its_line(tmp_path, text, message):
    path = tmp_path / "b.jsonl"
    path.write_text(text, "utf-8")
    with pytest.raises(UsageError, match=message):
        load_baseline(path)


def test_a_missing_baseline_is_told_with_the_fix(tmp_path):
    with pytest.raises(UsageError, match=r"give the results.jsonl that --out"):
        load_baseline(tmp_path / "none.jsonl")


def test_a_folder_of_reports_is_a_baseline(tmp_path):
    (tmp_path / "results.jsonl").write_text('{"id": "a", "row": "r", "scores": {}}\n', "utf-8")
    assert load_baseline(tmp_path).rows == {"a": "r"}
