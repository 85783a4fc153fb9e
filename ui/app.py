"""The page of tabs, and the server around it.

Each tab is a module of its own, with what it looks like and does in the browser in assets/.
"""

import socket
from pathlib import Path
from typing import TYPE_CHECKING

import gradio as gr
import uvicorn
from fastapi import FastAPI

from ui.ask_tab import add_ask_tab
from ui.draft_tab import add_draft_tab
from ui.guard import LoopbackGuard
from ui.library_tab import add_library_tab
from ui.page import EXAMPLES, render_masthead
from ui.talks_tab import add_talks_tab
from ui.theme import calm_theme
from ui.wiring import AT_ONCE, html

if TYPE_CHECKING:
    from assistant.ask import Assistant

ASSETS = Path(__file__).parent / "assets"
CONCURRENT_ANSWERS = 8


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
        css_paths=sorted(ASSETS.glob("*.css")),
        js=_scripts(),
        footer_links=[],
        run_history=False,
        ssr_mode=False,
        pwa=False,
        mcp_server=False,
        enable_monitoring=False,
        show_error=False,
    )
    return mounted


def build(assistant: "Assistant", examples: tuple[str, ...] = EXAMPLES) -> gr.Blocks:
    """Return the page, its handlers connected; starts nothing."""
    page: gr.Blocks = gr.Blocks(title="Paper Assistant", analytics_enabled=False, fill_width=True)
    with page:
        masthead = html(render_masthead(assistant.library.count), "masthead")
        page.load(lambda: render_masthead(assistant.library.count), None, masthead, **AT_ONCE)
        with gr.Tabs(elem_id="tabs", overflow_behavior="wrap"):
            with gr.Tab("Ask", id="ask"):
                add_ask_tab(page, assistant, examples)
            with gr.Tab("Conversations", id="conversations") as talks_tab:
                add_talks_tab(talks_tab, assistant)
            with gr.Tab("Library", id="library") as library_tab:
                add_library_tab(library_tab, assistant.library)
            with gr.Tab("Check a draft", id="draft"):
                add_draft_tab(assistant)
    page.queue(default_concurrency_limit=CONCURRENT_ANSWERS)
    return page


def _scripts() -> str:
    """Return one function that runs every script of the page, each a function of its own."""
    scripts = (script.read_text("utf-8") for script in sorted(ASSETS.glob("*.js")))
    return "() => {\n" + "\n".join(f"({script.strip()})();" for script in scripts) + "\n}"
