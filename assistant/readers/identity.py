"""Which paper a record is: an identifier from its content, the same on every machine."""

import hashlib
import re
import unicodedata

_ARXIV = re.compile(
    r"(?:arxiv:|(?:www\.)?arxiv\.org/(?:abs|pdf)/)?(\d{4}\.\d{4,5}|[a-z-]+(?:\.[A-Z]{2})?/\d{7})"
    r"(?:v\d+)?(?:\.pdf)?",
    re.IGNORECASE,
)


def paper_id(title: str, doi: str | None = None, arxiv_id: str | None = None) -> str:
    """Return a short stable id: from the arXiv id, else the DOI, else the normalised title."""
    if arxiv_id:
        return f"arxiv:{arxiv_id}"
    if doi:
        return f"doi:{doi.lower()}"
    normalised = normalise_title(title) or title.strip()
    return "title:" + hashlib.sha256(normalised.encode()).hexdigest()[:16]


def normalise_title(title: str) -> str:
    """Return the title in lower case, letters and digits only, single spaces."""
    folded = unicodedata.normalize("NFKC", title).casefold()
    return " ".join(re.findall(r"\w+", folded))


def bare_arxiv_id(value: str) -> str | None:
    """Return the arXiv id in `value` (an id or a link) without its version, or None."""
    match = _ARXIV.fullmatch(value.strip().removeprefix("https://").removeprefix("http://"))
    return match.group(1) if match else None
