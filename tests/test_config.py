"""Settings: defaults, file, environment, arguments, in this order; a key is never consent."""

from pathlib import Path

import pytest

from assistant.config import Config, load_config, user_config_file
from assistant.errors import UsageError


def write_config(text: str) -> Path:
    path = user_config_file()
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")
    return path


def test_without_anything_it_runs_here_and_asks_nobody():
    config = load_config()
    assert (config.engine, config.embedder, config.api_key) == ("extractive", "minilm", None)
    assert config.library.is_relative_to(Path.home())


def test_each_source_wins_over_the_one_before(monkeypatch):
    write_config('model = "from-file"\nengine = "local"\ntimeout_s = 1\n')
    assert (load_config().model, load_config().engine) == ("from-file", "local")
    monkeypatch.setenv("PAPER_ASSISTANT_MODEL", "from-environment")
    assert (load_config().model, load_config().engine) == ("from-environment", "local")
    config = load_config(model="from-argument", timeout_s=None)
    assert (config.model, config.timeout_s) == ("from-argument", 1.0)


def test_the_environment_names_every_setting_that_the_readme_names(monkeypatch):
    named = {
        "PAPER_ASSISTANT_LIBRARY": ("library", "~/papers", Path.home() / "papers"),
        "PAPER_ASSISTANT_ENGINE": ("engine", "openai", "openai"),
        "PAPER_ASSISTANT_MODEL": ("model", "m", "m"),
        "PAPER_ASSISTANT_EMBEDDER": ("embedder", "openai:e", "openai:e"),
        "PAPER_ASSISTANT_RERANK": ("rerank", "cross-encoder:/m.onnx", "cross-encoder:/m.onnx"),
        "PAPER_ASSISTANT_TIMEOUT_S": ("timeout_s", "2.5", 2.5),
        "PAPER_ASSISTANT_LOCAL_MODEL": ("local_model", "~/m.gguf", Path.home() / "m.gguf"),
        "OPENAI_BASE_URL": ("base_url", "http://127.0.0.1:1/v1", "http://127.0.0.1:1/v1"),
        "OPENAI_API_KEY": ("api_key", "sk-1", "sk-1"),
    }
    for name, (_, text, _) in named.items():
        monkeypatch.setenv(name, text)
    config = load_config()
    for setting, _, value in named.values():
        assert getattr(config, setting) == value


def test_an_empty_variable_is_none(monkeypatch):
    monkeypatch.setenv("OPENAI_API_KEY", "")
    monkeypatch.setenv("PAPER_ASSISTANT_ENGINE", "")
    assert load_config() == Config()


def test_another_file_may_be_named(monkeypatch, tmp_path):
    write_config('model = "usual"\n')
    (tmp_path / "other.toml").write_text('model = "other"\n')
    monkeypatch.setenv("PAPER_ASSISTANT_CONFIG", str(tmp_path / "other.toml"))
    assert load_config().model == "other"


def test_a_named_file_that_is_missing_is_an_error(monkeypatch, tmp_path):
    monkeypatch.setenv("PAPER_ASSISTANT_CONFIG", str(tmp_path / "typo.toml"))
    with pytest.raises(UsageError, match=r"PAPER_ASSISTANT_CONFIG.*typo\.toml"):
        load_config()


def test_a_key_alone_changes_no_engine_and_no_embedder(monkeypatch):
    monkeypatch.setenv("OPENAI_API_KEY", "sk-lying-around")
    config = load_config()
    assert (config.engine, config.embedder) == ("extractive", "minilm")
    assert config.key_unused


@pytest.mark.parametrize(
    ("settings", "unused"),
    [
        ({}, False),
        ({"api_key": "k"}, True),
        ({"api_key": "k", "engine": "local"}, True),
        ({"api_key": "k", "engine": "openai"}, False),
        ({"api_key": "k", "embedder": "openai:e"}, False),
    ],
)
def test_a_key_is_called_unused_only_if_nothing_uses_it(settings, unused):
    assert load_config(**settings).key_unused is unused


def test_a_key_is_not_shown():
    assert "sk-secret" not in repr(load_config(api_key="sk-secret"))


