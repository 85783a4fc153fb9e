"""Fusion of two lists, and what it finds in the sample."""

import pytest
from doubles import HashingEmbedder, papers
from hypothesis import assume, given
from hypothesis import strategies as st

from assistant.embedding import MiniLM
from assistant.library import Library
from assistant.retrieval import LIST_LENGTH, best_per_paper, fuse, retrieve

SCORES = st.dictionaries(
    st.sampled_from("abcdefgh"), st.floats(-100, 100, allow_subnormal=False), max_size=8
)


def order(scores):
    return sorted(scores, key=lambda paper_id: (-scores[paper_id], paper_id))


def test_a_hand_worked_fusion():
    dense = {"a": 0.9, "b": 0.5, "c": 0.7}  # in [0, 1]: a 1, b 0, c 0.5
    lexical = {"c": 12.0, "d": 4.0, "a": 6.0}  # in [0, 1]: c 1, d 0, a 0.25
    assert fuse([dense, lexical]) == pytest.approx({"a": 0.625, "b": 0.0, "c": 0.75, "d": 0.0})


def test_a_list_of_one_counts_whole():
    assert fuse([{"a": 0.1}, {"b": 7.0, "c": 3.0}]) == {"a": 0.5, "b": 0.5, "c": 0.0}


def test_nothing_found_is_nothing_fused():
    assert fuse([{}, {}]) == {}


@given(SCORES, SCORES)
def test_every_paper_of_either_list_gets_a_score_in_range(one, other):
    fused = fuse([one, other])
    assert fused.keys() == one.keys() | other.keys()
    assert all(0 <= score <= 1 for score in fused.values())


@given(SCORES, SCORES)
def test_the_lists_may_be_swapped(one, other):
    assert fuse([one, other]) == fuse([other, one])


@given(SCORES)
def test_an_empty_list_leaves_the_order_of_the_other(scores):
    fused = fuse([scores, {}])
    for first in scores:
        for second in scores:
            if scores[first] >= scores[second]:
                assert fused[first] >= fused[second]


@given(SCORES, SCORES, st.sampled_from("abcdefgh"), st.floats(0, 50))
def test_a_higher_score_inside_the_range_never_lowers_a_paper(one, other, paper_id, gain):
    assume(paper_id in one and one[paper_id] != min(one.values()))
    raised = one | {paper_id: min(one[paper_id] + gain, max(one.values()))}
    assert fuse([raised, other])[paper_id] >= fuse([one, other])[paper_id]


@given(SCORES, SCORES)
def test_a_paper_that_is_nowhere_behind_another_is_not_ranked_behind_it(one, other):
    fused = fuse([one, other])
    for first in one.keys() & other.keys():
        for second in one.keys() & other.keys():
            if one[first] >= one[second] and other[first] >= other[second]:
                assert fused[first] >= fused[second]


def test_a_paper_counts_by_its_best_chunk():
    chunks = [("a", 0.2), ("b", 0.6), ("a", 0.9), ("b", -0.1)]
    assert best_per_paper(chunks) == {"a": 0.9, "b": 0.6}


def test_the_dense_list_keeps_its_best_papers():
    chunks = [(str(number), -float(number)) for number in range(2 * LIST_LENGTH)]
    assert list(best_per_paper(chunks)) == [str(number) for number in range(LIST_LENGTH)]


# In a library


@pytest.fixture(scope="module")
def clocks(tmp_path_factory):
    with Library(tmp_path_factory.mktemp("clocks"), HashingEmbedder()) as library:
        library.ingest(papers(12))
        yield library


def ask(library, query, top_k=5):
    return retrieve(library, query, library.embedder.embed([query])[0], top_k)


def test_hits_are_papers_once_each_with_ranks_from_1(clocks):
    hits = ask(clocks, "drift of clock7 in water").hits
    assert [hit.rank for hit in hits] == [1, 2, 3, 4, 5]
    assert len({hit.paper.paper_id for hit in hits}) == 5
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)
    assert hits[0].paper.paper_id == "title:7"


def test_no_more_hits_than_papers(clocks):
    assert len(ask(clocks, "clock water", top_k=500).hits) == 12


def test_equal_papers_come_in_the_same_order_each_time(clocks):
    assert ask(clocks, "water", 12) == ask(clocks, "water", 12)


def test_words_that_no_paper_holds_leave_the_dense_list(clocks):
    query = "zebra"
    vector = clocks.embedder.embed([query])[0]
    dense = best_per_paper(clocks.dense(vector, 300))
    assert [hit.paper.paper_id for hit in ask(clocks, query, 12).hits] == order(fuse([dense]))


def test_each_paper_has_the_cosine_of_its_nearest_chunk(clocks):
    paper = next(clocks.papers())
    found = ask(clocks, f"{paper.title}\n{paper.abstract}")
    assert found.cosines[paper.paper_id] == pytest.approx(1, abs=1e-3)
    assert max(found.cosines.values()) == found.cosines[paper.paper_id]


def test_an_empty_library_finds_nothing(tmp_path):
    with Library(tmp_path, HashingEmbedder()) as library:
        found = ask(library, "clock")
    assert (found.hits, found.cosines) == ((), {})


@pytest.fixture(scope="module")
def sample(sample_library):
    with Library(sample_library, MiniLM()) as library:
        yield library


# Questions in other words than the titles', with the paper that answers each.
ASKED = {
    "metric of dataset diversity from eigenvalues of a similarity matrix": "Vendi Score",
    "training by two forward passes instead of backpropagation, layers working together":
        "Layer Collaboration in the Forward-Forward Algorithm",
    "generalising set similarity to real-valued vectors and multisets": "Jaccard Index",
    "which features contribute information to a decision, via log-Sobolev bounds":
        "A Functional Information Perspective on Model Interpretation",
    "string representation of molecules in which every string is valid": "SELFIES",
    "holographic vectors that replace self-attention for long sequences":
        "Holographic Reduced Representations",
    "mean-field dynamics of two-layer networks with entropy, primal and dual":
        "Entropic Fictitious Play",
}  # fmt: skip


@pytest.mark.parametrize(("query", "title"), ASKED.items(), ids=ASKED.values())
def test_the_sample_answers_questions_in_other_words(sample, query, title):
    hits = ask(sample, query, 3).hits
    assert any(title.lower() in hit.paper.title.lower() for hit in hits), [
        hit.paper.title for hit in hits
    ]
