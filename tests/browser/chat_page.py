"""The chat as a person uses it: a page in a browser, and the real server behind it."""

import socket
import threading
import time
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import uvicorn

from ui.app import web_app

SCREENSHOTS = Path(__file__).parents[2] / "reports" / "screenshots"
DESKTOP, PHONE = {"width": 1280, "height": 860}, {"width": 390, "height": 844}


class ChatPage:
    """The chat as a person uses it; notes requests that leave this machine, and page errors."""

    def __init__(self, page, address):
        self.page, self.address = page, address
        self.outside, self.errors = [], []
        page.on("request", self._note_request)
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("dialog", self._note_dialog)
        page.goto(address)
        page.wait_for_selector("#question textarea")

    def _note_request(self, request):
        host = urlsplit(request.url).hostname
        if host not in (None, "127.0.0.1"):  # None: data and blob addresses stay in the page
            self.outside.append(request.url)

    def _note_dialog(self, dialog):
        self.errors.append(f"a dialog opened: {dialog.message}")
        dialog.dismiss()

    @property
    def latest(self):
        return self.page.locator("#latest .turn")

    @property
    def remark(self):
        """What the page says in the place of an answer."""
        return self.page.locator("#latest")

    @property
    def source(self):
        return self.page.locator("#source")

    def ask(self, question, wait=True):
        self.page.fill("#question textarea", question)
        self.page.keyboard.press("Enter")
        if wait:
            self.page.wait_for_function(
                """question => {
                    const turn = document.querySelector('#latest .turn[aria-busy="false"]');
                    return turn?.querySelector('.question').textContent === question;
                }""",
                arg=question.strip(),
            )

    def reload(self, turns):
        """Load the page anew, and wait until as many turns stand on it again."""
        self.page.reload()
        self.page.wait_for_function(
            "turns => document.querySelectorAll('.turn').length === turns", arg=turns
        )

    def markers(self):
        return self.latest.locator(".answer a.marker")

    def screenshot(self, name):
        SCREENSHOTS.mkdir(parents=True, exist_ok=True)
        self.page.wait_for_timeout(150)  # let the last scroll and Gradio's own fading end
        self.page.screenshot(path=SCREENSHOTS / f"{name}.png")


@contextmanager
def served(assistant):
    """Serve the chat over `assistant`; yields its address."""
    listener = socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(web_app(assistant), log_level="error", timeout_graceful_shutdown=1)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, args=[[listener]], daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.02)
    yield f"http://127.0.0.1:{listener.getsockname()[1]}/"
    server.should_exit = True
    thread.join(timeout=10)
    listener.close()
