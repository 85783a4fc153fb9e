"""What one can do with a turn in a real browser: preview, copy, edit, ask again, narrow, listen."""

import pytest
from playwright.sync_api import expect
from scripted_assistant import CLOUD, DRIFT, STEEL, drift_answer, script

from assistant.filters import Filters
from assistant.types import Coverage
from assistant.views.citing import answer_latex, answer_markdown, answer_plain

pytestmark = pytest.mark.browser

QUESTION = "How much do clocks drift?"


def test_a_marker_shows_its_words_on_hover_and_on_focus_and_escape_hides_them(chat):
    chat.ask(QUESTION)
    preview = chat.page.locator("#preview")
    chat.markers().nth(1).hover()
    expect(preview).to_contain_text(f"“{STEEL}”")
    expect(preview).to_contain_text("Attributed: right source")
    preview.hover()  # one may go there, to read on
    chat.page.wait_for_timeout(300)
    expect(preview).to_be_visible()
    chat.latest.locator(".question").hover()
    expect(preview).to_be_hidden()
    chat.markers().first.focus()
    chat.page.keyboard.press("Tab")
    chat.page.keyboard.press("Tab")
    expect(preview).to_contain_text(f"“{CLOUD}”")
    assert chat.markers().nth(2).get_attribute("aria-describedby") == "preview"
    chat.page.keyboard.press("Escape")
    expect(preview).to_be_hidden()


def test_an_answer_is_copied_as_markdown_text_and_latex(chat):
    chat.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    chat.ask(QUESTION)
    answer = drift_answer(QUESTION)[-1].answer
    for form, written in (
        ("Markdown", answer_markdown),
        ("plain text", answer_plain),
        ("LaTeX + BibTeX", answer_latex),
    ):
        chat.page.get_by_label(f"Copy as {form}").click()
        chat.latest.get_by_text("Copied").first.wait_for()
        assert chat.page.evaluate("navigator.clipboard.readText()") == written(answer)
        expect(chat.page.locator("#spoken")).to_have_text(f"Copied: {form}")


def test_a_question_is_edited_in_its_box_and_asked_again_with_one_click(scripted_chat):
    assistant, chat = scripted_chat
    chat.ask(QUESTION)
    chat.latest.get_by_text("Edit question").click()
    assert chat.page.input_value("#question textarea") == QUESTION
    chat.page.keyboard.press("End")
    chat.page.keyboard.type(" In steel?")
    chat.page.keyboard.press("Enter")
    chat.page.locator("#past .turn").first.wait_for()
    chat.latest.get_by_text("Ask again").click()
    chat.page.wait_for_function("document.querySelectorAll('#past .turn').length === 2")
    chat.latest.locator(".sources").wait_for()
    asked = [question for question, _ in assistant.conversations[-1].asked]
    assert asked == [QUESTION, f"{QUESTION} In steel?", f"{QUESTION} In steel?"]


def test_what_comes_next_is_asked_with_one_click(scripted_chat):
    assistant, chat = scripted_chat
    assistant.follow_ups = ("What does “Sundials under Cloud” find?",)
    chat.ask(QUESTION)
    chat.page.locator(".next button").click()
    chat.page.locator("#past .turn").wait_for()
    assert chat.latest.locator(".question").inner_text() == assistant.follow_ups[0]
    chat.page.locator(".next button").wait_for()
    chat.screenshot("ask-next")
    assistant.follow_ups = ()


def test_the_papers_of_an_answer_are_compared_in_a_table_whose_cells_open_their_sources(chat):
    chat.ask(QUESTION)
    chat.latest.get_by_text("Compare in a table").click()
    cell = chat.latest.locator(".compared td").first
    expect(cell).to_contain_text(DRIFT)
    expect(chat.latest.get_by_text("Compare in a table")).to_be_hidden()
    cell.locator("a.marker").click()
    assert chat.source.locator("mark.quoted").text_content() == DRIFT
    chat.screenshot("table")


def test_a_refusal_says_what_is_missing_and_narrows_to_the_nearest_papers(scripted_chat):
    assistant, chat = scripted_chat
    coverage = Coverage(covered=("clocks",), missing=("france",))
    assistant.play = lambda question: script(question, coverage=coverage)
    chat.ask("Which clocks are there in France?")
    expect(chat.latest.locator(".coverage")).to_have_text("CoveredclocksMissingFrance")
    chat.screenshot("refusal-missing")
    chat.latest.get_by_text("Search only these 2 papers").click()
    chat.page.get_by_text("Only papers with paper quartz or sundial: 2 of 2 papers").wait_for()
    assistant.play = drift_answer
    chat.page.keyboard.type(QUESTION)  # in place of the old one, which is selected
    chat.page.keyboard.press("Enter")
    chat.latest.locator(".sources").wait_for()
    assert assistant.conversations[-1].filters[-1] == Filters(paper_ids=("quartz", "sundial"))
    assert assistant.conversations[-1].asked[-1][0] == QUESTION


def test_a_screen_reader_hears_each_stage_and_then_the_answer_once(scripted_chat):
    assistant, chat = scripted_chat
    assistant.stall_at = 2
    chat.page.evaluate(
        """() => {
            window.heard = [];
            const spoken = document.getElementById("spoken");
            new MutationObserver(() => window.heard.push(spoken.textContent))
                .observe(spoken, { childList: true });
        }"""
    )
    chat.ask(QUESTION, wait=False)
    chat.latest.get_by_text("Checking sentence 2").wait_for()
    assert chat.page.evaluate("window.heard.at(-1)") == "Checking sentence 2"
    assistant.go_on.set()
    chat.latest.locator(".sources").wait_for()
    expect(chat.page.locator("#spoken")).to_contain_text(DRIFT)
    heard = chat.page.evaluate("window.heard")
    assert sum(DRIFT in said for said in heard) == 1
