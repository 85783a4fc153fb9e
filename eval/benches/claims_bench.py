"""The bench of claims: the verifier and its probability over SciFact's training claims."""

import argparse
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

from assistant import __version__
from assistant.checker import Checker, MiniLMChecker, NoChecker, load_checker
from assistant.embedding import Embedder, load_embedder
from assistant.relevance import Weights
from assistant.store.lexical import LexicalIndex, build_lexical
from assistant.types import Paper, Span
from eval.bench import Bench, Call
from eval.benches.claims_scores import (
    AUC_BAR,
    Checked,
    cross_validated,
    fit_weights,
    pointed_to,
    score_sentences,
    score_sources,
    shipped_probabilities,
    stance_auc,
    verdict_score,
)
from eval.benches.scifact import FOLDS, Claim, claim_folds, read_claims, read_documents
from eval.benches.working_checker import working, working_checker

if TYPE_CHECKING:
    from assistant.sources import Idf, Source

CANDIDATES = 20

Documents = Mapping[str, tuple[Paper, tuple[Span, ...]]]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add which folder."""
    parser.epilog = (
        "Nothing is ingested: the abstracts in question, a fifth of the corpus, are embedded each "
        "time, which takes minutes. The weights that ship were fitted on these claims among "
        f"others; the cross-validated ones on {FOLDS - 1} folds of {FOLDS} each. The checker that "
        "ships was trained on these claims too: what it is worth on others, --folds tells."
    )
    parser.add_argument(
        "--dataset",
        type=Path,
        metavar="DIR",
        required=True,
        help="folder with SciFact's claims_train.jsonl and corpus.jsonl[.gz]",
    )
    parser.add_argument(
        "--folds",
        type=Path,
        metavar="DIR",
        help="folder with a checker for each fold, fold-0.onnx and so on, that has not seen the "
        "fold's claims and abstracts; make checker writes them",
    )


def run(call: Call) -> int:
    """Check the claims and print what the verifier makes of them.

    Raises:
        UsageError: the folder is not SciFact's, or too small to cross-validate on.
    """
    claims = read_claims(call.arguments.dataset)
    documents = read_documents(call.arguments.dataset)
    embedder = load_embedder(call.config)
    checker_for = _checkers(call, claims)
    rows = list(check_claims(claims, documents, embedder, checker_for, call.say))
    facts = _measured(rows, len(claims))
    facts["embedder"], facts["version"] = embedder.name, __version__
    facts["checker"] = _told_of_checkers(call)
    return call.tell(facts, _rendered(facts))


def check_claims(
    claims: Sequence[Claim],
    documents: Documents,
    embedder: Embedder,
    checker_for: Callable[[str], Checker],
    say: Callable[[str], None],
) -> Iterator[Checked]:
    """Yield each claim against every abstract that decides it, and against the best wrong one.

    `checker_for` gives the checker that reads a claim, by its id.
    """
    index = build_lexical(paper for paper, _ in documents.values())
    sources: dict[str, Source] = {}
    for done, claim in enumerate(claims, start=1):
        for document in (*claim.gold, *_best_wrong(claim, index)):
            if document not in sources:
                sources[document] = _source(*documents[document], embedder)
            checker = checker_for(claim.claim_id)
            yield _checked(claim, document, sources[document], embedder, index.idf, checker)
        if done % 100 == 0:
            say(f"{done} of {len(claims)} claims checked")


def _checkers(call: Call, claims: Sequence[Claim]) -> Callable[[str], Checker]:
    """Return what gives the checker for a claim: the one of its fold, or the one in use.

    Raises:
        UsageError: the checker of a fold is missing or broken.
    """
    folder = call.arguments.folds
    if folder is None:
        checker = working_checker(call.config)
        return lambda claim_id: checker
    fold_of = claim_folds((claim.claim_id, each) for claim in claims for each in claim.gold)
    of_folds = [
        working(MiniLMChecker(folder / f"fold-{fold}.onnx", sha256=None)) for fold in range(FOLDS)
    ]
    return lambda claim_id: of_folds[fold_of[claim_id]]


def _told_of_checkers(call: Call) -> str:
    if not call.config.checker:
        return NoChecker.name
    if call.arguments.folds is None:
        return f"{load_checker(call.config).name}, trained on these claims among others"
    return f"one for each of {FOLDS} folds, trained without its claims and abstracts"


def _best_wrong(claim: Claim, index: LexicalIndex) -> list[str]:
    """Return the document that BM25 puts first of those that no one cited for the claim."""
    hits = (paper.removeprefix("scifact:") for paper, _ in index.query(claim.text, CANDIDATES))
    return [each for each in hits if each not in claim.gold and each not in claim.cited][:1]


def _source(paper: Paper, sentences: tuple[Span, ...], embedder: Embedder) -> "Source":
    from assistant.sources import Source

    texts = [span.of(paper.abstract) for span in sentences]
    return Source(paper, sentences, embedder.embed(texts))


def _checked(
    claim: Claim,
    document: str,
    source: "Source",
    embedder: Embedder,
    idf: "Idf",
    checker: Checker,
) -> Checked:
    from assistant.grounding import check
    from assistant.passages import measure

    gold = claim.gold.get(document)
    verdict = check(claim.text, [source], embedder, idf, checker.read)
    return Checked(
        claim_id=claim.claim_id,
        document=document,
        supports=gold.supports if gold else None,
        signs=measure(claim.text, source, embedder, idf),
        verdict=verdict,
        rationales=gold.rationales if gold else (),
        predicted=pointed_to(verdict, source.sentences),
    )


def _measured(rows: Sequence[Checked], claims: int) -> dict[str, Any]:
    decided = [row for row in rows if row.right]
    return {
        "claims": claims,
        "right_pairs": len(decided),
        "wrong_pairs": len(rows) - len(decided),
        "source_shipped": score_sources(rows, shipped_probabilities(rows)).to_dict(),
        "source_cross_validated": score_sources(rows, cross_validated(rows)).to_dict(),
        "fitted_weights": {
            field.name: round(getattr(fit_weights(rows), field.name), 3)
            for field in fields(Weights)
        },
        "sentences": {k: round(v, 6) for k, v in asdict(score_sentences(decided)).items()},
        "support_auc": {
            "verdict": round(stance_auc(rows, verdict_score), 6),
            "probability": round(stance_auc(rows, lambda row: row.verdict.score), 6),
            "word overlap": round(stance_auc(rows, lambda row: row.signs.coverage), 6),
        },
    }


def _rendered(facts: Mapping[str, Any]) -> str:
    sentences, stance = facts["sentences"], facts["support_auc"]
    return "\n".join(
        [
            f"claims      {facts['claims']}, {facts['right_pairs']} with an abstract that decides "
            f"them, {facts['wrong_pairs']} with BM25's best other; embedder {facts['embedder']}, "
            f"version {facts['version']}",
            f"checker     {facts['checker']}",
            _source_line("shipped, fitted on these among others", facts["source_shipped"]),
            _source_line(
                f"fitted on {FOLDS - 1} folds of {FOLDS}", facts["source_cross_validated"]
            ),
            "weights     fitted on all of these: "
            + ", ".join(f"{name} {value}" for name, value in facts["fitted_weights"].items()),
            f"sentences   precision {sentences['precision']:.3f}, "
            f"recall {sentences['recall']:.3f}, F1 {sentences['f1']:.3f}, "
            "in the abstracts that decide the claim",
            "support     against contradiction, AUC: "
            + ", ".join(f"{name} {value:.3f}" for name, value in stance.items()),
        ]
    )


def _source_line(weights: str, scores: Mapping[str, Any]) -> str:
    met = {name: "met" if value else "missed" for name, value in scores["met"].items()}
    return (
        f"source      AUC {scores['auc_each_alone']:.3f} each alone ({met['each_alone']}), "
        f"{scores['auc_both_given']:.3f} both given ({met['both']}), bar {AUC_BAR}; expected "
        f"calibration error {scores['expected_calibration_error']:.3f}; weights {weights}"
    )


BENCH = Bench("the verifier over SciFact's claims: right source, sentences", add_arguments, run)
