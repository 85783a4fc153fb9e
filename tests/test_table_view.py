"""Comparison tables as text for a terminal, and as Markdown."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.paper_table import PaperTable, Row
from assistant.types import Citation
from assistant.views.table import table_markdown, table_text


def cell(marker, quote):
    return Citation(marker, "p", "t", quote, 0, len(quote))


def table(*rows, columns=("method", "data"), **more):
    return PaperTable("?", columns, rows, **more)


STEEL = Row("s", "Clocks of Steel", 2021, (cell(1, "We propose steel."), None))
BRASS = Row("b", r"Clocks in R\'enyi's Water", None, (cell(2, "We cut brass."), None))


def test_a_wide_terminal_gets_columns():
    lines = table_text(table(STEEL, BRASS), 80).splitlines()
    assert lines[0].split() == ["paper", "method", "data"]
    first = next(line for line in lines if line.startswith("Clocks of Steel"))
    assert first.split("  ")[0] == "Clocks of Steel (2021)"
    assert "not stated in the" in first
    assert max(map(len, lines)) <= 80


def test_a_narrow_terminal_gets_a_block_a_paper():
    assert table_text(table(STEEL, BRASS), 50) == (
        "Clocks of Steel (2021)\n"
        "  method: We propose steel. [1]\n"
        "  data: not stated in the abstract\n\n"
        "Clocks in Rényi's Water\n"
        "  method: We cut brass. [2]\n"
        "  data: not stated in the abstract"
    )


@given(st.integers(10, 220), st.lists(st.text(max_size=300), min_size=1, max_size=3))
def test_no_line_is_wider_than_the_terminal(width, quotes):
    rows = [Row("p", "A title", 2020, (cell(n, quote), None)) for n, quote in enumerate(quotes)]
    text = table_text(table(*rows), width)
    assert all(len(line) <= max(40, width) for line in text.splitlines())
    assert "\x1b" not in text


def test_letters_of_two_columns_are_not_put_in_a_grid():
    wide = Row("w", "时钟", 2020, (cell(1, "We propose steel."), None))
    assert table_text(table(wide), 100).startswith("时钟 (2020)\n  method:")


def test_a_reference_of_the_abstract_is_no_marker_of_ours():
    row = Row("r", "Clocks [9]", None, (cell(1, "We extend clocks [7]."), None))
    text = table_text(table(row), 50)
    assert "We extend clocks (7). [1]" in text and "[7]" not in text and "[9]" not in text


def test_a_caveat_stands_first_and_a_refusal_alone():
    assert table_text(table(STEEL, reason="only 2021"), 50).startswith("(only 2021)\n\n")
    refused = table(refused=True, text="The library does not answer this: no.")
    assert table_text(refused, 80) == table_markdown(refused) != ""


@pytest.mark.parametrize("sign", ["|", "<b>", "*", "`", "](http://x)"])
def test_nothing_is_markup_in_markdown(sign):
    row = Row("m", "A", None, (cell(1, f"We {sign} it.\nNo."), None))
    lines = table_markdown(table(row)).splitlines()
    assert lines[:2] == ["| paper | method | data |", "| --- | --- | --- |"]
    assert len(lines) == 3
    for letter in set(sign) - set("bhtpx:/"):
        assert f"\\{letter}" in lines[2]
