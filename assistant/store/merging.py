"""One paper out of what several sources say about it. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from assistant.identity import identifiers
from assistant.store.rows import record_hash
from assistant.tags import unique_tags
from assistant.types import Paper

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Work:
    """A paper of the library as the records that it is made of.

    The id is that of the record by which the paper came into the library, and stays
    whatever is merged into it. Where a later record shows two papers to be one, the
    older paper's id stays, and the other's leads to it from then on: `former_ids`.
    """

    paper_id: str
    records: tuple[Paper, ...]
    former_ids: tuple[str, ...] = ()

    @property
    def paper(self) -> Paper:
        """What the records say together."""
        return replace(merged(self.records), paper_id=self.paper_id)


def merged(records: Sequence[Paper]) -> Paper:
    """Return what all records of one paper say together, in whatever order they come.

    The longest abstract is kept. For the rest the record of the published version (one
    with a DOI that is not arXiv's) speaks first, then the one with the longer abstract;
    the others fill in what it leaves open. Every source, every tag, every link, and the
    links of identifiers that found no place are kept.
    """
    ranked = sorted(records, key=_rank)
    first = ranked[0]
    url = _first(record.url for record in ranked)
    doi = _first(record.doi for record in ranked)
    arxiv_id = _first(record.arxiv_id for record in ranked)
    source = _first(record.source for record in ranked)
    kept = identifiers(Paper("", "", "", doi=doi, arxiv_id=arxiv_id))
    links = {link for r in ranked for link in (r.url, *r.other_urls) if link}
    links |= {_link(i) for r in ranked for i in identifiers(r) - kept}
    sources = {name for r in ranked for name in (r.source, *r.other_sources) if name}
    return Paper(
        paper_id=min(record.paper_id for record in ranked),
        title=first.title,
        abstract=min((r.abstract for r in ranked), key=lambda text: (-len(text), text)),
        authors=_first(record.authors or None for record in ranked) or (),
        year=_first(record.year for record in ranked),
        venue=_first(record.venue for record in ranked),
        url=url,
        doi=doi,
        arxiv_id=arxiv_id,
        source=source,
        other_urls=tuple(sorted(links - {url})),
        other_sources=tuple(sorted(sources - {source})),
        tags=unique_tags(tag for record in ranked for tag in record.tags),
    )


def _rank(record: Paper) -> tuple[bool, int, str, str]:
    """Return a key that sorts the record that speaks first to the front, without ties."""
    published = any(identifier.startswith("doi:") for identifier in identifiers(record))
    return (not published, -len(record.abstract), record_hash(record), record.source or "")


def _first(values: Iterable[T | None]) -> T | None:
    return next((value for value in values if value is not None), None)


def _link(identifier: str) -> str:
    kind, _, name = identifier.partition(":")
    return f"https://doi.org/{name}" if kind == "doi" else f"https://arxiv.org/abs/{name}"
