"""The page in a real browser over a scripted assistant: what must hold whatever is answered."""

import re
from dataclasses import replace

import pytest
from chat_page import PHONE, served
from scripted_assistant import (
    CLOUD,
    DRIFT,
    QUARTZ,
    STEEL,
    Line,
    ScriptedAssistant,
    cite,
    drift_answer,
    script,
)

from assistant.config import Config
from assistant.errors import ProviderError
from assistant.question import MAX_QUESTION_CHARACTERS
from assistant.types import DroppedSentence, Label, Paper

pytestmark = pytest.mark.browser

HOSTILE = (
    "<script>window.hacked = 1</script><img src=x onerror='window.hacked = 2'>"
    '" onmouseover="window.hacked = 3" ${window.hacked = 4} {{hacked}} '
    "![i](http://evil.example/i.png) [l](javascript:alert(1)) $$\\frac{1}{2}$$ &lt;b&gt;"
)


def test_the_first_look_says_what_it_is_what_it_has_and_what_to_do(chat):
    text = chat.page.inner_text("body")
    assert "Paper Assistant" in text
    assert "2 paper abstracts" in text
    for part in ("engine extractive", "embedder scripted", "library somewhere/clocks, 2 papers"):
        assert part in re.sub(r"\s+", " ", text)
    assert chat.page.locator("button.example").count() == 3
    assert chat.page.evaluate("document.activeElement.tagName") == "TEXTAREA"


def test_an_example_question_is_one_click(chat):
    example = chat.page.locator("button.example").first
    question = example.inner_text()
    example.click()
    chat.latest.locator(".sources").wait_for()
    assert chat.latest.locator(".question").inner_text() == question
    assert not chat.page.locator("button.example").first.is_visible()


def test_each_marker_opens_its_source_with_exactly_its_quotation_highlighted(chat):
    chat.ask("How much do clocks drift?")
    for marker, quote in enumerate((DRIFT, STEEL, CLOUD)):
        chat.markers().nth(marker).click()
        assert chat.source.locator("mark.quoted").text_content() == quote
        assert chat.source.locator("mark.quoted").is_visible()
    chat.markers().first.click()
    assert chat.source.locator(".abstract").text_content() == QUARTZ.abstract
    assert chat.source.locator("mark.also").text_content() == STEEL


def test_the_keyboard_reaches_a_source_and_comes_back(chat):
    chat.ask("How much do clocks drift?")
    chat.markers().first.focus()
    chat.page.keyboard.press("Enter")
    assert chat.page.evaluate("document.activeElement.className") == "card-title"
    chat.page.keyboard.press("Escape")
    assert chat.page.evaluate("document.activeElement.textContent") == "[1]"
    assert "Choose one" in chat.source.inner_text()


def test_a_source_opens_while_the_answer_is_still_being_written(scripted_chat):
    assistant, chat = scripted_chat
    assistant.stall_at = 2
    chat.ask("How much do clocks drift?", wait=False)
    chat.markers().first.wait_for()
    assert chat.latest.get_attribute("aria-busy") == "true"
    chat.markers().first.click()
    assert chat.source.locator("mark.quoted").text_content() == DRIFT
    assistant.go_on.set()
    chat.latest.locator(".sources").wait_for()
    assert chat.source.locator("mark.quoted").text_content() == DRIFT


def test_stop_works_at_once_and_keeps_what_was_checked(scripted_chat):
    assistant, chat = scripted_chat
    assistant.stall_at = 2
    stop = chat.page.locator("#stop")
    assert not stop.is_visible()
    chat.ask("How much do clocks drift?", wait=False)
    chat.markers().first.wait_for()
    stop.click()
    chat.latest.get_by_text("Stopped: what was checked by then is kept.").wait_for()
    assert DRIFT in chat.latest.locator(".answer").inner_text()
    assert not stop.is_visible()
    assistant.stall_at = None
    chat.ask("And again?")
    assert chat.markers().count() == 3


