"""The lexical index: BM25 over title and abstract, one document a paper, and its authors' names."""

import json
import math
import shutil
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assistant.acronyms import Acronyms, Uses, acronyms_of, definitions_in
from assistant.errors import LibraryError
from assistant.filters import name_words
from assistant.store.disk import written
from assistant.store.holders import Holders, Mask
from assistant.store.postings import Numbers, Postings, build_postings
from assistant.types import Paper
from assistant.words import stems

TITLE_WEIGHT = 2
"""How often each word of a title counts: BM25F (Robertson, Zaragoza and Taylor, 2004) with one
length for both fields."""

INDEX = "index.json"
"""The file in the index's folder that is there if it has the form that is read here."""

Scores = NDArray[np.float32]


class LexicalIndex:
    """BM25 (Robertson and Zaragoza, 2009), computed by bm25s ahead of the query.

    The weight of a term in a paper is idf * tf / (tf + k1 * (1 - b + b * length / mean length)).
    """

    def __init__(
        self,
        paper_ids: Sequence[str],
        terms: Mapping[str, int],
        postings: Postings,
        uses: Uses,
        authors: Holders,
    ) -> None:
        """Use `build_lexical` or `load_lexical` instead."""
        self.paper_ids = paper_ids
        self.acronyms: Acronyms = acronyms_of(uses)
        self._authors = authors
        self._terms = terms
        self._postings = postings
        self._uses = uses

    def __contains__(self, stem: str) -> bool:
        """Whether any paper holds this stem."""
        return stem in self._terms

    def query(self, text: str, top_k: int) -> list[tuple[str, float]]:
        """Return (paper id, BM25 score) of the best papers, best first, scores above 0 only."""
        scores = self.scores(Counter(stems(text)))
        order = np.argsort(-scores, kind="stable")[:top_k]
        return [(self.paper_ids[i], float(scores[i])) for i in order if scores[i] > 0]

    def scores(self, weights: Mapping[str, float]) -> Scores:
        """Return the BM25 score of every paper for stems with their weights in the query."""
        scores = np.zeros(len(self.paper_ids), dtype=np.float32)
        for stem, weight in weights.items():
            rows = self._postings.rows(self._terms.get(stem))
            gains = np.float32(weight) * self._postings.weights[rows]
            np.add.at(scores, self._postings.papers[rows], gains)
        return scores

    def term_scores(self, weights: Mapping[str, float], paper: int) -> dict[str, float]:
        """Return what each stem adds to the score of one paper, of those that it holds."""
        found = {stem: self._postings.row(self._terms.get(stem), paper) for stem in weights}
        return {
            stem: weights[stem] * float(self._postings.weights[row])
            for stem, row in found.items()
            if row is not None
        }

    def coverage(self, wanted: Iterable[str], papers: Numbers) -> tuple[Scores, Scores]:
        """Return the shares of the stems, by idf, that each of these papers and its title hold.

        Stems that no paper holds count, so that 1 is a paper that holds them all.
        """
        whole, title, total = np.zeros(len(papers)), np.zeros(len(papers)), 0.0
        for stem in set(wanted):
            idf = self.idf(stem)
            total += idf
            held, in_title = self._postings.holding(self._terms.get(stem), papers)
            whole += idf * held
            title += idf * in_title
        total = total or 1.0
        return (whole / total).astype(np.float32), (title / total).astype(np.float32)

    def written_by(self, word: str) -> Mask:
        """Return which papers have an author with this word, as of `name_words`, in the name."""
        return self._authors.holding(word)

    def author_frequency(self, word: str) -> int:
        """Return the number of papers that have an author with this word in the name."""
        return self._authors.count(word)

    def document_frequency(self, stem: str) -> int:
        """Return the number of papers that hold this stem."""
        rows = self._postings.rows(self._terms.get(stem))
        return int(rows.stop - rows.start)

    def idf(self, stem: str) -> float:
        """Return the inverse document frequency, ln(1 + (N - n + 0.5) / (n + 0.5))."""
        found, papers = self.document_frequency(stem), len(self.paper_ids)
        return math.log(1 + (papers - found + 0.5) / (found + 0.5))

    def _arrays(self) -> dict[str, NDArray[Any]]:
        """Return what `save` writes in files of their own: places in 4 bytes, which do."""
        postings, authors = self._postings, self._authors
        return {
            "bounds": postings.bounds,
            "papers": postings.papers.astype(np.int32),
            "weights": postings.weights,
            "in_title": postings.in_title,
            "author_counts": authors.counts.astype(np.int32),
            "author_holders": authors.holders,
        }

    def save(self, folder: Path) -> None:
        """Write the index into a new folder; it is complete once the folder has its name.

        Raises:
            LibraryError: it can't be written: the disk is full, say.
        """
        partial = folder.with_name(folder.name + ".partial")
        try:
            with written(folder):
                shutil.rmtree(partial, ignore_errors=True)
                partial.mkdir(parents=True)
                for name, array in self._arrays().items():
                    np.save(partial / f"{name}.npy", array)
                uses = [[short, long, count] for (short, long), count in self._uses.items()]
                index = {
                    "paper_ids": list(self.paper_ids),
                    "terms": list(self._terms),
                    "acronyms": uses,
                    "author_words": list(self._authors.values),
                }
                (partial / INDEX).write_text(json.dumps(index), "utf-8")
                shutil.rmtree(folder, ignore_errors=True)
                partial.rename(folder)
        finally:  # what is left of a failure would keep a full disk full
            shutil.rmtree(partial, ignore_errors=True)


def build_lexical(papers: Iterable[Paper]) -> LexicalIndex:
    """Return the index of these papers."""
    paper_ids: list[str] = []
    titles: list[set[str]] = []
    documents: list[list[str]] = []
    authors: list[set[str]] = []
    uses: Counter[tuple[str, tuple[str, ...]]] = Counter()
    for paper in papers:
        title = stems(paper.title)
        paper_ids.append(paper.paper_id)
        titles.append(set(title))
        documents.append(TITLE_WEIGHT * title + stems(paper.abstract))
        authors.append({word for name in paper.authors for word in name_words(name)})
        uses.update(definitions_in(f"{paper.title}. {paper.abstract}"))
    terms, postings = build_postings(documents, titles)
    return LexicalIndex(paper_ids, terms, postings, uses, Holders.of(authors))


def load_lexical(folder: Path) -> LexicalIndex:
    """Read an index that `LexicalIndex.save` wrote.

    Raises:
        LibraryError: it is missing or unreadable.
    """
    try:
        index = json.loads((folder / INDEX).read_text("utf-8"))

        def load(name: str) -> NDArray[Any]:
            return np.asarray(np.load(folder / f"{name}.npy"))

        places = load("papers").astype(np.int64)  # as numpy's fast paths want them
        postings = Postings(load("bounds"), places, load("weights"), load("in_title"))
        held = load("author_counts").astype(np.int64), load("author_holders")
        authors = Holders(index["author_words"], *held, len(index["paper_ids"]))
        terms = {term: number for number, term in enumerate(index["terms"])}
        uses = {(short, tuple(long)): count for short, long, count in index["acronyms"]}
        return LexicalIndex(index["paper_ids"], terms, postings, uses, authors)
    except (OSError, ValueError, LookupError, TypeError, AttributeError, EOFError) as error:
        raise LibraryError(
            f"{folder}: the lexical index can't be read ({error}); "
            "run: paper-assistant library rebuild"
        ) from error
