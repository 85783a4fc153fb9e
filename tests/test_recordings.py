"""Calls of a model, written down and played again: no key, no prompt, and never a call instead."""

import json

import pytest
from scripted_model import ScriptedModel

from assistant.errors import ProviderError, RecordingMissingError, UsageError
from assistant.recordings import RecordedModel, RecordingModel

PROMPT = "Answer this.\n\nQuestion: How far do clocks drift?"


def record(path, *said, prompt=PROMPT):
    return "".join(RecordingModel(ScriptedModel(said), path).stream(prompt))


def test_what_was_recorded_is_played_with_its_model_and_its_tokens(tmp_path):
    path = tmp_path / "new" / "calls.jsonl"
    assert record(path, "By 3 ", "seconds.") == "By 3 seconds."
    played = RecordedModel(path)
    assert "".join(played.stream(PROMPT)) == "By 3 seconds."
    assert played.name == ScriptedModel(()).name
    assert played.usage == json.loads(path.read_text("utf-8"))["usage"]


def test_a_recording_holds_no_prompt(tmp_path):
    record(tmp_path / "calls.jsonl", "By 3 seconds.")
    kept = json.loads((tmp_path / "calls.jsonl").read_text("utf-8"))
    assert set(kept) == {"prompt_sha256", "model", "text", "usage"}
    assert "clocks" not in json.dumps(kept)


def test_what_was_asked_several_times_is_played_in_its_order(tmp_path):
    path = tmp_path / "calls.jsonl"
    for said in ("first", "second"):
        record(path, said)
    played = RecordedModel(path)
    assert ["".join(played.stream(PROMPT)) for _ in range(3)] == ["first", "second", "second"]


def test_a_prompt_that_was_not_recorded_ends_with_exit_code_7(tmp_path):
    record(tmp_path / "calls.jsonl", "By 3 seconds.")
    played = RecordedModel(tmp_path / "calls.jsonl")
    with pytest.raises(RecordingMissingError, match="How old are they.*record anew") as caught:
        list(played.stream("Answer this.\n\nQuestion: How old are they?"))
    assert caught.value.exit_code == 7


def test_a_call_that_failed_is_not_recorded(tmp_path):
    with pytest.raises(ProviderError):
        record(tmp_path / "calls.jsonl", "By 3 ", ProviderError("gone"))
    assert not (tmp_path / "calls.jsonl").exists()


@pytest.mark.parametrize("line", ["nonsense", "{}", '{"prompt_sha256": "a", "model": "m"}', "[]"])
def test_a_broken_line_is_told_with_its_number(tmp_path, line):
    path = tmp_path / "calls.jsonl"
    record(path, "By 3 seconds.")
    path.write_text(path.read_text("utf-8") + line + "\n", "utf-8")
    with pytest.raises(UsageError, match=r"calls.jsonl, line 2: no recorded call"):
        RecordedModel(path)


def test_a_missing_file_is_told_with_the_fix(tmp_path):
    with pytest.raises(UsageError, match="record with --record"):
        RecordedModel(tmp_path / "none.jsonl")
