"""The main job in the browser, end to end: the sample library, a real Assistant, Chromium."""

import pytest
from chat_page import DESKTOP, PHONE, served
from playwright.sync_api import expect

from assistant import Assistant

pytestmark = pytest.mark.browser

QUESTION = "What is the Vendi Score and how is it defined?"
OUTSIDE = "What is the capital of France?"


@pytest.fixture(scope="module")
def chat_address(sample_library):
    with Assistant.open(sample_library) as assistant, served(assistant) as address:
        yield address


def assert_each_source_shows_its_quotation(chat, abstracts):
    """Open every marker of the latest answer: its highlight is in the abstract as stored."""
    for number in range(chat.markers().count()):
        marker = chat.markers().nth(number)
        marker.click()
        quote = chat.source.locator("mark.quoted").text_content()
        title = chat.source.locator(".card-title").text_content()
        assert quote
        assert quote in abstracts[title]
        assert chat.source.locator(".abstract").text_content() == abstracts[title]
        expect(chat.source.locator("mark.quoted")).to_be_in_viewport()
        assert marker.get_attribute("data-quote") == quote
        assert marker.get_attribute("data-title") == title


@pytest.fixture(scope="module")
def abstracts(sample_library):
    with Assistant.open(sample_library) as assistant:
        return {paper.title: paper.abstract for paper in assistant.library.papers()}


def test_a_question_is_answered_and_each_source_opens_at_its_quotation(
    chat_address, abstracts, open_chat
):
    chat = open_chat(chat_address)
    assert "195 paper abstracts" in chat.page.inner_text("body")
    chat.screenshot("first-look")
    chat.ask(QUESTION)
    assert chat.markers().count() >= 1
    chat.screenshot("answer")
    assert_each_source_shows_its_quotation(chat, abstracts)
    chat.markers().first.click()
    assert "Vendi Score" in chat.source.locator(".card-title").text_content()
    chat.screenshot("source-open")


def test_sentences_are_on_the_page_before_the_answer_is_done(chat_address, open_chat):
    chat = open_chat(chat_address)
    chat.page.evaluate(
        """() => {
            window.seen = [];
            new MutationObserver(() => {
                const turn = document.querySelector('#latest .turn');
                if (turn?.getAttribute('aria-busy') === 'true')
                    window.seen.push(turn.querySelectorAll('.sentence').length);
            }).observe(document.getElementById('latest'), { childList: true, subtree: true });
        }"""
    )
    chat.ask(QUESTION)
    assert max(chat.page.evaluate("window.seen")) >= 1


def test_a_question_outside_the_library_is_refused_with_the_nearest_papers(chat_address, open_chat):
    chat = open_chat(chat_address)
    chat.ask(OUTSIDE)
    assert "Not answered" in chat.latest.inner_text()
    assert chat.markers().count() == 0
    nearest = chat.latest.locator(".nearest .source-title")
    assert nearest.count() >= 1
    chat.screenshot("refusal")
    nearest.first.click()
    assert chat.source.locator(".card-title").text_content() == nearest.first.text_content()


def test_a_follow_up_is_answered_in_the_same_conversation(chat_address, open_chat):
    chat = open_chat(chat_address)
    chat.ask(QUESTION)
    chat.ask("And what does it need as input?")
    assert chat.page.locator("#past .turn").count() == 1
    assert "Vendi" in chat.latest.inner_text()
    chat.screenshot("follow-up")


def turns_of(chat):
    return chat.page.locator(".turn").evaluate_all("turns => turns.map(turn => turn.outerHTML)")


def test_a_reload_brings_the_whole_conversation_back(chat_address, open_chat):
    chat = open_chat(chat_address)
    for question in (QUESTION, OUTSIDE):
        chat.ask(question)
    before = turns_of(chat)
    chat.reload(turns=2)
    assert turns_of(chat) == before
    chat.screenshot("reload")
    chat.ask("And what does it need as input?")
    assert "Vendi" in chat.latest.inner_text()
    assert chat.page.locator("#past .turn").count() == 2


@pytest.mark.parametrize(
    ("name", "viewport", "scheme"),
    [("dark", DESKTOP, "dark"), ("phone", PHONE, "light"), ("phone-dark", PHONE, "dark")],
)
def test_dark_and_small_windows_answer_as_well(chat_address, open_chat, name, viewport, scheme):
    chat = open_chat(chat_address, viewport, scheme)
    chat.ask(QUESTION)
    chat.screenshot(f"{name}-answer")
    chat.markers().first.click()
    expect(chat.source.locator("mark.quoted")).to_be_in_viewport()
    chat.screenshot(f"{name}-source-open")
    assert chat.page.evaluate("document.documentElement.scrollWidth") <= viewport["width"]
