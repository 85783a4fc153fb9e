"""The lexical index: BM25 over title and abstract, one document a paper."""

import json
import math
import shutil
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from assistant.errors import LibraryError
from assistant.store.disk import written
from assistant.types import Paper
from assistant.words import stems

K1 = 1.2
B = 0.75


class LexicalIndex:
    """BM25 (Robertson and Zaragoza, 2009) as bm25s computes it ahead of the query."""

    def __init__(self, bm25: Any, paper_ids: list[str]) -> None:
        """Use `build_lexical` or `load_lexical` instead."""
        self._bm25 = bm25
        self._paper_ids = paper_ids

    @property
    def paper_ids(self) -> Sequence[str]:
        """The papers that it was built of."""
        return self._paper_ids

    def query(self, text: str, top_k: int) -> list[tuple[str, float]]:
        """Return (paper id, BM25 score) of the best papers, best first, scores above 0 only."""
        known = [stem for stem in stems(text) if stem in self._vocabulary]
        if not known:
            return []
        scores = self._bm25.get_scores(known)
        order = np.argsort(-scores, kind="stable")[:top_k]
        return [(self._paper_ids[i], float(scores[i])) for i in order if scores[i] > 0]

    def document_frequency(self, stem: str) -> int:
        """Return the number of papers that hold this stem."""
        token = self._vocabulary.get(stem)
        if token is None:
            return 0
        boundaries = self._bm25.scores["indptr"]
        return int(boundaries[token + 1] - boundaries[token])

    def idf(self, stem: str) -> float:
        """Return the inverse document frequency, ln(1 + (N - n + 0.5) / (n + 0.5))."""
        found, papers = self.document_frequency(stem), len(self._paper_ids)
        return math.log(1 + (papers - found + 0.5) / (found + 0.5))

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
                if self._bm25 is not None:
                    self._bm25.save(partial, corpus=None)
                (partial / "papers.json").write_text(json.dumps(self._paper_ids), "utf-8")
                shutil.rmtree(folder, ignore_errors=True)
                partial.rename(folder)
        finally:  # what is left of a failure would keep a full disk full
            shutil.rmtree(partial, ignore_errors=True)

    @property
    def _vocabulary(self) -> dict[str, int]:
        return self._bm25.vocab_dict if self._bm25 is not None else {}


def build_lexical(papers: Iterable[Paper]) -> LexicalIndex:
    """Return the index of these papers."""
    documents = [(paper.paper_id, stems(f"{paper.title} {paper.abstract}")) for paper in papers]
    if not any(tokens for _, tokens in documents):
        return LexicalIndex(None, [paper_id for paper_id, _ in documents])
    bm25 = _bm25s().BM25(k1=K1, b=B)
    bm25.index([tokens for _, tokens in documents], show_progress=False)
    return LexicalIndex(bm25, [paper_id for paper_id, _ in documents])


def load_lexical(folder: Path) -> LexicalIndex:
    """Read an index that `LexicalIndex.save` wrote.

    Raises:
        LibraryError: it is missing or unreadable.
    """
    try:
        paper_ids = json.loads((folder / "papers.json").read_text("utf-8"))
        is_empty = not (folder / "params.index.json").exists()
        return LexicalIndex(None if is_empty else _bm25s().BM25.load(folder), paper_ids)
    except (OSError, ValueError, LookupError, TypeError, AttributeError, EOFError) as error:
        raise LibraryError(
            f"{folder}: the lexical index can't be read ({error}); "
            "run: paper-assistant library rebuild"
        ) from error


def _bm25s() -> Any:
    import bm25s

    return bm25s
