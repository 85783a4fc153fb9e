"""Means and paired differences over groups of queries that share a relevant paper."""

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from eval.benches.retrieval_scores import mean_differences, mean_scores, query_groups

FOUND, LOST = ["a", "x"], ["x", "y"]


def together(groups):
    """The pairs of queries that are in one group."""
    return {pair for pair in combinations(sorted(groups), 2) if groups[pair[0]] == groups[pair[1]]}


def test_queries_are_of_one_group_if_relevant_papers_link_them():
    qrels = {
        "q1": {"a": 1, "b": 1},
        "q2": {"c": 1, "a": 0},
        "q3": {"b": 2, "d": 1},
        "q4": {"c": 0, "e": 1},
        "q5": {"d": 1},
    }
    # q1 and q3 share b, q3 and q5 share d; a and c are relevant to one query each.
    assert together(query_groups(qrels)) == {("q1", "q3"), ("q1", "q5"), ("q3", "q5")}


@given(st.lists(st.dictionaries(st.integers(0, 12), st.integers(0, 1), min_size=1), max_size=9))
def test_groups_are_the_connected_components(judgements):
    qrels = {f"q{n}": {str(p): g for p, g in row.items()} for n, row in enumerate(judgements)}
    links = [(n, 100 + p) for n, row in enumerate(judgements) for p, grade in row.items() if grade]
    at = tuple(zip(*links, strict=True)) if links else ((), ())
    graph = coo_array(([1] * len(links), at), shape=(200, 200))
    _, labels = connected_components(graph, directed=False)
    expected = {f"q{n}": labels[n] for n in range(len(judgements))}
    assert together(query_groups(qrels)) == together(expected)


def test_a_mean_counts_queries_and_its_interval_groups():
    qrels = {"q1": {"a": 1}, "q2": {"a": 1}, "q3": {"z": 1}}
    means = mean_scores({"q1": FOUND, "q2": FOUND, "q3": LOST}, qrels)
    # Two groups: resamples have both, or one of them twice, so that the ends are 0 and 1.
    for mean in means.values():
        assert (mean.value, mean.measured) == (pytest.approx(2 / 3), 3)
        assert mean.interval == (0.0, 1.0)


def test_the_interval_of_a_mean_by_hand():
    # Four groups of one query, one found: k of 4 draws with chance 1/4 give k / 4.
    # P(0) = 0.316; P(at most 2) = 0.949, P(at most 3) = 0.996: the 97.5% point is 3/4.
    qrels = {f"q{n}": {f"p{n}": 1} for n in range(4)}
    rankings = {f"q{n}": ["p0"] for n in range(4)}
    assert mean_scores(rankings, qrels)["recall@10"].interval == (0.0, 0.75)


def test_a_difference_is_paired():
    # The two rankers differ by the same on each query, however the queries differ.
    qrels = {"q1": {"a": 1}, "q2": {"z": 1}, "q3": {"b": 1, "c": 1}}
    one = {"q1": ["a"], "q2": ["x", "z"], "q3": ["b", "c"]}
    other = {"q1": ["x", "a"], "q2": LOST, "q3": ["x", "b"]}
    differences = mean_differences(one, other, qrels)
    assert differences["MRR@10"].value == 0.5
    assert differences["MRR@10"].interval == (0.5, 0.5)
    assert differences["recall@10"].value == pytest.approx((0 + 1 + 0.5) / 3)
    assert mean_differences(other, one, qrels)["MRR@10"].value == -0.5


def test_rankers_that_agree_differ_by_nothing():
    qrels = {"q1": {"a": 1}, "q2": {"z": 1}}
    same = {"q1": FOUND, "q2": LOST}
    for difference in mean_differences(same, same, qrels).values():
        assert (difference.value, difference.interval) == (0.0, (0.0, 0.0))


def test_one_group_has_no_interval():
    qrels = {"q1": {"a": 1}, "q2": {"a": 1}}
    rankings = {"q1": FOUND, "q2": LOST}
    assert mean_scores(rankings, qrels)["nDCG@10"].interval is None
    assert mean_differences(rankings, rankings, qrels)["nDCG@10"].interval is None
