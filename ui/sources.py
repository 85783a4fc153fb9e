"""Source cards and source lists: from citations and papers to HTML. Pure."""

from collections.abc import Callable, Iterable, Sequence
from itertools import groupby

from assistant.types import Citation, Paper
from ui.markup import arxiv_url, box, counted, doi_url, escape, tag, web_link
from ui.signs import Sign, draw

Lookup = Callable[[str], Paper | None]
"""Finds a stored paper by its id; None when the library has it no more."""

_SHOWN_AUTHORS = 4


def card_id(turn: int | str, what: str | int) -> str:
    """Return the page-wide id of the card of marker `what` in a turn, or in a part of one."""
    return f"card-{turn}-{what}"


def render_marker(turn: int | str, citation: Citation, sign: Sign | None = None) -> str:
    """Return the link ``[n]`` that opens the source card, with the sign of its sentence in it.

    What assets/preview.js shows of it beforehand stands in its ``data-`` attributes.
    """
    named = f", {sign.name}" if sign else ""
    checked = f"{sign.name.capitalize()}: {sign.promise}" if sign else ""
    attributes = {
        "class": f"marker {sign.kind}" if sign else "marker",
        "href": f"#{card_id(turn, citation.marker)}",
        "data-card": card_id(turn, citation.marker),
        "data-quote": citation.quote,
        "data-title": citation.title,
        "data-check": checked,
        "aria-label": f"Source {citation.marker}{named}: {citation.title}",
    }
    return tag("a", f"[{citation.marker}{draw(sign) if sign else ''}]", attributes)


def render_source_list(turn: int | str, citations: Sequence[Citation]) -> str:
    """Return the list under an answer: one line a paper, in the order of first use."""
    if not citations:
        return ""
    ids = list(dict.fromkeys(citation.paper_id for citation in citations))
    ordered = sorted(citations, key=lambda c: (ids.index(c.paper_id), c.marker))
    rows = [
        _source_row(turn, list(group)) for _, group in groupby(ordered, key=lambda c: c.paper_id)
    ]
    return box("sources", tag("h3", "Sources") + tag("ul", "".join(rows)))


def render_cards(turn: int | str, citations: Sequence[Citation], lookup: Lookup) -> str:
    """Return the hidden cards that the markers of a turn open."""
    cards = [_citation_card(turn, citation, citations, lookup) for citation in citations]
    return tag("div", "".join(cards), {"class": "cards", "hidden": "hidden"})


def render_nearest(turn: int | str, papers: Iterable[Paper]) -> str:
    """Return small cards of the papers that came nearest to a refused question."""
    shown = list(papers)
    if not shown:
        return ""
    rows = [
        tag("li", _opener(turn, f"near{rank}", paper.title) + render_small_print(paper))
        for rank, paper in enumerate(shown, 1)
    ]
    cards = [
        _card(turn, f"near{rank}", "Nearest paper", paper, _plain_abstract(paper))
        for rank, paper in enumerate(shown, 1)
    ]
    listed = box("nearest", tag("h3", "Nearest papers") + tag("ul", "".join(rows)))
    return listed + tag("div", "".join(cards), {"class": "cards", "hidden": "hidden"})


def highlight(abstract: str, shown: Citation, others: Iterable[Citation]) -> str:
    """Return the abstract with the quotation of `shown` marked, and those of `others` softly.

    The strongly marked part is exactly the quotation; the soft marks yield to
    it, and to one another, where they overlap.
    """
    pieces, position = [], 0
    for citation in _without_overlap(shown, others):
        pieces.append(escape(abstract[position : citation.start]))
        words = escape(abstract[citation.start : citation.end])
        pieces.append(_mark(words, citation, strong=citation is shown))
        position = citation.end
    return "".join(pieces) + escape(abstract[position:])


def _mark(words: str, citation: Citation, *, strong: bool) -> str:
    if strong:
        return tag("mark", words, {"class": "quoted"})
    title = f"also used in this answer, as [{citation.marker}]"
    return tag("mark", words, {"class": "also", "title": title})


