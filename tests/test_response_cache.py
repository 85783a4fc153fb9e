"""Kept answers of models: the same question costs nothing, and no kept answer is a wrong one."""

import pytest
from chat_server import Reply, chat_server, error, says
from scripted_model import ScriptedModel

from assistant import Assistant
from assistant.config import Config, load_config
from assistant.errors import ProviderError
from assistant.llm import OpenAIModel, load_model
from assistant.response_cache import CachedModel, ResponseCache

PARAMETERS = {"server": "s", "max_tokens": 9}


def cached(folder, *pieces, name="scripted", parameters=PARAMETERS, **limits):
    model = ScriptedModel(pieces, name=name)
    return CachedModel(model, ResponseCache(folder, **limits), parameters), model


def entries(folder):
    return sorted(path for path in folder.rglob("*") if path.is_file())


def test_the_second_answer_comes_from_the_cache_and_says_so(tmp_path):
    first, model = cached(tmp_path, "It ", "is. ü")
    assert list(first.stream("What?")) == ["It ", "is. ü"]
    assert first.usage == model.usage
    second, model = cached(tmp_path, "other")
    assert list(second.stream("What?")) == ["It is. ü"]
    assert (second.usage, model.prompts) == ({"from_cache": 1}, [])


def test_whatever_the_answer_hangs_on_is_part_of_the_key(tmp_path):
    list(cached(tmp_path, "one")[0].stream("What?"))
    for changed, prompt in (
        ({"name": "another"}, "What?"),
        ({"parameters": {**PARAMETERS, "max_tokens": 10}}, "What?"),
        ({"parameters": {**PARAMETERS, "server": "t"}}, "What?"),
        ({}, "What? "),
    ):
        assert list(cached(tmp_path, "two", **changed)[0].stream(prompt)) == ["two"]


def test_an_answer_that_failed_or_was_left_is_not_kept(tmp_path):
    failing, _ = cached(tmp_path, "It ", ProviderError("gone"))
    with pytest.raises(ProviderError):
        list(failing.stream("What?"))
    left = cached(tmp_path, "It ", "is.")[0].stream("What?")
    assert next(left) == "It "
    left.close()
    assert entries(tmp_path) == []


@pytest.mark.parametrize(
    "damage", ["", "{", "[]", "7", '{"text": 5}', '{"text": "lie", "sha256": "0"}', "\udcff"]
)
def test_a_damaged_entry_is_ignored_and_written_anew(tmp_path, damage):
    list(cached(tmp_path, "one")[0].stream("What?"))
    (path,) = entries(tmp_path)
    whole = path.read_bytes()
    path.write_bytes(damage.encode("utf-8", "surrogateescape"))
    assert list(cached(tmp_path, "one")[0].stream("What?")) == ["one"]
    assert path.read_bytes() == whole


def test_the_oldest_go_where_there_are_too_many(tmp_path):
    for number in range(12):
        list(cached(tmp_path, "x" * 500, max_bytes=2000)[0].stream(f"{number}"))
    assert sum(path.stat().st_size for path in entries(tmp_path)) <= 2000
    assert list(cached(tmp_path, "new")[0].stream("11")) == ["x" * 500]


def test_a_folder_that_cannot_be_made_costs_nothing_but_the_cache(tmp_path):
    (tmp_path / "file").write_text("in the way")
    assert list(cached(tmp_path / "file", "one")[0].stream("What?")) == ["one"]


def test_it_is_off_by_default_and_on_by_a_setting(monkeypatch, tmp_path):
    assert load_config().cache_responses is None
    assert isinstance(load_model(Config(engine="openai", api_key="k")), OpenAIModel)
    for said, folder in (("off", None), (str(tmp_path), tmp_path)):
        monkeypatch.setenv("PAPER_ASSISTANT_CACHE_RESPONSES", said)
        assert load_config().cache_responses == folder
    monkeypatch.setenv("PAPER_ASSISTANT_CACHE_RESPONSES", "on")
    assert load_config().cache_responses.name == "responses"


def test_an_answer_from_the_cache_is_checked_and_said_to_be_one(sample_library, tmp_path):
    question = "What is the Vendi Score and how is it defined?"
    said = Reply(says("The Vendi Score needs no reference dataset. [1]"))
    settings = {"engine": "openai", "model": "m", "api_key": "sk-secret-1"}
    with chat_server(said, error(500, "gone")) as server:
        for expected in ({}, {"from_cache": 1}):
            with Assistant.open(
                sample_library, base_url=server.url, cache_responses=tmp_path / "kept", **settings
            ) as assistant:
                answer = assistant.ask(question)
            assert answer.engine == "openai"
            assert answer.usage == expected
            assert [*answer.sentences, *answer.dropped]
    assert len(server.requests) == 1
    (path,) = entries(tmp_path / "kept")
    assert "secret" not in path.name + path.read_text("utf-8")
