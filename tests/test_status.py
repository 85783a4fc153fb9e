"""The masthead and the line that says what is in use, and what would leave the machine."""

from pathlib import Path

import pytest
from html_outline import outline

from assistant.config import Config
from ui.page import Shelf, engine_choices, render_masthead, render_status


def status_of(engine="extractive", **settings):
    shelf = Shelf(Path("/far/away/<my> lib"), 195, "all-MiniLM-L6-v2-int8")
    return outline(render_status(Config(**settings), shelf, engine)).text()


def test_the_status_line_names_engine_embedder_and_library():
    line = status_of()
    for part in (
        "engine extractive",
        "embedder all-MiniLM-L6-v2-int8",
        "library away/<my> lib, 195 papers",
    ):
        assert part in line
    assert "Nothing leaves this machine." in line


@pytest.mark.parametrize(
    ("path", "shown"),
    [
        (".library", "clocks/.library"),
        ("../clocks/.library", "clocks/.library"),
        ("/data/paper-assistant/library", "paper-assistant/library"),
        ("/.library", "/.library"),
    ],
)
def test_the_library_is_named_with_the_folder_that_it_is_in(tmp_path, monkeypatch, path, shown):
    (tmp_path / "clocks").mkdir()
    monkeypatch.chdir(tmp_path / "clocks")
    html = render_status(Config(), Shelf(Path(path), 2, "scripted"), "extractive")
    assert f"library {shown}, 2 papers" in outline(html).text()


def test_a_key_that_lies_unused_is_said_and_never_shown():
    line = status_of(api_key="sk-secret")
    assert "An API key was found and is not used" in line
    assert "sk-secret" not in line
    assert "not used" not in status_of("openai", api_key="sk-secret")


def test_the_status_line_says_what_leaves_the_machine():
    line = status_of("openai", base_url="http://name:secret@models.lan:8080/v1")
    assert "are sent to models.lan:8080" in line
    assert "secret" not in line
    embedder = status_of(embedder="openai:text-embedding-3-small")
    assert "Questions are sent to api.openai.com" in embedder
    chroma = status_of(chroma_url="http://vectors.lan:8000")
    assert "papers' text and all vectors, of questions too, are sent to vectors.lan:8000" in chroma
    for told in (line, embedder, chroma):
        assert "Nothing leaves this machine" not in told


def test_a_key_offers_openai_and_chooses_nothing():
    assert [engine for _, engine in engine_choices(Config())] == ["extractive"]
    config = Config(api_key="sk-secret")
    assert [engine for _, engine in engine_choices(config)] == ["extractive", "openai"]
    assert config.engine == "extractive"


def test_the_masthead_says_how_much_there_is_or_what_to_do():
    assert "195 paper abstracts" in render_masthead(195)
    assert "paper-assistant ingest" in render_masthead(0)


def test_the_masthead_promises_no_more_than_the_signs():
    assert "isn’t said" not in render_masthead(195)
    assert "a sign says how far it was checked" in render_masthead(195)
