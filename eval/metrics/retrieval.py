"""Retrieval: a ranking of ids, best first, against qrels, id -> grade (0 is not relevant)."""

import math
from collections.abc import Mapping, Sequence


def ndcg_at_k(ranking: Sequence[str], qrels: Mapping[str, int], k: int) -> float:
    """Return nDCG@k with the grade as gain and log2(rank + 1) as discount.

    As in trec_eval's ``ndcg_cut`` (Järvelin and Kekäläinen 2002 with linear gain).
    A ranking that is empty scores 0.
    """
    _check_ranking(ranking, qrels)
    ideal = sorted((grade for grade in qrels.values() if grade > 0), reverse=True)
    return _dcg([qrels.get(item, 0) for item in ranking[:k]]) / _dcg(ideal[:k])


def recall_at_k(ranking: Sequence[str], qrels: Mapping[str, int], k: int) -> float:
    """Return the share of the relevant ids found in the first k (trec_eval's ``recall``)."""
    _check_ranking(ranking, qrels)
    relevant = {item for item, grade in qrels.items() if grade > 0}
    return len(relevant & set(ranking[:k])) / len(relevant)


def reciprocal_rank(
    ranking: Sequence[str], qrels: Mapping[str, int], k: int | None = None
) -> float:
    """Return 1 / rank of the first relevant id, 0 without one among the first k (None: all).

    Its mean over queries is MRR (trec_eval's ``recip_rank``), with `k` MRR@k.
    """
    _check_ranking(ranking, qrels)
    rank = first_relevant_rank(ranking[:k], qrels)
    return 1 / rank if rank else 0.0


def first_relevant_rank(ranking: Sequence[str], qrels: Mapping[str, int]) -> int | None:
    """Return the rank of the first relevant id, from 1; None without one."""
    return next((rank for rank, item in enumerate(ranking, 1) if qrels.get(item, 0) > 0), None)


def _dcg(grades: Sequence[int]) -> float:
    return math.fsum(max(grade, 0) / math.log2(i + 2) for i, grade in enumerate(grades))


def _check_ranking(ranking: Sequence[str], qrels: Mapping[str, int]) -> None:
    if not any(grade > 0 for grade in qrels.values()):
        raise ValueError("retrieval is not defined for a query without a relevant paper")
    if len(set(ranking)) != len(ranking):
        raise ValueError("a ranking holds each id once")
