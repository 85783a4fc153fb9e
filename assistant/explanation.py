"""Why a search found what it found: for each hit its words, cosines and what they added up to."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from assistant.embedding import Vectors
from assistant.filters import NO_FILTERS, Filters
from assistant.library import Library
from assistant.retrieval import LIST_LENGTH, Found, find, hits, named_papers
from assistant.store.indexes import Indexes
from assistant.types import Evidence, Hit, Paper


@dataclass(frozen=True, slots=True)
class Explanation:
    """What speaks for one hit.

    `terms` are the stems that BM25 found in it, each with what it adds to `lexical`; `chunk`
    is the cosine of its nearest chunk; `sentence` is its nearest sentence, with the cosine as
    its score, None if it has no abstract. `parts` is what each signal adds to the hit's place,
    by the signal's name as in `assistant.fusion.Weights`, on a scale with no fixed ends.
    """

    hit: Hit
    lexical: float
    terms: Mapping[str, float]
    chunk: float
    sentence: Evidence | None
    parts: Mapping[str, float]


def explain(
    library: Library, query: str, vector: Vectors, top_k: int, filters: Filters = NO_FILTERS
) -> list[Explanation]:
    """Return the hits of a search for `query`, with what speaks for each; as `retrieve` finds."""
    named = named_papers(library.record, query)

    def explained(indexes: Indexes) -> list[Explanation]:
        found = find(indexes, query, vector, filters, named, max(LIST_LENGTH, top_k))
        return [
            _explained(library, found, row, hit, vector) for row, hit in hits(library, found, top_k)
        ]

    return library.consult(explained)


def _explained(library: Library, found: Found, row: int, hit: Hit, vector: Vectors) -> Explanation:
    terms = found.view.lexical.term_scores(found.terms, int(found.papers[row]))
    return Explanation(
        hit=hit,
        lexical=float(found.signals.lexical[row]),
        terms=dict(sorted(terms.items(), key=lambda term: -term[1])),
        chunk=float(found.signals.chunk[row]),
        sentence=_nearest_sentence(library, hit.paper, vector),
        parts={name: float(values[row]) for name, values in found.parts.items()},
    )


def _nearest_sentence(library: Library, paper: Paper, vector: Vectors) -> Evidence | None:
    spans, vectors = library.sentences(paper.paper_id)
    if not spans:
        return None
    cosines = vectors @ vector
    best = int(np.argmax(cosines))
    return Evidence(paper, spans[best].start, spans[best].end, float(cosines[best]))
