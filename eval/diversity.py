"""How diverse the evidence is: the Vendi Score of what an answer quotes, and of the papers found.

A score VS of k texts tells how many different things they are, by their vectors: between 1
and k. VS/k is the share of them that are not each other's repetition.
"""

from collections.abc import Callable, Iterable, Sequence

import numpy as np

from assistant.diversity import vendi_score
from assistant.embedding import Vectors
from assistant.types import Paper
from eval.scores import Score

EVIDENCE_METRICS = ("evidence_vendi", "evidence_vendi_share")
RETRIEVED_METRIC = "retrieved_vendi_share"

Embed = Callable[[Sequence[str]], Vectors]
"""From texts to unit vectors, one row a text."""


def embed_once(embed: Embed) -> Embed:
    """Return what gives the same vectors as `embed`, and asks it for each text once only."""
    known: dict[str, Vectors] = {}

    def embed_all(texts: Sequence[str]) -> Vectors:
        if new := [text for text in dict.fromkeys(texts) if text not in known]:
            known.update(zip(new, embed(new), strict=True))
        return np.stack([known[text] for text in texts])

    return embed_all


def score_evidence_diversity(quotes: Iterable[str], embed: Embed) -> dict[str, Score]:
    """Score the distinct quotations that an answer stands on; fewer than two have no diversity."""
    distinct = list(dict.fromkeys(quotes))
    if len(distinct) < 2:
        return dict.fromkeys(EVIDENCE_METRICS, Score(not_applicable="fewer than two quotations"))
    value = vendi_score(embed(distinct))
    return {
        "evidence_vendi": Score(value),
        "evidence_vendi_share": Score(value / len(distinct)),
    }


def score_retrieved_diversity(papers: Iterable[Paper], embed: Embed) -> dict[str, Score]:
    """Score the papers found, by title and abstract as far as the embedder reads them."""
    texts = [f"{paper.title}\n{paper.abstract}" for paper in papers]
    if len(texts) < 2:
        return {RETRIEVED_METRIC: Score(not_applicable="fewer than two papers found")}
    return {RETRIEVED_METRIC: Score(vendi_score(embed(texts)) / len(texts))}
