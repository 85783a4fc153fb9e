"""An answer to take along: the same claims, markers and quotations in every form."""

import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scripted_assistant import CLOUD, DRIFT, QUARTZ, STEEL, Line, cite, drift_answer, script

from assistant.exporting import bibtex
from assistant.types import Label, Paper
from assistant.views.citing import answer_latex, answer_markdown, answer_plain, paragraphs

ANSWER = drift_answer("How much do clocks drift?")[-1].answer
FORMS = (answer_markdown, answer_plain, answer_latex)


def unescaped(markdown):
    return re.sub(r"\\(.)", r"\1", markdown)


@pytest.mark.parametrize("form", [answer_markdown, answer_plain])
def test_each_marker_is_followed_up_by_the_quotation_that_it_stands_on(form):
    lines = unescaped(form(ANSWER)).splitlines()
    for citation in ANSWER.citations:
        (line,) = (
            line for line in lines if line.removeprefix("- ").startswith(f"[{citation.marker}]")
        )
        assert citation.title in line
        assert line.endswith(f"“{citation.quote}”")


def test_a_quotation_stands_in_quotation_marks_and_other_words_do_not():
    said = answer_plain(ANSWER).split("\n\n")
    assert said[0] == f"“{DRIFT}” [1] Housings of steel halve the drift. [2]"
    assert said[1] == f"“{CLOUD}” [3]"
    assert answer_markdown(ANSWER).split("\n\n")[:2] == said[:2]


def test_latex_cites_before_the_full_stop_and_brings_the_entries_that_it_cites():
    first, second, *entries = answer_latex(ANSWER).split("\n\n")
    assert first == (
        f"``{DRIFT}''~\\cite{{lind2021quartz}} "
        "Housings of steel halve the drift~\\cite{lind2021quartz}."
    )
    assert second == f"``{CLOUD}''~\\cite{{sundials}}"
    assert [entry.split(",")[0] for entry in entries] == [
        "@article{lind2021quartz",
        "@misc{sundials",
    ]


def test_what_the_reader_must_know_comes_first():
    told = replace(ANSWER, reason="the sources do not mention “sand”")
    for form in FORMS:
        assert form(told).startswith("(the sources do not mention ")


def test_a_refusal_is_taken_along_as_it_was_said():
    refusal = script("What is 5% of it?")[-1].answer
    for form in FORMS:
        assert form(refusal) == refusal.text


def test_papers_of_one_key_are_told_apart():
    twin = replace(QUARTZ, paper_id="twin", doi=None)
    lines = [Line(cite(QUARTZ, DRIFT, 1)), Line(cite(twin, STEEL, 2))]
    written = answer_latex(script("q", lines, papers=[QUARTZ, twin])[-1].answer)
    cited = re.findall(r"\\cite\{(.+?)\}", written)
    assert len(set(cited)) == 2
    assert cited == re.findall(r"^@\w+\{(.+?),$", written, re.MULTILINE)
    assert cited == bibtex.cite_keys([QUARTZ, twin])


def test_symbols_that_were_tidied_print_in_latex():
    line = Line(cite(QUARTZ, DRIFT), "At α ≤ 5% it holds & “stays” so.", Label.ATTRIBUTED)
    (said, _) = answer_latex(script("q", [line])[-1].answer).split("\n\n")
    assert said == (
        r"At \ensuremath{\alpha} \ensuremath{\leq} 5\% it holds \& "
        r"``stays'' so~\cite{lind2021quartz}."
    )


@given(st.text(st.characters(exclude_categories=["Cs", "Cc", "Cf"]), min_size=1))
def test_no_text_of_others_becomes_markup(text):
    paper = Paper("p", text, f"A {text}.", (text,))
    line = Line(cite(paper, paper.abstract), text, Label.ATTRIBUTED)
    answer = script(text, [line], papers=[paper])[-1].answer
    written = answer_markdown(answer)
    assert not re.search(r"(?<!\\)(\\\\)*[*_`<#]|(?<!\\)(\\\\)*\](?=[(:\[])", written)


def test_the_offsets_tell_paragraphs():
    assert [len(paragraph) for paragraph in paragraphs(ANSWER.sentences)] == [2, 1]
