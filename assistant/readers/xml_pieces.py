"""Long XML, record by record: cut at the records' tags, each parsed by itself.

No document is ever held whole, a damaged record costs itself only, and what a
document type could define (entities that multiply, files to fetch) is never read.
"""

import re
from collections.abc import Iterator
from xml.etree.ElementTree import Element, ParseError

from assistant.errors import ReadError
from assistant.readers.record import Broken
from assistant.readers.text import MAX_RECORD_CHARACTERS, Text, too_long

_ROOT = re.compile(r"<([A-Za-z_][\w.:-]{0,80})((?:\s[^<>]{0,4000})?)>")
_INVALID = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


def xml_records(text: Text, tag: str) -> Iterator[tuple[str, Element | Broken]]:
    """Yield (place, element) of each `tag` in the document; a damaged one as `Broken`.

    Raises:
        ReadError: the document defines entities, or a record does not end.
    """
    if "<!ENTITY" in text.head:
        raise ReadError(
            f"{text.source}: defines XML entities, as attacks do; remove its <!DOCTYPE ...>"
        )
    opening, closing = _wrapping(text.head, tag)
    for number, piece in enumerate(_pieces(text, tag), start=1):
        place = f"record {number}"
        if piece is None:
            yield place, Broken(place, too_long())
        else:
            yield place, _parsed(f"{opening}{piece}{closing}", tag, place)


def local_name(element: Element) -> str:
    """Return an element's name without its namespace."""
    return str(element.tag).rpartition("}")[2]


def found(element: Element | None, *path: str) -> list[Element]:
    """Return the elements at a path of local names under `element`."""
    level = [] if element is None else [element]
    for name in path:
        level = [child for each in level for child in each if local_name(child) == name]
    return level


def text_at(element: Element | None, *path: str) -> str:
    """Return all text of the first element at a path, on one line; "" if there is none."""
    return next((inner_text(each) for each in found(element, *path)), "")


def inner_text(element: Element) -> str:
    """Return all text in an element, whatever is marked up in it, on one line."""
    return " ".join("".join(element.itertext()).split())


def _parsed(document: str, tag: str, place: str) -> Element | Broken:
    from defusedxml.ElementTree import fromstring

    try:
        root: Element = fromstring(_INVALID.sub(" ", document), forbid_dtd=True)
    except (ParseError, ValueError) as error:  # ValueError: forbidden, or half a character
        return Broken(place, f"not valid XML: {error}")
    return next((each for each in root.iter() if local_name(each) == tag), root)


def _wrapping(head: str, tag: str) -> tuple[str, str]:
    """Return the document's outermost tags, for the namespaces that they declare."""
    root = _ROOT.search(head)
    if root is None or root[1] == tag or root[2].endswith("/"):
        return "", ""
    return root[0], f"</{root[1]}>"


def _pieces(text: Text, tag: str) -> Iterator[str | None]:
    """Yield the text of each `tag` with its tags; None for one that is too long."""
    mark = re.compile(rf"<(/?){tag}(?=[\s>/])")
    overlap = len(tag) + 3
    held, searched, passed_over, inside = "", 0, 0, False
    for chunk in text.chunks():
        held += chunk
        while match := mark.search(held, searched):
            if inside and match[1]:
                end = held.find(">", match.end())
                if end < 0:
                    break
                yield None if passed_over else held[: end + 1]
                held, searched, inside, passed_over = held[end + 1 :], 0, False, 0
            elif match[1]:
                searched = match.end()
            else:
                if inside:  # the last one was never closed
                    yield None if passed_over else held[: match.start()]
                held = held[match.start() :]
                searched, inside, passed_over = overlap - 2, True, 0
        if not inside:
            held = held[-overlap:]
            searched = 0
        elif passed_over or len(held) > MAX_RECORD_CHARACTERS:
            passed_over += len(chunk)
            text.check_passed_over(passed_over, "a record")
            held = held[-overlap:]
            searched = 0
        elif not match:
            searched = max(searched, len(held) - overlap)
    if inside:
        yield None if passed_over else held
