"""The tab "Check a draft": a text of one's own against the library, sentence by sentence."""

import logging
from collections.abc import Iterator
from typing import TYPE_CHECKING

import gradio as gr

from assistant.errors import AssistantError
from ui.draft_render import render_checked, render_checking, render_remark
from ui.wiring import STREAMED, html

if TYPE_CHECKING:
    from assistant.ask import Assistant

MAX_CHARACTERS = 20_000
CHECKED_AT_ONCE = 2
"""How many texts are checked at a time: they must not hold up those who ask."""

_log = logging.getLogger(__name__)


def add_draft_tab(assistant: "Assistant") -> None:
    """Place the tab's components, and connect their handler."""
    with gr.Column(elem_id="draft"):
        text = gr.Textbox(
            label="A paragraph of yours, or a chatbot's answer with its list of references",
            placeholder="Paste it here. Each sentence is checked against the abstracts.",
            lines=7,
            max_lines=16,
            elem_id="draft-text",
        )
        check = gr.Button("Check", variant="primary", elem_id="draft-check", min_width=80)
        result = html("", "draft-result")

    def checked(typed: str) -> Iterator[str]:
        yield from check_draft(assistant, typed)

    check.click(checked, text, result, concurrency_limit=CHECKED_AT_ONCE, **STREAMED)


def check_draft(assistant: "Assistant", text: str) -> Iterator[str]:
    """Yield what the page shows of a text while it is checked, and then its verdicts."""
    if not text.strip():
        yield render_remark("Paste a text first.")
        return
    if len(text) > MAX_CHARACTERS:
        yield render_remark(
            f"That is {len(text):,} characters; {MAX_CHARACTERS:,} are checked at most. "
            "It is still in the box: check it part by part."
        )
        return
    yield render_checking(len(text))
    try:
        references = assistant.references(text)
        yield render_checked(text, assistant.check(text, references), references)
    except AssistantError as error:
        yield render_remark(str(error))
    except Exception as error:  # the last boundary: a person gets no traceback
        _log.exception("checking a text failed")
        kind = type(error).__name__
        yield render_remark(f"Something broke in the assistant ({kind}); its log has the details.")
