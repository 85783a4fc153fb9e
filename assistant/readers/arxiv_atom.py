"""arXiv's Atom feed, as its API answers a query."""

from collections.abc import Iterator
from xml.etree.ElementTree import Element

from assistant.readers.record import Broken, Record
from assistant.readers.text import Text
from assistant.readers.xml_pieces import found, inner_text, text_at, xml_records

KEY = "arxiv"
NAME = "arXiv Atom"


def recognises(text: Text) -> bool:
    """Whether the document is a feed in Atom's namespace."""
    head = text.head.lstrip()
    return head.startswith("<") and "<feed" in head and "http://www.w3.org/2005/Atom" in head


def read(text: Text) -> Iterator[Record | Broken]:
    """Yield one record an entry."""
    for place, entry in xml_records(text, "entry"):
        yield entry if isinstance(entry, Broken) else _record(entry, place)


def _record(entry: Element, place: str) -> Record:
    address = text_at(entry, "id")
    return Record(
        place=place,
        title=text_at(entry, "title"),
        abstract=text_at(entry, "summary"),
        authors=[inner_text(name) for name in found(entry, "author", "name")],
        year=text_at(entry, "published"),
        venue=text_at(entry, "journal_ref"),
        url=address.replace("http://arxiv.org/", "https://arxiv.org/"),
        doi=text_at(entry, "doi"),
        arxiv_id=address,
        tags=[category.get("term", "") for category in found(entry, "category")],
    )
