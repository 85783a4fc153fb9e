"""How components and handlers of every tab are made."""

from typing import Any

import gradio as gr

# Gradio offers every handler to other programs unless told not to.
STREAMED: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}
"""How a handler is connected that yields what it has so far."""

# What is done at once stays out of the queue: Gradio closes a page's stream after the last
# event, and then loses a question that is asked in that moment.
AT_ONCE: dict[str, Any] = {**STREAMED, "queue": False}
"""How a handler is connected that answers at once."""


def html(value: str, name: str) -> gr.HTML:
    """Return a component that shows HTML of ours, with nothing of Gradio's around it."""
    return gr.HTML(value, elem_id=name, js_on_load=None, apply_default_css=False)
