"""The Ask tab: which component calls what.

What the handlers mean is in chat.py; how things look is in render.py, page.py
and assets/ask.css.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

import gradio as gr

from assistant.config import Config
from ui.chat import Chat, Session, View
from ui.filter_fields import UNSET, FilterFields
from ui.page import (
    ANNOUNCER,
    EXAMPLES,
    FILTER_FIELDS,
    FILTER_FOOT,
    SOURCE_PANEL,
    Shelf,
    engine_choices,
    render_status,
)
from ui.wiring import AT_ONCE, STREAMED, html

if TYPE_CHECKING:
    from assistant.ask import Assistant

# ask.js keeps the id of the open conversation in the fragment of the page's address:
# each tab has its own, a reload and a bookmark find it, and no request carries it.
_READ_ADDRESS = """(address, engine) =>
    [/^#conversation=([0-9a-z]+)$/.exec(location.hash)?.[1] ?? "", engine]"""


def add_ask_tab(
    page: gr.Blocks, assistant: "Assistant", examples: tuple[str, ...] = EXAMPLES
) -> None:
    """Place the tab's components, and connect their handlers."""
    _connect(page, _lay_out(assistant, examples), assistant)


@dataclass(frozen=True)
class Parts:
    """The components of the page that handlers read or write."""

    session: gr.State
    address: gr.Textbox
    past: gr.HTML
    latest: gr.HTML
    following: gr.HTML
    compare: gr.Button
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

    @property
    def conversation(self) -> list[gr.components.Component]:
        """What shows a conversation, in the order of `View`."""
        return [self.session, self.past, self.latest]


def _lay_out(assistant: "Assistant", examples: tuple[str, ...]) -> Parts:
    """Place the components; assets/ask.css does the rest by their ids."""
    session, address = gr.State(None), gr.Textbox(visible=False)
    with gr.Row(elem_id="desk"):
        with gr.Column(elem_id="talk", scale=3):
            past = html("", "past")
            with gr.Column(elem_id="now"):
                latest, following = html("", "latest"), html("", "following")
            compare = gr.Button("Compare in a table", elem_id="compare")  # pressed by acts.js
            html(ANNOUNCER, "announcer")
            with gr.Column(elem_id="welcome", visible=assistant.library.count > 0) as welcome:
                html('<p class="try">Try one of these</p>', "try")
                offered = [gr.Button(text, elem_classes="example") for text in examples]
            with gr.Column(elem_id="foot"):
                with gr.Row(elem_id="composer"):
                    question, ask, stop = _question_box()
                with gr.Column(elem_id="options"):
                    filter_line, fields = _filter_section()
                    engine = _engine_radio(assistant.config)
                    with gr.Row(elem_id="in-use"):
                        status = html(_status(assistant, assistant.config.engine), "status")
                        fresh = gr.Button("New conversation", elem_id="fresh", min_width=0)
        with gr.Column(elem_id="side", scale=2):
            html(SOURCE_PANEL, "panel")
    return Parts(
        session=session,
        address=address,
        past=past,
        latest=latest,
        following=following,
        compare=compare,
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

    def load(address: str, engine: str) -> list[Any]:
        fresh = [gr.Column(visible=assistant.library.count > 0), status(engine)]
        # Without an address nothing is touched: someone may be asking already.
        return [*fresh, *(_shown(chat.reopen(address)) if address else [gr.skip()] * 3)]

    page.load(
        load,
        [parts.address, parts.engine],
        [parts.welcome, parts.status, *parts.conversation],
        js=_READ_ADDRESS,
        **AT_ONCE,
    )
    parts.engine.change(status, parts.engine, parts.status, **AT_ONCE)
    _connect_questions(parts, chat)
    _connect_filters(parts, chat)


def _connect_questions(parts: Parts, chat: Chat) -> None:
    """Let questions be asked, stopped and followed up."""

    def answer(
        question: str, engine: str, session: Session | None, *fields: str
    ) -> Iterator[list[Any]]:
        typed: Any = ""  # empties the box once, then leaves it to the person
        for view in chat.ask(question, engine, session, FilterFields(*fields)):
            yield [typed if view.taken else gr.skip(), "", *_shown(view)]
            typed = gr.skip()

    def compare(session: Session | None) -> list[Any]:
        return _shown(chat.tabulate(session))

    def begin_anew() -> list[Any]:
        return ["", "", None, "", ""]

    chosen = [parts.engine, parts.session, *parts.fields]
    asked = [parts.question.submit, parts.ask.click]
    outputs = [parts.question, parts.following, *parts.conversation]
    answered = [gr.on(asked, answer, [parts.question, *chosen], outputs, **STREAMED)]
    for example in parts.examples:
        answered.append(example.click(answer, [example, *chosen], outputs, **STREAMED))
    for done in answered:
        done.then(chat.suggest, parts.session, parts.following, **AT_ONCE)
    parts.compare.click(compare, parts.session, parts.conversation, **AT_ONCE)
    parts.stop.click(chat.stop, [parts.session], None, **AT_ONCE)
    parts.fresh.click(begin_anew, None, outputs, **AT_ONCE)


def _shown(view: View) -> list[Any]:
    return [view.session, view.past, view.latest]


def _connect_filters(parts: Parts, chat: Chat) -> None:
    """Keep the line of the section, and what the question box invites to, true to the fields."""

    def tell(*fields: str) -> list[Any]:
        summary = chat.summary(FilterFields(*fields))
        line = gr.Button(summary.line, elem_classes=summary.kind)
        return [line, gr.Textbox(placeholder=summary.invitation)]

    told = [parts.filter_line, parts.question]
    left = [event for field in parts.fields for event in (field.blur, field.submit)]
    # Of quick changes the last must be told last, so all come through this one handler.
    gr.on(left, tell, parts.fields, told, trigger_mode="always_last", **AT_ONCE)


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
            html(FILTER_FOOT, "filter-foot")
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
