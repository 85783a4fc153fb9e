"""Hybrid search: what BM25 and the embedder find, weighed together; one hit a paper."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from assistant.authorship import read_authorship
from assistant.embedding import Vectors
from assistant.filters import NO_FILTERS, Filters
from assistant.fusion import Signals, Values, contributions, feedback_weights, min_max, total
from assistant.identity import title_key
from assistant.library import Library
from assistant.store.holders import Mask
from assistant.store.indexes import Indexes
from assistant.store.lexical import LexicalIndex
from assistant.store.postings import Numbers
from assistant.store.record import Record
from assistant.store.removal import find_papers
from assistant.store.selection import highest
from assistant.store.vectors import CHUNKS_PER_PAPER
from assistant.store.view import SearchView
from assistant.types import Hit
from assistant.words import stems

LIST_LENGTH = 100
"""How many papers BM25 and the embedder each bring into question, or as many as are wanted."""

IN_MEMORY_UP_TO = 400_000
"""Chunks. Up to here it is faster to look at all of them in memory than to ask Chroma's graph
for so many that it misses none: 3 ms against 9 ms for 99,000."""

NEAR_CHUNKS = 1000
"""How many chunks Chroma's graph is asked for at least: of fewer it misses some of the nearest."""

_AROUND_IDS = "()[]{}<>,;:.?!'\"“”‘’"

RELATED = 0.25
"""How much an acronym counts for its long form, and the other way round."""


@dataclass(frozen=True, slots=True)
class Found:
    """The papers in question for one query, and what speaks for each.

    All arrays have the shape (papers in question,); `papers` are their places in `view`,
    `terms` the stems that BM25 looked for, `parts` what adds up to the scores.
    """

    view: SearchView
    papers: Numbers
    terms: Mapping[str, float]
    signals: Signals
    parts: Mapping[str, Values]
    scores: Values

    def ranked(self, top_k: int) -> list[int]:
        """Return the rows of the `top_k` best papers, best first; the earlier paper of equals."""
        return [int(row) for row in np.argsort(-self.scores, kind="stable")[:top_k]]


@dataclass(frozen=True, slots=True)
class Retrieval:
    """The hits of a query, best first, and the cosine of each one's nearest chunk, by its id."""

    hits: tuple[Hit, ...]
    cosines: Mapping[str, float]


def retrieve(
    library: Library, query: str, vector: Vectors, top_k: int, filters: Filters = NO_FILTERS
) -> Retrieval:
    """Return the `top_k` best papers for `query`.

    A hit's score compares the papers of one query: 1 is the best of those in question, 0 the
    worst.

    Args:
        library: where to search.
        query: its words, for BM25; or an identifier, or a title.
        vector: its unit vector, shape (dimension,).
        top_k: how many papers at most.
        filters: what a paper must be like to be found.
    """
    named = named_papers(library.record, query)

    def best(indexes: Indexes) -> Retrieval:
        found = find(indexes, query, vector, filters, named, max(LIST_LENGTH, top_k))
        rows = hits(library, found, top_k)
        cosines = {hit.paper.paper_id: float(found.signals.chunk[row]) for row, hit in rows}
        return Retrieval(tuple(hit for _, hit in rows), cosines)

    return library.consult(best)


def hits(library: Library, found: Found, top_k: int) -> list[tuple[int, Hit]]:
    """Return the `top_k` best papers, best first, each with its row in `found`."""
    ids = found.view.paper_ids
    rows = {ids[found.papers[row]]: row for row in found.ranked(top_k)}
    return [
        (rows[paper.paper_id], Hit(paper, float(found.scores[rows[paper.paper_id]]), rank))
        for rank, paper in enumerate(library.papers_by_id(rows), start=1)
    ]


