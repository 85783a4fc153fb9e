"""Wires the chat: which component calls what, and the server around it.

What the handlers mean is in chat.py; how things look is in render.py, page.py
and style.css.
"""

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
from ui.chat import Chat, Session, View
from ui.filter_fields import UNSET, FilterFields
from ui.guard import LoopbackGuard
from ui.page import (
    EXAMPLES,
    FILTER_FIELDS,
    FILTER_FOOT,
    SOURCE_PANEL,
    Shelf,
    engine_choices,
    render_masthead,
    render_status,
)
from ui.theme import calm_theme

if TYPE_CHECKING:
    from assistant.ask import Assistant

HERE = Path(__file__).parent
CONCURRENT_ANSWERS = 8

# Gradio offers every handler to other programs unless told not to.
_HIDDEN: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}
# Only answers are streamed. What is done at once stays out of the queue: Gradio closes a
# page's stream after the last event, and then loses a question that is asked in that moment.
_AT_ONCE: dict[str, Any] = {**_HIDDEN, "queue": False}

# chat.js keeps the id of the open conversation in the fragment of the page's address:
# each tab has its own, a reload and a bookmark find it, and no request carries it.
_READ_ADDRESS = """(address, engine) =>
    [/^#conversation=([0-9a-z]+)$/.exec(location.hash)?.[1] ?? "", engine]"""


def serve(assistant: "Assistant", listener: socket.socket) -> None:
    """Serve the chat on a socket of `ui.listener.listen` until interrupted."""
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
    address: gr.Textbox
    masthead: gr.HTML
    past: gr.HTML
    latest: gr.HTML
    welcome: gr.Column
    examples: list[gr.Button]
    question: gr.Textbox
    ask: gr.Button
    stop: gr.Button
    filter_line: gr.Button
    fields: list[gr.Textbox]
    engine: gr.Radio
    fresh: gr.Button
    status: gr.HTML


def build(assistant: "Assistant", examples: tuple[str, ...] = EXAMPLES) -> gr.Blocks:
    """Return the page, its handlers connected; starts nothing."""
    page: gr.Blocks = gr.Blocks(title="Paper Assistant", analytics_enabled=False, fill_width=True)
    with page:
        _connect(page, _lay_out(assistant, examples), assistant)
    page.queue(default_concurrency_limit=CONCURRENT_ANSWERS)
    return page


def _lay_out(assistant: "Assistant", examples: tuple[str, ...]) -> Parts:
    """Place the components; style.css does the rest by their ids."""
    session, address = gr.State(None), gr.Textbox(visible=False)
    with gr.Row(elem_id="desk"):
        with gr.Column(elem_id="talk", scale=3):
            masthead = _html(render_masthead(assistant.library.count), "masthead")
            past, latest = _html("", "past"), _html("", "latest")
            with gr.Column(elem_id="welcome", visible=assistant.library.count > 0) as welcome:
                _html('<p class="try">Try one of these</p>', "try")
                offered = [gr.Button(text, elem_classes="example") for text in examples]
            with gr.Column(elem_id="foot"):
                with gr.Row(elem_id="composer"):
                    question, ask, stop = _question_box()
                with gr.Column(elem_id="options"):
                    filter_line, fields = _filter_section()
                    engine = _engine_radio(assistant.config)
                    with gr.Row(elem_id="in-use"):
                        status = _html(_status(assistant, assistant.config.engine), "status")
                        fresh = gr.Button("New conversation", elem_id="fresh", min_width=0)
        with gr.Column(elem_id="side", scale=2):
            _html(SOURCE_PANEL, "panel")
    return Parts(
        session=session,
        address=address,
        masthead=masthead,
        past=past,
        latest=latest,
        welcome=welcome,
        examples=offered,
        question=question,
        ask=ask,
        stop=stop,
        filter_line=filter_line,
        fields=fields,
        engine=engine,
        fresh=fresh,
        status=status,
    )


