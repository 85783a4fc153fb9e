"""Which work a record is about: its identifiers, its title and its words. Pure.

Two records are of the same work if they share a DOI or an arXiv id (of any
version); failing that, if their identifiers don't contradict each other and
`same_text` holds.
"""

import hashlib
import re
import unicodedata

from assistant.types import Paper
from assistant.words import words

NEAR_IDENTICAL = 0.8
"""Jaccard similarity of two abstracts' shingles from which on they are the same text."""

SHINGLE_WORDS = 3

_ARXIV = re.compile(
    r"(?:arxiv:|(?:www\.|export\.)?arxiv\.org/(?:abs|pdf)/)?"
    r"(\d{4}\.\d{4,5}|[a-z-]+(?:\.[A-Z]{2})?/\d{7})(?:v\d+)?(?:\.pdf)?",
    re.IGNORECASE,
)
_DOI = re.compile(r"(?:https?://(?:dx\.|www\.)?doi\.org/|doi:\s*)?(10\.\d+(?:\.\d+)*/\S+)", re.I)
_ARXIV_DOI = "10.48550/arxiv."

_SYMBOLS = frozenset("#%&*@/\\")
_MARKUP = frozenset("$`")

Shingles = frozenset[tuple[str, ...]]


def paper_id(title: str, doi: str | None = None, arxiv_id: str | None = None) -> str:
    """Return a short id: from the arXiv id, else the DOI, else the normalised title.

    It is the same on every machine, and what a library calls a paper unless it
    already knows the work, or another work, by it.
    """
    if arxiv_id:
        return f"arxiv:{arxiv_id}"
    if doi:
        return f"doi:{doi.lower()}"
    return f"title:{title_key(title)}"


def title_key(title: str) -> str:
    """Return a hash of the normalised title: 16 hexadecimal digits."""
    normalised = normalise_title(title) or title.strip()
    return hashlib.sha256(normalised.encode()).hexdigest()[:16]


def normalise_title(title: str) -> str:
    """Return the title in lower case, its words and symbols with single spaces between.

    Punctuation, dollar signs and backquotes are left out; symbols tell titles apart,
    as in "C" and "C++".
    """
    folded = unicodedata.normalize("NFKC", title).casefold()
    return " ".join("".join(map(_normalised, folded)).split())


def bare_arxiv_id(value: str) -> str | None:
    """Return the arXiv id in `value` (an id or a link) without its version, or None."""
    match = _ARXIV.fullmatch(value.strip().removeprefix("https://").removeprefix("http://"))
    return match.group(1) if match else None


def bare_doi(value: str) -> str | None:
    """Return the DOI in `value` (a DOI or a link) in lower case, or None."""
    match = _DOI.fullmatch(value.strip())
    return match.group(1).lower() if match else None


def identifiers(paper: Paper) -> frozenset[str]:
    """Return what identifies the work wherever it is told of, as ``doi:...`` and ``arxiv:...``.

    A DOI that arXiv gives is an arXiv id: it says nothing against a publisher's DOI.
    """
    found = {arxiv_identifier(paper.arxiv_id)} if paper.arxiv_id else set()
    if paper.doi:
        found.add(doi_identifier(paper.doi))
    return frozenset(found)


def arxiv_identifier(value: str) -> str:
    """Return the identifier that an arXiv id stands for."""
    return "arxiv:" + (bare_arxiv_id(value) or value.strip()).lower()


def doi_identifier(value: str) -> str:
    """Return the identifier that a DOI stands for."""
    doi = bare_doi(value) or value.strip().lower()
    if doi.startswith(_ARXIV_DOI):
        return arxiv_identifier(doi.removeprefix(_ARXIV_DOI))
    return f"doi:{doi}"


def contradict(one: frozenset[str], other: frozenset[str]) -> bool:
    """Whether both have a DOI and share none, or the same of arXiv ids."""
    for kind in ("doi:", "arxiv:"):
        mine, theirs = ({i for i in ids if i.startswith(kind)} for ids in (one, other))
        if mine and theirs and not mine & theirs:
            return True
    return False


def same_text(one: Paper, other: Paper) -> bool:
    """Whether two records say the same: one normalised title, near-identical abstracts.

    Where an abstract is missing, the first author's family name and the year stand in
    for it; where authors are missing as well, nothing but the same year and venue, and
    neither an abstract nor an identifier on either side, will do.
    """
    if title_key(one.title) != title_key(other.title):
        return False
    if one.abstract.strip() and other.abstract.strip():
        return similarity(one.abstract, other.abstract) >= NEAR_IDENTICAL
    if one.year != other.year:
        return False
    if one.authors and other.authors:
        return _family_name(one.authors[0]) == _family_name(other.authors[0])
    said = any(p.abstract.strip() or p.authors or identifiers(p) for p in (one, other))
    return not said and one.venue == other.venue


def similarity(one: str, other: str) -> float:
    """Return the Jaccard similarity of two texts' shingles (runs of 3 words), 0 to 1."""
    return jaccard(shingles(one), shingles(other))


def shingles(text: str) -> Shingles:
    """Return the runs of 3 words of a text, in lower case; of a shorter one, all its words."""
    found = words(text)
    if len(found) < SHINGLE_WORDS:
        return frozenset([tuple(found)] if found else [])
    return frozenset(zip(*(found[start:] for start in range(SHINGLE_WORDS)), strict=False))


def jaccard(one: Shingles, other: Shingles) -> float:
    """Return how many of all shingles of two texts both have, 0 to 1; 0 for two empty texts."""
    either = len(one | other)
    return len(one & other) / either if either else 0.0


def _normalised(character: str) -> str:
    kind = unicodedata.category(character)
    if kind[0] in "LNM" or character == "_":
        return character
    if character in _SYMBOLS or (kind[0] == "S" and character not in _MARKUP):
        return f" {character} "
    return "" if kind == "Cf" else " "


def _family_name(author: str) -> str:
    """Return the family name of "Ada Lind" or "Lind, Ada", in lower case."""
    name = author.split(",")[0].split() or [""]
    return name[-1].casefold()
