"""A test split that is asked as often as its budget allows, and tells its best values alone."""

import argparse
import json
import threading
from contextlib import nullcontext
from dataclasses import replace

import numpy as np
import pytest
from scripted_subject import CLOUD, DRIFT, MEDIAN, SINGLE, ScriptedSubject, quoting, refusal
from tiny_suite import write_suite

from assistant.errors import UsageError
from eval import holdout
from eval.bench import Call
from eval.command import add_arguments, run
from eval.holdout import holdout_estimate
from eval.holdout_file import HOLDOUT_FILE, Query, count_query, keep_best, read_holdout
from eval.ladder import Estimate, estimate_of, ladder, thresholdout
from eval.results import Result
from eval.scores import Score

FLOORS = "fact_recall = { min = 0.5 }\nwrong_answer_rate = { max = 0.5 }\n"
DRIFTS = [
    replace(SINGLE, id=f"d{n}", question=f"How far do {n} clocks go off?", split="test")
    for n in range(8)
]
CLOUDS = [
    replace(
        SINGLE,
        id=f"c{n}",
        question=f"How far off are {n} sundials?",
        split="test",
        gold=(CLOUD.title,),
        facts=(("20 minutes",),),
    )
    for n in range(8)
]
TEST = (*DRIFTS, *CLOUDS)
DEV = replace(SINGLE, id="dev")


def answering(right):
    """A subject that answers the first `right` of the test cases rightly, the others wrongly."""
    answers = {
        case.question: quoting(
            (DRIFT, MEDIAN) if (case in DRIFTS) == (n < right) else (CLOUD, CLOUD.abstract)
        )
        for n, case in enumerate(TEST)
    }
    return ScriptedSubject(answers)


@pytest.fixture
def mine(tmp_path):
    return write_suite(tmp_path / "mine", (DEV, *TEST), FLOORS)


@pytest.fixture
def ask(mine):
    """Run the command over the suite `mine`; return its exit code and what it prints."""

    def ask(subject, *options):
        parser = argparse.ArgumentParser()
        parser.add_argument("--json", action="store_true")
        add_arguments(parser)
        arguments = parser.parse_args(["holdout", str(mine), *options])
        ask.written, ask.said = [], []
        opened = lambda: nullcontext(subject)  # noqa: E731
        code = run(Call(arguments, subject.config, opened, ask.written.append, ask.said.append))
        return code, "\n".join(ask.written)

    return ask


def state(folder):
    return json.loads((folder / HOLDOUT_FILE).read_text("utf-8"))


# The Ladder


@pytest.mark.parametrize(
    ("held", "new", "higher", "told"),
    [
        (None, 0.5, True, 0.5),
        (0.5, 0.65, True, 0.65),
        (0.5, 0.6, True, 0.5),  # better by one standard error and no more
        (0.5, 0.55, True, 0.5),
        (0.5, 0.3, True, 0.5),
        (0.5, 0.35, False, 0.35),
        (0.5, 0.45, False, 0.5),
        (0.5, 0.9, False, 0.5),
    ],
)
def test_a_new_best_is_told_only_if_it_is_better_by_more_than_its_standard_error(
    held, new, higher, told
):
    before = None if held is None else Estimate(held, 0.2)
    best = ladder(before, Estimate(new, 0.1), higher_is_better=higher)
    assert best == (before if told == held else Estimate(new, 0.1))


def test_a_best_is_held_no_more_exactly_than_it_is_told():
    best = ladder(None, Estimate(2 / 3, 1 / 30), higher_is_better=True)
    assert best == Estimate(0.667, 0.033)
    assert ladder(best, Estimate(2 / 3, 0.0), higher_is_better=True) is best


def results(values, split="test", clusters=2):
    return [
        Result(f"r{n}", "single", split, f"c{n % clusters}", "?", {"m": Score(value)})
        for n, value in enumerate(values)
    ]


def test_an_estimate_is_clustered_by_paper():
    # Both papers: sums 0 and 3, mean 0.5, residuals -1.5 and 1.5 of 6; sqrt(2 * 2 * 0.25^2).
    assert estimate_of(results([0, 1, 0, 1, 0, 1]), "m") == Estimate(0.5, 0.5)
    assert estimate_of(results([1, 1], clusters=1), "m") is None
    assert estimate_of(results([1, 1]), "other") is None


# Thresholdout


class Scripted:
    """Noise that is known: a share of its scale each time."""

    def __init__(self, *shares):
        self.shares, self.scales = list(shares), []

    def laplace(self, scale):
        self.scales.append(scale)
        return self.shares.pop(0) * scale


def test_where_both_agree_the_holdout_is_not_told():
    assert thresholdout(0.70, 0.66, 0.04, Scripted(0, 0)) == 0.70
    assert thresholdout(0.70, 0.75, 0.04, Scripted(1, 0)) == 0.70  # the threshold is 0.06


def test_where_they_differ_the_holdout_is_told_with_noise():
    noise = Scripted(0, 0, 0.5)
    assert thresholdout(0.70, 0.60, 0.04, noise) == pytest.approx(0.605)
    assert noise.scales == pytest.approx([0.02, 0.04, 0.01])