BAD_FILES = {
    "unknown": ('modell = "x"\n', r"config\.toml: unknown setting 'modell'; known: .*model"),
    "not toml": ("model = \n", r"config\.toml: not valid TOML"),
    "engine": ('engine = "magic"\n', r"config\.toml: engine 'magic' is not known; .*extractive"),
    "number": ('timeout_s = "soon"\n', r"config\.toml: timeout_s = 'soon' is not usable"),
    "zero": ("timeout_s = 0\n", "give a number above 0"),
    "negative": ("papers_per_answer = -1\n", "give a number above 0"),
    "not a number": ("timeout_s = nan\n", "give a number above 0"),
    "without end": ("max_prompt_tokens = inf\n", "max_prompt_tokens = inf is not usable"),
    "a list": ("max_prompt_tokens = [1]\n", "is not usable"),
    "path": ("library = 3\n", "library = 3 is not usable"),
    "nobody's home": ('library = "~nobody-of-this-name/x"\n', "library = .* is not usable"),
}


@pytest.mark.parametrize(("text", "message"), BAD_FILES.values(), ids=BAD_FILES)
def test_an_unusable_setting_is_named_with_its_place(text, message):
    write_config(text)
    with pytest.raises(UsageError, match=message):
        load_config()


def test_a_file_that_is_not_utf_8_is_an_error_of_ours():
    write_config("").write_bytes(b'model = "\xff"\n')
    with pytest.raises(UsageError, match="not valid TOML"):
        load_config()


def test_the_variable_that_is_wrong_is_named(monkeypatch):
    monkeypatch.setenv("PAPER_ASSISTANT_TIMEOUT_S", "soon")
    with pytest.raises(UsageError, match="PAPER_ASSISTANT_TIMEOUT_S: timeout_s = 'soon'"):
        load_config()


def test_a_wrong_argument_is_named():
    with pytest.raises(UsageError, match="arguments: unknown setting 'topk'"):
        load_config(topk=3)


def test_loading_makes_no_folders_and_no_files(tmp_path):
    load_config()
    assert not list(Path.home().iterdir())


@pytest.mark.parametrize("address", ["notaurl", "http://[::1", "ftp://host/v1", "http:///v1"])
def test_a_server_address_that_is_none_is_named_with_an_example(monkeypatch, address):
    monkeypatch.setenv("OPENAI_BASE_URL", address)
    with pytest.raises(UsageError, match="OPENAI_BASE_URL: .*http://127.0.0.1:11434/v1|IPv6"):
        load_config()


@pytest.mark.parametrize(
    "address", ["host:8000", "http://host", "http://host:8000/v2", "http://me:pw@host:1"]
)
def test_a_chroma_server_is_scheme_host_and_port(address):
    with pytest.raises(UsageError, match="chroma_url = .*http://127.0.0.1:8000"):
        load_config(chroma_url=address)
    assert load_config(chroma_url="https://host:8000/").chroma_url == "https://host:8000"


def test_the_chroma_server_comes_from_file_environment_or_argument(monkeypatch):
    write_config('chroma_url = "http://file:1"\n')
    assert load_config().chroma_url == "http://file:1"
    monkeypatch.setenv("PAPER_ASSISTANT_CHROMA_URL", "http://environment:1")
    assert load_config().chroma_url == "http://environment:1"
    assert load_config(chroma_url="http://argument:1").chroma_url == "http://argument:1"


def test_waiting_may_be_nothing_but_not_less():
    assert load_config(wait_s="0").wait_s == 0
    with pytest.raises(UsageError, match="wait_s = -1 is not usable; .*0 or more"):
        load_config(wait_s=-1)


def test_answers_are_kept_for_days_of_which_there_are_none_or_more(monkeypatch):
    config = load_config()
    assert (config.keep_answers_days, config.keep_conversations_days) == (90, None)
    monkeypatch.setenv("PAPER_ASSISTANT_KEEP_ANSWERS_DAYS", "0")
    monkeypatch.setenv("PAPER_ASSISTANT_KEEP_CONVERSATIONS_DAYS", "7")
    config = load_config()
    assert (config.keep_answers_days, config.keep_conversations_days) == (0, 7)
    with pytest.raises(UsageError, match="number of days, 0 or more"):
        load_config(keep_answers_days=-1)
