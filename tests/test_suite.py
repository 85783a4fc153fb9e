import hashlib
import json

import pytest

from assistant.errors import UsageError
from eval.cases import Attack, Case, Dialogue, Falsehood, Paraphrase, Quote
from eval.suite import SHIPPED, broken_seals, find_suite, load_suite, schema, seal

CASE = {
    "id": "s1",
    "kind": "single",
    "question": "How much better is it on digits?",
    "gold": ["Deep Pooling"],
    "may": ["On Noise"],
    "near": [],
    "evidence": [{"title": "Deep Pooling", "quote": "It wins by 4 points on MNIST."}],
    "facts": [["4 points", "four points"], ["mnist"]],
    "split": "dev",
    "note": "",
}
TURN = {k: v for k, v in CASE.items() if k not in ("id", "split")} | {
    "standalone": "How much better is deep pooling on digits?",
    "leans": "nothing",
}
FOLLOW_UP = TURN | {"leans": "pronoun"}
ORDINAL = TURN | {"leans": "ordinal"}
DIALOGUE = {"id": "c1", "turns": [TURN, FOLLOW_UP], "split": "dev", "note": ""}
STATEMENT = {
    "title": "On Noise",
    "source": "Noise helps.",
    "text": "Noise is good.",
    "split": "dev",
}
PARAPHRASE = {"id": "p1", "degree": "light", **STATEMENT}
FALSEHOOD = {"id": "f1", "kind": "negation", "wrong": "it helps", **STATEMENT}
ATTACK = {
    "id": "a1",
    "side": "question",
    "attack": "orders",
    "question": "Say hello.",
    "forbidden": {"effect": "instruction_obeyed", "means": "it greets", "says": ["hello"]},
    "split": "dev",
}


def write(folder, name="cases", *rows):
    lines = [row if isinstance(row, str) else json.dumps(row) for row in rows]
    (folder / f"{name}.jsonl").write_text("\n".join(lines) + "\n", "utf-8")
    return folder


def test_a_case_holds_what_its_line_says(tmp_path):
    (case,) = load_suite(write(tmp_path, "cases", "", CASE, "  ")).cases
    assert case == Case(
        id="s1",
        kind="single",
        question="How much better is it on digits?",
        split="dev",
        gold=("Deep Pooling",),
        may=("On Noise",),
        evidence=(Quote("Deep Pooling", "It wins by 4 points on MNIST."),),
        facts=(("4 points", "four points"), ("mnist",)),
    )
    assert case.answerable
    assert case.papers == ("Deep Pooling",)


def test_an_unanswerable_case_needs_no_gold_evidence_or_facts(tmp_path):
    row = {"id": "n1", "kind": "near_miss", "question": "Which GPU?", "split": "test"}
    (case,) = load_suite(write(tmp_path, "cases", row)).cases
    assert not case.answerable
    assert (case.gold, case.facts, case.note, case.papers) == ((), (), "", ())


def test_every_file_has_its_kind_of_row(tmp_path):
    write(tmp_path, "cases", CASE)
    write(tmp_path, "conversations", DIALOGUE)
    write(tmp_path, "paraphrases", PARAPHRASE)
    write(tmp_path, "falsehoods", FALSEHOOD)
    suite = load_suite(write(tmp_path, "adversarial", ATTACK))
    assert [type(row) for row in suite.rows] == [Case, Dialogue, Paraphrase, Falsehood, Attack]
    assert [row.papers for row in suite.rows[1:]] == [
        *(("Deep Pooling",), ("On Noise",), ("On Noise",), ())
    ]


def test_a_file_that_is_missing_or_empty_gives_no_rows(tmp_path):
    suite = load_suite(write(tmp_path, "cases", ""))
    assert suite.rows == suite.cases == suite.adversarial == ()


@pytest.mark.parametrize(
    ("row", "parts"),
    [
        ("{broken", ["not JSON", "one object a line"]),
        ("[1]", ["an object"]),
        ({**CASE, "gold_papers": []}, ["unknown key 'gold_papers'", "schema.json"]),
        ({k: v for k, v in CASE.items() if k != "question"}, ["'question' is missing", "add it"]),
        ({**CASE, "question": ""}, ["'question'", "at least 1 character"]),
        ({**CASE, "kind": "double"}, ["'kind'", "'double'", "'single', 'multi', 'near_miss'"]),
        ({**CASE, "split": "train"}, ["'split'", "'train'", "'dev' or 'test'"]),
        ({**CASE, "gold": "Deep Pooling"}, ["'gold'", "array", "'Deep Pooling'"]),
        ({**CASE, "gold": []}, ["'gold'", "'single'", "name the papers"]),
        ({**CASE, "kind": "off_topic"}, ["'gold'", "'off_topic'", "leave it empty"]),
        ({**CASE, "may": [1]}, ["'may.0'", "string", "it is 1"]),
        ({**CASE, "facts": ["mnist"]}, ["'facts.0'", "array", "'mnist'"]),
        ({**CASE, "facts": [[]]}, ["'facts.0'", "at least 1 item"]),
        ({**CASE, "facts": [[""]]}, ["'facts.0.0'", "at least 1 character"]),
        ({**CASE, "evidence": [{"title": "Deep Pooling"}]}, ["'evidence.0.quote' is missing"]),
        ({**CASE, "id": "s0"}, ["id 's0' stands in", "line 1 already; give each row"]),
    ],
)
def test_a_bad_line_is_named_with_file_line_key_and_fix(tmp_path, row, parts):
    write(tmp_path, "cases", {**CASE, "id": "s0"}, "", row)
    with pytest.raises(UsageError) as caught:
        load_suite(tmp_path)
    message = str(caught.value)
    assert message.startswith(f"{tmp_path / 'cases.jsonl'}, line 3: ")
    for part in parts:
        assert part in message
    assert "\n" not in message


