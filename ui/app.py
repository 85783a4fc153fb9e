"""Wires the chat: which component calls what, and the server around it.

What the handlers mean is in chat.py; how things look is in render.py, page.py
and style.css.
"""

import errno
import socket
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import gradio as gr
import uvicorn
from fastapi import FastAPI

from assistant.config import Config
from assistant.errors import UsageError
from ui.chat import MAX_QUESTION_CHARACTERS, Chat, Session
from ui.guard import LOOPBACK_NAMES, LoopbackGuard
from ui.page import EXAMPLES, SOURCE_PANEL, Shelf, engine_choices, render_masthead, render_status
from ui.theme import calm_theme

if TYPE_CHECKING:
    from assistant.ask import Assistant

HERE = Path(__file__).parent
CONCURRENT_ANSWERS = 8

# Gradio offers every handler to other programs unless told not to.
_HIDDEN: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}


def serve(assistant: "Assistant", *, host: str = "127.0.0.1", port: int = 7860) -> None:
    """Serve the chat until interrupted.

    Raises:
        UsageError: `host` is not this machine's own, or `port` is in use.
    """
    listener = _listen(host, port)
    app = web_app(assistant)
    config = uvicorn.Config(app, log_level="warning", timeout_graceful_shutdown=1)
    with listener:
        uvicorn.Server(config).run(sockets=[listener])


def web_app(assistant: "Assistant") -> FastAPI:
    """Return the chat as an ASGI application, guarded against foreign hosts and origins."""
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    app.add_middleware(LoopbackGuard)
    mounted: FastAPI = gr.mount_gradio_app(
        app,
        build(assistant),
        path="/",
        theme=calm_theme(),
        css_paths=[HERE / "style.css"],
        js=(HERE / "chat.js").read_text("utf-8"),
        footer_links=[],
        run_history=False,
        ssr_mode=False,
        pwa=False,
        mcp_server=False,
        enable_monitoring=False,
        show_error=False,
    )
    return mounted


@dataclass(frozen=True)
class Parts:
    """The components of the page that handlers read or write."""

    session: gr.State
    past: gr.HTML
    latest: gr.HTML
    welcome: gr.Column
    examples: list[gr.Button]
    question: gr.Textbox
    ask: gr.Button
    stop: gr.Button
    engine: gr.Radio
    fresh: gr.Button
    status: gr.HTML


def build(assistant: "Assistant", examples: tuple[str, ...] = EXAMPLES) -> gr.Blocks:
    """Return the page, its handlers connected; starts nothing."""
    page: gr.Blocks = gr.Blocks(title="Paper Assistant", analytics_enabled=False, fill_width=True)
    with page:
        _connect(_lay_out(assistant, examples), assistant)
    page.queue(default_concurrency_limit=CONCURRENT_ANSWERS)
    return page


def _lay_out(assistant: "Assistant", examples: tuple[str, ...]) -> Parts:
    """Place the components; style.css does the rest by their ids."""
    papers, session = assistant.library.count, gr.State(None)
    with gr.Row(elem_id="desk"):
        with gr.Column(elem_id="talk", scale=3):
            _html(render_masthead(papers), "masthead")
            past, latest = _html("", "past"), _html("", "latest")
            with gr.Column(elem_id="welcome", visible=papers > 0) as welcome:
                _html('<p class="try">Try one of these</p>', "try")
                offered = [gr.Button(text, elem_classes="example") for text in examples]
            with gr.Column(elem_id="foot"):
                with gr.Row(elem_id="composer"):
                    question, ask, stop = _question_box()
                with gr.Column(elem_id="options"):
                    engine = _engine_radio(assistant.config)
                    with gr.Row(elem_id="in-use"):
                        status = _html(_status(assistant, assistant.config.engine), "status")
                        fresh = gr.Button("New conversation", elem_id="fresh", min_width=0)
        with gr.Column(elem_id="side", scale=2):
            _html(SOURCE_PANEL, "panel")
    return Parts(
        session, past, latest, welcome, offered, question, ask, stop, engine, fresh, status
    )


def _connect(parts: Parts, assistant: "Assistant") -> None:
    """Say which event calls what, with which inputs, and where its results go."""
    chat = Chat(assistant)
    outputs = [parts.session, parts.question, parts.past, parts.latest, parts.welcome]

    def answer(question: str, engine: str, session: Session | None) -> Iterator[list[Any]]:
        typed: Any = ""  # empties the box once, then leaves it to the person
        for view in chat.ask(question, engine, session):
            welcome = gr.Column(visible=view.session is None)
            yield [view.session, typed, view.past, view.latest, welcome]
            typed = gr.skip()

    def begin_anew() -> list[Any]:
        return [None, "", "", "", gr.Column(visible=True)]

    chosen = [parts.engine, parts.session]
    asked = [parts.question.submit, parts.ask.click]
    gr.on(asked, answer, [parts.question, *chosen], outputs, **_HIDDEN)
    for example in parts.examples:
        example.click(answer, [example, *chosen], outputs, **_HIDDEN)
    parts.stop.click(chat.stop, [parts.session], None, queue=False, **_HIDDEN)
    parts.fresh.click(begin_anew, None, outputs, **_HIDDEN)
    status = partial(_status, assistant)
    parts.engine.change(status, parts.engine, parts.status, **_HIDDEN)


def _status(assistant: "Assistant", engine: str) -> str:
    library = assistant.library
    shelf = Shelf(library.path, library.count, library.embedder.name)
    return render_status(assistant.config, shelf, engine)


def _question_box() -> tuple[gr.Textbox, gr.Button, gr.Button]:
    box = gr.Textbox(
        label="Question",
        show_label=False,
        placeholder="Ask about the papers",
        max_length=MAX_QUESTION_CHARACTERS,
        lines=1,
        max_lines=6,
        autofocus=True,
        container=False,
        elem_id="question",
    )
    ask = gr.Button("Ask", variant="primary", elem_id="ask", min_width=80)
    return box, ask, gr.Button("Stop", variant="stop", elem_id="stop", min_width=80)


def _engine_radio(config: Config) -> gr.Radio:
    choices = engine_choices(config)
    return gr.Radio(
        choices,
        value=config.engine,
        label="Engine for the next question",
        visible=len(choices) > 1,
        container=False,
        elem_id="engine",
    )


def _html(value: str, name: str) -> gr.HTML:
    return gr.HTML(value, elem_id=name, js_on_load=None, apply_default_css=False)


def _listen(host: str, port: int) -> socket.socket:
    """Take the port before anything heavy starts, so that a taken one is known at once."""
    if host not in LOOPBACK_NAMES:
        raise UsageError(
            f"host {host!r} would serve others, which needs a sign-in that is not there yet; "
            "leave --host out to serve this machine"
        )
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family)
    except OSError as error:
        what = "in use" if error.errno == errno.EADDRINUSE else f"not to be had ({error.strerror})"
        raise UsageError(f"port {port} is {what}: try --port {max(port + 1, 1024)}") from error
