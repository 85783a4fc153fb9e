"""Test collections in the form of BEIR: what is read, what is counted, what is refused."""

import pytest
from beir_folder import document, query, write_beir, write_lines

from assistant.errors import UsageError
from eval.benches.beir import read_dataset

DOCUMENTS = [
    document("d1", "Quartz clocks", "They drift in water. Slowly."),
    document("d2", "Sundials", "They need the sun."),
]
QUERIES = [query("q1", "What drifts?"), query("q2", "What needs  the\nsun?")]
QRELS = [("q1", "d1", 1), ("q2", "d2", 2), ("q2", "d1", 0)]


@pytest.fixture
def folder(tmp_path):
    return write_beir(tmp_path / "clocks", DOCUMENTS, QUERIES, QRELS)


def test_documents_queries_and_judgements_are_read(folder):
    dataset = read_dataset(folder)
    first, second = dataset.corpus.documents.values()
    assert list(dataset.corpus.documents) == ["d1", "d2"]
    assert (first.title, first.abstract) == ("Quartz clocks", "They drift in water. Slowly.")
    assert second.title == "Sundials"
    assert dataset.queries == {"q1": "What drifts?", "q2": "What needs the sun?"}
    assert dataset.qrels == {"q1": {"d1": 1}, "q2": {"d2": 2, "d1": 0}}
    assert (dataset.unjudged, dataset.irrelevant, dataset.unworded) == (0, 0, 0)


def test_a_packed_corpus_with_scifacts_names_is_read(folder):
    (folder / "corpus.jsonl").unlink()
    row = {"doc_id": 4983, "title": "Clocks", "abstract": ["They drift. ", "Slowly."]}
    write_lines(folder / "corpus.jsonl.gz", [row])
    ((number, paper),) = read_dataset(folder).corpus.documents.items()
    assert (number, paper.abstract) == ("4983", "They drift. Slowly.")


@pytest.mark.parametrize(
    "lines",
    [
        ["query-id\tcorpus-id\tscore", "q1\td1\t1"],
        ["q1\td1\t1"],
        ["q1\t0\td1\t1"],
        ["q1 0 d1 1"],
        ["q1\td1\t1\r", "", "q2\td2\t0\r"],
    ],
)
def test_judgements_have_headings_or_none_and_three_columns_or_trecs_four(folder, lines):
    write_lines(folder / "qrels" / "test.tsv", lines)
    assert read_dataset(folder).qrels == {"q1": {"d1": 1}}


def test_what_has_no_relevant_document_is_left_out_and_counted(folder):
    write_lines(folder / "queries.jsonl", [*QUERIES, query("q3", "Why?"), query("q4", "How?")])
    rows = ["q1\td1\t1", "q2\td2\t0", "q2\td1\t-1", "q9\td1\t1"]
    write_lines(folder / "qrels" / "test.tsv", rows)
    dataset = read_dataset(folder)
    assert list(dataset.queries) == list(dataset.qrels) == ["q1"]
    assert (dataset.unjudged, dataset.irrelevant, dataset.unworded) == (2, 1, 1)


def test_all_splits_are_read_unless_one_is_chosen(tmp_path):
    splits = {"dev": [("q1", "d1", 1)], "test": [("q2", "d2", 1)]}
    folder = write_beir(tmp_path / "clocks", DOCUMENTS, QUERIES, splits)
    assert set(read_dataset(folder).qrels) == {"q1", "q2"}
    assert set(read_dataset(folder).qrels_sha256) == {"dev.tsv", "test.tsv"}
    chosen = read_dataset(folder, "test")
    assert (set(chosen.qrels), set(chosen.qrels_sha256)) == ({"q2"}, {"test.tsv"})
    assert chosen.unjudged == 1
    with pytest.raises(UsageError, match=r"no qrels/train.tsv; choose --split from dev, test"):
        read_dataset(folder, "train")


def test_splits_that_contradict_each_other_are_refused(tmp_path):
    splits = {"dev": [("q1", "d1", 1)], "test": [("q1", "d1", 1), ("q1", "d1", 2)]}
    folder = write_beir(tmp_path / "clocks", DOCUMENTS, QUERIES, splits)
    with pytest.raises(UsageError, match=r"test.tsv: line 3: grade 2 for query 'q1'.* 1 before"):
        read_dataset(folder)