def _without_overlap(shown: Citation, others: Iterable[Citation]) -> list[Citation]:
    kept = [shown]
    for citation in others:
        if all(citation.end <= other.start or citation.start >= other.end for other in kept):
            kept.append(citation)
    return sorted(kept, key=lambda citation: citation.start)


def _citation_card(
    turn: int | str, shown: Citation, citations: Sequence[Citation], lookup: Lookup
) -> str:
    stored = lookup(shown.paper_id)
    if stored is None or stored.abstract[shown.start : shown.end] != shown.quote:
        return _card(turn, shown.marker, f"Source [{shown.marker}]", shown, _quote_alone(shown))
    others = [c for c in citations if c.paper_id == shown.paper_id and c is not shown]
    intact = [c for c in others if stored.abstract[c.start : c.end] == c.quote]
    body = box("abstract", highlight(stored.abstract, shown, intact), "p")
    return _card(turn, shown.marker, f"Source [{shown.marker}]", stored, body)


def _card(turn: int | str, what: str | int, kicker: str, paper: Paper | Citation, body: str) -> str:
    heading = tag("h2", escape(paper.title), {"class": "card-title", "tabindex": "-1"})
    content = box("card-kicker", escape(kicker), "p") + heading + render_small_print(paper)
    return tag(
        "article",
        content + render_links(paper) + body,
        {"class": "card", "id": card_id(turn, what)},
    )


def _plain_abstract(paper: Paper) -> str:
    if not paper.abstract.strip():
        return box("card-note", "No abstract is stored: the paper was found by its title.", "p")
    return box("abstract", escape(paper.abstract), "p")


def _quote_alone(citation: Citation) -> str:
    """A library may change while a conversation is open: say so, and show what is certain."""
    quoted = tag("mark", escape(citation.quote), {"class": "quoted"})
    note = "The library has changed since: only the quotation itself is kept here."
    return box("abstract", quoted, "p") + box("card-note", note, "p")


def _source_row(turn: int | str, citations: list[Citation]) -> str:
    first = citations[0]
    markers = "".join(render_marker(turn, citation) for citation in citations)
    title = _opener(turn, first.marker, first.title)
    shown = box("source-markers", markers, "span") + title + render_small_print(first)
    return tag("li", shown + _quotations(citations))


def _quotations(citations: list[Citation]) -> str:
    """Return the quotations of one paper, and where it is, for paper: assets/print.css shows them.

    On the page the cards have them.
    """
    quoted = [tag("p", f"[{c.marker}] “{escape(c.quote)}”") for c in citations]
    paper = citations[0]
    address = doi_url(paper.doi) if paper.doi else paper.url
    where = tag("p", escape(address)) if address else ""
    return tag("div", "".join(quoted) + where, {"class": "quotations", "hidden": "hidden"})


def _opener(turn: int | str, what: str | int, title: str) -> str:
    identity = card_id(turn, what)
    attributes = {"class": "source-title", "href": f"#{identity}", "data-card": identity}
    return tag("a", escape(title), attributes)


def render_small_print(paper: Paper | Citation) -> str:
    """Return who wrote it, when and where, as far as it is known."""
    known = [_authors(paper.authors), str(paper.year or ""), paper.venue or ""]
    line = " · ".join(part for part in known if part)
    return box("small-print", escape(line), "p") if line else ""


def _authors(authors: Sequence[str]) -> str:
    if len(authors) <= _SHOWN_AUTHORS:
        return ", ".join(authors)
    rest = len(authors) - _SHOWN_AUTHORS + 1
    return ", ".join(authors[: _SHOWN_AUTHORS - 1]) + " and " + counted(rest, "other")


def render_links(paper: Paper | Citation) -> str:
    """Return where it is found on the web, as far as it is known."""
    links = []
    if paper.url:
        links.append(web_link(paper.url, "paper"))
    if paper.doi:
        links.append(web_link(doi_url(paper.doi), f"doi:{paper.doi}"))
    if paper.arxiv_id:
        links.append(web_link(arxiv_url(paper.arxiv_id), f"arXiv:{paper.arxiv_id}"))
    return box("card-links", " · ".join(links), "p") if links else ""
