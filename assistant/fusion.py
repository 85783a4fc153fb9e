"""What speaks for each paper of a search, and how much it counts. Pure.

Each kind of score is compared with those of the other papers in question (a z-score), so
that kinds with other ranges add up and one paper that stands out by far keeps its lead.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Values = NDArray[np.float32]
"""Shape (papers in question,)."""

FEEDBACK_PAPERS = 3


@dataclass(frozen=True, slots=True)
class Weights:
    """How much each signal counts.

    Chosen, and rounded, on SciFact's training claims, on questions, titles, short queries and
    sentences about 4,500 arXiv abstracts, and on the golden set's development half: of all
    mixes that were tried none is better on each, and near this one they hardly differ.
    """

    lexical: float = 0.4
    """BM25, over title and abstract."""
    chunk: float = 0.35
    """Cosine of the nearest chunk."""
    sentence: float = 0.25
    """Cosine of the nearest sentence: a claim is often the matter of one."""
    feedback: float = 0.25
    """Cosine with the best papers of these three (Rocchio, 1971, by vectors)."""
    whole: float = 2.0
    """The paper holds all words of the query, or nearly so: a quotation, an exact term."""
    title: float = 2.0
    """Its title does: somebody looks for this paper."""
    author: float = 6.0
    """Its authors, and its year, are those that the query names."""
    named: float = 10.0
    """The query names it: by its whole title, or an identifier."""


WEIGHTS = Weights()

NEARLY_ALL = 0.9
"""Share of the query's words, by rarity, from which on `whole` and `title` begin to count."""


@dataclass(frozen=True, slots=True)
class Signals:
    """What speaks for each paper in question.

    `lexical` has any range, `chunk`, `sentence` and `feedback` are cosines, the others shares
    in [0, 1]. `feedback` is None until there are best papers to learn from.
    """

    lexical: Values
    chunk: Values
    sentence: Values
    whole: Values
    title: Values
    author: Values
    named: Values
    feedback: Values | None = None


def contributions(signals: Signals, weights: Weights = WEIGHTS) -> dict[str, Values]:
    """Return what each signal adds to each paper's score, by the signal's name.

    With all weights 1 these are the signals as they are compared, to be weighed by others.
    """
    parts = {
        "lexical": weights.lexical * z_scores(signals.lexical),
        "chunk": weights.chunk * z_scores(signals.chunk),
        "sentence": weights.sentence * z_scores(signals.sentence),
        "whole": weights.whole * _nearly_all(signals.whole),
        "title": weights.title * _nearly_all(signals.title),
        "author": weights.author * signals.author,
        "named": weights.named * signals.named,
    }
    if signals.feedback is not None:
        parts["feedback"] = weights.feedback * z_scores(signals.feedback)
    return parts


def feedback_weights(scores: Values) -> Values:
    """Return how much each paper counts among the best ones: of `FEEDBACK_PAPERS` a softmax."""
    weights = np.zeros_like(scores)
    best = np.argsort(-scores, kind="stable")[:FEEDBACK_PAPERS]
    powers = np.exp(scores[best] - scores.max(initial=-np.inf))
    weights[best] = powers / max(powers.sum(), 1.0)
    return weights


def total(parts: Mapping[str, Values]) -> Values:
    """Return the sum of contributions of each paper."""
    return np.asarray(np.sum(list(parts.values()), axis=0), dtype=np.float32)


def z_scores(values: Values) -> Values:
    """Return how many standard deviations each value lies above the mean; 0 where all agree."""
    apart = values - values.mean() if len(values) else values
    deviation = np.sqrt(apart @ apart / max(len(values), 1))
    if deviation < np.finfo(np.float32).eps:
        return np.zeros_like(values)
    return np.asarray(apart / deviation, dtype=np.float32)


def min_max(values: Values) -> Values:
    """Return the values moved and scaled to [0, 1]; 1 where all agree."""
    low, high = values.min(initial=np.inf), values.max(initial=-np.inf)
    return (values - low) / (high - low) if high > low else np.ones_like(values)


def _nearly_all(shares: Values) -> Values:
    above = (shares - NEARLY_ALL) / (1 - NEARLY_ALL)
    return np.asarray(np.maximum(above, 0), dtype=np.float32)
