"""Similar papers: nearest to the middle of a paper's chunks, each once, never the paper itself."""

import numpy as np
import pytest
from small_libraries import open_library

from assistant.similar import middle, nearest_others, similar_papers
from assistant.types import Paper

PAPERS = [
    Paper("tides", "Tides and moons", "Tides follow the moon over the sea."),
    Paper("moons", "Moons and tides", "The moon pulls tides over the sea."),
    Paper("bread", "Sourdough bread", "Yeast needs warm flour."),
]


def test_the_middle_of_vectors_is_a_unit_vector_between_them():
    assert middle(np.eye(2, dtype=np.float32)) == pytest.approx([0.5**0.5] * 2)
    opposed = np.array([[1, 0], [-1, 0]], dtype=np.float32)
    assert middle(opposed) == pytest.approx([0, 0])


def test_each_paper_counts_once_where_its_best_chunk_stands():
    found = [("b", 0.9), ("a", 0.8), ("c", 0.7), ("b", 0.6), ("c", 0.5)]
    assert list(nearest_others(found, "a")) == ["b", "c"]


def test_the_paper_of_the_same_words_comes_first(tmp_path):
    with open_library(tmp_path / "library") as library:
        library.ingest(PAPERS)
        found = [each.paper_id for each in similar_papers(library, library.paper("tides"))]
        assert found == ["moons", "bread"]
        assert similar_papers(library, library.paper("bread"), count=1)[0].paper_id != "bread"
        unknown = Paper("unknown", "Not here", "No chunks.")
        assert similar_papers(library, unknown) == []
