"""All that is known of one paper, beside the table: as HTML. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from assistant.exporting import bibtex
from assistant.types import Paper
from ui.markup import arxiv_url, box, doi_url, escape, tag, web_link

_CLOSE = {"type": "button", "class": "library-close", "aria-label": "Close the paper"}
_COPY = {"type": "button", "class": "library-copy"}


@dataclass(frozen=True, slots=True)
class PaperPage:
    """A paper, the day on which it came, and others like it, best first."""

    paper: Paper
    added: date | None = None
    similar: Sequence[Paper] = ()


def render_paper(page: PaperPage) -> str:
    """Return the page of a paper."""
    paper = page.paper
    heading = tag("h2", escape(paper.title), {"class": "card-title", "tabindex": "-1"})
    parts = (heading, _about(paper), _links(paper), _abstract(paper), _facts(page))
    body = "".join(parts) + _entry(paper) + _similar(page.similar)
    shown = tag("article", body, {"data-shows": paper.paper_id})
    return _panel(shown)


def render_no_paper(message: str) -> str:
    """Return what stands in place of a paper that can't be shown."""
    return _panel(tag("p", escape(message), {"class": "error", "role": "alert"}))


def bibtex_of(paper: Paper) -> str:
    """Return a paper's entry for a bibliography."""
    return "".join(bibtex.blocks([paper])).strip()


def _panel(body: str) -> str:
    bar = box("card-kicker", "Paper", "span") + tag("button", "✕", _CLOSE)
    inside = box("source-bar", bar) + box("library-paper", body)
    return tag("aside", inside, {"class": "source open", "aria-label": "Paper"})


def _about(paper: Paper) -> str:
    known = [", ".join(paper.authors), str(paper.year or ""), paper.venue or ""]
    line = " · ".join(part for part in known if part)
    return box("small-print", escape(line), "p") if line else ""


def _links(paper: Paper) -> str:
    links = [web_link(url, url) for url in (paper.url, *paper.other_urls) if url]
    if paper.doi:
        links.append(web_link(doi_url(paper.doi), f"doi:{paper.doi}"))
    if paper.arxiv_id:
        links.append(web_link(arxiv_url(paper.arxiv_id), f"arXiv:{paper.arxiv_id}"))
    return box("card-links", " · ".join(links), "p") if links else ""


def _abstract(paper: Paper) -> str:
    if not paper.abstract.strip():
        return box("card-note", "No abstract is stored: the paper is found by its title.", "p")
    return box("abstract", escape(paper.abstract), "p")


def _facts(page: PaperPage) -> str:
    """Return what else is known, by name."""
    paper = page.paper
    facts = {
        "Tags": ", ".join(paper.tags),
        "Read from": ", ".join(filter(None, (paper.source, *paper.other_sources))),
        "Added": page.added.isoformat() if page.added else "",
        "Id": paper.paper_id,
    }
    rows = (tag("dt", name) + tag("dd", escape(value)) for name, value in facts.items() if value)
    return tag("dl", "".join(rows), {"class": "library-facts"})


def _entry(paper: Paper) -> str:
    copied = tag("span", "", {"class": "library-copied", "role": "status"})
    title = tag("h3", "BibTeX") + tag("button", "Copy", _COPY) + copied
    entry = tag(
        "pre", escape(bibtex_of(paper)), {"tabindex": "0", "role": "region", "aria-label": "BibTeX"}
    )
    return box("library-entry", box("library-entry-bar", title) + entry)


def _similar(papers: Sequence[Paper]) -> str:
    if not papers:
        return ""
    rows = (tag("li", opener(each) + _about(each)) for each in papers)
    return box("sources", tag("h3", "Similar papers") + tag("ul", "".join(rows)))


def opener(paper: Paper) -> str:
    """Return the button that shows a paper."""
    attributes = {"type": "button", "class": "source-title", "data-paper": paper.paper_id}
    return tag("button", escape(paper.title), attributes)
