"""Sentences turned false by code: what each kind changes, and what it leaves alone."""

import ast
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.perturbations import PERTURBATIONS, names_in, perturb

ROOT = Path(__file__).parent.parent
NAMES = ("BERT", "GPT-2")


@pytest.mark.parametrize(
    ("kind", "text", "changed"),
    [
        ("unit swapped", "It takes 5 ms.", "It takes 5 s."),
        ("unit swapped", "It gains 12% of speed.", "It gains 12-fold of speed."),
        ("entity swapped", "We test SELFIES on SELFIES.", "We test BERT on BERT."),
        ("negation inserted", "Clocks are slow.", "Clocks are not slow."),
        ("negation inserted", "It improves clocks.", "It does not improve clocks."),
        ("negation removed", "Clocks cannot drift.", "Clocks can drift."),
        ("negation removed", "Clocks do not drift.", "Clocks drift."),
        ("negation removed", "Clocks run without water.", "Clocks run with water."),
        ("direction flipped", "The drift increases.", "The drift decreases."),
        ("hedge dropped", "Clocks may be slow.", "Clocks is sure to be slow."),
        ("hedge dropped", "Clocks often drift.", "Clocks always drift."),
    ],
)
def test_one_thing_is_changed(kind, text, changed):
    assert perturb(kind, "row", text, NAMES[:1]) == changed


@pytest.mark.parametrize("kind", [kind for kind in PERTURBATIONS if kind != "clause joined"])
def test_where_there_is_nothing_to_change_there_is_no_pair(kind):
    assert perturb(kind, "row", "Clocks drift.", NAMES) is None


def test_a_number_becomes_another_and_a_part_of_a_name_stays():
    changed = perturb("number changed", "row", "GPT-4 makes 36 steps on y=x^2.")
    assert changed.startswith("GPT-4 makes ") and changed.endswith("6 steps on y=x^2.")
    assert changed != "GPT-4 makes 36 steps on y=x^2."
    assert perturb("number changed", "row", "It has seven parts.") != "It has seven parts."


def test_a_name_is_not_swapped_for_one_that_stands_there():
    assert perturb("entity swapped", "row", "BERT beats GPT-2.", ["BERT", "GPT-2"]) is None
    assert names_in("We hold BERT and GPT-2 against BERT.") == ["BERT", "GPT-2"]


def test_a_clause_is_joined_before_the_full_stop():
    changed = perturb("clause joined", "row", "Clocks drift.")
    assert changed.startswith("Clocks drift, ") and changed.endswith(".")


@given(st.sampled_from(sorted(PERTURBATIONS)), st.text(max_size=80))
def test_the_same_row_is_changed_in_the_same_way(kind, text):
    changed = perturb(kind, "row", text, NAMES)
    assert changed == perturb(kind, "row", text, NAMES)
    assert changed != text


def imports(path: Path) -> set[str]:
    """The modules of ours that a module imports."""
    tree = ast.parse(path.read_text("utf-8"))
    froms = (node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom))
    plain = (alias.name for n in ast.walk(tree) if isinstance(n, ast.Import) for alias in n.names)
    return {name for name in (*froms, *plain) if name.split(".")[0] in ("assistant", "eval")}


def test_test_and_verifier_share_no_list_of_words():
    assert imports(ROOT / "eval" / "perturbations.py") == set()
    importers = (path for path in (ROOT / "assistant").rglob("*.py") if path.name != "cli.py")
    assert not [path for path in importers if any("perturb" in name for name in imports(path))]
