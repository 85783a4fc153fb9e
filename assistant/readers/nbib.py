"""MEDLINE's tagged format, which PubMed saves as ``.nbib`` ("Citation manager") or ``.txt``."""

import re
from collections.abc import Iterator

from assistant.readers.record import Broken, Record, family_last, first_text
from assistant.readers.tagged import Tagged, tagged_records
from assistant.readers.text import Text

KEY = "nbib"
NAME = "MEDLINE (nbib)"

_LINE = re.compile(r"([A-Z][A-Z0-9]{1,3}) {0,2}-(?: (.*)|\s*)$")
_BEGINNING = re.compile(r"^PMID ?- ?\d", re.MULTILINE)
_DOI = re.compile(r"(10\.\S+)\s*\[doi\]")


def recognises(text: Text) -> bool:
    """Whether a line gives a PubMed number in the tagged way."""
    return not text.head.lstrip().startswith(("{", "[", "<", "@")) and bool(
        _BEGINNING.search(text.head)
    )


def read(text: Text) -> Iterator[Record | Broken]:
    """Yield one record a citation: each begins with its PubMed number."""
    for tagged in tagged_records(text, _LINE, "PMID", None):
        yield tagged if isinstance(tagged, Broken) else _record(tagged)


def _record(tagged: Tagged) -> Record:
    number = "".join(tagged.values("PMID")[:1])
    dois = (_DOI.search(value) for value in (*tagged.values("LID"), *tagged.values("AID")))
    return Record(
        place=f"line {tagged.line}",
        title=" ".join(tagged.values("TI", "BTI", "TT")),
        abstract=" ".join(tagged.values("AB", "OAB")),
        authors=[family_last(name) for name in tagged.values("FAU", "AU", "CN")],
        year=first_text(tagged.values("DP", "DEP")),
        venue=first_text(tagged.values("JT", "TA")),
        url=f"https://pubmed.ncbi.nlm.nih.gov/{number}/" if number.isdecimal() else None,
        doi=next((match[1] for match in dois if match), None),
        tags=[*map(_keyword, tagged.values("OT")), *map(_heading, tagged.values("MH"))],
    )


def _keyword(value: str) -> str:
    """Return a term without the star of a major topic."""
    return value.removeprefix("*")


def _heading(value: str) -> str:
    """Return the descriptor of a MeSH heading: ``Water/*chemistry`` is about water."""
    return _keyword(value.partition("/")[0])
