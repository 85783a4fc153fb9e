"""The lexical index: BM25 as the formula says, the same after a reload."""

import math
from collections import Counter

import pytest
from doubles import papers
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.errors import LibraryError
from assistant.store.lexical import build_lexical, load_lexical
from assistant.types import Paper
from assistant.words import stems


def paper(number, text):
    return Paper(f"p{number}", text.partition(" ")[0], text.partition(" ")[2])


CORPUS = [
    paper(0, "Clocks drift in cold water; clocks drift."),
    paper(1, "Sundials need light and no water."),
    paper(2, "The diversity of clocks."),
    paper(3, "Sand runs."),
]


def bm25(query, corpus, k1=1.2, b=0.75):
    """The score of each paper by the formula (Robertson and Zaragoza, 2009, eq. 3.15)."""
    documents = {
        p.paper_id: Counter(2 * stems(p.title) + stems(p.abstract)) for p in corpus
    }  # a title's words count twice
    mean_length = sum(map(Counter.total, documents.values())) / len(documents)

    def weight(stem, counts):
        found = sum(stem in other for other in documents.values())
        idf = math.log(1 + (len(documents) - found + 0.5) / (found + 0.5))
        length = 1 - b + b * counts.total() / mean_length
        return idf * counts[stem] / (counts[stem] + k1 * length) if counts[stem] else 0.0

    return {
        paper_id: sum(weight(stem, counts) for stem in stems(query))
        for paper_id, counts in documents.items()
    }


def assert_as_by_the_formula(found, query, corpus):
    expected = {p: score for p, score in bm25(query, corpus).items() if score > 0}
    assert dict(found) == pytest.approx(expected, rel=1e-4)
    assert [score for _, score in found] == sorted(dict(found).values(), reverse=True)


@pytest.mark.parametrize(
    "query", ["clock", "drifting clocks in water", "water water", "the diversity of light", "sand"]
)
def test_scores_are_those_of_the_formula(query):
    assert_as_by_the_formula(build_lexical(CORPUS).query(query, 10), query, CORPUS)


WORDS = st.lists(st.sampled_from("clock water light sand drift cold".split()), max_size=9)


@settings(max_examples=50)
@given(st.lists(WORDS, min_size=1, max_size=8), WORDS)
def test_scores_of_any_corpus_are_those_of_the_formula(texts, query):
    corpus = [paper(number, " ".join(["title", *text])) for number, text in enumerate(texts)]
    found = build_lexical(corpus).query(" ".join(query), 100)
    assert_as_by_the_formula(found, " ".join(query), corpus)


@pytest.mark.parametrize("query", ["", "zebra", "the of and", "?!"])
def test_a_query_without_a_known_word_finds_nothing(query):
    assert build_lexical(CORPUS).query(query, 10) == []


def test_known_words_count_beside_unknown_ones():
    index = build_lexical(CORPUS)
    assert index.query("zebra clocks", 10) == index.query("clocks", 10)


def test_only_so_many_are_given():
    assert len(build_lexical(papers(20)).query("water", 7)) == 7


def test_equal_scores_keep_the_order_of_the_papers():
    corpus = [paper(number, "Clocks drift") for number in (5, 3, 9)]
    assert [paper_id for paper_id, _ in build_lexical(corpus).query("clock", 3)] == [
        "p5",
        "p3",
        "p9",
    ]


def test_document_frequency_and_idf_are_counted_by_hand():
    index = build_lexical(CORPUS)
    assert [index.document_frequency(s) for s in ("clock", "water", "sand", "zebra")] == [
        2,
        2,
        1,
        0,
    ]
    assert index.idf("clock") == pytest.approx(math.log(1 + 2.5 / 2.5))
    assert index.idf("zebra") == pytest.approx(math.log(1 + 4.5 / 0.5))


@pytest.mark.parametrize(
    "corpus", [CORPUS, [], [paper(0, "the of")]], ids=["some", "none", "stops"]
)
def test_a_saved_index_answers_as_before(tmp_path, corpus):
    index = build_lexical(corpus)
    index.save(tmp_path / "1")
    loaded = load_lexical(tmp_path / "1")
    for query in ("clocks in water", "zebra", ""):
        assert loaded.query(query, 10) == index.query(query, 10)
    for stem in ("clock", "zebra"):
        assert loaded.idf(stem) == index.idf(stem)
        assert loaded.document_frequency(stem) == index.document_frequency(stem)


def test_saving_again_replaces_and_leaves_no_rest(tmp_path):
    (tmp_path / "1.partial").mkdir()
    (tmp_path / "1.partial" / "rest").touch()
    build_lexical(CORPUS).save(tmp_path / "1")
    build_lexical(CORPUS[:1]).save(tmp_path / "1")
    assert [path.name for path in tmp_path.iterdir()] == ["1"]
    assert load_lexical(tmp_path / "1").document_frequency("sundial") == 0


def saved_files(folder):
    build_lexical(CORPUS).save(folder / "whole")
    return sorted(path.name for path in (folder / "whole").iterdir())


def test_each_file_that_is_damaged_is_an_error_that_names_the_mend(tmp_path):
    for name in saved_files(tmp_path):
        for damage in (b"", b"\xff{garbled", None):
            build_lexical(CORPUS).save(tmp_path / "1")
            path = tmp_path / "1" / name
            if damage is None:
                path.unlink()
            else:
                path.write_bytes(damage)
            with pytest.raises(LibraryError, match="can't be read .*library rebuild"):
                load_lexical(tmp_path / "1")
