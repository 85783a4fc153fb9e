"""Rankings against judgements: a score for each query, means, paired differences. Pure."""

import math
from collections.abc import Callable, Hashable, Mapping, Sequence
from functools import partial

from assistant.statistics import clustered_interval
from eval.metrics import ndcg_at_k, recall_at_k, reciprocal_rank
from eval.scores import Aggregate, Score, weighted_mean

PaperQrels = Mapping[str, Mapping[str, int]]
"""Query id to paper id to grade; above 0 is relevant."""

Rankings = Mapping[str, Sequence[str]]
"""Query id to paper ids, best first."""

DEPTH = 100
"""How many papers a ranking holds: as many as the deepest metric looks at."""

METRICS: Mapping[str, Callable[[Sequence[str], Mapping[str, int]], float]] = {
    "nDCG@10": partial(ndcg_at_k, k=10),
    "recall@10": partial(recall_at_k, k=10),
    "recall@100": partial(recall_at_k, k=100),
    "MRR@10": partial(reciprocal_rank, k=10),
}
"""As trec_eval defines them."""


def mean_scores(rankings: Rankings, qrels: PaperQrels) -> dict[str, Aggregate]:
    """Return the mean of each metric over all queries, with its interval."""
    clusters = list(query_groups(qrels).values())
    return {
        name: weighted_mean([Score(value) for value in _values(name, rankings, qrels)], clusters)
        for name in METRICS
    }


def mean_differences(one: Rankings, other: Rankings, qrels: PaperQrels) -> dict[str, Aggregate]:
    """Return the mean over all queries of `one` minus `other`, with its interval."""
    clusters = list(query_groups(qrels).values())
    return {
        name: mean_difference(_values(name, one, qrels), _values(name, other, qrels), clusters)
        for name in METRICS
    }


def mean_difference(
    one: Sequence[float], other: Sequence[float], clusters: Sequence[Hashable]
) -> Aggregate:
    """Return the mean of paired differences, `one` minus `other`, with its clustered interval."""
    values = [first - second for first, second in zip(one, other, strict=True)]
    enough = len(set(clusters)) > 1
    interval = clustered_interval(values, [1.0] * len(values), clusters) if enough else None
    return Aggregate(math.fsum(values) / len(values), len(values), interval=interval)


def query_groups(qrels: PaperQrels) -> dict[str, str]:
    """Return the group of each query, as the id of one query in it.

    Queries that share a relevant paper are of one group, and so are queries that are
    linked over others: their scores are not independent.
    """
    parents = {query: query for query in qrels}
    first: dict[str, str] = {}
    for query, grades in qrels.items():
        for paper_id, grade in grades.items():
            if grade > 0:
                parents[_root(parents, query)] = _root(parents, first.setdefault(paper_id, query))
    return {query: _root(parents, query) for query in qrels}


def _root(parents: dict[str, str], query: str) -> str:
    """Return where a query's line of parents ends, and make the line shorter for the next."""
    while parents[query] != query:
        parents[query] = parents[parents[query]]
        query = parents[query]
    return query


def _values(metric: str, rankings: Rankings, qrels: PaperQrels) -> list[float]:
    """Return a metric of each query, in the order of `qrels`."""
    return [METRICS[metric](rankings[query], grades) for query, grades in qrels.items()]