def test_a_training_value_far_off_is_hardly_ever_told():
    rng = np.random.default_rng(7)
    told = [thresholdout(0.9, 0.5, 0.04, rng) for _ in range(2000)]
    assert sum(value == 0.9 for value in told) < 20
    assert np.median(told) == pytest.approx(0.5, abs=0.002)


def test_shares_are_told_by_thresholdout_and_other_metrics_are_not():
    both = [*results([1.0] * 200, "dev"), *results([0.0, 1.0] * 100)]
    assert holdout_estimate(both, "m", None).value == 0.5
    assert 0.4 < holdout_estimate(both, "m", np.random.default_rng(1)).value <= 1.0
    words = [*results([80] * 200, "dev"), *results([40, 60] * 100)]
    assert holdout_estimate(words, "m", np.random.default_rng(1)).value == 50
    assert holdout_estimate(results([0.0, 1.0]), "m", np.random.default_rng(1)).value == 0.5


# The command


def test_the_first_run_tells_each_gated_metric_and_nothing_else(ask, mine):
    code, output = ask(answering(8))
    assert code == 0
    assert output.splitlines() == [
        "holdout of mine: query 1 of 20, 16 rows of the test split",
        "by the Ladder: a new best is better than the old one by more than its standard error",
        "2,000 rows would be needed for Thresholdout; this has 16",
        "",
        "metric             better   best     SE       now",
        "fact_recall        higher  0.500  0.500  new best",
        "wrong_answer_rate   lower  0.500  0.500  new best",
    ]
    assert ask.said == ["query 1 of 20 is counted now, whatever comes of it"]
    for case in (DEV, *TEST):
        assert case.question not in output + (mine / HOLDOUT_FILE).read_text("utf-8")
    assert state(mine)["best"]["fact_recall"] == {"value": 0.5, "standard_error": 0.5}
    assert {path.name for path in mine.iterdir()} - {".holdout.lock"} == {
        *("cases.jsonl", "holdout.json", "thresholds.toml")
    }


def test_dev_rows_are_not_asked(ask):
    subject, asked = answering(16), []
    ask_once = subject.ask
    subject.ask = lambda question: asked.append(question) or ask_once(question)
    ask(subject)
    assert asked == [case.question for case in TEST]


def test_what_is_not_clearly_better_is_not_told(ask, mine):
    ask(answering(6))
    first = state(mine)["best"]
    _, output = ask(answering(8))  # 0.5 with a standard error of 0.5
    assert output.count("no better than before") == 2
    assert "query 2 of 20" in output
    assert state(mine)["best"] == first
    _, output = ask(answering(16))
    assert output.count("  new best") == 2
    assert state(mine)["best"]["wrong_answer_rate"]["value"] == 0.0
    assert len(state(mine)["queries"]) == 3


def test_json_prints_the_same_facts(ask):
    _, output = ask(answering(16), "--json")
    facts = json.loads(output)
    assert facts == {
        **{"suite": "mine", "query": 1, "budget": 20, "rows": 16},
        **{"thresholdout": False, "failed": 0},
        "metrics": {
            name: {
                "better": better,
                "best": {"value": value, "standard_error": 0.0},
                "told": "new best",
            }
            for name, better, value in [
                ("fact_recall", "higher", 1.0),
                ("wrong_answer_rate", "lower", 0.0),
            ]
        },
    }


def test_a_metric_that_nothing_measured_keeps_its_best(ask, mine):
    ask(answering(16))
    code, output = ask(ScriptedSubject({case.question: refusal() for case in TEST}))
    assert code == 0
    assert "fact_recall        higher  1.000  0.000  not measured" in output
    assert state(mine)["best"]["fact_recall"]["value"] == 1.0


def test_an_error_uses_the_query_and_tells_nothing(ask, mine):
    subject = answering(16)
    subject.answers[TEST[0].question] = RuntimeError("gone")
    code, output = ask(subject)
    assert code == 6
    assert output.endswith("1 result ended in an error: the query is used, and nothing is told")
    assert (len(state(mine)["queries"]), state(mine)["best"]) == (1, {})


