"""Asking only some papers, in the browser: a real Assistant over papers with years and authors."""

import pytest
from chat_page import DESKTOP, PHONE, served
from playwright.sync_api import expect

from assistant import Assistant
from assistant.types import Paper

pytestmark = pytest.mark.browser

QUESTION = "How much do quartz clocks drift in cold water?"
DOI = "10.1000/noor.2021"
OUTSIDE = "What is the capital of France?"


def clock_paper(year, author, drift):
    return Paper(
        paper_id=f"clocks-{year}",
        title=f"Quartz Clocks in Cold Water, {author} {year}",
        abstract=f"Quartz clocks drift {drift} seconds a month in cold water. Steel halves it.",
        authors=(author, "Bo Marsh"),
        year=year,
        tags=("clocks",),
        doi=DOI if author == "Cy Noor" else None,
    )


PAPERS = [
    clock_paper(2019, "Ada Lind", 3),
    clock_paper(2021, "Ada Lind", 4),
    clock_paper(2021, "Cy Noor", 5),
    clock_paper(2023, "Ada Lind", 6),
]


@pytest.fixture(scope="module")
def clocks_address(tmp_path_factory):
    with Assistant.open(tmp_path_factory.mktemp("clocks") / "library") as assistant:
        assistant.library.ingest(PAPERS)
        with served(assistant) as address:
            yield address


@pytest.fixture
def chat(clocks_address, open_chat):
    return open_chat(clocks_address)


def line_of(chat):
    """The line that stands for the fields and opens them."""
    return chat.page.locator("#filter-line")


def field_of(chat, name):
    return chat.page.get_by_label(name, exact=True)


def titles(chat, kind):
    return set(chat.latest.locator(f".{kind} .source-title").all_text_contents())


@pytest.mark.parametrize(("name", "viewport"), [("desktop", DESKTOP), ("phone", PHONE)])
def test_only_papers_of_a_year_and_an_author_are_cited_or_found(
    clocks_address, open_chat, name, viewport
):
    chat = open_chat(clocks_address, viewport)
    line = line_of(chat)
    expect(line).to_have_attribute("aria-expanded", "false")
    chat.screenshot(f"filters-{name}-closed")
    line.focus()
    chat.page.keyboard.press("Enter")
    expect(line).to_have_attribute("aria-expanded", "true")
    chat.page.keyboard.press("Tab")
    chat.page.keyboard.type("2020-2022")
    chat.page.keyboard.press("Tab")
    chat.page.keyboard.type("lind")
    chat.page.keyboard.press("Enter")
    expect(line).to_contain_text("Only papers with year 2020 to 2022, author lind: 1 of 4 papers")
    chat.screenshot(f"filters-{name}-set")
    line.click()
    expect(field_of(chat, "Year")).to_be_hidden()
    chat.ask(QUESTION)
    assert titles(chat, "sources") == {PAPERS[1].title}
    assert "drift 4 seconds" in chat.latest.locator(".answer").inner_text()
    said = "Only papers with year 2020 to 2022, author lind were searched."
    assert chat.latest.locator(".caveat").inner_text() == said
    chat.screenshot(f"filters-{name}-answer")
    chat.ask(OUTSIDE)
    assert titles(chat, "nearest") == {PAPERS[1].title}
    assert said[1:] in chat.latest.locator(".refusal").inner_text()
    chat.screenshot(f"filters-{name}-refusal")
    assert chat.page.evaluate("document.documentElement.scrollWidth") <= viewport["width"]
    before = chat.latest.inner_text()
    chat.reload(turns=2)
    assert chat.latest.inner_text() == before


def test_a_year_that_is_none_is_told_and_neither_question_nor_fields_are_lost(chat):
    chat.ask(QUESTION)
    chat.ask(OUTSIDE)  # its turn fills the view: the remark below has to be brought there
    line_of(chat).click()
    field_of(chat, "Author").fill("lind")
    field_of(chat, "Year").fill("20x1")
    chat.ask(QUESTION, wait=False)
    remark = chat.remark.get_by_text("Nothing was asked: no years '20x1'; write 2021, 2020-2023")
    expect(remark).to_be_in_viewport()
    expect(line_of(chat)).to_contain_text("Only papers …: no years '20x1'")
    chat.screenshot("filters-bad-year")
    assert chat.page.locator(".turn").count() == 2
    assert chat.page.input_value("#question textarea") == QUESTION
    assert field_of(chat, "Author").input_value() == "lind"
    field_of(chat, "Year").fill("2021")
    chat.page.locator("#ask").click()
    chat.page.locator(".turn").nth(2).locator(".sources").wait_for()
    assert titles(chat, "sources") == {PAPERS[1].title}
    expect(remark).to_have_count(0)


def test_filters_that_no_paper_passes_are_told_at_once_and_cleared_with_one_click(chat):
    line_of(chat).click()
    chat.page.fill("#question textarea", "How much do")
    field_of(chat, "Tag").fill("<b>dials</b>")  # shown as text
    field_of(chat, "Year").focus()
    expect(line_of(chat)).to_contain_text(
        "Only papers with tag <b>dials</b>: the library holds none"
    )
    chat.page.get_by_role("button", name="Clear").click()
    expect(line_of(chat)).to_contain_text("Only papers of a year, author, venue …")
    assert field_of(chat, "Tag").input_value() == ""
    assert chat.page.input_value("#question textarea") == "How much do"
    chat.ask(QUESTION)
    assert chat.latest.locator(".caveat").count() == 0


def test_a_paper_by_its_doi_and_the_day_it_came_in_narrow_the_question(chat):
    line_of(chat).click()
    field_of(chat, "Paper").fill(f"https://doi.org/{DOI}")
    field_of(chat, "Added").fill("..2001-01-01")
    field_of(chat, "Year").focus()
    expect(line_of(chat)).to_contain_text("added up to 2001-01-01: the library holds none")
    field_of(chat, "Added").fill("2001-01-01..")
    field_of(chat, "Year").focus()
    expect(line_of(chat)).to_contain_text("added from 2001-01-01: 1 of 4 papers")
    chat.screenshot("filters-paper-added")
    chat.ask(QUESTION)
    assert titles(chat, "sources") == {PAPERS[2].title}
