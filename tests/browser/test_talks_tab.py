"""The Conversations tab in the browser: found, renamed, deleted and undone, saved, printed."""

import pytest
from chat_page import DESKTOP, PHONE, served
from kept_talks import keep_talk, open_assistant
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

FIRST = "How much do quartz clocks drift in cold water?"
OTHER = "What of <b>sundials</b>?"


@pytest.fixture(scope="module")
def kept(tmp_path_factory):
    """An assistant that keeps conversations, behind the real page: (assistant, address)."""
    assistant = open_assistant(tmp_path_factory.mktemp("talks") / "library")
    with assistant, served(assistant) as address:
        yield assistant, address


@pytest.fixture
def address(kept):
    assistant, address = kept
    for talk in ("first", "other"):
        assistant.library.record.answers.delete_talk(talk)
    keep_talk(assistant, "first", FIRST, "What is the capital of France?", "And steel?")
    keep_talk(assistant, "other", OTHER)
    return address


def open_list(chat):
    chat.page.get_by_role("tab", name="Conversations").click()
    expect(names(chat)).to_have_count(2)
    return chat.page


def names(chat):
    return chat.page.locator(".talk-name")


def button(chat, talk, act):
    return chat.page.locator(f'[data-talk="{talk}"] [data-talk-act="{act}"]')


def test_a_search_finds_a_conversation_and_its_link_opens_it_as_it_was(address, open_chat):
    chat = open_chat(address)
    page = open_list(chat)
    expect(names(chat)).to_have_text([OTHER, FIRST])
    page.locator("#talks-search :is(input, textarea)").press_sequentially("FRANCE steel")
    expect(page.get_by_text("No conversation holds all of these words")).to_be_visible()
    for _ in "steel":
        page.keyboard.press("Backspace")
    expect(names(chat)).to_have_text([FIRST])
    chat.screenshot("conversations-search")
    names(chat).click()
    expect(page.locator(".turn")).to_have_count(3)
    expect(chat.latest.locator(".question")).to_be_visible()
    assert chat.markers().count() == 3
    open_list(chat)
    names(chat).nth(1).click()  # it is open already
    expect(chat.latest.locator(".question")).to_be_visible()


def test_a_name_is_given_and_a_deletion_undone_by_keyboard_alone(address, open_chat):
    chat = open_chat(address)
    page = open_list(chat)
    button(chat, "first", "rename").focus()
    page.keyboard.press("Enter")
    page.keyboard.type("not this")
    page.keyboard.press("Escape")
    expect(button(chat, "first", "rename")).to_be_focused()
    expect(names(chat)).to_have_text([OTHER, FIRST])
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")  # the name as it is
    expect(button(chat, "first", "rename")).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.type("Clocks & <i>water</i>")
    page.keyboard.press("Enter")
    expect(names(chat)).to_have_text([OTHER, "Clocks & <i>water</i>"])
    expect(button(chat, "first", "rename")).to_be_focused()
    button(chat, "first", "delete").focus()
    page.keyboard.press("Enter")
    expect(names(chat)).to_have_text([OTHER])
    expect(page.locator('[data-undo="first"]')).to_be_focused()
    chat.screenshot("conversations-deleted")
    page.keyboard.press("Enter")
    expect(names(chat)).to_have_text([OTHER, "Clocks & <i>water</i>"])
    expect(names(chat).nth(1)).to_be_focused()


def test_a_deleted_conversation_leaves_the_ask_tab_and_its_address(address, open_chat):
    chat = open_chat(f"{address}#conversation=first")
    expect(chat.page.locator(".turn")).to_have_count(3)
    open_list(chat)
    button(chat, "first", "delete").click()
    expect(chat.page.locator('[data-undo="first"]')).to_be_visible()
    expect(chat.page.locator(".turn")).to_have_count(0)
    assert "first" not in chat.page.url
    chat.page.goto(f"{address}?again#conversation=first")
    expect(chat.page.locator(".note")).to_contain_text("Nothing of that conversation is kept")


def test_an_export_is_saved_by_the_browser(kept, address, open_chat):
    chat = open_chat(address)
    open_list(chat)
    for act, ending in (("markdown", "md"), ("json", "json"), ("markdown", "md")):
        with chat.page.expect_download() as download:
            button(chat, "first", act).click()
        name = download.value.suggested_filename
        assert name == f"how-much-do-quartz-clocks-drift-in-cold-water-first.{ending}"
    assert download.value.path().read_text("utf-8") == (kept[0].conversation("first").to_markdown())


def test_printing_opens_the_conversation_and_writes_its_quotations_out(address, open_chat):
    chat = open_chat(address, color_scheme="dark")
    chat.page.context.add_init_script(
        "window.print = () => { window.printed = [document.title, location.hash]; }"
    )
    page = open_list(chat)
    button(chat, "first", "print").click()
    page.wait_for_function("window.printed")
    assert page.evaluate("window.printed") == [FIRST, "#conversation=first"]
    assert page.title() == "Paper Assistant"
    page.emulate_media(media="print")
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    said = page.inner_text("body")
    quoted = "[2] “Steel housings halve it.”"
    assert said.startswith(FIRST) and said.count(quoted) == 2, "of two answers"
    assert "https://doi.org/10.1000/slow.(1)" in said
    assert not page.locator("button:visible, input:visible, textarea:visible").count()
    ink = "getComputedStyle(document.querySelector('.question')).color"
    assert page.evaluate(ink) == "rgb(0, 0, 0)"
    chat.screenshot("print")
    page.evaluate("window.dispatchEvent(new Event('afterprint'))")
    page.emulate_media(media="screen")
    assert quoted not in page.inner_text("body")


@pytest.mark.parametrize(("viewport", "scheme"), [(DESKTOP, "light"), (PHONE, "dark")])
def test_the_list_fits_its_window(address, open_chat, viewport, scheme):
    chat = open_chat(address, viewport, scheme)
    page = open_list(chat)
    button(chat, "other", "rename").click()
    chat.screenshot(f"conversations-{scheme}")
    assert page.evaluate("document.documentElement.scrollWidth") <= viewport["width"]
