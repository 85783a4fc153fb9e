"""A suite to begin with."""

import json

import pytest
from scripted_subject import ScriptedLibrary, ScriptedSubject

from assistant.errors import UsageError
from eval.command import new_folder
from eval.gate import load_thresholds
from eval.lint import lint_suite
from eval.suite import THRESHOLDS, load_suite
from eval.summary import METRICS
from eval.tending import begin_suite


def test_a_new_suite_can_be_read_and_lint_names_what_is_to_be_written(tmp_path):
    subject, told = ScriptedSubject(), []
    assert begin_suite(tmp_path / "mine", subject, told.append) == 0
    suite = load_suite(tmp_path / "mine")
    assert [case.gold for case in suite.cases] == [("Quartz Drift",)]
    assert "split" not in json.loads((tmp_path / "mine" / "cases.jsonl").read_text("utf-8"))
    assert len(load_thresholds(tmp_path / "mine" / THRESHOLDS, METRICS)) == 3
    faults = lint_suite(suite, subject.library.papers())
    assert any("is in no gold abstract" in fault for fault in faults)
    assert "--lint" in told[0]


def test_a_suite_that_is_there_is_left_alone(tmp_path):
    (tmp_path / "cases.jsonl").write_text("mine", "utf-8")
    with pytest.raises(UsageError, match="holds a suite already"):
        begin_suite(tmp_path, ScriptedSubject(), print)
    assert (tmp_path / "cases.jsonl").read_text("utf-8") == "mine"


def test_a_library_without_papers_is_told(tmp_path):
    empty = ScriptedSubject(library=ScriptedLibrary(stored=()))
    empty.library.path = tmp_path
    with pytest.raises(UsageError, match="holds no paper yet"):
        begin_suite(tmp_path / "mine", empty, print)


@pytest.mark.parametrize("names", [[], ["golden"], ["refusal"], ["live"], ["a", "b"]])
def test_one_folder_has_to_be_named(names):
    with pytest.raises(UsageError, match="name of one folder"):
        new_folder(names)