def test_a_follow_up_stands_below_the_first_answer_and_its_sources_still_open(scripted_chat):
    assistant, chat = scripted_chat
    chat.ask("How much do clocks drift?")
    chat.ask("And under cloud?")
    assert assistant.conversations[-1].asked[-1][0] == "And under cloud?"
    assert len(assistant.conversations[-1].asked) == 2
    earlier = chat.page.locator("#past .turn")
    assert earlier.locator(".question").inner_text() == "How much do clocks drift?"
    earlier.locator(".answer a.marker").nth(2).click()
    assert chat.source.locator("mark.quoted").text_content() == CLOUD


def test_a_new_conversation_clears_the_page(scripted_chat):
    assistant, chat = scripted_chat
    chat.ask("How much do clocks drift?")
    chat.page.locator("#fresh").click()
    chat.page.locator("button.example").first.wait_for()
    assert chat.page.locator(".turn").count() == 0
    assert "#" not in chat.page.url
    before = len(assistant.conversations)
    chat.ask("And sundials?")
    assert len(assistant.conversations) == before + 1


def test_a_reload_keeps_the_conversation_and_another_tab_sees_none_of_it(
    scripted_chat, scripted, open_chat
):
    assistant, chat = scripted_chat
    chat.ask("How much do clocks drift?")
    name = assistant.conversations[-1].id
    assert chat.page.url.endswith(f"#conversation={name}")
    chat.reload(turns=1)
    chat.markers().first.click()
    assert chat.source.locator("mark.quoted").text_content() == DRIFT
    chat.ask("And under cloud?")
    assert assistant.conversations[-1].id == name
    assert chat.page.locator("#past .turn").count() == 1
    other = open_chat(scripted[1])
    other.page.locator("button.example").first.wait_for()
    assert other.page.locator(".turn").count() == 0


def test_an_address_of_nothing_kept_says_so_and_the_next_question_works(scripted, open_chat):
    chat = open_chat(f"{scripted[1]}#conversation=0000")
    chat.remark.get_by_text("Nothing of that conversation is kept").wait_for()
    chat.ask("How much do clocks drift?")
    assert chat.markers().count() == 3
    assert not chat.page.url.endswith("=0000")


def test_a_question_that_is_too_long_is_said_to_be_and_kept(scripted_chat):
    assistant, chat = scripted_chat
    question = "q" * (MAX_QUESTION_CHARACTERS + 1)
    before = len(assistant.conversations)
    chat.ask(question, wait=False)
    chat.remark.get_by_text("a question has 4,000 at most").wait_for()
    assert chat.page.input_value("#question textarea") == question
    assert len(assistant.conversations) == before


def test_papers_taken_in_while_serving_are_counted_on_the_next_load(scripted_chat):
    assistant, chat = scripted_chat
    for papers, said in (({}, "The library is empty"), ({"q": QUARTZ}, "Ask 1 paper abstract.")):
        assistant.library.papers = papers
        chat.page.reload()
        chat.page.get_by_text(said).wait_for()
        assert chat.page.locator("button.example").first.is_visible() is bool(papers)
    chat.page.get_by_text("somewhere/clocks, 1 paper").wait_for()


def test_an_empty_question_is_met_with_a_word(chat):
    chat.page.locator("#ask").click()
    chat.remark.get_by_text("Type a question about the papers first.").wait_for()
    assert chat.page.locator(".turn").count() == 0


def test_an_error_is_a_message_and_the_next_question_works(scripted_chat):
    assistant, chat = scripted_chat

    def fail(question):
        raise ProviderError("no answer from models.lan: is the server on?")

    assistant.play = fail
    chat.ask("How much do clocks drift?")
    error = chat.latest.locator(".error")
    assert error.inner_text() == "no answer from models.lan: is the server on?"
    assistant.play = drift_answer
    chat.ask("And now?")
    assert chat.markers().count() == 3


def test_dropped_sentences_are_one_click_away(chat):
    chat.ask("How much do clocks drift?")
    dropped = chat.latest.locator("details.dropped")
    assert not dropped.locator("q").is_visible()
    dropped.locator("summary").click()
    assert dropped.locator("q").inner_text().strip('“”"') == "Clocks drift 9 seconds."
    assert "contradicted: number 9" in dropped.inner_text()


