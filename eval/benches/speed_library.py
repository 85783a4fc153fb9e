"""The libraries and the queries of the bench of speed."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import count, islice
from pathlib import Path

from assistant.embedding import Embedder
from assistant.errors import UsageError
from assistant.filters import Filters
from assistant.library import Library
from assistant.question import MAX_QUESTION_CHARACTERS
from assistant.readers import read_paths
from assistant.sentences import split_sentences
from assistant.types import Paper

YEARS = 25
"""Papers are given one of so many years in turn, so that one year lets 4 % through."""

_FIRST_YEAR = 2001


@dataclass(frozen=True, slots=True)
class Query:
    """What is searched for, and the year that its papers must have where they are filtered."""

    text: str
    year: int

    @property
    def filters(self) -> Filters:
        """The filter, as search takes it."""
        return Filters(years=(self.year, self.year))

    @property
    def where(self) -> dict[str, int]:
        """The filter, as Chroma takes it."""
        return {"year": self.year}


def read_papers(paths: Sequence[Path], wanted: int) -> Iterator[Paper]:
    """Return all papers of files.

    Raises:
        UsageError: they are fewer than wanted.
    """
    held = sum(1 for _ in _papers(paths))
    if held < wanted:
        raise UsageError(
            f"the files hold {held} papers, and sizes and queries take {wanted}; "
            "give more files, or smaller --sizes"
        )
    return _papers(paths)


def queries_of(papers: Iterable[Paper]) -> list[Query]:
    """Return a query a paper: in turn its title, and the sentence in the middle of its abstract."""
    return [
        Query(_title_or_sentence(paper, number), _year(number))
        for number, paper in enumerate(papers)
    ]


def grow(folder: Path, embedder: Embedder, papers: Iterator[Paper], size: int) -> int:
    """Ingest as many more papers as a library takes to hold `size`, and return its chunks.

    Raises:
        UsageError: there are not that many that differ.
    """
    with Library(folder, embedder) as library:
        years = map(_year, count(library.count))
        while missing := size - library.count:
            more = [
                replace(paper, year=year)
                for paper, year in zip(islice(papers, missing), years, strict=False)
            ]
            if not more:
                raise UsageError(
                    f"of the papers in the files only {library.count} differ; "
                    "give more files, or smaller --sizes"
                )
            library.ingest(more)
        return library.record.count_chunks()


def _papers(paths: Sequence[Path]) -> Iterator[Paper]:
    return (item for item in read_paths(paths) if isinstance(item, Paper))


def _year(number: int) -> int:
    return _FIRST_YEAR + number % YEARS


def _title_or_sentence(paper: Paper, number: int) -> str:
    spans = split_sentences(paper.abstract)
    is_title = number % 2 == 0 or not spans
    text = paper.title if is_title else spans[len(spans) // 2].of(paper.abstract)
    return " ".join(text.split())[:MAX_QUESTION_CHARACTERS]
