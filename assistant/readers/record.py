"""What a format module gives, and how it becomes a `Paper`: cleaned the same way for all."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from urllib.parse import unquote

from assistant.identity import bare_arxiv_id, paper_id
from assistant.ingest_report import Skipped
from assistant.readers.encoding import BAD
from assistant.readers.markup import without_markup
from assistant.tags import unique_tags
from assistant.types import Paper

MAX_TITLE_CHARACTERS = 2_000
MAX_ABSTRACT_CHARACTERS = 200_000
"""Some hundred pages: more is no abstract, and would take minutes to embed."""
MAX_TAGS = 500
MAX_TAG_CHARACTERS = 1_000
"""More is no keyword, but a text in which nothing parts them."""
LATEST_YEAR = 9999
OURS = "paper-assistant"
"""The database that our own exports name: what they hold has been cleaned already."""

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_YEAR = re.compile(r"(?<!\d)(1[5-9]\d\d|20\d\d)(?:(?!\d)|(?=[01]\d[0-3]\d(?!\d)))")
_DOI = re.compile(r"10\.\d{4,9}/\S+")
_DOI_DRESS = re.compile(r"\s*(?:https?://)?(?:(?:dx\.|www\.)?doi\.org/|doi:?\s*(?=10\.))", re.I)
_ARXIV_IN_VENUE = re.compile(r"\barxiv[:\s]\s*(\d{4}\.\d{4,5}|[a-z-]+(?:\.[A-Z]{2})?/\d{7})", re.I)
_ARXIV_DOI = "10.48550/arxiv."
_SUFFIX = re.compile(r"(?:Jr|Sr)\.?|[IVX]{2,}|[2-9](?:nd|rd|th)", re.I)
_GIVEN_AND_SUFFIX = re.compile(rf"(.*\S)\s+({_SUFFIX.pattern})", re.I)
_LINK = re.compile(r"(?:https?|ftp)://[^\s<>\"]+", re.I)


@dataclass(frozen=True, slots=True)
class Record:
    """What a file says about one paper, as it stands there; `place` is where.

    An `exact` record is kept to the letter; the others lose markup and control characters.
    """

    place: str
    title: str | None
    abstract: str | None = None
    authors: Sequence[str] = ()
    year: str | int | None = None
    venue: str | None = None
    url: str | None = None
    doi: str | None = None
    arxiv_id: str | None = None
    other_urls: Sequence[str] = ()
    tags: Sequence[str] = ()
    exact: bool = False


@dataclass(frozen=True, slots=True)
class Broken:
    """A part of a file that is no usable record: where, and why with the fix."""

    place: str
    reason: str


def to_paper(
    record: Record | Broken, name: str, source: str = "", tags: Sequence[str] = ()
) -> Paper | Skipped:
    """Return the paper that a record describes, or why there is none.

    Args:
        record: what a reader found.
        name: what its input is called in reports.
        source: what the paper remembers of it, if not that name.
        tags: what a person adds to those of the record.
    """
    if isinstance(record, Broken):
        return Skipped(name, record.place, record.reason)
    try:
        return _paper(record, source or name, tags)
    except ValueError as error:
        return Skipped(name, record.place, str(error))


def _paper(record: Record, source: str, added: Sequence[str]) -> Paper:
    """Raises ValueError, with a reason for the person, if the record is no paper."""
    title, abstract = record.title or "", record.abstract or ""
    names = record.authors if record.exact else map(without_markup, record.authors)
    authors = [one_line(name) for name in names]
    tags = record.tags if record.exact else map(without_markup, record.tags)
    texts = (title, abstract, record.venue or "", record.url or "", record.doi or "", *authors)
    _check_characters(texts)
    venue = record.venue or ""
    if not record.exact:
        title, abstract, venue = clean_title(title), clean(abstract), clean_title(venue)
    if not title.strip():
        raise ValueError("no title; add one, or name its field with --map title=NAME")
    _check_length(title, "title", MAX_TITLE_CHARACTERS)
    _check_length(abstract, "abstract", MAX_ABSTRACT_CHARACTERS)
    url = _link(record.url)
    doi = bare_doi(record.doi) or bare_doi(record.url)
    arxiv_id = _arxiv_id(record, doi)
    return Paper(
        paper_id=paper_id(title, doi, arxiv_id),
        title=title,
        abstract=abstract,
        authors=tuple(name for name in authors if name),
        year=_year(record.year),
        venue=venue.strip() or None,
        url=url,
        doi=doi,
        arxiv_id=arxiv_id,
        source=source,
        other_urls=tuple(link for each in record.other_urls if (link := _link(each))),
        tags=clean_tags((*tags, *added)),
    )


def clean_tags(texts: Iterable[str]) -> tuple[str, ...]:
    """Return each tag once and on one line; a semicolon parts two, as most formats have it.

    Raises:
        ValueError: they are too many, or one is too long or no text.
    """
    tags = unique_tags(tag for text in texts for part in text.split(";") if (tag := one_line(part)))
    _check_characters(tags)
    for tag in tags:
        _check_length(tag, "tag", MAX_TAG_CHARACTERS)
    if len(tags) > MAX_TAGS:
        raise ValueError(f"{len(tags):,} tags; {MAX_TAGS:,} at most, leave some out")
    return tags


def one_line(text: str) -> str:
    """Return `text` with each run of white space as one space, and none at the ends."""
    return " ".join(_CONTROL.sub(" ", text).split())


def clean(text: str) -> str:
    """Return `text` without markup and control characters; its white space stays."""
    return _CONTROL.sub(" ", without_markup(text)).strip()


def clean_title(text: str) -> str:
    """Return `text` on one line, without markup and control characters."""
    return one_line(without_markup(text))


def bare_doi(value: str | None) -> str | None:
    """Return the DOI in `value` (a DOI or a link to one) in lower case, or None."""
    if not value:
        return None
    bare, dressed = _DOI_DRESS.subn("", value.strip(), count=1)
    if dressed and "%" in bare:
        bare = unquote(bare)
    match = _DOI.match(bare.strip())
    return match[0].rstrip(".,;").lower() if match else None


def family_last(name: str) -> str:
    """Return ``Family, Given`` (or ``Family, Jr., Given``) in the order in which it is spoken."""
    parts = [part.strip() for part in name.split(",")]
    if len(parts) == 2:
        match = _GIVEN_AND_SUFFIX.fullmatch(parts[1])
        parts = [parts[0], *(match.groups() if match else (parts[1], ""))]
    if len(parts) != 3:
        return name.strip()
    family, given, suffix = parts
    if _SUFFIX.fullmatch(given):
        given, suffix = suffix, given
    return " ".join(part for part in (given, family, suffix) if part)


def first_text(values: Iterable[str | None]) -> str | None:
    """Return the first that holds more than white space."""
    return next((value for value in values if value and value.strip()), None)


def _check_characters(texts: Iterable[str]) -> None:
    for text in texts:
        if "\0" in text:
            raise ValueError("holds a NUL character; remove it, or fetch the file anew")
        if BAD in text:
            raise ValueError(
                "holds bytes that are no text in the file's encoding; save it as UTF-8, "
                "or name its encoding with --encoding"
            )
        if not text.isascii() and any("\ud800" <= c <= "\udfff" for c in text):
            raise ValueError("holds half a character (an unpaired surrogate); write the whole one")


def _check_length(text: str, what: str, limit: int) -> None:
    if len(text) > limit:
        raise ValueError(f"{what} of {len(text):,} characters; {limit:,} at most, shorten it")


def _year(value: str | int | None) -> int | None:
    if isinstance(value, int):
        return value if 0 < value <= LATEST_YEAR else None
    match = _YEAR.search(value or "")
    return int(match[1]) if match else None


def _link(value: str | None) -> str | None:
    """Return the web address in `value`; other schemes could run code where they are shown."""
    match = _LINK.match((value or "").strip())
    return match[0] if match else None


def _arxiv_id(record: Record, doi: str | None) -> str | None:
    for value in (record.arxiv_id, record.url, (doi or "").removeprefix(_ARXIV_DOI)):
        if value and (found := bare_arxiv_id(value)):
            return found
    match = _ARXIV_IN_VENUE.search(record.venue or "")
    return match[1] if match else None
