"""``--strict``: a model that failed is an exit code, and the answer is printed all the same."""

import io
import json
import sys

import pytest
from chat_server import Reply, chat_server, error, says

from assistant.cli import main

QUESTION = "What is the Vendi Score and how is it defined?"
DEFINITION = "The Vendi Score is defined as the exponential of the Shannon entropy"
QUOTED = f"{DEFINITION} of the eigenvalues of a similarity matrix. [1]"
BROKEN = error(401, "bad key")


@pytest.fixture
def run(sample_library, monkeypatch, capsys):
    """Run the command with a model server that plays `replies`; give exit code and output."""

    def run_command(replies, *argv, typed=""):
        monkeypatch.setattr(sys, "stdin", io.StringIO(typed))
        with chat_server(*replies) as server:
            monkeypatch.setenv("OPENAI_BASE_URL", server.url)
            monkeypatch.setenv("PAPER_ASSISTANT_MODEL", "m")
            code = main(["--library", str(sample_library), "--engine", "openai", *argv])
        return code, " ".join(capsys.readouterr().out.split())

    return run_command


@pytest.mark.parametrize(("options", "expected"), [(["--strict"], 4), ([], 0)])
def test_ask_prints_the_answer_and_exits_with_4_where_it_is_strict(run, options, expected):
    code, out = run([BROKEN], "ask", QUESTION, *options)
    assert code == expected
    assert DEFINITION in out and "because the model failed" in out and "bad key" in out


def test_a_model_that_answers_is_no_failure(run):
    code, out = run([Reply(says(QUOTED))], "ask", QUESTION, "--strict")
    assert code == 0 and DEFINITION in out


def test_as_json_the_failure_stands_beside_the_answer(run):
    code, out = run([BROKEN], "ask", QUESTION, "--strict", "--json")
    answer = json.loads(out)
    assert (code, answer["engine"], answer["refused"]) == (4, "extractive", False)
    assert "bad key" in answer["failure"]


def test_a_refusal_without_a_call_is_no_failure(run):
    assert run([BROKEN], "ask", "What is the capital of France?", "--strict")[0] == 0


@pytest.mark.parametrize(("options", "expected"), [(["--strict"], 4), ([], 0)])
def test_chat_goes_on_and_tells_by_its_exit_code_that_one_failed(run, options, expected):
    replies = [BROKEN, Reply(says(QUOTED))]
    code, out = run(replies, "chat", *options, typed=f"{QUESTION}\n{QUESTION}\n")
    assert code == expected
    assert out.count(DEFINITION) >= 2 and out.count("because the model failed") == 1


def test_chat_in_which_none_failed_is_fine(run):
    assert run([Reply(says(QUOTED))], "chat", "--strict", typed=f"{QUESTION}\n")[0] == 0
