"""The bench of retrieval, over small collections with the hashing embedder."""

import json
from pathlib import Path
from types import SimpleNamespace

import ir_measures
import pytest
from beir_folder import document, query, write_beir, write_lines
from doubles import HashingEmbedder

from assistant import Assistant, cli
from assistant.config import Config
from assistant.errors import ProviderError, UsageError
from assistant.library import Library
from assistant.types import Paper
from eval.benches.beir import read_dataset
from eval.benches.corpus_library import ABSENT, ingest_corpus, qrels_by_paper
from eval.benches.rankers import RANKERS, rank_by_rrf, rank_densely
from eval.benches.retrieval_bench import run_queries
from eval.benches.retrieval_scores import METRICS, mean_scores

THINGS = ["quartz", "sundial", "pendulum", "hourglass", "atom", "candle", "water", "tower"]
DOCUMENTS = [
    document(
        f"d{n}", f"The {thing} clock", f"We keep a {thing} clock. It drifts {n} seconds a month."
    )
    for n, thing in enumerate(THINGS)
]
QUERIES = [
    query("q0", "how much does quartz drift"),
    query("q1", "seconds that a sundial loses"),
    query("q2", "pendulum or hourglass"),
    query("q3", "an old thing in a church"),
]
QRELS = [("q0", "d0", 1), ("q1", "d1", 2), ("q2", "d2", 2), ("q2", "d3", 1), ("q3", "d7", 1)]


@pytest.fixture
def folder(tmp_path):
    return write_beir(tmp_path / "clocks", DOCUMENTS, QUERIES, QRELS)


@pytest.fixture
def embedder(monkeypatch):
    """What every library of the test embeds with."""
    embedder = HashingEmbedder()
    monkeypatch.setattr("assistant.library.load_embedder", lambda config: embedder)
    return embedder


@pytest.fixture
def bench(embedder, capsys):
    """Run the command; give what it printed as JSON, and what it said beside."""

    def run(*options):
        code = cli.main(["bench", "retrieval", "--json", *map(str, options)])
        printed = capsys.readouterr()
        assert code == 0, printed.err
        return json.loads(printed.out), printed.err

    return run


def opened(folder, embedder=None):
    return Assistant(Library(folder, embedder or HashingEmbedder()), Config())


def stored(assistant, folder):
    """The collection, its papers' ids in a library, and its judgements by these."""
    dataset = read_dataset(folder)
    paper_ids = ingest_corpus(assistant.library, dataset.corpus, lambda done: None)
    return dataset, paper_ids, qrels_by_paper(dataset.qrels, paper_ids)


# The numbers


def test_every_ranker_is_scored_as_ir_measures_does(folder, tmp_path):
    with opened(tmp_path / "library") as assistant:
        dataset, _, qrels = stored(assistant, folder)
        rankings = run_queries(assistant, dataset.queries, lambda done: None)
    assert set(rankings) == set(RANKERS) == {"BM25", "dense", "RRF", "hybrid"}
    names = map(ir_measures.parse_measure, ("nDCG@10", "R@10", "R@100", "RR@10"))
    measures = dict(zip(METRICS, names, strict=True))
    rows = [ir_measures.Qrel(q, p, grade) for q, row in qrels.items() for p, grade in row.items()]
    for ranker, lists in rankings.items():
        run = [
            ir_measures.ScoredDoc(q, paper_id, -rank)
            for q, ranking in lists.items()
            for rank, paper_id in enumerate(ranking or ["nothing"])
        ]
        expected = ir_measures.calc_aggregate(measures.values(), rows, run)
        for name, mean in mean_scores(lists, qrels).items():
            assert mean.value == pytest.approx(expected[measures[name]]), (ranker, name)


def test_the_report_names_rankers_metrics_differences_settings_and_the_worst(bench, folder):
    report, _ = bench("--dataset", folder)
    assert list(report["rankers"]) == ["BM25", "dense", "RRF", "hybrid"]
    assert list(report["hybrid_minus"]) == ["BM25", "dense", "RRF"]
    for means in (*report["rankers"].values(), *report["hybrid_minus"].values()):
        assert list(means) == ["nDCG@10", "recall@10", "recall@100", "MRR@10"]
        assert all(len(mean["interval"]) == 2 for mean in means.values())
    hybrid, bm25 = (report["rankers"][name]["nDCG@10"]["value"] for name in ("hybrid", "BM25"))
    difference = report["hybrid_minus"]["BM25"]["nDCG@10"]["value"]
    assert difference == pytest.approx(hybrid - bm25, abs=1e-5)
    settings, counts = report["settings"], report["counts"]
    assert (settings["dataset"], settings["embedder"]) == ("clocks", "hashing")
    assert (settings["depth"], settings["rrf_k"]) == (100, 60)
    assert (counts["documents"], counts["papers"], counts["queries"]) == (8, 8, 4)
    assert counts["groups"] == 4
    worst = report["worst"][0]
    assert (worst["query_id"], worst["relevant"]) == ("q3", ["d7"])
    assert worst["first_relevant_rank"] > 1
    assert worst["first_documents"] != ["d7"]


