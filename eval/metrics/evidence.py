"""Evidence sentences against gold rationales, as SciFact's scorer counts them."""

from collections.abc import Hashable, Iterable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class EvidenceScore:
    """Micro precision, recall and F1 over all claims."""

    precision: float
    recall: float
    f1: float


Claim = tuple[AbstractSet[Hashable], Sequence[AbstractSet[Hashable]]]
"""The predicted sentences, and the rationales: each a set of sentences that suffices."""


def evidence_score(claims: Iterable[Claim]) -> EvidenceScore:
    """Return micro precision, recall and F1 of predicted evidence sentences.

    A predicted sentence is correct if it belongs to a rationale all of which is
    predicted (Wadden et al. 2020, section 4). What nothing was predicted for has
    precision 0.

    Raises:
        ValueError: no claim has a rationale.
    """
    correct = predicted = relevant = 0
    for sentences, rationales in claims:
        found = [rationale for rationale in rationales if rationale <= sentences]
        correct += len(set().union(*found))
        predicted += len(sentences)
        relevant += len(set().union(*rationales))
    if not relevant:
        raise ValueError("evidence needs a claim with a rationale")
    precision = correct / predicted if predicted else 0.0
    recall = correct / relevant
    both = precision + recall
    return EvidenceScore(precision, recall, 2 * precision * recall / both if both else 0.0)