def _connect(page: gr.Blocks, parts: Parts, assistant: "Assistant") -> None:
    """Say which event calls what, with which inputs, and where its results go."""
    chat, status = Chat(assistant), partial(_status, assistant)
    conversation = [parts.session, parts.past, parts.latest]

    def show(view: View) -> list[Any]:
        return [view.session, view.past, view.latest]

    def answer(
        question: str, engine: str, session: Session | None, *fields: str
    ) -> Iterator[list[Any]]:
        typed: Any = ""  # empties the box once, then leaves it to the person
        for view in chat.ask(question, engine, session, FilterFields(*fields)):
            yield [typed if view.taken else gr.skip(), *show(view)]
            typed = gr.skip()

    def load(address: str, engine: str) -> list[Any]:
        papers = assistant.library.count
        fresh = [render_masthead(papers), gr.Column(visible=papers > 0), status(engine)]
        # Without an address nothing is touched: someone may be asking already.
        return [*fresh, *(show(chat.reopen(address)) if address else [gr.skip()] * 3)]

    def begin_anew() -> list[Any]:
        return ["", None, "", ""]

    page.load(
        load,
        [parts.address, parts.engine],
        [parts.masthead, parts.welcome, parts.status, *conversation],
        js=_READ_ADDRESS,
        **_AT_ONCE,
    )
    chosen = [parts.engine, parts.session, *parts.fields]
    asked = [parts.question.submit, parts.ask.click]
    outputs = [parts.question, *conversation]
    gr.on(asked, answer, [parts.question, *chosen], outputs, **_HIDDEN)
    for example in parts.examples:
        example.click(answer, [example, *chosen], outputs, **_HIDDEN)
    parts.stop.click(chat.stop, [parts.session], None, **_AT_ONCE)
    parts.fresh.click(begin_anew, None, outputs, **_AT_ONCE)
    parts.engine.change(status, parts.engine, parts.status, **_AT_ONCE)
    _connect_filters(parts, chat)


def _connect_filters(parts: Parts, chat: Chat) -> None:
    """Keep the line of the section, and what the question box invites to, true to the fields."""

    def tell(*fields: str) -> list[Any]:
        summary = chat.summary(FilterFields(*fields))
        line = gr.Button(summary.line, elem_classes=summary.kind)
        return [line, gr.Textbox(placeholder=summary.invitation)]

    told = [parts.filter_line, parts.question]
    left = [event for field in parts.fields for event in (field.blur, field.submit)]
    # Of quick changes the last must be told last, so all come through this one handler.
    gr.on(left, tell, parts.fields, told, trigger_mode="always_last", **_AT_ONCE)


def _status(assistant: "Assistant", engine: str) -> str:
    library = assistant.library
    shelf = Shelf(library.path, library.count, library.embedder.name)
    return render_status(assistant.config, shelf, engine)


def _question_box() -> tuple[gr.Textbox, gr.Button, gr.Button]:
    box = gr.Textbox(
        label="Question",
        show_label=False,
        placeholder=UNSET.invitation,
        lines=1,
        max_lines=6,
        autofocus=True,
        container=False,
        elem_id="question",
    )
    ask = gr.Button("Ask", variant="primary", elem_id="ask", min_width=80)
    return box, ask, gr.Button("Stop", variant="stop", elem_id="stop", min_width=80)


def _filter_section() -> tuple[gr.Button, list[gr.Textbox]]:
    """Return the line that opens the section, and its fields as `FilterFields` has them.

    Not an Accordion: Gradio makes the fields of a closed one when it opens, too late for
    those who type at once.
    """
    with gr.Column(elem_id="filters"):
        line = gr.Button(UNSET.line, elem_id="filter-line", elem_classes=UNSET.kind, min_width=0)
        with gr.Column(elem_id="filter-box"):
            with gr.Row(elem_id="filter-fields"):
                fields = [_filter_field(label, example) for label, example in FILTER_FIELDS]
            _html(FILTER_FOOT, "filter-foot")
    return line, fields


def _filter_field(label: str, example: str) -> gr.Textbox:
    return gr.Textbox(
        "",
        label=label,
        placeholder=example,
        max_lines=1,
        elem_id=f"filter-{label.lower()}",
        min_width=0,
        html_attributes=gr.InputHTMLAttributes(autocomplete="off", spellcheck=False),
    )


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