def find(
    indexes: Indexes,
    query: str,
    vector: Vectors,
    filters: Filters = NO_FILTERS,
    named: Sequence[str] = (),
    depth: int = LIST_LENGTH,
) -> Found:
    """Weigh the papers that are in question for `query`.

    They are the `depth` best by words, as many of the nearest, and those whose ids are `named`.
    """
    view = indexes.view
    lexical = view.lexical
    allowed = view.catalogue.mask(filters) if filters else None
    terms = weighted_terms(lexical, query)
    bm25 = lexical.scores(terms)
    written = authorship_shares(view, query)
    places = [view.place[paper_id] for paper_id in named if paper_id in view.place]
    papers = _united(
        _best_by_words(bm25, depth, allowed),
        _nearest(indexes, view, vector, depth, allowed),
        [] if written is None else _nearest(indexes, view, vector, depth, written == written.max()),
        places,
    )
    if allowed is not None:
        papers = papers[allowed[papers]]
    wanted = list(dict.fromkeys(stems(query)))
    whole, title = lexical.coverage(wanted, papers)
    vectors = view.vectors.of(papers)
    signals = Signals(
        lexical=bm25[papers],
        chunk=vectors.chunk_cosines(vector),
        sentence=vectors.sentence_cosines(vector),
        whole=whole,
        title=title,
        author=np.zeros(len(papers), np.float32) if written is None else written[papers],
        named=np.isin(papers, places).astype(np.float32),
    )
    first = contributions(signals)
    shares = feedback_weights(total(first))
    signals = replace(signals, feedback=vectors.chunk_cosines(vectors.centroid(shares)))
    parts = contributions(signals)
    return Found(view, papers, terms, signals, parts, min_max(total(parts)))


def weighted_terms(lexical: LexicalIndex, query: str) -> dict[str, float]:
    """Return the stems of a query and their weights: how often they occur, less for related ones.

    An acronym brings in what it stands for in these papers, and the other way round.
    """
    wanted = stems(query)
    related = lexical.acronyms.related(wanted)
    return {stem: RELATED * share for stem, share in related.items()} | Counter(wanted)


def authorship_shares(view: SearchView, query: str) -> Values | None:
    """Return for every paper how much of what the query says of authors and year is so.

    None if it says nothing. Shape (papers,), in [0, 1].
    """
    lexical = view.lexical
    sought = read_authorship(query, lexical.document_frequency, lexical.author_frequency)
    if not sought.names:
        return None
    signs = [lexical.written_by(name) for name in sought.names]
    if sought.year is not None:
        signs.append(view.catalogue.of_year(sought.year))
    return np.asarray(np.mean(signs, axis=0), dtype=np.float32)


def named_papers(record: Record, query: str) -> list[str]:
    """Return the ids of the papers that a query names, by title, id, DOI or arXiv id."""
    by_title = record.ids_of_key(f"title:{title_key(query)}")
    tokens = [token.strip(_AROUND_IDS) for token in query.split() if any(map(str.isdigit, token))]
    by_id = [paper_id for token in tokens for paper_id in find_papers(record, token)]
    return list(dict.fromkeys([*by_title, *by_id]))


def _best_by_words(scores: Values, depth: int, allowed: Mask | None) -> Numbers:
    """Return the papers with the highest scores above 0, in no order."""
    if allowed is not None:
        scores = np.where(allowed, scores, np.float32(0))
    best = highest(scores, depth)
    return best[scores[best] > 0]


def _nearest(
    indexes: Indexes, view: SearchView, vector: Vectors, depth: int, allowed: Mask | None
) -> Numbers:
    """Return the papers with the nearest chunks, in no order: under a filter exactly."""
    if allowed is not None or view.vectors.chunk_count <= IN_MEMORY_UP_TO:
        return view.vectors.nearest(vector, depth, allowed)
    near = indexes.near(vector, max(NEAR_CHUNKS, CHUNKS_PER_PAPER * depth))
    places = [view.place[paper_id] for paper_id in near if paper_id in view.place]
    return np.array(places[:depth], np.int64)


def _united(*lists: Sequence[int] | Numbers) -> Numbers:
    return np.unique(np.concatenate([np.asarray(each, dtype=np.int64) for each in lists]))
