"""The Library tab in a browser: find papers, order them, read one, with mouse and keyboard."""

import pytest
from chat_page import PHONE, served
from scripted_assistant import PAPERS, ScriptedAssistant

from assistant import Assistant
from assistant.types import Paper

pytestmark = pytest.mark.browser

WORDS = "#library-words input"
HOSTILE = Paper("odd\"<b>'", "<img src=x onerror=alert(1)> {{x}} $1+1$", "<script>1</script>")


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    with Assistant.open(tmp_path_factory.mktemp("tab") / "library") as assistant:
        assistant.library.ingest([*PAPERS, HOSTILE])
        with served(assistant) as address:
            yield address


@pytest.fixture
def tab(address, open_chat):
    return opened(open_chat(address))


def opened(chat):
    chat.page.get_by_role("tab", name="Library").click()
    chat.page.wait_for_selector(".library-table")
    return chat


def titles(page):
    return page.locator("#library-page [data-paper]").all_text_contents()


def test_papers_are_found_and_ordered(tab):
    page = tab.page
    assert len(titles(page)) == 3
    page.fill(WORDS, "clo lind")
    page.wait_for_selector("text=1 of 3 papers")
    assert titles(page) == ["Quartz Clocks in Cold Water"]
    page.fill(WORDS, "nothing like this")
    page.get_by_role("button", name="Show all papers").click()
    page.wait_for_selector("#library-page tbody tr:nth-child(3)")
    page.get_by_role("button", name="Title").click()
    page.wait_for_selector("th.of-title[aria-sort=ascending]")
    assert [title[0] for title in titles(page)] == ["<", "Q", "S"]
    tab.screenshot("library-table")


def test_a_paper_is_read_with_the_keyboard_and_left_again(tab):
    page = tab.page
    opener = page.get_by_role("button", name="Sundials under Cloud")
    opener.focus()
    page.keyboard.press("Enter")
    page.wait_for_selector("#library-side article")
    assert page.evaluate("document.activeElement.textContent") == "Sundials under Cloud"
    similar = page.locator("#library-side .sources [data-paper]")
    assert similar.count() == 2
    tab.screenshot("library-paper")
    page.keyboard.press("Escape")
    page.wait_for_selector("#library-side article", state="detached")
    assert page.evaluate("document.activeElement.textContent") == "Sundials under Cloud"


def test_a_hostile_paper_is_text_and_a_phone_shows_it_as_a_sheet(address, open_chat):
    page = opened(open_chat(address, PHONE, "dark")).page
    page.get_by_role("button", name=HOSTILE.title).click()
    page.wait_for_selector("#library-side article")
    assert page.locator("#library-side .abstract").text_content() == HOSTILE.abstract
    assert page.locator("#library img").count() == 0
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    place = page.locator("#library-side .source").bounding_box()
    assert place["y"] + place["height"] == pytest.approx(PHONE["height"], abs=2)


def test_a_library_without_papers_says_so(open_chat):
    with served(ScriptedAssistant(papers=())) as address:
        page = open_chat(address).page
        page.get_by_role("tab", name="Library").click()
        page.wait_for_selector("text=The library is empty: take papers in with >> visible=true")