def test_a_run_that_breaks_down_has_used_its_query(ask, mine, monkeypatch):
    def crash(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(holdout, "run_suite", crash)
    with pytest.raises(KeyboardInterrupt):
        ask(answering(16))
    assert len(state(mine)["queries"]) == 1


def test_a_query_says_when_of_which_version_and_under_which_settings(ask, mine):
    ask(answering(16))
    ask(answering(16))
    other = answering(16)
    other.config = replace(other.config, engine="local")
    ask(other)
    first, second, third = state(mine)["queries"]
    assert set(first) == {"at", "version", "settings"}
    assert first["settings"] == second["settings"] != third["settings"]


def test_only_the_rows_of_a_part_are_asked(ask):
    _, output = ask(answering(16), "retrieval")
    assert "fact_recall" not in output


# The budget


def test_a_used_up_budget_ends_with_a_usage_error(ask, mine):
    ask(answering(16), "--budget", "1")
    before = state(mine)
    with pytest.raises(UsageError, match="all 1 queries are used.*write fresh questions") as caught:
        ask(answering(16))
    assert caught.value.exit_code == 2
    assert ask.written == ask.said == []
    assert state(mine) == before


def test_a_budget_is_fixed_by_the_first_run(ask, mine):
    ask(answering(16), "--budget", "3")
    ask(answering(16), "--budget", "3")
    with pytest.raises(UsageError, match=r'the budget is 3, .* not 5; .*edit "budget"'):
        ask(answering(16), "--budget", "5")
    (mine / HOLDOUT_FILE).write_text(json.dumps({**state(mine), "budget": 5}), "utf-8")
    assert "query 3 of 5" in ask(answering(16), "--budget", "5")[1]


def test_other_test_rows_do_not_go_on_with_the_queries_of_these(ask, mine):
    ask(answering(16))
    lines = (mine / "cases.jsonl").read_text("utf-8").splitlines()
    (mine / "cases.jsonl").write_text("\n".join(lines[1:]), "utf-8")  # less the one of dev
    ask(answering(16))
    (mine / "cases.jsonl").write_text("\n".join(lines[2:]), "utf-8")
    with pytest.raises(UsageError, match="is about other test rows"):
        ask(answering(16))


@pytest.mark.parametrize("text", ["", "{}", "[1]", '{"rows": "x", "budget": "many"}'])
def test_a_damaged_file_is_told_and_left_as_it_is(ask, mine, text):
    (mine / HOLDOUT_FILE).write_text(text, "utf-8")
    with pytest.raises(UsageError, match=r"holdout\.json: can't be read"):
        ask(answering(16))
    assert (mine / HOLDOUT_FILE).read_text("utf-8") == text


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (["--out", "there"], "leave out --out"),
        (["--save-baseline", "there"], "leave out --save-baseline"),
        (["--lint"], "leave out --lint"),
        (["live"], "leave out live"),
        (["--budget", "0"], "--budget is 0; give 1 or more"),
    ],
)
def test_options_that_would_tell_more_are_refused(ask, mine, options, told):
    with pytest.raises(UsageError, match=told):
        ask(answering(16), *options)
    assert not (mine / HOLDOUT_FILE).exists()


def test_a_budget_is_for_a_holdout_alone(mine):
    parser = argparse.ArgumentParser()
    parser.add_argument("--json", action="store_true")
    add_arguments(parser)
    arguments = parser.parse_args([str(mine), "--budget", "3"])
    with pytest.raises(UsageError, match="--budget is for holdout alone"):
        run(Call(arguments, answering(1).config, lambda: nullcontext(None), print, print))


def test_a_suite_without_test_rows_is_told(ask, mine):
    write_suite(mine.parent / "other", (DEV,), FLOORS)
    (mine / "cases.jsonl").write_bytes((mine.parent / "other" / "cases.jsonl").read_bytes())
    with pytest.raises(UsageError, match="has no rows of the test split"):
        ask(answering(16))


# The file


def query(number):
    return Query(at=str(number), version="1", settings="x")


def test_runs_at_the_same_time_share_no_query(tmp_path):
    numbers = []

    def count(number):
        for _ in range(5):
            numbers.append(len(count_query(tmp_path, "r", 20, query(number)).queries))

    threads = [threading.Thread(target=count, args=(n,)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(numbers) == list(range(1, 21))
    with pytest.raises(UsageError, match="all 20 queries are used"):
        read_holdout(tmp_path, "r")


def test_a_best_value_is_held_against_what_another_run_left(tmp_path):
    count_query(tmp_path, "r", None, query(1))
    keep_best(tmp_path, lambda held: {**held, "a": Estimate(0.5, 0.1)})
    before, after = keep_best(tmp_path, lambda held: {**held, "b": Estimate(0.7, 0.1)})
    assert before == {"a": Estimate(0.5, 0.1)}
    assert after == read_holdout(tmp_path, "r").best == {**before, "b": Estimate(0.7, 0.1)}


def test_a_write_that_fails_leaves_the_file_whole(tmp_path, monkeypatch):
    count_query(tmp_path, "r", None, query(1))
    before = (tmp_path / HOLDOUT_FILE).read_bytes()

    def fail(*_):
        raise OSError("disk full")

    monkeypatch.setattr("pathlib.Path.replace", fail)
    with pytest.raises(UsageError, match="can't be written"):
        count_query(tmp_path, "r", None, query(2))
    assert (tmp_path / HOLDOUT_FILE).read_bytes() == before


def test_a_file_that_is_deleted_meanwhile_tells_nothing(tmp_path):
    with pytest.raises(UsageError, match="was deleted meanwhile"):
        keep_best(tmp_path, lambda held: held)


# From 2,000 rows on


def test_with_enough_rows_dev_is_run_too_and_thresholdout_decides(ask, monkeypatch):
    monkeypatch.setattr(holdout, "THRESHOLDOUT_ROWS", 16)
    code, output = ask(answering(16))
    assert code == 0
    assert output.splitlines()[2].startswith("by Thresholdout: ")
    assert json.loads(ask(answering(16), "--json")[1])["thresholdout"] is True
