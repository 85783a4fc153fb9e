"""The verifier against SciFact's claims: the right source, its sentences, for or against.

Right source: each abstract that decides a claim against the best hit of BM25 that does not, each
given alone, and both given together, where the margin of one over the other is what tells.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assistant.calibration import calibration_error
from assistant.logistic import fit_logistic
from assistant.relevance import MIN_PROBABILITY, WEIGHTS, Signs, Weights, probability
from assistant.types import Label, Span, Verdict
from eval.benches.scifact import FOLDS, claim_folds

RIDGE = 1.0
AUC_BAR = 0.92

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Checked:
    """A claim against one abstract: what was measured of it, and what the verifier said.

    `supports` is None for an abstract that does not decide the claim; `rationales` are its
    gold sets of sentences, `predicted` the sentences that the verifier pointed to.
    """

    claim_id: str
    document: str
    supports: bool | None
    signs: Signs
    verdict: Verdict
    rationales: tuple[frozenset[int], ...]
    predicted: frozenset[int]

    @property
    def right(self) -> bool:
        """Whether this abstract decides the claim."""
        return self.supports is not None


@dataclass(frozen=True, slots=True)
class SourceScores:
    """How well the probability tells right sources from wrong ones, and how honest it is."""

    alone_auc: float
    together_auc: float
    calibration_error: float

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON values."""
        return {
            "auc_each_alone": round(self.alone_auc, 6),
            "auc_both_given": round(self.together_auc, 6),
            "expected_calibration_error": round(self.calibration_error, 6),
            "bar": AUC_BAR,
            "met": {"each_alone": self.alone_auc >= AUC_BAR, "both": self.together_auc >= AUC_BAR},
        }


@dataclass(frozen=True, slots=True)
class SentenceScores:
    """SciFact's scores of evidence sentences, given the abstract that decides the claim."""

    precision: float
    recall: float
    f1: float


def auc(positive: Sequence[float], negative: Sequence[float]) -> float:
    """Return the share of pairs in which the positive is the higher; ties count half."""
    ones, others = np.asarray(positive, np.float64), np.asarray(negative, np.float64)
    others = np.sort(others)
    below = np.searchsorted(others, ones, "left")
    upto = np.searchsorted(others, ones, "right")
    return float((below + upto).sum() / (2 * len(ones) * len(others)))


def score_sources(rows: Sequence[Checked], probabilities: Floats) -> SourceScores:
    """Score a probability of each row; right and wrong ones weigh the same in calibration."""
    right = np.array([row.right for row in rows])
    weights = np.where(right, 1 / right.sum(), 1 / (~right).sum())
    return SourceScores(
        alone_auc=auc(list(probabilities[right]), list(probabilities[~right])),
        together_auc=_together(rows, probabilities),
        calibration_error=calibration_error(probabilities, right, weights),
    )


def shipped_probabilities(rows: Sequence[Checked], weights: Weights = WEIGHTS) -> Floats:
    """Return what the verifier says of each row, or would with other weights."""
    return np.array([probability(row.signs, weights) for row in rows])


def cross_validated(rows: Sequence[Checked]) -> Floats:
    """Return for each row the probability by weights that were fitted on other claims.

    Claims that one abstract decides are in one fold.

    Raises:
        UsageError: there are fewer groups of such claims than folds.
    """
    decided = {(row.claim_id, row.document) for row in rows if row.right}
    fold_of = claim_folds(decided)
    folds = np.array([fold_of[row.claim_id] for row in rows])
    found = np.zeros(len(rows))
    for fold in range(FOLDS):
        weights = fit_weights([row for row, at in zip(rows, folds, strict=True) if at != fold])
        held = folds == fold
        found[held] = shipped_probabilities([r for r, at in zip(rows, held) if at], weights)  # noqa: B905
    return found


def fit_weights(rows: Sequence[Checked]) -> Weights:
    """Return the weights of a ridge logistic regression; right and wrong ones weigh the same."""
    signs = np.array([[r.signs.coverage, r.signs.cosine, r.signs.topic] for r in rows])
    right = np.array([row.right for row in rows])
    weights = np.where(right, 0.5 / right.mean(), 0.5 / (1 - right.mean()))
    middle, scale = signs.mean(axis=0), signs.std(axis=0) + 1e-9
    scaled = (signs - middle) / scale
    *fitted, intercept = fit_logistic(scaled, right, [RIDGE, RIDGE, RIDGE, 0.0], weights)
    plain = np.array(fitted) / scale
    return Weights(float(intercept - plain @ middle), *map(float, plain))


def score_sentences(rows: Sequence[Checked]) -> SentenceScores:
    """Score the sentences pointed to in the abstracts that decide their claims.

    A sentence is right if it belongs to a rationale that is wholly predicted.
    """
    correct = predicted = gold = 0
    for row in rows:
        whole = [rationale for rationale in row.rationales if rationale <= row.predicted]
        correct += len(row.predicted & frozenset().union(*whole))
        predicted += len(row.predicted)
        gold += len(frozenset().union(*row.rationales))
    precision = correct / predicted if predicted else 0.0
    recall = correct / gold if gold else 0.0
    both = precision + recall
    return SentenceScores(precision, recall, 2 * precision * recall / both if both else 0.0)


def stance_auc(rows: Sequence[Checked], score: Callable[[Checked], float]) -> float:
    """Return how well a score tells abstracts that support a claim from those against it."""
    decided = [row for row in rows if row.right]
    return auc(
        [score(row) for row in decided if row.supports],
        [score(row) for row in decided if not row.supports],
    )


def verdict_score(row: Checked) -> float:
    """Return how much a verdict speaks for support: shown, refused, or turned round."""
    label = row.verdict.label
    return row.verdict.score + (0 if label.shown else -1 if label is Label.UNSUPPORTED else -2)


def pointed_to(verdict: Verdict, sentences: Sequence[Span]) -> frozenset[int]:
    """Return the sentences, by number, that the evidence of a verdict covers at least half of."""
    if all(each.score < MIN_PROBABILITY for each in verdict.evidence):
        return frozenset()
    return frozenset(
        number
        for number, span in enumerate(sentences)
        for evidence in verdict.evidence
        if 2 * (min(span.end, evidence.end) - max(span.start, evidence.start))
        >= span.end - span.start
    )


def _together(rows: Sequence[Checked], probabilities: Floats) -> float:
    """Return the AUC of the margins in log-odds, each source beside the other of its claim."""
    odds = np.log(probabilities / (1 - probabilities))
    wrong = {r.claim_id: value for r, value in zip(rows, odds, strict=True) if not r.right}
    margins = [
        float(value - wrong[row.claim_id])
        for row, value in zip(rows, odds, strict=True)
        if row.right and row.claim_id in wrong
    ]
    return auc(margins, [-margin for margin in margins])
