"""A text of one's own on the page: its sentences with their verdicts, and what to do about them."""

import pytest
from html_outline import outline
from hypothesis import given
from hypothesis import strategies as st
from scripted_assistant import CLOUD, DRIFT, QUARTZ, ScriptedAssistant

from assistant.checking import CheckedReference
from assistant.errors import LibraryError
from assistant.types import CheckedSentence, Evidence, Label, Paper, Verdict
from assistant.views.markdown import checks_markdown
from ui.draft_render import render_checked, sign_of_check
from ui.draft_tab import MAX_CHARACTERS, check_draft

FALSE = "Clocks stop in the snow."
TEXT = f"{DRIFT} {FALSE}\n\n{CLOUD}"
ASSISTANT = ScriptedAssistant()


def shown(text=TEXT, references=()):
    return outline(render_checked(text, ASSISTANT.check(text, ()), references))


def judged(label, reasons=(), text="Clocks drift.", evidence=()):
    return CheckedSentence(text, 0, len(text), Verdict(label, 0.5, evidence, reasons))


def test_the_text_stands_as_it_was_and_each_sentence_leads_to_its_finding():
    parsed = shown()
    assert parsed.texts("div", "checked-text") == [TEXT]
    led = [a["href"] for tag, a in parsed.elements if "data-finding" in a]
    ids = [f"#{a['id']}" for tag, a in parsed.elements if "id" in a]
    assert led == ids == ["#finding-1", "#finding-2", "#finding-3"]


def test_the_summary_names_what_to_look_at_first():
    (summary,) = shown().texts("p", "checked-summary")
    assert summary == "3 sentences: 1 unsupported, 2 quotation, 2 citations proposed"


def test_evidence_is_quoted_and_highlighted_in_its_abstract():
    parsed = shown(DRIFT)
    assert parsed.texts("q") == [DRIFT]
    assert parsed.texts("mark", "quoted") == [DRIFT]
    assert QUARTZ.abstract in parsed.text()
    assert f"Cite “{QUARTZ.title}”?" in parsed.text()


def test_the_text_is_copied_with_its_citations():
    checks = ASSISTANT.check(TEXT, ())
    assert shown().texts("pre") == [checks_markdown(TEXT, checks, ())]


def test_each_verdict_has_a_shape_and_a_name_of_its_own():
    verbatim = judged(Label.SUPPORTED, ("verbatim: a sentence of the source",))
    signs = {sign_of_check(each) for each in (verbatim, *map(judged, Label))}
    assert len({sign.path for sign in signs}) == len({sign.name for sign in signs}) == 6


def test_what_is_wrong_with_a_reference_is_told_beside_it():
    parsed = shown(references=[CheckedReference(1, "Whales", 0, 6, None, "not in the library")])
    assert parsed.texts("p", "finding-verdict wrong") == ["Not in the library"]
    assert "1 reference wrong" in parsed.text()


@given(st.text(st.characters(exclude_characters="\r\x00", exclude_categories=["Cs"]), min_size=1))
def test_no_text_of_others_becomes_markup(text):
    paper = Paper("p", text, f"A {text}", (text,))
    check = judged(Label.UNSUPPORTED, (text,), text, (Evidence(paper, 0, len(paper.abstract)),))
    plain = judged(
        Label.UNSUPPORTED, ("w",), "w", (Evidence(Paper("p", "w", "A w", ("w",)), 0, 3),)
    )
    hostile = outline(render_checked(text, [check], ()))
    assert hostile.shape() == outline(render_checked("w", [plain], ())).shape()


def test_a_text_is_checked_while_one_is_told_so():
    waiting, done = check_draft(ASSISTANT, TEXT)
    assert f"Checking {len(TEXT)} characters" in waiting
    assert "Sentence by sentence" in done


@pytest.mark.parametrize(
    ("text", "told"),
    [(" \n", "Paste a text first."), ("x" * (MAX_CHARACTERS + 1), "20,000 are checked at most")],
)
def test_what_can_not_be_checked_is_told(text, told):
    (remark,) = check_draft(ASSISTANT, text)
    assert told in remark


@pytest.mark.parametrize(
    ("error", "told"),
    [(LibraryError("the disk is gone"), "the disk is gone"), (KeyError(), "broke")],
)
def test_what_goes_wrong_is_told(monkeypatch, error, told):
    def fail(text):
        raise error

    assistant = ScriptedAssistant()
    monkeypatch.setattr(assistant, "references", fail)
    assert told in list(check_draft(assistant, TEXT))[-1]
