"""Token counts: tiktoken's own, offline; an estimate without its table."""

import os
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant import tokens

ROOT = Path(__file__).parent.parent


@pytest.fixture(autouse=True)
def a_fresh_counter():
    tokens._counter.cache_clear()
    yield
    tokens._counter.cache_clear()


def bundled_table() -> Path:
    return tokens._bundled_tables() / tokens._TABLE_FILE


KNOWN = {  # from "How to count tokens with tiktoken" in the OpenAI cookbook, and its README
    "": 0,
    "hello world": 2,
    "tiktoken is great!": 6,
    "antidisestablishmentarianism": 6,
    "2 + 2 = 4": 7,
    "お誕生日おめでとう": 9,
}


@pytest.mark.parametrize(("text", "count"), KNOWN.items())
def test_counts_are_the_published_ones_of_cl100k_base(text, count):
    assert tokens.count_tokens(text) == count


@given(st.text())
def test_counts_are_those_of_tiktoken_itself(text):
    import tiktoken

    assert tokens.count_tokens(text) == len(
        tiktoken.get_encoding("cl100k_base").encode(text, disallowed_special=())
    )


@pytest.mark.parametrize("text", ["<|endoftext|>", "half \ud800 a character", "a" * 50_000])
def test_any_text_has_a_count(text):
    assert tokens.count_tokens(text) > 0


def test_the_table_is_found_without_importing_llama_index():
    code = (
        "import sys; from assistant.tokens import count_tokens;"
        "print(count_tokens('2 + 2 = 4'), 'llama_index' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == ["7", "False"]


def test_a_folder_that_the_person_set_is_used(tmp_path, monkeypatch):
    shutil.copy(bundled_table(), tmp_path)
    monkeypatch.setattr(tokens, "_bundled_tables", lambda: Path("/nowhere"))
    monkeypatch.setenv("TIKTOKEN_CACHE_DIR", str(tmp_path))
    assert tokens.count_tokens("2 + 2 = 4") == 7


def forget_encodings(monkeypatch):
    """Make tiktoken read its table again, as in a new process."""
    import tiktoken.registry

    monkeypatch.setattr(tiktoken.registry, "ENCODINGS", {})


@pytest.mark.parametrize("content", [None, b"", b"broken"], ids=["missing", "empty", "damaged"])
def test_without_a_whole_table_an_estimate_errs_high_and_nothing_is_downloaded(
    tmp_path, monkeypatch, content, no_network
):
    forget_encodings(monkeypatch)
    monkeypatch.setenv("TIKTOKEN_CACHE_DIR", str(tmp_path))
    if content is not None:
        (tmp_path / tokens._TABLE_FILE).write_bytes(content)
    text = "We study the drift of clocks in cold water, and find that it grows with depth. " * 9
    estimate = tokens.count_tokens(text)
    assert estimate == -(-len(text) * 2 // 7)
    assert estimate > 9 * 18
    assert not no_network


def test_without_any_table_the_environment_is_left_alone(tmp_path, monkeypatch):
    monkeypatch.delenv("TIKTOKEN_CACHE_DIR", raising=False)
    monkeypatch.setattr(tokens, "_bundled_tables", lambda: None)
    assert tokens.count_tokens("1234567") == 2
    assert "TIKTOKEN_CACHE_DIR" not in os.environ


def test_no_socket_is_opened(monkeypatch):
    forget_encodings(monkeypatch)
    monkeypatch.setattr(socket, "socket", None)
    assert tokens.count_tokens("hello world") == 2
