"""A comparison table as HTML: each cell a quotation that opens its source, or none."""

from html_outline import outline, plain
from hypothesis import given
from scripted_assistant import DRIFT, QUARTZ, ScriptedAssistant, cite, lookup_in

from assistant.paper_table import PaperTable, Row
from assistant.types import Paper
from ui.tabulated import render_table

TABLE = ScriptedAssistant().table("q")


def shown(table, paper=QUARTZ):
    return outline(render_table(3, table, lookup_in(paper)))


def test_papers_stand_in_rows_and_what_is_asked_in_columns():
    parsed = shown(TABLE)
    assert parsed.texts("th") == ["paper", "result", "data", f"{QUARTZ.title} (2021)"]
    assert parsed.texts("td") == [f"{DRIFT} [1]", "not stated in the abstract"]


def test_each_cell_opens_a_card_that_no_marker_of_the_answer_opens():
    parsed = shown(TABLE)
    (marker,) = [a for tag, a in parsed.elements if "data-card" in a]
    assert marker["data-card"] == "card-3-table-1"
    assert marker["data-card"] in {a.get("id") for _, a in parsed.elements}
    assert parsed.texts("mark", "quoted") == [DRIFT]


def test_a_table_without_rows_says_why():
    refused = PaperTable("q", ("data",), refused=True, text="No abstract states it.")
    assert shown(refused).texts("p", "note") == ["No abstract states it."]
    assert not shown(refused).texts("table")


@given(plain)
def test_no_text_of_others_becomes_markup(text):
    paper = Paper("p", f"T {text}", f"A {text}.")
    row = Row("p", paper.title, None, (cite(paper, paper.abstract), None))
    table = PaperTable("q", (f"c{text}", "data"), (row,), reason=f"r{text}")
    assert (
        shown(table, paper).shape()
        == shown(
            PaperTable(
                "q",
                ("c", "data"),
                (Row("p", "T", None, (cite(paper, paper.abstract), None)),),
                reason="r",
            ),
            paper,
        ).shape()
    )
