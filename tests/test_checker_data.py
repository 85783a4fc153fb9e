"""What the checker is trained on, and in what order; the training itself needs PyTorch."""

import gzip
import json
from itertools import islice

import pytest

from assistant.errors import UsageError
from eval.checker import pairs as checker_pairs
from eval.checker import written_pairs
from eval.checker.data import read_mix
from eval.checker.pairs import Pair, read_set, weigh_down, without_duplicates
from eval.checker.schedule import batches, learning_rate
from eval.checker.scifact_pairs import read_scifact
from eval.checker.written_pairs import QUESTIONS, STATEMENTS, Abstract

ABSTRACT = Abstract(
    "Cats",
    [
        "Cats sleep for most of the day.",
        "We weighed forty cats of two kinds.",
        "Old cats sleep longer than young cats.",
        "The reasons are not known.",
        "Dogs were left aside.",
    ],
)


def pair(first="A passage.", second="A claim.", label="entail", **rest):
    return Pair("a set", first, second, label, **rest)


def test_pairs_that_occur_twice_count_once_and_disputed_ones_not_at_all():
    twice = [pair(), pair(first="a  PASSAGE."), pair(second="x"), pair(second="x", label="neutral")]
    assert without_duplicates(twice) == [pair()]


def test_all_pairs_of_a_premise_are_on_one_side():
    for number in range(200):
        premise = f"Premise {number}."
        sides = {checker_pairs.held_out(pair(premise, f"claim {n}")) for n in range(5)}
        assert len(sides) == 1
    kept = [checker_pairs.held_out(pair(f"Premise {n}.")) for n in range(4000)]
    assert 50 < sum(kept) < 150  # one in forty


def test_a_pair_counts_less_the_more_its_hypothesis_betrays_it():
    weights = [each.weight for each in weigh_down([pair(), pair(), pair()], [0.9, 0.5, 0.1])]
    assert weights == sorted(weights)
    assert sum(weights) == pytest.approx(3)
    assert weights[0] / weights[2] == pytest.approx(checker_pairs.LEAST_WEIGHT / 0.9)


def test_a_set_is_read_with_white_space_evened(tmp_path):
    rows = [{"premise": "One\n two.", "hypothesis": " Two. ", "label": "entail"}]
    write_packed(tmp_path / "some.jsonl.gz", rows)
    assert read_set(tmp_path, "some") == [Pair("some", "One two.", "Two.", "entail")]


@pytest.mark.parametrize(
    "row", [{"premise": "One."}, {"premise": "One.", "hypothesis": "Two.", "label": "maybe"}]
)
def test_a_line_that_is_no_pair_is_an_error_that_names_the_file(tmp_path, row):
    write_packed(tmp_path / "some.jsonl.gz", [row])
    with pytest.raises(UsageError, match="some.jsonl.gz: no entailment pairs"):
        read_set(tmp_path, "some")


def test_batches_are_the_same_wherever_a_run_is_taken_up():
    sets = {"a": [pair(second=f"claim {n}") for n in range(90)], "b": [pair("B.", "b")] * 50}
    weights = {"a": 1.5, "b": 0.2}
    whole = list(islice(batches(sets, weights, 8, 3), 60))
    assert list(islice(batches(sets, weights, 8, 3), 40, 60)) == whole[40:]
    assert whole != list(islice(batches(sets, weights, 8, 4), 60))


def test_a_weight_is_how_often_a_pair_is_seen_in_an_epoch():
    sets = {"a": [pair(second=f"claim {n}") for n in range(400)], "b": [pair("B.", "b")] * 400}
    seen = [
        each for batch in islice(batches(sets, {"a": 2.0, "b": 0.25}, 32, 1), 28) for each in batch
    ]
    of_b = sum(each.first == "B." for each in seen)
    assert 60 < of_b < 140
    assert abs(len(seen) - of_b - 800) < 60


def test_a_set_that_has_no_weight_is_left_out():
    sets = {"a": [pair()] * 40, "b": [pair("B.", "b")] * 40}
    seen = [each for batch in islice(batches(sets, {"a": 1.0}, 8, 1), 10) for each in batch]
    assert {each.first for each in seen} == {"A passage."}


def test_the_learning_rate_rises_stays_and_falls_to_nothing():
    rates = [learning_rate(step, 100, 1.0, 10, 0.5) for step in range(101)]
    assert rates[0] == pytest.approx(0.1)
    assert rates[10:50] == [1.0] * 40
    assert rates[75] == pytest.approx(0.5)
    assert rates[100] == 0


