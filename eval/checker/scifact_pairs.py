"""Pairs from SciFact's training claims, and what a fold may see of them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from eval.benches.scifact import Claim, Gold, claim_folds, read_claims, read_documents
from eval.checker.pairs import Pair
from eval.checker.written_pairs import Abstract

SCIFACT = "scifact_train"


@dataclass(frozen=True, slots=True)
class ScifactPair:
    """A pair with the claim and the document that it comes from."""

    pair: Pair
    claim: str
    document: str


@dataclass(frozen=True, slots=True)
class Scifact:
    """The pairs, and the fold of each claim that an abstract decides."""

    pairs: Sequence[ScifactPair]
    fold_of: Mapping[str, int]
    documents_of: Mapping[int, frozenset[str]]

    def without(self, fold: int | None) -> list[Pair]:
        """Return the pairs that share neither claim nor abstract with a fold; all for None."""
        if fold is None:
            return [each.pair for each in self.pairs]
        return [
            each.pair
            for each in self.pairs
            if self.fold_of[each.claim] != fold and each.document not in self.documents_of[fold]
        ]


def read_scifact(folder: Path) -> Scifact:
    """Return the pairs of SciFact's training claims.

    Raises:
        UsageError: a file is missing or is not SciFact's.
    """
    claims = read_claims(folder)
    documents = read_documents(folder)
    fold_of = claim_folds((claim.claim_id, document) for claim in claims for document in claim.gold)
    touched: dict[int, set[str]] = {fold: set() for fold in fold_of.values()}
    for claim in claims:
        touched[fold_of[claim.claim_id]] |= claim.gold.keys() | claim.cited
    pairs: list[ScifactPair] = []
    for claim in claims:
        for document in sorted(claim.gold):
            paper, spans = documents[document]
            abstract = Abstract(paper.title, [span.of(paper.abstract) for span in spans])
            pairs += (
                ScifactPair(pair, claim.claim_id, document)
                for pair in _pairs(claim, claim.gold[document], abstract)
            )
    frozen = {fold: frozenset(names) for fold, names in touched.items()}
    return Scifact(pairs, fold_of, frozen)


def _pairs(claim: Claim, gold: Gold, abstract: Abstract) -> Iterator[Pair]:
    """Yield a claim with each rationale, with its surroundings, and with a sentence beside it."""
    label = "entail" if gold.supports else "contradict"
    decisive = sorted(frozenset().union(*gold.rationales))
    for rationale in gold.rationales:
        yield Pair(SCIFACT, abstract.passage(sorted(rationale)), claim.text, label)
    yield Pair(SCIFACT, abstract.passage(sorted(gold.rationales[0]), 1), claim.text, label)
    if others := abstract.like(claim.text, decisive):
        yield Pair(SCIFACT, abstract.sentences[others[0]], claim.text, "neutral", 0.5)
