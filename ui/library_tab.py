"""The Library tab: which component calls what.

What the handlers mean is in library_shelf.py; how things look is in library_table.py,
library_paper.py and assets/library.css.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import gradio as gr

from ui.library_shelf import LibraryShelf
from ui.library_table import Place
from ui.wiring import AT_ONCE, html

if TYPE_CHECKING:
    from assistant.library import Library


def add_library_tab(tab: gr.Tab, library: "Library") -> None:
    """Place the tab's components, and connect their handlers."""
    _connect(tab, _lay_out(), LibraryShelf(library))


@dataclass(frozen=True)
class Parts:
    """The components of the tab that handlers read or write.

    `place` is where one is in the table, `paper_id` which paper is shown; library.js writes them.
    """

    words: gr.Textbox
    years: gr.Textbox
    count: gr.HTML
    table: gr.HTML
    place: gr.Textbox
    paper_id: gr.Textbox
    paper: gr.HTML


def _lay_out() -> Parts:
    """Place the components; assets/library.css does the rest by their ids."""
    with gr.Row(elem_id="library"):
        with gr.Column(elem_id="library-list", scale=3):
            with gr.Row(elem_id="library-fields"):
                words = _field("Title, author or venue", "hinton neural", "library-words")
                years = _field("Year", "2020-2023", "library-years")
            count, table = html("", "library-found"), html("", "library-page")
            place = _told("library-place", Place().written())
            paper_id = _told("library-paper-id")
        with gr.Column(elem_id="library-side", scale=2):
            paper = html("", "library-panel")
    return Parts(words, years, count, table, place, paper_id, paper)


def _connect(tab: gr.Tab, parts: Parts, shelf: LibraryShelf) -> None:
    """Say which event calls what, with which inputs, and where its results go."""
    fields, shown = [parts.words, parts.years], [parts.count, parts.table]

    def begin(words: str, years: str, at: str) -> tuple[str, str]:
        return shelf.table(words, years, Place.read(at).first().written())

    # Of quick changes the last must be shown last.
    asked = [*fields, parts.place]
    last = AT_ONCE | {"trigger_mode": "always_last"}
    tab.select(shelf.table, asked, shown, **last)
    parts.place.change(shelf.table, asked, shown, **last)
    gr.on([field.change for field in fields], begin, asked, shown, **last)
    parts.paper_id.change(shelf.paper, parts.paper_id, parts.paper, **last)


def _field(label: str, example: str, name: str) -> gr.Textbox:
    return gr.Textbox(
        label=label,
        placeholder=example,
        max_lines=1,
        elem_id=name,
        min_width=0,
        html_attributes=gr.InputHTMLAttributes(autocomplete="off", spellcheck=False),
    )


def _told(name: str, value: str = "") -> gr.Textbox:
    """Return a field that library.js writes and nobody sees."""
    return gr.Textbox(
        value, elem_id=name, elem_classes="library-told", max_lines=1, container=False
    )
