"""From what a person calls papers and source files to what the library calls them."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from assistant.errors import UsageError
from assistant.filters import Filters
from assistant.store.record import Record
from assistant.store.removal import find_papers
from assistant.types import Paper

FEW = 10
"""How many source files an error names, for a person to choose from."""


def papers_named(record: Record, names: Sequence[str]) -> list[Paper]:
    """Return the papers that the names stand for, each once.

    Raises:
        UsageError: some stand for none.
    """
    found = {name: find_papers(record, name) for name in names}
    if missing := [name for name, paper_ids in found.items() if not paper_ids]:
        raise UsageError(
            f"no paper {', '.join(missing)}; name an id, DOI or arXiv id of `library list`"
        )
    paper_ids = dict.fromkeys(each for paper_ids in found.values() for each in paper_ids)
    return [paper for each in paper_ids if (paper := record.paper(each)) is not None]


def with_ids_of_papers(record: Record, filters: Filters) -> Filters:
    """Return filters that name papers by id, whatever they named them by: DOI, arXiv id, link.

    Raises:
        UsageError: some stand for none.
    """
    papers = papers_named(record, filters.paper_ids)
    return replace(filters, paper_ids=tuple(paper.paper_id for paper in papers))


def source_named(record: Record, name: str) -> str:
    """Return what the library calls a source file: by that name, or the same file by another.

    Raises:
        UsageError: it has nothing of it.
    """
    known = [source for source, _ in record.sources() if source]
    same = [source for source in known if Path(source).absolute() == Path(name).absolute()]
    if found := [name] if name in known else same:
        return found[0]
    few = ", ".join([*known[:FEW], "..."] if len(known) > FEW else known)
    raise UsageError(f"no source file {name}; the library's: {few or 'none'}")
