import hashlib
import json
from dataclasses import replace
from pathlib import Path

import pytest

from assistant.errors import UsageError
from assistant.types import Paper
from eval.cases import Case, Quote, lint_cases, load_cases, split_of

DATA = Path(__file__).parent.parent / "eval" / "data"

POOLING = Paper("p1", "Deep Pooling", "Pooling is invariant. It wins by 4 points on MNIST.")
NOISE = Paper("p2", "On Noise", "Noise helps. It halves the error.")
PAPERS = (POOLING, NOISE)

ROW = {
    "id": "s1",
    "kind": "single",
    "question": "How much better is it on digits?",
    "gold": ["Deep Pooling"],
    "may": ["On Noise"],
    "evidence": [{"title": "Deep Pooling", "quote": "It wins by 4 points on MNIST."}],
    "facts": [["4 points", "four points"], ["mnist"]],
    "split": "dev",
    "note": "",
}


def write(path, *rows):
    lines = [row if isinstance(row, str) else json.dumps(row) for row in rows]
    path.write_text("\n".join(lines) + "\n", "utf-8")
    return path


def good_case(**changes):
    case = replace(Case.from_dict(ROW), **changes)
    return case if "split" in changes else replace(case, split=split_of(case))


def test_a_case_holds_what_its_line_says(tmp_path):
    (case,) = load_cases(write(tmp_path / "c.jsonl", "", ROW, "  "))
    assert case == Case(
        case_id="s1",
        kind="single",
        question="How much better is it on digits?",
        split="dev",
        gold=("Deep Pooling",),
        may=("On Noise",),
        evidence=(Quote("Deep Pooling", "It wins by 4 points on MNIST."),),
        facts=(("4 points", "four points"), ("mnist",)),
    )
    assert case.answerable


def test_an_unanswerable_case_needs_no_gold_evidence_or_facts(tmp_path):
    row = {"id": "n1", "kind": "near_miss", "question": "Which GPU?", "split": "test"}
    (case,) = load_cases(write(tmp_path / "c.jsonl", row))
    assert not case.answerable
    assert (case.gold, case.facts, case.note) == ((), (), "")


def test_a_file_without_cases_gives_none(tmp_path):
    assert load_cases(write(tmp_path / "c.jsonl", "")) == ()


@pytest.mark.parametrize(
    ("row", "parts"),
    [
        ("{broken", ["not JSON", "one object a line"]),
        ("[1]", ["a list, not an object"]),
        ({**ROW, "gold_papers": []}, ["unknown key 'gold_papers'", "evidence, facts, gold"]),
        ({k: v for k, v in ROW.items() if k != "question"}, ["'question' is missing", "add it"]),
        ({**ROW, "question": "  "}, ["'question'", "non-empty"]),
        ({**ROW, "kind": "double"}, ["'kind'", "'double'", "single, multi, near_miss, off_topic"]),
        ({**ROW, "split": "train"}, ["'split'", "'train'", "dev, test"]),
        ({**ROW, "gold": "Deep Pooling"}, ["'gold'", "not a list"]),
        ({**ROW, "gold": []}, ["'gold'", "'single'", "name the papers"]),
        ({**ROW, "kind": "off_topic"}, ["'gold'", "'off_topic'", "leave it empty"]),
        ({**ROW, "may": [1]}, ["'may'", "1 is no text"]),
        ({**ROW, "facts": ["mnist"]}, ["'facts'", "'mnist' is not a list"]),
        ({**ROW, "facts": [[]]}, ["'facts'", "no wording"]),
        ({**ROW, "facts": [[""]]}, ["'facts'", "'' is no text"]),
        ({**ROW, "evidence": [{"title": "Deep Pooling"}]}, ["'evidence'", "'quote'"]),
        ({**ROW, "id": "s0"}, ["'id'", "'s0' stands above already"]),
    ],
)
def test_a_bad_line_is_named_with_file_line_key_and_fix(tmp_path, row, parts):
    path = write(tmp_path / "mine.jsonl", {**ROW, "id": "s0"}, "", row)
    with pytest.raises(UsageError) as caught:
        load_cases(path)
    message = str(caught.value)
    assert message.startswith(f"{path}, line 3: ")
    for part in parts:
        assert part in message
    assert "\n" not in message