def test_worst_queries_are_as_many_as_asked_for_the_worst_first(bench, folder):
    one, _ = bench("--dataset", folder, "--worst", "1")
    all_, _ = bench("--dataset", folder)
    assert len(one["worst"]) == 1 and one["worst"] == all_["worst"][:1]
    assert len(all_["worst"]) == all_["flawed"] == one["flawed"]
    scores = [each["ndcg_at_10"] for each in all_["worst"]]
    assert scores == sorted(scores) and max(scores) < 1


def test_the_text_has_the_table_and_what_stood_first(embedder, folder, capsys):
    assert cli.main(["bench", "retrieval", "--dataset", str(folder)]) == 0
    text = capsys.readouterr().out
    for line in (
        "dataset   clocks, test.tsv sha256 ",
        "embedder  hashing, reranker none",
        "hybrid minus",
        "BM25 ",
    ):
        assert line in text
    assert "q3: an old thing in a church\n    first relevant at rank " in text
    assert "left out" not in text


# Documents and papers


def test_documents_that_are_one_paper_count_as_one_and_are_told(bench, folder, tmp_path):
    twin = {**DOCUMENTS[0], "_id": "twin"}
    near = {**DOCUMENTS[1], "_id": "near", "text": DOCUMENTS[1]["text"] + " Always."}
    write_lines(folder / "corpus.jsonl", [*DOCUMENTS, twin, near])
    rows = [*QRELS[1:], ("q0", "twin", 1), ("q0", "d0", 0), ("q1", "near", 1)]
    write_lines(folder / "qrels" / "test.tsv", ["\t".join(map(str, row)) for row in rows])
    with opened(tmp_path / "library") as assistant:
        _, paper_ids, qrels = stored(assistant, folder)
    assert paper_ids["twin"] == paper_ids["d0"] != paper_ids["d1"] == paper_ids["near"]
    assert (qrels["q0"], qrels["q1"]) == ({paper_ids["d0"]: 1}, {paper_ids["d1"]: 2})
    report, _ = bench("--dataset", folder)
    counts = report["counts"]
    assert (counts["documents"], counts["papers"]) == (10, 8)
    assert (counts["joined"], counts["joined_relevant"]) == (2, 2)
    assert report["rankers"]["BM25"]["recall@100"]["value"] >= 0.75


def test_documents_that_share_a_title_alone_keep_their_own_judgements(folder, tmp_path):
    title = "An editorial"
    rows = [document("e1", title, "Of moons and tides."), document("e2", title, "On rare teas.")]
    write_lines(folder / "corpus.jsonl", rows)
    write_lines(folder / "queries.jsonl", [query("q0", "moons"), query("q1", "teas")])
    write_lines(folder / "qrels" / "test.tsv", ["q0\te1\t1", "q1\te2\t1"])
    with opened(tmp_path / "library") as assistant:
        dataset, paper_ids, _ = stored(assistant, folder)
        found = run_queries(assistant, dataset.queries, lambda done: None)["BM25"]
    assert paper_ids["e1"] != paper_ids["e2"]
    assert (found["q0"][0], found["q1"][0]) == (paper_ids["e1"], paper_ids["e2"])


def test_a_relevant_document_that_is_not_in_the_corpus_counts_as_not_found(bench, folder):
    rows = ["q0\tgone\t1", "q1\td1\t1", "q1\tgone\t1"]
    write_lines(folder / "qrels" / "test.tsv", rows)
    report, _ = bench("--dataset", folder)
    counts = report["counts"]
    assert (counts["queries"], counts["absent"], counts["hopeless"]) == (2, 2, 1)
    assert counts["groups"] == 1  # both want the same document
    assert report["rankers"]["hybrid"]["recall@100"]["value"] == 0.25
    assert [each["first_relevant_rank"] for each in report["worst"]][0] is None


def test_documents_that_are_no_papers_are_counted_and_the_first_is_named(embedder, folder, capsys):
    write_lines(folder / "corpus.jsonl", [*DOCUMENTS, document("empty"), document("d8", "", "So.")])
    assert cli.main(["bench", "retrieval", "--dataset", str(folder)]) == 0
    text = capsys.readouterr().out
    assert "no papers: 1 (line 9: neither title nor text; add one)" in text
    assert "documents without a title, whose first sentence stands for it: 1" in text


def test_judgements_by_paper_take_the_highest_grade():
    qrels = {"q": {"a": 1, "b": 2, "c": 0, "gone": 1}}
    by_paper = qrels_by_paper(qrels, {"a": "p1", "b": "p1", "c": "p2"})
    assert by_paper == {"q": {"p1": 2, "p2": 0, f"{ABSENT}gone": 1}}


