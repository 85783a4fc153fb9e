"""A headless Chromium, and the real chat on a free loopback port."""

import threading

import pytest
from chat_page import DESKTOP, ChatPage, served
from playwright.sync_api import sync_playwright
from scripted_assistant import ScriptedAssistant, drift_answer

FLAGS = (
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
)


# Playwright keeps an event loop in this thread while it is open: closed after each module,
# it is in no other test's way.
@pytest.fixture(scope="module")
def browser(chromium):
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, headless=True, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def open_chat(browser):
    """Open a chat in a window of its own; afterwards nothing has left the machine or broken."""
    opened = []

    def open_one(address, viewport=DESKTOP, color_scheme="light"):
        context = browser.new_context(
            viewport=viewport, color_scheme=color_scheme, reduced_motion="reduce"
        )
        context.set_default_timeout(20_000)
        opened.append((context, ChatPage(context.new_page(), address)))
        return opened[-1][1]

    yield open_one
    for context, chat in opened:
        context.close()
        assert not chat.outside, "the page asked other hosts"
        assert not chat.errors


@pytest.fixture(scope="module")
def scripted():
    """A scripted assistant behind the real page: (assistant, address)."""
    assistant = ScriptedAssistant()
    with served(assistant) as address:
        yield assistant, address


@pytest.fixture
def scripted_chat(scripted, open_chat):
    """A fresh window on the scripted chat: (assistant, chat)."""
    assistant, address = scripted
    assistant.play, assistant.stall_at = drift_answer, None
    assistant.stalled, assistant.go_on = threading.Event(), threading.Event()
    papers = assistant.library.papers
    yield assistant, open_chat(address)
    assistant.library.papers = papers
    assistant.go_on.set()


@pytest.fixture
def chat(scripted_chat):
    return scripted_chat[1]
