"""SciFact's claims: its scorer, AUCs and calibration by hand, and the bench on a small folder."""

import argparse
import gzip
import json

import numpy as np
import pytest
from test_reranking import WORDS as WORDS_READ
from test_reranking import write_tokenizer
from tiny_onnx import weighing_model

from assistant.config import Config
from assistant.errors import UsageError
from assistant.relevance import Signs, Weights, probability
from assistant.types import Evidence, Label, Paper, Span, Verdict
from eval.bench import Call
from eval.benches import claims_bench
from eval.benches.claims_scores import (
    Checked,
    auc,
    fit_weights,
    pointed_to,
    score_sentences,
    score_sources,
    stance_auc,
    verdict_score,
)
from eval.benches.scifact import read_claims, read_documents


def checked(claim, supports=None, coverage=0.5, label=Label.ATTRIBUTED, gold=(), predicted=()):
    signs = Signs(coverage, coverage, 0.2)
    return Checked(
        claim_id=claim,
        document=f"of {claim} {supports}",
        supports=supports,
        signs=signs,
        verdict=Verdict(label, 0.5),
        rationales=tuple(map(frozenset, gold)),
        predicted=frozenset(predicted),
    )


def test_auc_counts_ties_half():
    assert auc([3, 1], [2, 1]) == pytest.approx((2 + 0.5) / 4)


def test_a_sentence_counts_if_its_rationale_is_wholly_predicted():
    rows = [
        checked("a", True, gold=[{0, 1}, {4}], predicted={0, 4}),  # of {0, 1} one lacks
        checked("b", False, gold=[{2}], predicted={2, 3}),
    ]
    scores = score_sentences(rows)
    assert scores.precision == pytest.approx(2 / 4)
    assert scores.recall == pytest.approx(2 / 4)
    assert scores.f1 == pytest.approx(0.5)
    assert score_sentences([checked("c", True, gold=[{1}])]).f1 == 0


def test_both_given_means_that_the_margin_tells():
    rows = [checked("a", True), checked("a"), checked("b", True), checked("b")]
    scores = score_sources(rows, np.array([0.9, 0.8, 0.3, 0.2]))
    assert scores.alone_auc == pytest.approx(3 / 4)
    assert scores.together_auc == 1.0


def test_a_contradicted_claim_speaks_less_for_support_than_a_refused_one():
    rows = [checked("a", True), checked("b", False, label=Label.CONTRADICTED), checked("c")]
    assert stance_auc(rows, verdict_score) == 1.0
    assert stance_auc(rows, lambda row: row.signs.coverage) == 0.5


def test_fitted_weights_tell_right_from_wrong():
    draw = np.random.default_rng(0)
    rows = [checked(str(n), True, draw.normal(0.7, 0.1)) for n in range(80)]
    rows += [checked(str(n), None, draw.normal(0.4, 0.1)) for n in range(80)]
    weights = fit_weights(rows)
    assert weights.coverage > 0 and weights.cosine > 0
    assert probability(Signs(0.8, 0.8, 0.2), weights) > 0.9
    assert probability(Signs(0.3, 0.3, 0.2), weights) < 0.1


def test_the_middle_of_the_odds_is_one_half():
    assert probability(Signs(0, 0, 0), Weights(bias=0.0)) == 0.5


def test_evidence_points_to_the_sentences_that_it_covers():
    paper = Paper("p", "", "One is here. Two is there. Three.")
    sentences = (Span(0, 12), Span(13, 26), Span(27, 33))
    refuted = Verdict(Label.CONTRADICTED, 0.1, (Evidence(paper, 0, 26, 0.9),))
    assert pointed_to(refuted, sentences) == {0, 1}
    beside = Verdict(Label.UNSUPPORTED, 0.1, (Evidence(paper, 0, 26, 0.1),))
    assert pointed_to(beside, sentences) == frozenset()


WORDS = "clock steel bread water glass paper stone metal cloud river forest engine".split()


def write_folder(folder):
    claims, documents = [], []
    for n, word in enumerate(WORDS):
        sentences = [f"The {word} is old.", f"Every {word} drifts by {n + 2} metres."]
        documents.append({"doc_id": n, "title": f"On the {word}", "abstract": sentences})
        label = "SUPPORT" if n % 2 else "CONTRADICT"
        evidence = {str(n): [{"sentences": [1], "label": label}]}
        said = f"A {word} drifts by {n + 2} metres."
        claims.append({"id": n, "claim": said, "evidence": evidence, "cited_doc_ids": [n]})
    claims.append({"id": 99, "claim": "Cats sleep.", "evidence": {}, "cited_doc_ids": [3]})
    lines = "\n".join(map(json.dumps, documents)).encode()
    (folder / "corpus.jsonl.gz").write_bytes(gzip.compress(lines))
    (folder / "claims_train.jsonl").write_text("\n".join(map(json.dumps, claims)), "utf-8")


def run(folder, **arguments):
    told = []
    namespace = argparse.Namespace(**{"dataset": folder, "json": True, "folds": None, **arguments})
    claims_bench.run(Call(namespace, Config(), None, told.append, told.append))
    return json.loads(told[-1])


def test_the_bench_checks_each_claim_against_right_and_wrong(tmp_path):
    write_folder(tmp_path)
    facts = run(tmp_path)
    assert (facts["claims"], facts["right_pairs"]) == (12, 12)
    assert facts["wrong_pairs"] == 12
    assert facts["source_shipped"]["auc_both_given"] == 1.0
    assert facts["sentences"]["recall"] > 0.9
    assert set(facts["support_auc"]) == {"verdict", "probability", "word overlap"}
    assert "source_cross_validated" in facts


def test_a_checker_for_each_fold_reads_the_fold_s_claims(tmp_path):
    write_folder(tmp_path)
    with pytest.raises(UsageError, match="fold-0.onnx"):
        run(tmp_path, folds=tmp_path)
    write_tokenizer(tmp_path)
    for fold in range(5):
        weights = [(0.1 * fold, 0.0, 0.0)] * len(WORDS_READ)
        (tmp_path / f"fold-{fold}.onnx").write_bytes(weighing_model(weights))
    facts = run(tmp_path, folds=tmp_path)
    assert facts["checker"].startswith("one for each of 5 folds")


def test_sentences_stand_where_scifact_counts_them(tmp_path):
    write_folder(tmp_path)
    paper, sentences = read_documents(tmp_path)["0"]
    assert [span.of(paper.abstract) for span in sentences] == [
        "The clock is old.",
        "Every clock drifts by 2 metres.",
    ]
    assert len(read_claims(tmp_path)) == 12


def test_a_folder_that_is_not_scifacts_is_told(tmp_path):
    with pytest.raises(UsageError, match="give the folder of SciFact"):
        read_claims(tmp_path)
    (tmp_path / "claims_train.jsonl").write_text('{"id": 1}', "utf-8")
    with pytest.raises(UsageError, match="id, claim, evidence and cited_doc_ids"):
        read_claims(tmp_path)