def test_a_query_that_is_named_like_a_document_may_find_it(folder, tmp_path):
    write_lines(folder / "queries.jsonl", [query("d0", DOCUMENTS[0]["title"])])
    write_lines(folder / "qrels" / "test.tsv", ["d0\td1\t1"])
    with opened(tmp_path / "library") as assistant:
        dataset, paper_ids, _ = stored(assistant, folder)
        rankings = run_queries(assistant, dataset.queries, lambda done: None)
    assert [lists["d0"][0] for lists in rankings.values()] == [paper_ids["d0"]] * 4


def test_a_query_longer_than_search_takes_is_cut_and_told(bench, folder):
    write_lines(folder / "queries.jsonl", [query("q0", "quartz " * 1000), *QUERIES[1:]])
    report, _ = bench("--dataset", folder)
    assert report["counts"]["cut"] == 1
    assert "q0" not in [each["query_id"] for each in report["worst"]]


# The library


def test_an_unchanged_corpus_is_embedded_once(bench, folder, embedder, tmp_path):
    first, said = bench("--dataset", folder, "--library", tmp_path / "kept")
    assert "8 of 8 documents ingested" in said
    of_documents = [text for text in embedder.texts if "clock" in text]
    again, said = bench("--dataset", folder, "--library", tmp_path / "kept")
    assert again == first
    assert [text for text in embedder.texts if "clock" in text] == of_documents
    assert "ingested" not in said and "4 of 4 queries run" in said


def test_without_a_folder_the_library_is_gone_afterwards(bench, folder):
    _, said = bench("--dataset", folder)
    place = Path(said.split("library ")[1].split(",")[0])
    assert place.name == "library" and "gone afterwards" in said
    assert not place.parent.exists()


def test_a_library_with_other_papers_is_refused_and_left_as_it_is(folder, tmp_path):
    with opened(tmp_path / "mine") as assistant:
        assistant.library.ingest([Paper("mine", "My own paper", "It is about teas.")])
        with pytest.raises(UsageError, match=r"1 of its records .*'My own paper'.* --library"):
            stored(assistant, folder)
        assert assistant.library.count == 1


def test_a_corpus_that_has_changed_is_refused_since_old_papers_would_be_found(folder, tmp_path):
    with opened(tmp_path / "library") as assistant:
        stored(assistant, folder)
        write_lines(folder / "corpus.jsonl", DOCUMENTS[1:])
        with pytest.raises(UsageError, match="1 of its records .*The quartz clock"):
            stored(assistant, folder)


def test_what_an_interruption_left_is_completed(folder, tmp_path):
    rows = [
        document(f"d{n}", f"Clock {n}", f"Clock {n} drifts. So it is said of {n}.")
        for n in range(150)
    ]
    twin = {**rows[0], "_id": "twin", "text": rows[0]["text"] + " Ever."}
    write_lines(folder / "corpus.jsonl", [rows[0], twin, *rows[1:]])
    with opened(tmp_path / "library", HashingEmbedder(fail_after=400)) as assistant:
        with pytest.raises(ProviderError):
            stored(assistant, folder)
        assert 0 < assistant.library.count < 150
    with opened(tmp_path / "library") as assistant:
        _, paper_ids, _ = stored(assistant, folder)
        assert assistant.library.count == len(set(paper_ids.values())) == 150
    assert paper_ids["twin"] == paper_ids["d0"]


# The rankers


def scripted(lexical=(), dense=()):
    """An assistant whose library finds what the lists say; keeps how much was asked for."""
    asked = []

    def nearest(vector, top_k):
        asked.append(top_k)
        return [(name, 1 / rank) for rank, name in enumerate(dense[:top_k], 1)]

    def match(query, top_k):
        return [(name, 9 / rank) for rank, name in enumerate(lexical[:top_k], 1)]

    return SimpleNamespace(library=SimpleNamespace(lexical=match, dense=nearest), asked=asked)


def test_rrf_by_hand():
    # a: 1/61 + 1/62; c: 1/63 + 1/61; b: 1/62; d: 1/63.
    assistant = scripted(lexical=["a", "b", "c"], dense=["c", "a", "d"])
    assert rank_by_rrf(assistant, "", None, 3) == ["a", "c", "b"]


def test_dense_takes_each_papers_nearest_chunk_from_as_many_chunks_as_needed():
    chunks = ["a"] * 9 + ["b", "a", "c", "d"]
    assistant = scripted(dense=chunks)
    assert rank_densely(assistant, "", None, 2) == ["a", "b"]
    assert assistant.asked == [4, 8, 16]
    assert rank_densely(assistant, "", None, 9) == ["a", "b", "c", "d"]
