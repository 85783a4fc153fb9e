"""Which papers hold which words, and how much each weighs there: BM25 as arrays."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

K1 = 1.2
B = 0.75

Numbers = NDArray[np.int64]
"""Papers, by their place in the list of which an index was built."""

Shares = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Postings:
    """For each term the papers that hold it, in rising order, with its BM25 weight in each.

    Those of the term with number t are rows bounds[t] to bounds[t + 1] of the other arrays;
    `in_title` says whether the title holds it.
    """

    bounds: NDArray[np.int64]
    papers: Numbers
    weights: NDArray[np.float32]
    in_title: NDArray[np.bool_]

    def rows(self, term: int | None) -> slice:
        """Return the rows of a term; none for a term that is not known."""
        if term is None:
            return slice(0, 0)
        return slice(int(self.bounds[term]), int(self.bounds[term + 1]))

    def row(self, term: int | None, paper: int) -> int | None:
        """Return the row of a term in one paper, or None if it doesn't hold it."""
        rows = self.rows(term)
        holding = self.papers[rows]
        place = int(np.searchsorted(holding, paper))
        return rows.start + place if place < len(holding) and holding[place] == paper else None

    def holding(
        self, term: int | None, papers: Numbers
    ) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
        """Return for each of these papers whether it holds a term, and whether its title does."""
        rows = self.rows(term)
        held = self.papers[rows]
        if not len(held):
            nowhere = np.zeros(len(papers), dtype=bool)
            return nowhere, nowhere
        places = np.minimum(np.searchsorted(held, papers), len(held) - 1)
        holding = held[places] == papers
        return holding, holding & self.in_title[rows][places]


NO_POSTINGS = Postings(
    np.zeros(1, np.int64), np.zeros(0, np.int64), np.zeros(0, np.float32), np.zeros(0, np.bool_)
)


def build_postings(
    documents: Sequence[Sequence[str]], titles: Sequence[Iterable[str]]
) -> tuple[dict[str, int], Postings]:
    """Return the number of each term, and the postings of `documents`, by bm25s.

    Args:
        documents: the stems of each paper, repeats kept.
        titles: the stems of each paper's title, all of them among its document's.
    """
    if not any(documents):
        return {}, NO_POSTINGS
    from bm25s import BM25  # takes half a second, and only those who write need it

    bm25 = BM25(k1=K1, b=B)
    bm25.index(documents, show_progress=False)
    numbered = sorted(bm25.vocab_dict, key=bm25.vocab_dict.__getitem__)
    terms = {term: number for number, term in enumerate(filter(None, numbered))}
    return terms, _postings(bm25.scores, terms, titles)


def _postings(
    scores: Mapping[str, Any], terms: Mapping[str, int], titles: Sequence[Iterable[str]]
) -> Postings:
    """Return what bm25s computed, with a mark where a title holds a term."""
    bounds, papers = scores["indptr"].astype(np.int64), scores["indices"]
    count = len(titles)
    places = np.repeat(np.arange(len(bounds) - 1) * count, np.diff(bounds)) + papers
    wanted = [terms[stem] * count + paper for paper, title in enumerate(titles) for stem in title]
    in_title = np.zeros(len(papers), dtype=bool)
    in_title[np.searchsorted(places, np.array(wanted, dtype=np.int64))] = True
    return Postings(bounds, papers.astype(np.int64), scores["data"], in_title)