def test_without_decay_the_learning_rate_stays_up_to_the_last_step():
    assert learning_rate(99, 100, 1.0, 10, 0.0) == 1.0


def test_the_sentences_that_a_quotation_covers_are_found():
    assert ABSTRACT.holding("Old cats sleep longer than young cats") == [2]
    assert ABSTRACT.holding("whatever reasons stand behind") == [3]


def test_statements_are_held_against_what_decides_them_and_against_what_does_not():
    rows = [statement("true", f"Cats of kind {n} sleep longer.") for n in range(60)]
    found = list(written_pairs.statement_pairs(rows, {"x:1": ABSTRACT}))
    decided = [each for each in found if each.label == "entail"]
    beside = [each for each in found if each.label == "neutral"]
    assert len(decided) == 60
    assert all("Old cats sleep longer than young cats." in each.first for each in decided)
    assert len({each.first for each in decided}) == 3  # alone, with neighbours, with the title
    assert 5 < len(beside) < 35
    assert not any("Old cats" in each.first for each in beside)


def test_false_statements_contradict_and_keep_what_is_wrong():
    row = {**statement("false", "Old cats sleep less."), "wrong": "direction"}
    found = list(written_pairs.statement_pairs([row], {"x:1": ABSTRACT}))
    assert (found[0].label, found[0].kind) == ("contradict", "direction")


def test_unstated_statements_are_neutral():
    row = {"id": "x:1", "kind": "unstated", "text": "Cats of both kinds like fish."}
    assert [p.label for p in written_pairs.statement_pairs([row], {"x:1": ABSTRACT})] == ["neutral"]


def test_a_question_is_answered_by_its_sentence_alone_and_a_near_miss_by_none():
    answerable = {
        "id": "x:1",
        "kind": "answerable",
        "question": "Which cats sleep longer?",
        "evidence": "Old cats sleep longer",
    }
    missed = {"id": "x:1", "kind": "near_miss", "question": "Where do cats sleep longest?"}
    found = list(written_pairs.question_pairs([answerable, missed], {"x:1": ABSTRACT}))
    for each in found:
        answers = each.kind.startswith("answerable") and "Old cats sleep longer" in each.first
        assert each.label == ("answers" if answers else "silent"), each
        assert each.first.startswith("Cats. ")
    assert {each.label for each in found} == {"answers", "silent"}
    assert {each.source for each in found} == {QUESTIONS}


def test_a_fold_shares_neither_claim_nor_abstract_with_what_it_is_tested_on(tmp_path):
    write_scifact(tmp_path)
    scifact = read_scifact(tmp_path)
    assert {each.pair.label for each in scifact.pairs} == {"entail", "contradict", "neutral"}
    for fold, documents in scifact.documents_of.items():
        seen = scifact.without(fold)
        assert len(seen) < len(scifact.without(None))
        tested = {c for c, at in scifact.fold_of.items() if at == fold}
        left_out = [e for e in scifact.pairs if e.claim in tested or e.document in documents]
        texts = {each.pair.first for each in left_out}
        assert texts
        assert not texts & {each.first for each in seen}


def test_every_set_of_the_mix_is_known_and_the_written_ones_are_in_both():
    mix = read_mix()
    assert mix["anneal_weights"].keys() <= mix["weights"].keys()
    for weights in (mix["weights"], mix["anneal_weights"]):
        assert {STATEMENTS, QUESTIONS} <= weights.keys()
        assert "scifact_train" not in weights  # it comes last, so that a fold can do without


def statement(kind, text):
    return {"id": "x:1", "kind": kind, "text": text, "evidence": "Old cats sleep longer"}


def write_packed(path, rows):
    path.write_bytes(gzip.compress("".join(json.dumps(row) + "\n" for row in rows).encode()))


def write_scifact(folder):
    """Ten claims, each on an abstract of its own of three sentences."""
    documents = [
        {
            "doc_id": n,
            "title": f"On {n}",
            "abstract": [f"We study {n}.", f"{n} does rise.", f"Others of {n} are left."],
        }
        for n in range(10)
    ]
    claims = [
        {
            "id": n,
            "claim": f"{n} rises.",
            "evidence": {
                str(n): [{"sentences": [1], "label": "SUPPORT" if n % 2 else "CONTRADICT"}]
            },
            "cited_doc_ids": [n],
        }
        for n in range(10)
    ]
    (folder / "corpus.jsonl").write_text("".join(json.dumps(row) + "\n" for row in documents))
    (folder / "claims_train.jsonl").write_text("".join(json.dumps(row) + "\n" for row in claims))
