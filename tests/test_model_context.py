"""How much of a prompt a model can read."""

import pytest

from assistant.model_context import context_told, known_context, prompt_budget


@pytest.mark.parametrize(
    ("name", "tokens"),
    [
        ("gpt-4o-mini", 128_000),
        ("gpt-4-0613", 8192),
        ("openai/gpt-3.5-turbo", 16_385),
        ("TinyLlama-1.1B-Chat", 2048),
        ("SmolLM-135M", 2048),
        ("a-model", None),
        ("", None),
    ],
)
def test_some_are_known_by_their_names(name, tokens):
    assert known_context(name) == tokens


@pytest.mark.parametrize(
    ("row", "tokens"),
    [
        ({"id": "m", "max_model_len": 2048}, 2048),
        ({"id": "m", "meta": {"n_ctx": 4096, "n_ctx_train": 8192}}, 4096),
        ({"id": "m", "context_length": "much"}, None),
        ({"id": "m", "context_window": 0}, None),
        ({"id": "m", "meta": None}, None),
        ({}, None),
    ],
)
def test_some_servers_tell(row, tokens):
    assert context_told(row) == tokens


def test_the_prompt_leaves_room_for_the_answer_in_a_short_context():
    assert prompt_budget(3000, None, 400) == 3000
    assert prompt_budget(3000, 128_000, 400) == 3000
    assert prompt_budget(3000, 2048, 400) == 1443
    assert prompt_budget(3000, 300, 400) == 0
