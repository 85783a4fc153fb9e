"""Tables with a header line: CSV and TSV, as spreadsheets, Zotero, Scopus and WoS save them."""

import csv
import re
from collections import deque
from collections.abc import Iterator, Mapping

from assistant.readers.keywords import parted
from assistant.readers.record import OURS, Broken, Record, family_last
from assistant.readers.text import Text, too_long

KEY = "csv"
NAME = "CSV or TSV with headers"

MAX_ROW_CHARACTERS = 500_000
MAX_CELL_CHARACTERS = 131_072
"""The standard library's own bound for one cell."""
MAX_REREAD_CHARACTERS = 32_000_000
"""How much of a table may be gone over again to find the row after a broken one."""

_DELIMITERS = ",;\t|"
_NAMES = {
    "title": ("title", "article title", "document title", "paper title", "primary title", "ti"),
    "abstract": ("abstract", "abstract note", "ab", "summary", "description"),
    "authors": ("author full names", "af", "authors", "author", "author s", "au"),
    "year": (
        *("year", "publication year", "pub year", "py", "date", "publication date"),
        "published",
    ),
    "venue": (
        *("venue", "source title", "publication title", "journal", "journal book"),
        *("container title", "conference", "so"),
    ),
    "url": ("url", "link", "article link", "doi link", "ul"),
    "doi": ("doi", "di", "doi link"),
    "arxiv_id": ("arxiv id", "arxiv", "eprint"),
    "other_urls": ("other urls",),
    "tags": (
        *("tags", "keywords", "author keywords", "keyword", "manual tags", "automatic tags"),
        *("index keywords", "de", "categories"),
    ),
    "database": ("database",),
}
_SCOPUS_ID = re.compile(r"\s*\(\d+\)$")


def recognises(text: Text) -> bool:
    """Whether the first line names columns, the title's among them."""
    return _header(text) is not None


def read(text: Text) -> Iterator[Record | Broken]:
    """Yield one record a row; a row with a stray quotation mark costs itself only."""
    first, delimiter = _header(text) or (1, _likeliest(text.head))
    rows = _rows(text, delimiter, first)
    _, header = next(rows, (0, []))
    if isinstance(header, Broken):
        yield header
        return
    places = _places(header, text.columns)
    for number, row in rows:
        if isinstance(row, Broken):
            yield row
        elif any(cell.strip() for cell in row):
            yield _record(f"line {number}", row, places)


def _header(text: Text) -> tuple[int, str] | None:
    """Return the number of the header's line and the delimiter; None if this is no table."""
    lines = text.head.lstrip("\n").split("\n")
    skipped = text.head.count("\n") - "\n".join(lines).count("\n")
    if re.fullmatch(r"sep=.\r?", lines[0]):  # Excel's own note of the delimiter
        lines, skipped = lines[1:], skipped + 1
    if not lines:
        return None
    found: dict[str, int] = {}
    for delimiter in _DELIMITERS:
        cells = _cells(lines[0].rstrip("\r")[:10_000], delimiter)
        places = _places(cells, text.columns)
        if "title" in places and len(cells) > 1 and max(map(len, cells)) < 100:
            found[delimiter] = len(cells)
    if not found:
        return None
    return skipped + 1, max(found, key=lambda delimiter: found[delimiter])


def _cells(line: str, delimiter: str) -> list[str]:
    try:
        return next(csv.reader([line], delimiter=delimiter), [])
    except csv.Error:
        return []


def _likeliest(head: str) -> str:
    first = head.partition("\n")[0]
    return max(_DELIMITERS, key=first.count)


def _places(header: list[str], columns: Mapping[str, str]) -> dict[str, int]:
    """Return in which column each field stands: by the person's name for it, or by a known one."""
    normal = [" ".join(re.findall(r"[a-z0-9]+", cell.lower())) for cell in header]
    exact = [cell.strip() for cell in header]
    places: dict[str, int] = {}
    for field, names in _NAMES.items():
        if field in columns:
            if columns[field] in exact:
                places[field] = exact.index(columns[field])
        elif name := next((name for name in names if name in normal), None):
            places[field] = normal.index(name)
    return places


