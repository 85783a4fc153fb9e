"""The furniture around the conversation, as HTML: masthead, status line, source panel. Pure."""

import os
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from assistant.config import Config
from ui.markup import box, counted, escape, tag

EXAMPLES = (
    "What is the Vendi Score and how is it defined?",
    "Which papers connect Hopfield networks and attention?",
    "Does temperature make language models more creative?",
)

FILTER_FIELDS = (
    ("Year", "2020-2023"),
    ("Author", "Hinton; Y. Bengio"),
    ("Venue", "NeurIPS"),
    ("Tag", "cs.LG"),
    ("Source", "zotero.bib"),
    ("Paper", "id, DOI or arXiv id"),
    ("Added", "2026-01-01..2026-01-31"),
)
"""Name and example of each filter field."""

FILTER_FOOT = """
<div class="filter-foot">
  <p>Every field that is filled in must match. Several values, separated by “;”:
    all of the authors and tags, any of the venues, sources and papers. “Added” is when a paper
    came into the library.</p>
  <button type="button" class="filter-clear">Clear</button>
</div>
"""

ANNOUNCER = '<p class="unseen" id="spoken" role="status"></p>'
"""What a screen reader says while nobody moves: assets/speaking.js writes it."""

SOURCE_PANEL = """
<aside class="source" id="source" aria-label="Source of a sentence">
  <div class="source-bar">
    <span class="card-kicker" id="source-name">Sources</span>
    <button type="button" class="source-close" aria-label="Close the source">✕</button>
  </div>
  <div class="source-body" id="source-body">
    <p class="hint">Every claim in an answer ends in a marker such as
      <span class="marker">[1]</span>. Choose one, and its abstract opens here with the
      words that the claim stands on <mark class="quoted">highlighted</mark>.</p>
  </div>
</aside>
"""


@dataclass(frozen=True, slots=True)
class Shelf:
    """What the page says of the library: its folder, its papers, the embedder's name."""

    path: Path
    papers: int
    embedder: str


def render_masthead(papers: int) -> str:
    """Return what this is and how much it has read, in one glance."""
    name = tag("h1", "Paper Assistant")
    line = (
        f"Ask {counted(papers, 'paper abstract')}. Every claim in an answer cites its source, "
        "and a sign says how far it was checked."
        if papers
        else "The library is empty: take papers in with “paper-assistant ingest FILE”, "
        "or try the sample with “paper-assistant ingest --sample”."
    )
    return tag("header", name + tag("p", line), {"class": "masthead"})


def engine_choices(config: Config) -> list[tuple[str, str]]:
    """Return the engines within reach as (label, engine); extractive always is.

    A key in the environment puts `openai` within reach; it never chooses it.
    """
    choices = [("extractive: quotations only", "extractive")]
    if config.api_key or config.base_url or config.engine == "openai":
        choices.append((f"openai: {config.model_label} at {model_host(config)}", "openai"))
    if config.local_model or config.engine == "local":
        choices.append(("local: a model on this machine", "local"))
    return choices


def render_status(config: Config, shelf: Shelf, engine: str) -> str:
    """Return the line that says which engine, embedder and library are in use.

    Args:
        config: the settings of the process.
        shelf: the library that is open.
        engine: the engine chosen for the next question.
    """
    path = Path(os.path.abspath(shelf.path))  # ".." goes, links keep their names
    folder = "/".join(path.parts[-2:]).replace("//", "/")
    facts = {
        "engine": f"openai ({config.model_label})" if engine == "openai" else engine,
        "embedder": shelf.embedder,
        "library": f"{folder}, {counted(shelf.papers, 'paper')}",
    }
    shown = [tag("li", f"{label} {tag('b', escape(value))}") for label, value in facts.items()]
    shown.append(tag("li", escape(_what_leaves(config, engine) + _unused_key(config, engine))))
    listed = tag("ul", "".join(shown), {"title": f"library: {path}"})
    return box("status", listed)


def model_host(config: Config) -> str:
    """Return the host that the `openai` engine talks to."""
    if config.base_url is None:
        return "api.openai.com"
    return urlsplit(config.base_url).netloc.rpartition("@")[2] or config.base_url


def _what_leaves(config: Config, engine: str) -> str:
    sent = []
    if engine == "openai":
        sent.append(f"Questions and the evidence for them are sent to {model_host(config)}.")
    elif config.embedder.startswith("openai:"):
        sent.append(f"Questions are sent to {model_host(config)} to be embedded.")
    if config.chroma_url:
        server = urlsplit(config.chroma_url).netloc
        sent.append(f"The papers' text and all vectors, of questions too, are sent to {server}.")
    return " ".join([*sent, "Nothing else leaves."] if sent else ["Nothing leaves this machine."])


def _unused_key(config: Config, engine: str) -> str:
    if config.api_key is None or engine == "openai":
        return ""
    return " An API key was found and is not used; choose openai to use it."
