"""Text to HTML and numbers to SVG, safely: the only place where a report's text is escaped."""

import re
from collections.abc import Mapping
from html import escape as _escape

_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")


def escape(text: str) -> str:
    """Return `text` so that a page shows exactly it, in content as in a quoted attribute.

    Control characters and lone surrogates, which no page can hold, become U+FFFD.
    """
    return _escape(_UNPRINTABLE.sub("\ufffd", text), quote=True)


def tag(name: str, content: str = "", attributes: Mapping[str, str] | None = None) -> str:
    """Return an element around `content`, which is HTML already; attribute values are text."""
    written = "".join(f' {key}="{escape(value)}"' for key, value in (attributes or {}).items())
    return f"<{name}{written}>{content}</{name}>"


def box(classes: str, content: str, name: str = "div") -> str:
    """Return an element that only has classes."""
    return tag(name, content, {"class": classes})


def text(name: str, content: str, classes: str = "") -> str:
    """Return an element around plain text."""
    return tag(name, escape(content), {"class": classes} if classes else None)


def folded(summary: str, content: str, classes: str = "") -> str:
    """Return what opens under its summary, which is plain text."""
    return box(classes, text("summary", summary) + content, "details")


def table(head: list[str], rows: list[list[str]], classes: str = "") -> str:
    """Return a table of cells, which are HTML already, under headings, which are text.

    Each cell bears its heading, for narrow screens that show a row as a card; what is wider
    than its screen all the same is scrolled within its own box.
    """
    heads = "".join(tag("th", escape(cell), {"scope": "col"}) for cell in head)
    lines = "".join(
        tag(
            "tr",
            "".join(tag("td", c, {"data-head": h}) for h, c in zip(head, row, strict=True)),
        )
        for row in rows
    )
    content = tag("thead", tag("tr", heads)) + tag("tbody", lines)
    return box("wide", box(classes, content, "table"))


def share(value: float | None) -> str:
    """Return a number as the other reports write it; "-" where there is none."""
    return "-" if value is None else f"{value:.3f}"