def _record(place: str, row: list[str], places: Mapping[str, int]) -> Record:
    def cell(field: str) -> str:
        column = places.get(field)
        return row[column] if column is not None and column < len(row) else ""

    exact = cell("database") == OURS
    return Record(
        place=place,
        title=cell("title"),
        abstract="" if cell("abstract") == "[No abstract available]" else cell("abstract"),
        authors=cell("authors").split(";") if exact else _authors(cell("authors")),
        year=cell("year"),
        venue=cell("venue"),
        url=cell("url"),
        doi=cell("doi"),
        arxiv_id=cell("arxiv_id"),
        other_urls=cell("other_urls").split(),
        tags=parted(cell("tags"), exact),
        exact=exact,
    )


def _authors(value: str) -> list[str]:
    """Return the names in a cell: parted by semicolons, by ``and``, or by commas."""
    if ";" in value:
        return [family_last(_SCOPUS_ID.sub("", name)) for name in value.split(";")]
    if " and " in value:
        return [family_last(name) for name in value.split(" and ")]
    names = [name.strip() for name in value.split(",")]
    if len(names) > 1 and all(" " in name for name in names):
        return names
    return [family_last(value)]


def _rows(text: Text, delimiter: str, first: int) -> Iterator[tuple[int, list[str] | Broken]]:
    """Yield (line, cells) of each row from line `first` on.

    After a row that can't be read, reading goes on with the line after its first.
    """
    lines = _Lines(text, first)
    while (start := lines.number()) is not None:
        reader = csv.reader(lines.row(), delimiter=delimiter, strict=True)
        try:
            row = next(reader)
        except csv.Error as error:
            given_up = lines.go_back()
            place = f"lines {start} to {given_up}" if given_up else f"line {start}"
            yield start, Broken(place, _reason(str(error)))
        except StopIteration:
            pass
        else:
            yield start, Broken(f"line {start}", too_long()) if lines.gap else row
        lines.accept()


def _reason(error: str) -> str:
    if "field larger" in error or "unexpected end" in error:
        return "a quotation mark is never closed; close it, or double it inside a cell"
    return f"not valid CSV ({error}); double each quotation mark inside a cell"


class _Lines:
    """The lines of a table, of which those of one row are held, to go back to the second."""

    def __init__(self, text: Text, first: int) -> None:
        self._lines = (pair for pair in text.lines() if pair[0] >= first)
        self._ahead: deque[tuple[int, str | None]] = deque()
        self._taken: list[tuple[int, str | None]] = []
        self._reread = 0
        self.gap = False

    def number(self) -> int | None:
        """Return the number of the next line, or None at the end."""
        if not self._ahead:
            self._ahead.extend(next(([pair] for pair in self._lines), []))
        return self._ahead[0][0] if self._ahead else None

    def row(self) -> Iterator[str]:
        """Yield the lines that follow, as far as one row may reach."""
        size = 0
        while size <= MAX_ROW_CHARACTERS and self.number() is not None:
            pair = self._ahead.popleft()
            self._taken.append(pair)
            self.gap = self.gap or pair[1] is None
            size += len(pair[1] or "") + 1
            yield (pair[1] or "") + "\n"

    def go_back(self) -> int | None:
        """Put all but the first of the lines taken back, while there is patience left.

        Returns the last line that is given up, if there is no more.
        """
        again = self._taken[1:]
        self._reread += sum(len(line or "") for _, line in again)
        if self._reread > MAX_REREAD_CHARACTERS:
            return self._taken[-1][0]
        self._ahead.extendleft(reversed(again))
        return None

    def accept(self) -> None:
        """Let go of the lines of the row that was read."""
        self._taken, self.gap = [], False