def test_the_hash_of_the_judgements_is_that_of_the_file(folder):
    write_lines(folder / "qrels" / "test.tsv", ["q1\td1\t1"])
    # printf 'q1\td1\t1\n' | sha256sum
    expected = "2066ba2a6a7dad8ff74daf3d"
    assert read_dataset(folder).qrels_sha256["test.tsv"].startswith(expected)


def test_the_first_sentence_of_an_untitled_document_is_its_title(folder):
    texts = ["Clocks drift in water. Slowly. Very.", "word " * 1000, "", "Only one"]
    rows = [document(f"d{n}", "" if n else None, text) for n, text in enumerate(texts)]
    write_lines(folder / "corpus.jsonl", rows)
    write_lines(folder / "qrels" / "test.tsv", ["q1\td0\t1"])
    corpus = read_dataset(folder).corpus
    parted = {key: (paper.title, paper.abstract) for key, paper in corpus.documents.items()}
    assert parted["d0"] == ("Clocks drift in water.", "Slowly. Very.")
    assert parted["d3"] == ("Only one", "")
    assert " ".join(parted["d1"]) == ("word " * 1000).strip()
    assert len(parted["d1"][0]) == 1999
    assert corpus.untitled == 3
    ((place, reason),) = [(each.place, each.reason) for each in corpus.skipped]
    assert (place, reason) == ("line 3", "neither title nor text; add one")


@pytest.mark.parametrize(
    ("file", "lines", "message"),
    [
        ("corpus.jsonl", ['{"_id": "d1"', "{}"], r"corpus.jsonl: line 1: not valid JSON"),
        ("corpus.jsonl", [DOCUMENTS[0], {"title": "x"}], r"corpus.jsonl: line 2: id is None; give"),
        ("corpus.jsonl", [{"_id": True}], "line 1: id is True"),
        ("corpus.jsonl", [DOCUMENTS[0]] * 2, "line 2: id 'd1' stands twice; remove"),
        ("corpus.jsonl", ["[1]"], "line 1: not a JSON object; give one a line"),
        ("corpus.jsonl", [document("d1")], r"no document in it \(line 1: neither title nor text"),
        ("corpus.jsonl", ['{"_id": "' + "x" * 4_000_001], "line 1 is too long"),
        ("corpus.jsonl", [], "corpus.jsonl: the file is empty"),
        ("queries.jsonl", [{"_id": "q1"}], "queries.jsonl: line 1: query 'q1' has no text; give"),
        ("queries.jsonl", [query("q1", " ")], "line 1: query 'q1' has no text"),
        ("queries.jsonl", ['{"_id": "q1", "text": "\\ud800"}'], "query 'q1' holds what is no text"),
        ("qrels/test.tsv", ["a\tb\tc", "q1\td1"], r"test.tsv: line 2: 2 columns; give query id"),
        ("qrels/test.tsv", ["q1\t\t1"], "line 1: 3 columns"),
        ("qrels/test.tsv", ["q1\td1\tx"], "line 1: grade 'x'; give a whole number"),
        ("qrels/test.tsv", ["q1\td1\t1", "q2\td2\t0.5"], "line 2: grade '0.5'"),
        ("qrels/test.tsv", ["q1\td1\t0"], "of 2 queries none has a relevant document in test.tsv"),
        ("qrels/test.tsv", ["other\td1\t1"], "of 2 queries none has a relevant"),
    ],
)
def test_a_malformed_file_is_refused_with_its_line_and_the_fix(folder, file, lines, message):
    write_lines(folder / file, lines)
    with pytest.raises(UsageError, match=message):
        read_dataset(folder)


@pytest.mark.parametrize("missing", ["corpus.jsonl", "queries.jsonl", "qrels/test.tsv"])
def test_a_missing_file_is_named(folder, missing):
    (folder / missing).unlink()
    with pytest.raises(UsageError, match=missing.replace("test", r"\*")):
        read_dataset(folder)
