"""The buttons under a turn: which there are, and what they carry."""

from dataclasses import replace

from html_outline import outline
from scripted_assistant import DRIFT, QUARTZ, SUNDIAL, Line, cite, drift_answer, script
from turns import played, rendered

from assistant.views.citing import answer_latex, answer_markdown, answer_plain
from ui.acts import render_narrowing
from ui.filter_fields import FilterFields
from ui.turn import Turn

ACTS = ["Edit question", "Ask again"]
TABLE = "Compare in a table"
COPIES = ["Markdown", "plain text", "LaTeX + BibTeX"]


def test_an_answer_is_copied_in_each_form_to_the_letter():
    parsed = rendered(played(drift_answer("q")))
    assert parsed.texts("button", "act") == [*ACTS, TABLE, *COPIES]
    answer = drift_answer("q")[-1].answer
    assert parsed.texts("pre") == [
        answer_markdown(answer),
        answer_plain(answer),
        answer_latex(answer),
    ]


def test_a_table_is_offered_where_several_papers_are_cited():
    line = Line(cite(QUARTZ, DRIFT))
    assert TABLE not in rendered(played(script("q", [line]))).texts("button", "act")


def test_what_was_not_answered_is_asked_again_or_edited_but_not_copied():
    refused = rendered(played(script("q")))
    assert refused.texts("button", "act") == ["Search only these 2 papers", *ACTS]
    failed = rendered(Turn(1, "q").fail("no answer"))
    assert failed.texts("button", "act") == ACTS


def test_nothing_is_offered_while_an_answer_is_written():
    turn = Turn(1, "q")
    for event in drift_answer("q")[:-1]:
        turn = turn.take(event)
        assert not rendered(turn).texts("button", "act")


def test_the_filter_reads_back_which_papers_to_search():
    papers = [QUARTZ, SUNDIAL, replace(QUARTZ, paper_id="of;two")]
    ((_, attributes),) = outline(render_narrowing(papers)).elements
    assert FilterFields(papers=attributes["data-papers"]).read().paper_ids == ("quartz", "sundial")
    assert render_narrowing([papers[-1]]) == ""
