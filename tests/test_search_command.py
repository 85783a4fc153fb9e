"""The command ``search``: filters, explanations, mended spelling, and what can't be used."""

import json

import pytest
from doubles import HashingEmbedder, papers

import assistant.library
from assistant import cli
from assistant.library import Library
from assistant.types import Paper


@pytest.fixture
def folder(tmp_path, monkeypatch):
    shelf = [
        *papers(12),
        Paper("p:sun", "Sundials", "A gnomon casts a shadow.", ("Ada Lind",), 2001),
    ]
    with Library(tmp_path, HashingEmbedder()) as library:
        library.ingest(shelf)
    monkeypatch.setattr(assistant.library, "load_embedder", lambda config: HashingEmbedder())
    return str(tmp_path)


@pytest.fixture
def run(folder, capsys):
    def run(*arguments):
        code = cli.main(["search", *arguments, "--library", folder])
        out, err = capsys.readouterr()
        return code, out, err

    return run


def test_filters_leave_only_papers_that_match(run):
    for option in (["--year", "2000-2001"], ["--author", "lind"], ["--paper", "p:sun"]):
        code, out, _ = run("clock7 in water", "--json", *option)
        assert (code, [row["paper_id"] for row in json.loads(out)]) == (0, ["p:sun"])
    _, out, err = run("clock7", "--year", "1999")
    assert out == "Nothing found.\n"
    assert "the library holds no papers with year 1999" in err


def test_an_explanation_shows_words_cosines_and_parts(run):
    code, out, _ = run("gnomon shadow", "--explain", "--top-k", "1")
    assert code == 0 and "gnomon" in out and "lexical +" in out and "“A gnomon casts" in out
    (row,) = json.loads(run("gnomon shadow", "--explain", "--top-k", "1", "--json")[1])
    assert set(row["terms"]) == {"gnomon", "shadow"}
    assert sum(row["terms"].values()) == pytest.approx(row["lexical"], rel=1e-5)


def test_a_slip_is_mended_and_told(run):
    code, out, err = run("gnomn of sundails", "--top-k", "1")
    assert "searched for: gnomon of sundials" in err
    assert code == 0 and "p:sun" in out
    assert run("gnomon", "--top-k", "1")[2] == ""


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["x", "--top-k", "0"], "--top-k is 0"),
        (["x", "--year", "20"], "no years '20'"),
        (["x", "--paper", "p:none"], "no paper p:none"),
        (["x", "--added", "yesterday"], "no days 'yesterday'"),
        ([""], "the question is empty"),
    ],
)
def test_what_cannot_be_used_is_told_with_the_fix(run, arguments, message):
    code, out, err = run(*arguments)
    assert (code, out) == (2, "") and message in err
