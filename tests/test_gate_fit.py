"""The fit of the gate: no fold sees its own answers, and what is written is what is read."""

import gzip
import json

import numpy as np
import pytest
from doubles import HashingEmbedder

from assistant import cli
from assistant.asks import Unmet
from assistant.errors import UsageError
from assistant.signs import Signs
from assistant.sufficiency import LACKING, MEASURED, read_fitted, sufficiency
from eval.benches.claims_scores import auc
from eval.benches.gate_fit import (
    auc_within,
    gate_scale,
    lowered,
    move_for,
    near_miss_scores,
    out_of_fold,
    see_all,
    vector_scale,
)
from eval.benches.gate_report import report_on
from eval.benches.gate_rows import GateRow
from eval.benches.written import Written, collect, read_written

EMBEDDER = "made-up"


def row(number, answered, left_over, *, missing=(), unmet=(), most=9.0, alone=False, vector=None):
    written = Written(f"paper-{number}", f"question {number}?", answered, "")
    signs = Signs(0.6, 0.5, 0.9, 0.0, 0.7, np.array(left_over), missing, unmet)
    seen = np.zeros(3) if vector is None else np.array(vector)
    return GateRow(written, signs, most, alone, seen, answered)


def drawn(count=200, **options):
    """Rows of which the first number of what is left over tells the answered ones, mostly."""
    draw = np.random.default_rng(4)
    left = draw.normal(size=(count, 3)) * 0.1
    answered = left[:, 0] + draw.normal(size=count) * 0.05 > 0
    return [
        row(n // 2, bool(a), each, **options)
        for n, (a, each) in enumerate(zip(answered, left, strict=True))
    ]


def labels(rows):
    return np.array([each.written.answered for each in rows])


def auc_of(scores, answered):
    return auc(scores[answered], scores[~answered])


def test_the_written_questions_are_half_near_misses():
    questions = read_written()
    assert len(questions) == 5760
    assert sum(each.answered for each in questions) == 2880
    assert all(bool(each.evidence) == each.answered for each in questions)


def test_what_tells_one_abstract_from_another_tells_nothing_of_a_fold_unseen():
    answered = np.arange(60) // 3 % 2 == 0  # all questions of an abstract are alike
    abstracts = [str(number // 3) for number in range(60)]
    one_each = np.repeat(np.eye(20), 3, axis=0)
    scores = out_of_fold(one_each, answered, abstracts, vector_scale, np.ones(60))
    assert auc_of(scores, answered) < 0.6


def test_what_tells_in_all_folds_is_found():
    rows = drawn()
    columns = see_all(rows)
    assert columns.shape == (200, len(MEASURED) + len(LACKING) + 3)
    abstracts = [each.written.abstract for each in rows]
    assert (
        auc_of(
            out_of_fold(columns, labels(rows), abstracts, gate_scale, np.ones(200)), labels(rows)
        )
        > 0.9
    )


@pytest.mark.parametrize("share", [0.05, 0.1, 0.3])
def test_the_threshold_refuses_the_wanted_share_of_the_answered_ones(share):
    rows = drawn()
    fitted = np.random.default_rng(2).normal(size=len(rows))
    moved = move_for(rows, fitted, labels(rows), share)
    refused, _, _ = near_miss_scores(lowered(rows, fitted - moved), labels(rows))
    assert refused == pytest.approx(share, abs=1.5 / labels(rows).sum())


def test_what_is_off_topic_or_needs_nearness_alone_is_not_decided_by_the_weights():
    off_topic, alone = row(0, True, [0], most=-1.0), row(1, True, [0], most=2.0, alone=True)
    assert lowered([off_topic, alone], np.array([5.0, -5.0])).tolist() == [-1.0, 2.0]


def test_the_scores_of_near_misses_worked_by_hand():
    answered = np.array([True, True, True, True, False, False])
    # one of four answered ones is refused, and one of two near misses: F1 = 2 / (1 + 1 + 2)
    scores = np.array([1.0, 1.0, 1.0, -1.0, -1.0, 1.0])
    assert near_miss_scores(scores, answered) == (0.25, 0.5, 0.5)


def test_the_report_tells_what_the_question_alone_would_do():
    told = drawn(vector=[0, 0, 0])
    assert report_on(told, told, EMBEDDER, 0.06).question_alone_auc == pytest.approx(0.5, abs=0.1)
    styled = [
        row(n, n % 2 == 0, [0.0, 0.0, 0.0], vector=[1.0 - 2 * (n % 2), 0, 0]) for n in range(60)
    ]
    report = report_on(styled, styled, EMBEDDER, 0.06)
    assert report.question_alone_auc == 1
    assert report.auc == pytest.approx(0.5, abs=0.2)


def test_among_alike_questions_only_what_tells_them_apart_counts():
    answered = np.arange(400) % 2 == 0
    style = answered + np.random.default_rng(3).normal(size=400)
    assert auc_within(style, style, answered) == pytest.approx(0.5, abs=0.1)
    assert auc_within(answered * 1.0, style, answered) == 1


def test_what_was_fitted_scores_as_it_was_fitted(monkeypatch):
    rows = drawn()
    rows += [
        row(500 + n, False, [0, 0, 0], missing=("GPT-4",), unmet=(Unmet.TIME,)) for n in range(9)
    ]
    fitted = report_on(rows, rows, EMBEDDER, 0.1).fitted
    monkeypatch.setattr("assistant.sufficiency.read_fitted", lambda: fitted)
    scores = np.array([sufficiency(each.signs, EMBEDDER) for each in rows])
    assert auc_of(scores, labels(rows)) > 0.9
    assert np.mean(scores[labels(rows)] < 0) == pytest.approx(0.1, abs=0.05)
    elsewhere = [sufficiency(each.signs, "another") for each in rows[:200]]
    assert np.mean(elsewhere) == pytest.approx(np.mean(scores[:200]), abs=0.5)


# The bench


THINGS = ["quartz", "sundial", "pendulum", "hourglass", "candle", "tower", "water"]


@pytest.fixture
def files(tmp_path):
    """A file of arXiv's papers, SciFact's folder with one more, and the rows about them."""
    papers = [
        {
            "id": f"2101.0000{n}",
            "title": f"The {thing} clock",
            "abstract": f"The {thing} clock drifts. We keep it in cold water for {n + 2} years.",
        }
        for n, thing in enumerate(THINGS)
    ]
    (tmp_path / "papers.jsonl").write_text("".join(json.dumps(each) + "\n" for each in papers))
    scifact = tmp_path / "scifact"
    scifact.mkdir()
    steel = {"doc_id": 7, "title": "Steel", "abstract": ["Steel rusts.", "It rusts in rain."]}
    (scifact / "corpus.jsonl").write_text(json.dumps(steel) + "\n")
    rows = [
        {"id": f"arxiv:2101.0000{n}", **each}
        for n, thing in enumerate(THINGS[:6])
        for each in (
            {
                "kind": "answerable",
                "question": f"Does the {thing} clock drift?",
                "evidence": f"The {thing} clock drifts.",
            },
            {"kind": "near_miss", "question": f"Is the {thing} clock cheaper?", "missing": "cost"},
            {"kind": "true", "text": "It drifts.", "evidence": "drifts"},
        )
    ]
    rows.append(
        {
            "id": "scifact:7",
            "kind": "answerable",
            "question": "Where does steel rust?",
            "evidence": "It rusts in rain.",
        }
    )
    with gzip.open(tmp_path / "rows.jsonl.gz", "wt") as file:
        file.writelines(json.dumps(each) + "\n" for each in rows)
    suite = tmp_path / "suite"
    suite.mkdir()
    title = "The quartz clock"
    quote = "The quartz clock drifts."
    cases = [
        {
            **{"id": "s1", "kind": "single", "split": "dev", "question": "Does quartz drift?"},
            **{"gold": [title], "evidence": [{"title": title, "quote": quote}]},
            "facts": [["drifts"]],
        },
        {
            **{"id": "n1", "kind": "near_miss", "split": "dev", "question": "Is quartz cheap?"},
            **{"near": [title], "note": "No price is given."},
        },
    ]
    (suite / "cases.jsonl").write_text("".join(json.dumps(each) + "\n" for each in cases))
    return tmp_path


def test_abstracts_are_found_by_id_among_drawn_others(files):
    questions = read_written(files / "rows.jsonl.gz")
    assert len(questions) == 13
    papers, scifact = [files / "papers.jsonl"], files / "scifact"
    asked = {each.abstract for each in questions}
    assert set(collect(questions, papers, scifact, others=0).documents) == asked
    assert len(collect(questions, papers, scifact, others=5).documents) == 8
    with pytest.raises(UsageError, match=r"1 abstracts .* scifact:8 first; name more files"):
        collect([Written("scifact:8", "?", True, "")], papers, scifact)


def test_a_file_that_holds_no_rows_is_named(tmp_path):
    (tmp_path / "rows.jsonl.gz").write_text("no gzip")
    with pytest.raises(UsageError, match=r"rows\.jsonl\.gz: no written questions can be read"):
        read_written(tmp_path / "rows.jsonl.gz")


def run(files, *options):
    return cli.main(
        [
            *("bench", "gate-fit", "--papers", str(files / "papers.jsonl")),
            *("--scifact", str(files / "scifact"), "--rows", str(files / "rows.jsonl.gz")),
            *("--suite", str(files / "suite"), "--library", str(files / "library")),
            *options,
        ]
    )


def test_the_bench_fits_and_writes_only_when_told(files, monkeypatch, capsys):
    monkeypatch.setattr("assistant.library.load_embedder", lambda config: HashingEmbedder())
    ingest = ["ingest", str(files / "papers.jsonl"), "--library", str(files / "library")]
    assert cli.main(ingest) == 0
    capsys.readouterr()
    kept = files / "sufficiency.json"
    monkeypatch.setattr("assistant.sufficiency.FILE", kept)
    assert run(files, "--json") == 0
    report = json.loads(capsys.readouterr().out)
    assert (report["questions"], report["abstracts"], report["folds"]) == (13, 7, 5)
    assert not kept.exists()
    assert run(files, "--write") == 0
    assert "AUC of question alone" in capsys.readouterr().out
    monkeypatch.setattr("assistant.sufficiency.FILE", kept)
    fitted = read_fitted.__wrapped__()
    assert fitted.embedder == HashingEmbedder().name
    assert fitted.direction.shape == (HashingEmbedder().dimension,)


@pytest.mark.parametrize("options", [("--refused", "1"), ("--others", "-1")])
def test_a_value_out_of_range_is_told(files, options, capsys):
    assert run(files, *options) == 2
    assert f"{options[0]} is {options[1]}" in capsys.readouterr().err