def test_a_missing_file_is_a_usage_error_that_names_it(tmp_path):
    with pytest.raises(UsageError, match="nowhere.jsonl"):
        load_cases(tmp_path / "nowhere.jsonl")


def title_with_digit(parity):
    return next(
        title
        for title in (f"Paper {n}" for n in range(100))
        if int(hashlib.sha256(title.encode()).hexdigest(), 16) % 2 == parity
    )


def test_the_split_follows_the_hash_of_the_gold_titles_or_the_question():
    even, odd = title_with_digit(0), title_with_digit(1)
    assert split_of(good_case(gold=(even,))) == "dev"
    assert split_of(good_case(gold=(odd,))) == "test"
    assert split_of(good_case(kind="multi", gold=(even, odd))) == "test"
    assert split_of(good_case(kind="multi", gold=(even, even))) == "dev"
    assert split_of(good_case(kind="off_topic", gold=(), question=odd)) == "test"


def test_clean_cases_have_no_faults():
    assert lint_cases([good_case()], PAPERS) == []


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"gold": ("Deep Poolings",)}, "title 'Deep Poolings' is not in the library"),
        ({"may": ("deep pooling",)}, "title 'deep pooling' is not in the library"),
        ({"may": ("Deep Pooling",)}, "both gold and may"),
        ({"evidence": (Quote("Deep Pooling", "It wins by 4 points"),)}, None),
        ({"evidence": (Quote("Deep Pooling", "it wins by 4 points"),)}, "is not in the abstract"),
        ({"evidence": (Quote("On Noise", "Noise helps."),)}, "no evidence from gold paper"),
        ({"facts": (("five points",),)}, "'five points' is in no gold abstract"),
        ({"facts": (("halves",),)}, "'halves' is in no gold abstract"),
        ({"facts": (("mnist", "digits"),)}, "'digits' is in the question"),
        ({"facts": (("mnist", "MNIST"),)}, "'MNIST' is not lower case"),
        ({"facts": ()}, "no facts"),
        ({"kind": "multi"}, "kind 'multi' with 1 gold papers"),
        ({"kind": "off_topic", "gold": ()}, "facts are given for a off_topic case"),
    ],
)
def test_each_fault_of_a_case_is_found_and_no_other(changes, fault):
    faults = lint_cases([good_case(**changes)], PAPERS)
    assert all(line.startswith("s1: ") for line in faults)
    if fault is None:
        assert faults == []
    else:
        assert any(fault in line for line in faults), faults


def test_a_split_against_the_rule_and_a_repeated_id_are_found():
    case = good_case()
    other = "test" if case.split == "dev" else "dev"
    faults = lint_cases([case, replace(case, split=other)], PAPERS)
    assert faults == [
        "s1: id is used more than once",
        f"s1: split is {other!r}, the rule gives {case.split!r}",
    ]


@pytest.fixture(scope="module")
def sample_papers():
    """The sample library, read without the product's reader."""
    lines = (DATA / "library" / "papers-page.txt").read_text("utf-8").splitlines()[2:]
    lines[0] = lines[0].removeprefix("Subscribe")
    return [
        Paper(title, title, abstract)
        for title, abstract in zip(lines[::2], lines[1::2], strict=True)
    ]


def test_the_golden_cases_are_clean(sample_papers):
    cases = load_cases(DATA / "golden" / "cases.jsonl")
    assert len(sample_papers) == 195
    assert sum(case.answerable for case in cases) >= 20
    assert sum(not case.answerable for case in cases) >= 10
    assert lint_cases(cases, sample_papers) == []
