"""Removing papers by what names them, or all that a source says."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any
from urllib.parse import unquote

from assistant.identity import arxiv_identifier, bare_arxiv_id, bare_doi, doi_identifier
from assistant.store.merging import Work
from assistant.store.record import Record
from assistant.store.writer import Writer


@dataclass(frozen=True, slots=True)
class RemovalReport:
    """What a removal did: papers that are gone, papers that lost a source, names not found."""

    removed: int = 0
    updated: int = 0
    not_found: tuple[str, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Return the report as plain JSON values."""
        return asdict(self)


def remove_named(
    record: Record, writer: Writer, names: Iterable[str], batch_size: int
) -> RemovalReport:
    """Remove what each name stands for: a paper, or the records of a source file."""
    removed = updated = 0
    not_found = []
    for name in names:
        if paper_ids := find_papers(record, name):
            removed += writer.drop(paper_ids)
        elif not name or not record.ids_of_source(name, 1):
            not_found.append(name)
            continue
        while paper_ids := record.ids_of_source(name, batch_size):
            left = [_without_source(record, paper_id, name) for paper_id in paper_ids]
            gone = [work.paper_id for work in left if not work.records]
            writer.store([work for work in left if work.records])
            removed += writer.drop(gone)
            updated += len(left) - len(gone)
    return RemovalReport(removed, updated, tuple(not_found))


def find_papers(record: Record, name: str) -> list[str]:
    """Return the ids of the papers that an id, a DOI or an arXiv id names; links do as well."""
    if paper := record.paper(name):
        return [paper.paper_id]
    for written in dict.fromkeys((name, unquote(name))):  # links may escape what a DOI holds
        if (doi := bare_doi(written)) and (found := record.ids_of_key(doi_identifier(doi))):
            return found
    if arxiv_id := bare_arxiv_id(name):
        return record.ids_of_key(arxiv_identifier(arxiv_id))
    return []


def _without_source(record: Record, paper_id: str, source: str) -> Work:
    """Return a paper as a work without the records of a source; it may have none left."""
    return Work(paper_id, tuple(r for r in record.records(paper_id) if r.source != source))
