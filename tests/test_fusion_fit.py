"""Cross-validation of the fusion weights: folds, choice, and the numbers of the shipped mix."""

import json
from collections import Counter

import numpy as np
import pytest
from beir_folder import document, query, write_beir
from doubles import HashingEmbedder
from hypothesis import given
from hypothesis import strategies as st

from assistant import Assistant, cli
from assistant.config import Config
from assistant.errors import UsageError
from assistant.fusion import WEIGHTS, Signals, Weights, contributions, total
from assistant.library import Library
from eval.benches.beir import read_dataset
from eval.benches.corpus_library import ingest_corpus
from eval.benches.fusion_fit import (
    FITTED,
    ONES,
    Candidates,
    choose_by_fold,
    find_candidates,
    score_mixes,
    split_folds,
    weight_grid,
)
from eval.metrics import ndcg_at_k

PAPERS = 20
NONE = {name: 0.0 for name in FITTED}


def alone(signal):
    """The mix in which one signal alone counts."""
    return Weights(**{**NONE, signal: 1.0})


def candidates(seed, right=None, queries=30):
    """Queries with one relevant paper each, which the signal `right` puts first; others are noise.

    Paper 0 of each query is the relevant one.
    """
    random = np.random.default_rng(seed)
    found, qrels = {}, {}
    for number in range(queries):
        noise = {name: random.normal(size=PAPERS).astype(np.float32) for name in Signals.__slots__}
        for name in ("whole", "title", "author", "named"):
            noise[name] = np.zeros(PAPERS, np.float32)
        if right:
            noise[right][0] = noise[right].max() + 1
        ids = tuple(f"q{number}p{paper}" for paper in range(PAPERS))
        found[f"q{number}"] = Candidates(ids, Signals(**noise))
        qrels[f"q{number}"] = {ids[0]: 1}
    return found, qrels


# Folds


GROUPS = st.lists(st.sampled_from("abcdefghijkl"), min_size=12, max_size=60)


@given(GROUPS, st.integers(2, 6), st.integers(0, 9))
def test_folds_keep_groups_whole_and_are_as_even_as_groups_allow(groups, count, seed):
    if len(set(groups)) < count:
        with pytest.raises(UsageError, match=f"needs {count} groups .* not {len(set(groups))}"):
            split_folds(groups, count, seed)
        return
    folds = split_folds(groups, count, seed)
    assert len({*zip(groups, folds.tolist(), strict=True)}) == len(set(groups))
    sizes = np.bincount(folds, minlength=count)
    assert len(sizes) == count and sizes.min() > 0
    assert sizes.max() - sizes.min() <= max(Counter(groups).values())


def test_folds_are_drawn_by_the_seed():
    groups = [str(number) for number in range(40)]
    assert split_folds(groups, seed=1).tolist() == split_folds(groups, seed=1).tolist()
    assert split_folds(groups, seed=1).tolist() != split_folds(groups, seed=2).tolist()


def test_folds_do_not_depend_on_the_order_of_the_queries():
    groups = [each for number in range(20) for each in [str(number)] * (1 + number % 3)]
    forwards, backwards = split_folds(groups), split_folds(groups[::-1])
    assert backwards[::-1].tolist() == forwards.tolist()


# The choice


def test_the_choice_for_a_fold_does_not_see_the_fold():
    # Mix 0 is right in the first fold alone, mix 1 in the second and third.
    scores = np.array([[1, 1, 0, 0, 0.2], [0, 0, 0.9, 0.9, 0.9]])
    folds = np.array([0, 0, 1, 1, 2])
    # Outside of fold 0: 0.07 and 0.9; of fold 1: 0.73 and 0.3; of fold 2: 0.5 and 0.45.
    assert choose_by_fold(scores, folds).tolist() == [1, 0, 0]


def test_of_equal_mixes_the_first_is_chosen():
    scores = np.array([[0.1, 0.2, 0.3], [0.3, 0.1, 0.2], [0.2, 0.3, 0.1]])
    spread = np.tile(scores, 3)  # each fold has all three scores, in another order of mixes
    assert choose_by_fold(spread, np.repeat([0, 1, 2], 3)).tolist() == [0, 0, 0]


@pytest.mark.parametrize("right", FITTED)
def test_the_one_signal_that_is_right_is_chosen_in_every_fold(right):
    found, qrels = candidates(seed=3, right=right)
    mixes = [WEIGHTS, *map(alone, FITTED)]
    scores = score_mixes(found, qrels, mixes)
    folds = split_folds(list(qrels))
    chosen = choose_by_fold(scores, folds)
    assert [mixes[mix] for mix in chosen] == [alone(right)] * 5
    assert scores[chosen[folds], np.arange(30)].tolist() == [1.0] * 30


# The mixes


def test_the_grid_varies_the_shipped_mix_which_stands_first():
    grid = weight_grid()
    assert grid[0] == WEIGHTS
    assert len(set(grid)) == len(grid) == 60
    for mix in grid:
        assert mix.lexical + mix.chunk + mix.sentence == pytest.approx(1)
        assert min(mix.lexical, mix.chunk, mix.sentence, mix.feedback) >= 0
        for name in set(Weights.__slots__) - set(FITTED):
            assert getattr(mix, name) == getattr(WEIGHTS, name)


def test_with_all_weights_one_contributions_are_the_signals_as_compared():
    found, _ = candidates(seed=1, queries=1)
    signals = found["q0"].signals
    shipped, plain = contributions(signals), contributions(signals, ONES)
    for name, values in plain.items():
        assert (getattr(WEIGHTS, name) * values).tolist() == shipped[name].tolist()


