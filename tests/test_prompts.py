"""Prompts: found, complete, and filled without reading their values as templates."""

import re
from pathlib import Path

import pytest

from assistant import prompts
from assistant.errors import UsageError
from assistant.prompts import NOT_COVERED, VARIABLES, render_prompt

FOLDER = Path(__file__).parents[1] / "prompts"
VALUES = {"question": "What is it?", "evidence": "[1] It is a score.", "max_sentences": 5}


def test_the_values_stand_in_the_prompt():
    prompt = render_prompt("answer", **VALUES)
    assert "Question: What is it?" in prompt
    assert "[1] It is a score." in prompt
    assert "at most 5 short sentences" in prompt
    assert "$" not in prompt


def test_the_prompt_asks_for_the_phrase_that_the_code_looks_for():
    assert NOT_COVERED in render_prompt("answer", **VALUES)


def test_dollars_and_variables_in_the_values_stay_as_they_are():
    told = "Costs $5; $question and ${evidence} and $$ and {0} %s."
    assert told in render_prompt("answer", **{**VALUES, "evidence": told})


def test_every_prompt_file_is_known_and_listed_with_its_variables():
    files = {path.stem for path in FOLDER.glob("*.md")} - {"README"}
    assert files == set(VARIABLES)
    readme = (FOLDER / "README.md").read_text("utf-8")
    for name, variables in VARIABLES.items():
        (row,) = (line for line in readme.splitlines() if line.startswith(f"| `{name}.md`"))
        assert set(re.findall(r"\$(\w+)", row)) == variables


@pytest.mark.parametrize("name", ["missing", "README", "../README"])
def test_an_unknown_prompt_is_an_error_that_names_it(name):
    with pytest.raises(UsageError, match=re.escape(name)):
        render_prompt(name, **VALUES)


@pytest.mark.parametrize(
    ("values", "named"),
    [
        ({"question": "?", "evidence": ""}, "max_sentences"),
        ({**VALUES, "mood": "kind"}, "mood"),
    ],
)
def test_values_that_do_not_fit_the_prompt_are_named(values, named):
    with pytest.raises(UsageError, match=named):
        render_prompt("answer", **values)


@pytest.mark.parametrize(
    "text",
    [
        "$question $evidence",
        "$question $evidence $max_sentences $mood",
        "$question $evidence $max_sentences costs $ 5",
    ],
)
def test_a_file_with_other_variables_is_refused(text, tmp_path, monkeypatch):
    (tmp_path / "answer.md").write_text(text, "utf-8")
    monkeypatch.setattr(prompts, "_FOLDERS", (tmp_path,))
    with pytest.raises(UsageError, match=r"answer\.md"):
        render_prompt("answer", **VALUES)
