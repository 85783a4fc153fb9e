"""The command ``ask --table``: its three forms, and the options that don't go together."""

import json

import pytest

from assistant import Assistant, Paper
from assistant.cli import main

CLOCKS = [
    Paper("steel", "Clocks of Steel", "We propose quartz clocks of steel. They drift."),
    Paper("brass", "Clocks of Brass", "We test quartz clocks of brass on three datasets."),
]
QUESTION = "Compare clocks of steel with clocks of brass by method and data"


@pytest.fixture
def library(tmp_path, monkeypatch):
    with Assistant.open(tmp_path / "clocks") as assistant:
        assistant.library.ingest(CLOCKS)
    monkeypatch.setenv("PAPER_ASSISTANT_LIBRARY", str(tmp_path / "clocks"))


@pytest.fixture
def ask(library, capsys, monkeypatch):
    """Ask for a table in a terminal so wide; give exit code, output and errors."""

    def run(*options, question=QUESTION, columns=50):
        monkeypatch.setenv("COLUMNS", str(columns))
        code = main(["ask", "--table", *options, question])
        return code, *capsys.readouterr()

    return run


def test_a_table_in_a_narrow_terminal(ask):
    code, out, _ = ask()
    assert code == 0
    assert "Clocks of Steel\n  method: We propose quartz clocks of steel. [" in out
    assert "Clocks of Brass\n  method: not stated in the abstract\n  data: We test" in out


def test_a_table_in_columns_and_in_markdown(ask):
    assert ask(columns=100)[1].splitlines()[0].split() == ["paper", "method", "data"]
    assert ask("--markdown")[1].splitlines()[0] == "| paper | method | data |"


def test_a_table_in_json_is_what_python_gets(ask):
    _, out, _ = ask("--json")
    table = json.loads(out)
    with Assistant.open() as assistant:
        expected = assistant.table(QUESTION).to_dict()
    del table["timings"], expected["timings"]
    assert table == expected
    abstracts = {paper.paper_id: paper.abstract for paper in CLOCKS}
    for row in table["rows"]:
        for cell in filter(None, row["cells"]):
            assert cell["quote"] == abstracts[row["paper_id"]][cell["start"] : cell["end"]]


def test_a_question_from_elsewhere_is_refused(ask):
    code, out, _ = ask(question="What is the capital of France?")
    assert (code, out.startswith("The library does not answer this: ")) == (0, True)


@pytest.mark.parametrize(
    ("options", "named"),
    [
        (["--table", "--markdown", "--json"], "--json"),
        (["--latex", "--json"], "--latex"),
        (["--table", "--latex"], "--markdown or --json"),
        (["--table", "--engine", "openai"], "--engine openai"),
    ],
)
def test_options_that_do_not_go_together_are_a_usage_error(library, capsys, options, named):
    assert main(["ask", *options, QUESTION]) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert named in printed.err