def test_hostile_text_is_shown_as_text(open_chat):
    paper = Paper("hostile", f"T {HOSTILE}", f"Start. {HOSTILE} End.", (HOSTILE,), venue=HOSTILE)
    lines = [Line(cite(paper, HOSTILE)), Line(cite(paper, "End."), f"S {HOSTILE}")]
    dropped = [DroppedSentence(HOSTILE, Label.UNSUPPORTED, (HOSTILE,))]
    assistant = ScriptedAssistant(lambda q: script(q, lines, dropped, [paper]), [paper])
    with served(assistant) as address:
        chat = open_chat(address)
        chat.ask(HOSTILE)
        assert chat.latest.locator(".question").text_content() == HOSTILE
        assert chat.latest.locator(".sentence").first.text_content().startswith(HOSTILE)
        chat.markers().first.click()
        assert chat.source.locator("mark.quoted").text_content() == HOSTILE
        assert chat.source.locator(".card-title").text_content() == paper.title
        assert chat.source.locator(".abstract").text_content() == paper.abstract
        chat.source.locator("mark.quoted").hover()
        assert chat.page.evaluate("window.hacked") is None
        assert chat.page.locator("#talk :is(script, img), #source :is(script, img)").count() == 0


def test_the_switch_to_openai_says_what_will_leave_the_machine(open_chat, tmp_path):
    assistant = ScriptedAssistant(config=Config(library=tmp_path, api_key="sk-secret"))
    with served(assistant) as address:
        chat = open_chat(address)
        status = chat.page.locator(".status")
        assert "An API key was found and is not used" in status.inner_text()
        chat.page.get_by_label("openai: gpt-4o-mini at api.openai.com").check()
        status.get_by_text("are sent to api.openai.com").wait_for()
        chat.ask("How much do clocks drift?")
        assert assistant.conversations[-1].asked == [("How much do clocks drift?", "openai")]
        assert "sk-secret" not in chat.page.content()


def test_on_a_phone_nothing_is_cut_off_and_the_source_comes_from_below(scripted, open_chat):
    chat = open_chat(scripted[1], viewport=PHONE)
    assert chat.page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    chat.ask("How much do clocks drift?")
    assert not chat.source.is_visible()
    chat.markers().first.click()
    box = chat.source.bounding_box()
    assert box["x"] == 0
    assert box["width"] == PHONE["width"]
    assert abs(box["y"] + box["height"] - PHONE["height"]) < 1
    quoted = chat.source.locator("mark.quoted").bounding_box()
    assert box["y"] < quoted["y"] < PHONE["height"]
    chat.page.get_by_label("Close the source").click()
    assert not chat.source.is_visible()
    assert chat.page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


def test_on_a_phone_a_tap_beside_the_source_closes_it_and_what_was_tapped_stays_in_view(
    scripted_chat,
):
    assistant, chat = scripted_chat
    tall = replace(QUARTZ, abstract=QUARTZ.abstract + " The water was cold." * 60)
    lines = [Line(cite(tall, DRIFT, 1)), Line(cite(tall, STEEL, 2))]
    assistant.play = lambda question: script(question, lines, papers=[tall])
    assistant.library.papers = {tall.paper_id: tall}
    chat.page.set_viewport_size(PHONE)
    for question in ("How much do clocks drift?", "And in steel?"):
        chat.ask(question)
        marker = chat.latest.locator(".source-markers a.marker").last
        marker.click()
        box, top = marker.bounding_box(), chat.source.bounding_box()["y"]
        assert top < PHONE["height"] / 2
        assert 0 <= box["y"]
        assert box["y"] + box["height"] < top
        chat.page.mouse.click(20, top - 12)
        assert not chat.source.is_visible()
    for number, quote in enumerate((DRIFT, STEEL)):
        chat.markers().nth(number).click()  # beside the sheet, but a source: that one opens
        assert chat.source.locator("mark.quoted").text_content() == quote
    chat.page.keyboard.press("Escape")
    assert not chat.source.is_visible()


def test_on_a_wide_screen_a_click_beside_the_source_leaves_it_open(chat):
    chat.ask("How much do clocks drift?")
    chat.markers().first.click()
    chat.latest.locator(".question").click()
    assert chat.source.locator("mark.quoted").text_content() == DRIFT
