"""Text to HTML, safely: the only place where text of papers, models and people is escaped."""

from collections.abc import Mapping
from html import escape as _escape
from urllib.parse import quote, urlsplit

# Gradio reads the value of an HTML component through two template languages.
# It does not read values twice today; written as entities, these never could be.
_TEMPLATE_SIGNS = str.maketrans({sign: f"&#{ord(sign)};" for sign in "{}$`\\"})


def escape(text: str) -> str:
    """Return `text` so that a page shows exactly it, in content as in a quoted attribute."""
    return _escape(text, quote=True).translate(_TEMPLATE_SIGNS)


def tag(name: str, content: str = "", attributes: Mapping[str, str] | None = None) -> str:
    """Return an element around `content`, which is HTML already; attribute values are text."""
    written = "".join(f' {key}="{escape(value)}"' for key, value in (attributes or {}).items())
    return f"<{name}{written}>{content}</{name}>"


def box(classes: str, content: str, name: str = "div") -> str:
    """Return an element that only has classes."""
    return tag(name, content, {"class": classes})


def web_link(url: str, label: str) -> str:
    """Return a link to the web, or the label alone where the address is not http(s)."""
    if not _is_web(url):
        return escape(label)
    attributes = {"href": url, "target": "_blank", "rel": "noopener noreferrer"}
    return tag("a", escape(label), attributes)


def doi_url(doi: str) -> str:
    """Return the address that resolves a DOI."""
    return "https://doi.org/" + quote(doi, safe="/.()")


def arxiv_url(arxiv_id: str) -> str:
    """Return the address of an arXiv abstract."""
    return "https://arxiv.org/abs/" + quote(arxiv_id, safe="/.")


def counted(count: int, singular: str, plural: str | None = None) -> str:
    """Return ``1 paper``, ``195 papers``, ``60,000 papers``."""
    return f"{count:,} {singular if count == 1 else plural or singular + 's'}"


def _is_web(url: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.netloc)
