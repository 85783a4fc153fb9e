"""Which models are found on this machine: named, with the command that uses each."""

import json
import socket
import threading

import pytest
from chat_server import Reply, chat_server, models

from assistant import cli
from assistant import models as models_command
from assistant.config import Config
from assistant.models import Found, find_models, found_text


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "maker" / "small").mkdir(parents=True)
    (tmp_path / "maker" / "small" / "small.gguf").write_bytes(b"x" * 3_000_000)
    (tmp_path / "maker" / "small" / "mmproj-small.gguf").write_bytes(b"x")
    (tmp_path / "maker" / "readme.txt").write_text("no model")
    return tmp_path


def files_in(folder, **settings):
    found = find_models(Config(**settings), {}, [folder])
    return [path.name for path in found.files if path.is_relative_to(folder)]


def test_files_are_found_at_any_depth_and_what_is_no_chat_model_is_not(folder):
    assert files_in(folder) == ["small.gguf"]
    assert files_in(folder / "missing") == []


def test_a_file_that_the_settings_name_comes_first_and_once(folder, tmp_path):
    mine = tmp_path / "maker" / "mine.gguf"
    mine.write_bytes(b"x")
    assert files_in(folder, local_model=mine) == ["mine.gguf", "small.gguf"]
    assert files_in(folder, local_model=tmp_path / "gone.gguf") == ["mine.gguf", "small.gguf"]


def test_a_server_is_named_with_the_models_that_it_lists_and_asked_for_nothing_else():
    with chat_server(listed=models("tiny", "large")) as server:
        (found,) = find_models(Config(), {"Ollama": server.url}, []).servers
        assert (found.name, found.url, found.models) == ("Ollama", server.url, ("tiny", "large"))
        assert [request["path"] for request in server.requests] == ["/v1/models"]


@pytest.mark.parametrize(
    "answer",
    [models(), Reply([b"<html>"], content_type="text/html"), Reply([b"{}"], status=404)],
    ids=["no model", "a page", "not found"],
)
def test_what_is_no_model_server_is_left_out(answer):
    with chat_server(listed=answer) as server:
        assert find_models(Config(), {"llama.cpp": server.url}, []).servers == ()


def test_a_port_that_nobody_serves_is_left_out():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    assert find_models(Config(), {"Ollama": f"http://127.0.0.1:{port}/v1"}, []).servers == ()


def test_a_server_that_never_answers_is_waited_for_in_vain_and_not_for_long(monkeypatch):
    monkeypatch.setattr(models_command, "ANSWER_S", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}/v1"
        found = []
        work = threading.Thread(
            target=lambda: found.append(find_models(Config(), {"Ollama": url}, [])), daemon=True
        )
        work.start()
        work.join(timeout=20)
        assert [each.servers for each in found] == [()]


def test_each_is_told_with_the_command_that_uses_it(folder):
    with chat_server(listed=models(*(f"m{n}" for n in range(10)))) as server:
        found = find_models(Config(), {"Ollama": server.url}, [folder])
    found = Found(tuple(path for path in found.files if path.is_relative_to(folder)), found.servers)
    told = found_text(found)
    assert "file    small.gguf (3 MB)" in told
    assert f'PAPER_ASSISTANT_LOCAL_MODEL="{found.files[0]}" paper-assistant --engine local' in told
    assert "m6, m7, 2 more" in told
    assert f"OPENAI_BASE_URL={server.url} PAPER_ASSISTANT_MODEL=m0 paper-assistant" in told
    assert "Nothing is used until you choose it" in told


def test_where_nothing_is_found_the_ways_to_add_one_are_told():
    told = found_text(Found((), ()))
    assert told.startswith("No model found on this machine.")
    assert "ollama pull" in told and "PAPER_ASSISTANT_LOCAL_MODEL" in told


def test_the_command_lists_them_also_as_json(capsys, monkeypatch, folder):
    monkeypatch.setattr(models_command, "find_models", lambda config: find_models(config, {}, []))
    assert cli.main(["models"]) == 0
    assert "To add one:" in capsys.readouterr().out
    assert cli.main(["models", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["servers"] == []
