"""The tab "Check a draft" in a real browser."""

import pytest
from chat_page import PHONE
from playwright.sync_api import expect
from scripted_assistant import DRIFT

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("viewport", [None, PHONE], ids=["desktop", "phone"])
def test_a_draft_is_checked_and_each_sentence_leads_to_what_was_found(chat, viewport):
    if viewport:
        chat.page.set_viewport_size(viewport)
    chat.page.get_by_role("tab", name="Check a draft").click()
    chat.page.fill("#draft-text textarea", f"{DRIFT} Clocks stop in the snow.")
    chat.page.locator("#draft-check").click()
    expect(chat.page.locator(".checked-summary")).to_have_text(
        "2 sentences: 1 unsupported, 1 quotation, 1 citation proposed"
    )
    chat.page.locator("[data-finding]").nth(1).focus()
    chat.page.keyboard.press("Enter")
    assert chat.page.evaluate("document.activeElement.id") == "finding-2"
    width = chat.page.evaluate("document.documentElement.clientWidth")
    assert chat.page.evaluate("document.documentElement.scrollWidth") <= width
    chat.screenshot(f"draft-{'phone' if viewport else 'desktop'}")
