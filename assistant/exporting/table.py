"""CSV with a header line, as spreadsheets open it."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence

from assistant.exporting.fields import DATABASE, parted_by_semicolons, without_carriage_returns
from assistant.types import Paper

KEY = "csv"
NAME = "CSV"
SUFFIXES: tuple[str, ...] = (".csv",)
ENCODING = "utf-8-sig"
"""With the mark without which spreadsheets take UTF-8 for something else."""

COLUMNS = (
    *("paper_id", "title", "abstract", "authors", "year", "venue", "url", "doi", "arxiv_id"),
    *("source", "other_urls", "other_sources", "tags", "database"),
)


def blocks(papers: Iterable[Paper]) -> Iterator[str]:
    """Yield the header, and a row for each paper."""
    yield _row(COLUMNS)
    yield from map(_paper, papers)


def _paper(paper: Paper) -> str:
    cells = {
        **{name: getattr(paper, name) for name in COLUMNS[:-1]},
        "authors": _authors(paper.authors),
        "other_urls": " ".join(paper.other_urls),
        "other_sources": "; ".join(paper.other_sources),
        "tags": parted_by_semicolons(paper.tags),
        "database": DATABASE,
    }
    return _row([without_carriage_returns(str(cells[name] or "")) for name in COLUMNS])


def _authors(names: Sequence[str]) -> str:
    """Return names parted by semicolons; one at the end says that a comma or ``and`` parts none."""
    joined = "; ".join(names)
    alone = len(names) == 1 and (" and " in joined or "," in joined)
    return f"{joined};" if alone else joined


def _row(cells: Sequence[str]) -> str:
    line = io.StringIO()
    csv.writer(line, quoting=csv.QUOTE_ALL, lineterminator="").writerow(cells)
    return line.getvalue()