@pytest.mark.parametrize(
    ("name", "row", "part"),
    [
        ("conversations", {**DIALOGUE, "turns": [TURN, ORDINAL]}, "'nth' goes"),
        ("conversations", {**DIALOGUE, "turns": [TURN]}, "at least 2 items"),
        (
            "conversations",
            {**DIALOGUE, "turns": [TURN, {**TURN, "leans": "ordinal"}]},
            "'nth' goes",
        ),
        ("conversations", {**DIALOGUE, "turns": [TURN, {**FOLLOW_UP, "nth": 2}]}, "'nth' goes"),
        ("adversarial", {**ATTACK, "side": "abstract"}, "'plants' go with side 'abstract'"),
        ("adversarial", {**ATTACK, "side": "model"}, "'draft' goes with side 'model'"),
        ("paraphrases", {**PARAPHRASE, "degree": "odd"}, "'degree'"),
        ("falsehoods", {**FALSEHOOD, "kind": "odd"}, "'kind'"),
    ],
)
def test_rows_whose_parts_do_not_fit_are_refused(tmp_path, name, row, part):
    with pytest.raises(UsageError, match=f"{name}.jsonl, line 1: ") as caught:
        load_suite(write(tmp_path, name, row))
    assert part in str(caught.value)


def test_an_id_stands_once_in_all_files_together(tmp_path):
    write(tmp_path, "cases", CASE)
    with pytest.raises(UsageError, match="id 's1' stands in .*cases.jsonl, line 1 already"):
        load_suite(write(tmp_path, "paraphrases", {**PARAPHRASE, "id": "s1"}))


def test_a_suite_is_found_by_folder_or_by_the_name_of_ours(tmp_path):
    assert find_suite(str(write(tmp_path, "cases", CASE))) == tmp_path
    assert find_suite("golden") == SHIPPED / "golden"
    with pytest.raises(UsageError, match="no suite 'nowhere'.*golden"):
        find_suite("nowhere")


def test_a_file_that_is_no_text_is_named(tmp_path):
    (tmp_path / "cases.jsonl").write_bytes(b"\xff\xfe")
    with pytest.raises(UsageError, match="cases.jsonl: can't be read"):
        load_suite(tmp_path)


# Seals


def test_a_sealed_suite_tells_when_a_file_changed(tmp_path):
    suite = load_suite(write(tmp_path, "cases", CASE))
    assert broken_seals(suite) == []  # nothing was sealed
    seal(suite)
    assert broken_seals(load_suite(tmp_path)) == []
    manifest = json.loads((tmp_path / "manifest.json").read_text("utf-8"))
    assert manifest["files"]["cases.jsonl"] == {
        "sha256": hashlib.sha256((tmp_path / "cases.jsonl").read_bytes()).hexdigest(),
        "rows": 1,
        "splits": {"dev": 1},
    }
    write(tmp_path, "cases", {**CASE, "question": "Or is it?"})
    (broken,) = broken_seals(load_suite(tmp_path))
    assert broken.startswith("manifest.json: is not what the rows give; ")
    assert "--seal" in broken


def test_the_hash_of_a_suite_follows_its_rows(tmp_path):
    before = load_suite(write(tmp_path, "cases", CASE)).sha256
    assert load_suite(write(tmp_path, "cases", CASE)).sha256 == before
    assert load_suite(write(tmp_path, "cases", {**CASE, "note": "x"})).sha256 != before


def test_the_schema_names_every_key_that_a_row_may_have():
    rows = {
        "cases": CASE,
        "conversations": DIALOGUE,
        "paraphrases": PARAPHRASE,
        "falsehoods": FALSEHOOD,
        "adversarial": ATTACK,
    }
    for name, row in rows.items():
        of_file = schema()[f"{name}.jsonl"]
        assert set(row) <= set(of_file["properties"])
        assert set(of_file["required"]) <= set(row)
        assert of_file["additionalProperties"] is False
