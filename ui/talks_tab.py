"""The Conversations tab: which component calls what.

What the handlers mean is in talks.py; how things look is in talks_render.py and
assets/talks.css.
"""

from typing import TYPE_CHECKING, Any

import gradio as gr

from ui.talks import Desk, TalkList, TalksView
from ui.wiring import AT_ONCE, html

if TYPE_CHECKING:
    from assistant.ask import Assistant

# talks.js leaves what a button of the list asks for at the hidden button that it presses,
# and keeps the file that comes back.
_READ_REQUEST = """(request, search, desk) =>
    [document.getElementById("talks-act").dataset.request, search, desk]"""
_SAVE_FILE = """(saved) => {
    if (saved) document.dispatchEvent(new CustomEvent("talk-saved", { detail: saved }));
}"""


def add_talks_tab(tab: gr.Tab, assistant: "Assistant") -> None:
    """Place the components into `tab`, which is open, and connect their handlers."""
    desk, request, saved = gr.State(None), gr.Textbox(visible=False), gr.Textbox(visible=False)
    with gr.Column(elem_id="conversations"):
        search = _search_box()
        listed, notices = html("", "talks-list"), html("", "talks-notices")
        act = gr.Button("Act", elem_id="talks-act", visible="hidden")
    talks, shown = TalkList(assistant), [desk, listed, notices, saved]

    def look(text: str, desk: Desk | None) -> list[Any]:
        return _parts(talks.look(text, desk))

    def do(asked: str, text: str, desk: Desk | None) -> list[Any]:
        return _parts(talks.act(asked, text, desk))

    tab.select(look, [search, desk], shown, **AT_ONCE)
    # Of quick changes the last must be told last.
    search.change(look, [search, desk], shown, trigger_mode="always_last", **AT_ONCE)
    done = act.click(
        do,
        [request, search, desk],
        shown,
        js=_READ_REQUEST,
        trigger_mode="multiple",
        **AT_ONCE,
    )
    done.then(None, saved, None, js=_SAVE_FILE, **AT_ONCE)


def _parts(view: TalksView) -> list[Any]:
    return [view.desk, view.listed, view.notices, view.saved]


def _search_box() -> gr.Textbox:
    return gr.Textbox(
        label="Search conversations",
        placeholder="Search questions and answers",
        show_label=False,
        lines=1,
        max_lines=1,
        container=False,
        elem_id="talks-search",
        html_attributes=gr.InputHTMLAttributes(autocomplete="off", spellcheck=False),
    )