@given(st.integers(0, 50))
def test_mixes_are_scored_as_one_by_one(seed):
    found, qrels = candidates(seed, queries=3)
    mixes = [WEIGHTS, alone("chunk"), Weights(0.1, 0.2, 0.9, 0.4)]
    scores = score_mixes(found, qrels, mixes)
    for row, mix in enumerate(mixes):
        for column, (query_id, grades) in enumerate(qrels.items()):
            sums = total(contributions(found[query_id].signals, mix))
            order = sorted(range(PAPERS), key=lambda paper, sums=sums: -sums[paper])
            ranking = [found[query_id].paper_ids[paper] for paper in order]
            assert scores[row, column] == ndcg_at_k(ranking, grades, 10)


# The bench


THINGS = ["quartz", "sundial", "pendulum", "hourglass", "atom", "candle", "water", "tower"]
DOCUMENTS = [
    document(
        f"d{n}",
        f"The {thing} clock of town {n}",
        f"We keep a {thing} clock beside a {THINGS[n - 3]}. It drifts {n} seconds a month.",
    )
    for n, thing in enumerate(THINGS)
]
QUERIES = [
    query("known", "how much does quartz drift"),
    query("slip", "seconds that a pendulm loses"),
    query("title", "The hourglass clock of town 3"),
    query("two", "an atom or a candle"),
    query("linked", "candle beside a sundial"),
    query("far", "old thing in a church"),
    query("long", "tower " * 1000),
]
QRELS = [
    *[("known", "d0", 1), ("slip", "d2", 1), ("title", "d3", 1), ("two", "d4", 2)],
    *[("two", "d5", 1), ("linked", "d5", 1), ("far", "d7", 1), ("long", "d6", 1)],
]


@pytest.fixture
def folder(tmp_path):
    return write_beir(tmp_path / "clocks", DOCUMENTS, QUERIES, QRELS)


@pytest.fixture
def bench(monkeypatch, capsys):
    """Run the command; give the exit code, what it printed, and what it said beside."""
    monkeypatch.setattr("assistant.library.load_embedder", lambda config: HashingEmbedder())

    def run(*options):
        code = cli.main(["bench", "retrieval", *map(str, options)])
        return code, *capsys.readouterr()

    return run


def test_the_shipped_mix_ranks_as_search_does(folder, tmp_path):
    with Assistant(Library(tmp_path / "library", HashingEmbedder()), Config()) as assistant:
        dataset = read_dataset(folder)
        ingest_corpus(assistant.library, dataset.corpus, lambda done: None)
        told = []
        found = find_candidates(assistant, dataset.queries, told.append)
        assert told == list(range(1, 8))
        for query_id, text in dataset.queries.items():
            sums = total(contributions(found[query_id].signals))
            ranking = [found[query_id].paper_ids[row] for row in np.argsort(-sums, kind="stable")]
            hits = assistant.search(text[:4000], 100)
            assert ranking == [hit.paper.paper_id for hit in hits], query_id


def test_the_shipped_mix_has_the_number_of_the_benchs_hybrid_row(bench, folder):
    _, plain, _ = bench("--json", "--dataset", folder)
    code, fit, said = bench("--json", "--dataset", folder, "--fit")
    hybrid, report = json.loads(plain)["rankers"]["hybrid"]["nDCG@10"], json.loads(fit)
    shipped = report["shipped"]
    assert 0 < hybrid["value"] < 1
    assert {name: shipped[name] for name in hybrid} == hybrid
    assert report["grid"][0]["score"] == hybrid["value"]
    assert (code, report["counts"]["groups"]) == (0, 6)
    assert "7 of 7 queries run" in said


def test_the_report_adds_up(bench, folder):
    report = json.loads(bench("--json", "--dataset", folder, "--fit")[1])
    folds, grid = report["folds"], report["grid"]
    assert sum(fold["queries"] for fold in folds) == 7
    assert sum(fold["groups"] for fold in folds) == 6
    for name in ("score", "shipped"):
        mean = sum(fold["queries"] * fold[name] for fold in folds) / 7
        whole = report["cross_validated" if name == "score" else "shipped"]["value"]
        assert mean == pytest.approx(whole, abs=1e-5)
    difference = report["cross_validated"]["value"] - report["shipped"]["value"]
    assert report["cross_validated_minus_shipped"]["value"] == pytest.approx(difference, abs=2e-6)
    scores = [mix["score"] for mix in grid]
    assert (report["best"]["score"], report["worst"]["score"]) == (max(scores), min(scores))
    assert report["near_best"] == sum(score >= max(scores) - 0.005 for score in scores)
    weights = [mix["weights"] for mix in grid]
    assert all(fold["chosen"]["weights"] in weights for fold in folds)
    assert (report["settings"]["folds"], report["settings"]["seed"]) == (5, 0)


def test_the_text_has_means_folds_and_how_flat_the_grid_is(bench, folder):
    code, text, _ = bench("--dataset", folder, "--fit")
    assert code == 0
    for line in (
        "queries   7, in 6 groups",
        "grid      60 mixes: lexical 0.2, 0.3, 0.4, 0.5, 0.6; ",
        "is of the papers that the shipped weights put first, whatever the mix",
        "cross-validated minus shipped  ",
        "fold  queries  lexical  chunk  sentence  feedback  outside  inside  shipped inside",
        "best of the grid ",
        " of 60 mixes",
    ):
        assert line in text


def test_too_few_groups_are_told_before_anything_is_searched(bench, tmp_path):
    folder = write_beir(tmp_path / "clocks", DOCUMENTS, QUERIES[:3], QRELS[:3])
    code, text, said = bench("--dataset", folder, "--fit")
    assert (code, text) == (2, "")
    assert "--fit needs 5 groups" in said and "not 3; give a larger collection" in said
    assert "queries run" not in said
