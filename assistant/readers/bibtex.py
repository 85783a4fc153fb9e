"""BibTeX and BibLaTeX, entry by entry, so that a broken one costs itself only."""

import logging
import re
from collections.abc import Iterator

from assistant.readers.keywords import parted
from assistant.readers.latex import plain, plain_link
from assistant.readers.record import OURS, Broken, Record, first_text, one_line
from assistant.readers.text import Text

KEY = "bibtex"
NAME = "BibTeX"

MAX_ENTRY_CHARACTERS = 1_000_000
MAX_MACRO_CHARACTERS = 1_000_000
"""Of all ``@string`` together: what is defined beyond this is left out."""

_LOOK_FOR = "look for a brace, quote or comma that is missing"
_START = re.compile(r"\s*@\s*\w+\s*[{(]")
_SURE_START = re.compile(r"^\s*@\s*[A-Za-z]+\s*[{(]\s*[^\s,={}()]*\s*(?:,|=|$)", re.MULTILINE)
_MORE = re.compile(r"\s*[^\s#]")
_MARK = re.compile(r"\\.|[{}\"#]", re.DOTALL)
_MONTHS = {
    name[:3]: name
    for name in (
        *("january", "february", "march", "april", "may", "june", "july"),
        *("august", "september", "october", "november", "december"),
    )
}


def recognises(text: Text) -> bool:
    """Whether a line opens an entry, with ``%`` comments or prose before it or not."""
    head = text.head.lstrip()
    return not head.startswith(("{", "[", "<")) and bool(_SURE_START.search(head))


def read(text: Text) -> Iterator[Record | Broken]:
    """Yield one record an entry; ``@string`` macros hold from where they are defined."""
    _say_nothing_of_broken_entries()
    macros = dict(_MONTHS)
    for line, block in _blocks(text):
        if block is None:
            reason = f"longer than {MAX_ENTRY_CHARACTERS:,} characters; shorten it"
            yield Broken(f"line {line}", reason)
        else:
            yield from _records(block, line, macros)


def _say_nothing_of_broken_entries() -> None:
    """Keep the parser's log from the terminal, unless a program wants it: a `Broken` says it."""
    log = logging.getLogger("bibtexparser")
    if not log.handlers:
        log.addHandler(logging.NullHandler())


def _blocks(text: Text) -> Iterator[tuple[int, str | None]]:
    """Yield (first line, text) of each stretch that begins with an entry; None if too long."""
    start, parts, size = 0, [""], 0
    for number, line in text.lines():
        if line is not None and _START.match(line):
            if start:
                yield start, "\n".join(parts) if size <= MAX_ENTRY_CHARACTERS else None
            start, parts, size = number, [], 0
        if not start and line is not None:
            continue
        start = start or number
        size += MAX_ENTRY_CHARACTERS + 1 if line is None else len(line) + 1
        if size <= MAX_ENTRY_CHARACTERS and line is not None:
            parts.append(line)
        else:
            parts = []
            text.check_passed_over(size, f"the entry at line {start}")
    if start:
        yield start, "\n".join(parts) if size <= MAX_ENTRY_CHARACTERS else None


def _records(block: str, line: int, macros: dict[str, str]) -> Iterator[Record | Broken]:
    from bibtexparser import model
    from bibtexparser.entrypoint import parse_string

    for part in parse_string(block, parse_stack=[]).blocks:
        place = f"line {line + (part.start_line or 0)}"
        if isinstance(part, model.DuplicateFieldKeyBlock) and part.ignore_error_block:
            part = part.ignore_error_block
        try:
            if isinstance(part, model.String):
                _define(macros, part.key, _value(part.value, macros))
            elif isinstance(part, model.Entry):
                fields: dict[str, str] = {}
                for field in part.fields:
                    fields.setdefault(field.key.lower(), _value(field.value, macros))
                yield _record(f"{place}, {one_line(part.key)[:80]}", fields)
            elif isinstance(part, model.ParsingFailedBlock):
                yield Broken(place, f"not valid BibTeX; {_LOOK_FOR}")
        except ValueError as error:
            yield Broken(place, f"not valid BibTeX: {error}")


def _define(macros: dict[str, str], name: str, value: str) -> None:
    if sum(map(len, macros.values())) + len(value) < MAX_MACRO_CHARACTERS:
        macros[name.lower()] = value


def _value(raw: str, macros: dict[str, str]) -> str:
    """Return a field's value without its braces or quotes, with macros put in and joined."""
    parts: list[str] = []
    for operand in _operands(raw):
        enclosed = len(operand) > 1 and operand[0] + operand[-1] in ('""', "{}")
        parts.append(operand[1:-1] if enclosed else macros.get(operand.lower(), operand))
    return "".join(parts)


def _operands(raw: str) -> Iterator[str]:
    """Yield what stands between the ``#`` that are in no braces and no quotes.

    Raises:
        ValueError: something else follows a value in braces or quotes.
    """
    depth, quoted, start = 0, False, 0
    for match in _MARK.finditer(raw):
        mark = match[0]
        if mark == "#" and not depth and not quoted:
            yield raw[start : match.start()].strip()
            start = match.end()
        elif mark == '"' and not depth:
            quoted = not quoted
        elif mark in "{}":
            depth = max(0, depth + (1 if mark == "{" else -1))
        ends_value = mark in '}"' and not depth and not quoted
        if ends_value and _MORE.match(raw, match.end()):
            raise ValueError("a comma is missing after a field; put one behind its brace")
    yield raw[start:].strip()


def _record(place: str, fields: dict[str, str]) -> Record:
    title = plain(fields.get("title", ""))
    if subtitle := plain(fields.get("subtitle", "")).strip():
        title = f"{title}: {subtitle}"
    abstract = plain(fields.get("abstract", ""))
    exact = fields.get("database") == OURS
    venues = ("journaltitle", "journal", "booktitle", "school", "institution", "howpublished")
    return Record(
        place=place,
        title=title if exact else one_line(title),
        abstract=abstract if exact else one_line(abstract),
        authors=_names(fields.get("author") or fields.get("editor") or ""),
        year=first_text([plain(fields.get("year", "")), plain(fields.get("date", ""))]),
        venue=first_text(plain(fields.get(name, "")) for name in venues),
        url=plain_link(fields.get("url", "")),
        doi=plain_link(fields.get("doi", "")),
        arxiv_id=_eprint(fields),
        other_urls=fields.get("other_urls", "").split(),
        tags=[
            tag
            for name in ("keywords", "keyword", "author_keywords")
            for tag in parted(plain(fields.get(name, "")), exact)
        ],
        exact=exact,
    )


def _names(value: str) -> list[str]:
    """Return the names of a list joined by ``and``, each as it is spoken."""
    from bibtexparser.middlewares.names import (
        parse_single_name_into_parts,
        split_multiple_persons_names,
    )

    names = split_multiple_persons_names(one_line(value))
    parts = (parse_single_name_into_parts(name, strict=False) for name in names if name != "others")
    return [plain(part.merge_first_name_first) for part in parts]


def _eprint(fields: dict[str, str]) -> str | None:
    archive = fields.get("eprinttype") or fields.get("archiveprefix") or "arxiv"
    return plain_link(fields.get("eprint", "")) if archive.strip().lower() == "arxiv" else None
