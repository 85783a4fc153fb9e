"""CSV with a header line, as spreadsheets open it."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence

from assistant.exporting.fields import DATABASE, without_carriage_returns
from assistant.types import Paper

KEY = "csv"
NAME = "CSV"
SUFFIXES: tuple[str, ...] = (".csv",)
ENCODING = "utf-8-sig"
"""With the mark without which spreadsheets take UTF-8 for something else."""

COLUMNS = (
    *("paper_id", "title", "abstract", "authors", "year", "venue", "url", "doi", "arxiv_id"),
    *("source", "other_urls", "other_sources", "database"),
)


def blocks(papers: Iterable[Paper]) -> Iterator[str]:
    """Yield the header, and a row for each paper."""
    yield _row(COLUMNS)
    yield from map(_paper, papers)


def _paper(paper: Paper) -> str:
    cells = [_cell(getattr(paper, name)) for name in COLUMNS[:-1]]
    return _row([*cells, DATABASE])


def _cell(value: object) -> str:
    """Return a field as one cell; of several values, parted by semicolons.

    A semicolon at the end says that there is one value, where an ``and`` or a comma
    in it would look like two.
    """
    if isinstance(value, tuple):
        joined = "; ".join(value)
        alone = len(value) == 1 and (" and " in joined or "," in joined)
        return f"{joined};" if alone else joined
    return "" if value is None else without_carriage_returns(str(value))


def _row(cells: Sequence[str]) -> str:
    line = io.StringIO()
    csv.writer(line, quoting=csv.QUOTE_ALL, lineterminator="").writerow(cells)
    return line.getvalue()
