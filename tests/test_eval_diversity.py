"""Diversity of evidence and of papers found, with vectors that are worked by hand."""

import math
from dataclasses import replace

import numpy as np
import pytest
from scripted_subject import (
    CASES,
    CLOUD,
    DRIFT,
    FREEZE,
    MEDIAN,
    MULTI,
    OFF_TOPIC,
    SINGLE,
    STEEL,
    WATER,
    ScriptedLibrary,
    ScriptedSubject,
    answer,
    cite,
    perfect_subject,
    quoting,
    refusal,
)

from assistant.errors import ProviderError
from assistant.types import Paper
from eval.diversity import embed_once, score_evidence_diversity
from eval.jobs import run_all
from eval.runner import case_jobs
from eval.scores import Score

EAST, NORTH, NORTH_EAST = (1.0, 0.0), (0.0, 1.0), (math.sqrt(0.5), math.sqrt(0.5))
ONE_LIKE_TWO = math.exp((1 / 3) * math.log(3) + (2 / 3) * math.log(3 / 2))
"""The Vendi Score of three things two of which are the same: shares 1/3 and 2/3."""

FEW = Score(not_applicable="fewer than two quotations")


class TableEmbedder:
    """Gives each text the vector that a table has for what it begins with; keeps the texts."""

    name, dimension = "table", 2

    def __init__(self, **vectors):
        self.vectors = vectors
        self.texts = []

    def embed(self, texts):
        self.texts.extend(texts)
        rows = [self.vectors[text.split()[0].strip(".")] for text in texts]
        return np.array(rows, dtype=np.float32)

    def fits(self, text):
        return True

    def prepare(self):
        pass


class BrokenEmbedder(TableEmbedder):
    def embed(self, texts):
        raise ProviderError("embedding server failed; start it")


def scores_of(given, found=(), embedder=None, case=MULTI):
    embedder = embedder or TableEmbedder(
        The=EAST, Steel=NORTH, Under=EAST, Water=NORTH_EAST, Quartz=EAST, Sundials=NORTH
    )
    library = ScriptedLibrary(embedder=embedder)
    subject = ScriptedSubject({case.question: given}, {case.question: found}, library)
    (result,) = run_all(case_jobs(subject, [case]))
    return result.scores


# What an answer quotes


@pytest.mark.parametrize(
    ("vectors", "expected"),
    [
        ((EAST, NORTH), 2.0),
        ((EAST, EAST), 1.0),
        ((EAST, EAST, NORTH), ONE_LIKE_TWO),
        ((EAST, NORTH_EAST), 1.5166),  # shares (1 + 0.7071) / 2 and (1 - 0.7071) / 2
    ],
)
def test_the_vendi_score_of_quotations_and_their_share_that_differs(vectors, expected):
    table = {f"q{number}": vector for number, vector in enumerate(vectors)}
    scores = score_evidence_diversity(table, TableEmbedder(**table).embed)
    assert scores["evidence_vendi"].value == pytest.approx(expected, abs=1e-4)
    assert scores["evidence_vendi_share"].value == pytest.approx(expected / len(table), abs=1e-4)


def test_quotations_of_an_answer_are_embedded_and_scored():
    scores = scores_of(quoting((DRIFT, MEDIAN), (DRIFT, STEEL), (CLOUD, CLOUD.abstract)))
    assert scores["evidence_vendi"].value == pytest.approx(ONE_LIKE_TWO, abs=1e-4)
    assert scores["evidence_vendi_share"].value == pytest.approx(ONE_LIKE_TWO / 3, abs=1e-4)


def test_a_quotation_that_is_cited_twice_is_one():
    twice = quoting((DRIFT, MEDIAN), (DRIFT, MEDIAN))
    for name in ("evidence_vendi", "evidence_vendi_share"):
        assert scores_of(twice)[name] == scores_of(quoting((DRIFT, MEDIAN)))[name] == FEW


def test_a_citation_that_does_not_stand_is_no_evidence():
    invented = replace(cite(DRIFT, STEEL, 2), paper_id="p9")
    given = answer((MEDIAN, (cite(DRIFT, MEDIAN),)), (STEEL, (invented,)))
    assert scores_of(given)["evidence_vendi"] == FEW


def test_a_refusal_has_no_evidence():
    scores = scores_of(refusal())
    assert scores["evidence_vendi"] == Score(not_applicable="refused")
    assert scores["evidence_vendi_share"] == Score(not_applicable="refused")


# What was found


def test_papers_found_are_scored_by_title_and_abstract():
    scores = scores_of(refusal(), found=(DRIFT, CLOUD))
    assert scores["retrieved_vendi_share"].value == pytest.approx(1.0)
    like_drift = Paper("p4", "Quartz Again", "Clocks drift.")
    scores = scores_of(refusal(), found=(DRIFT, CLOUD, like_drift))
    assert scores["retrieved_vendi_share"].value == pytest.approx(ONE_LIKE_TWO / 3, abs=1e-4)


def test_the_title_and_abstract_of_a_paper_are_embedded_as_one_text():
    embedder = TableEmbedder(Quartz=EAST, Sundials=NORTH)
    scores_of(refusal(), found=(DRIFT, CLOUD), embedder=embedder)
    assert embedder.texts == [f"{p.title}\n{p.abstract}" for p in (DRIFT, CLOUD)]


def test_one_paper_has_no_diversity_and_what_has_no_answer_is_not_searched():
    one = scores_of(refusal(), found=(DRIFT,))["retrieved_vendi_share"]
    assert one == Score(not_applicable="fewer than two papers found")
    unanswerable = scores_of(refusal(), case=OFF_TOPIC)["retrieved_vendi_share"]
    assert unanswerable == Score(not_applicable="unanswerable")


# The run


def test_each_text_is_embedded_once_in_a_run():
    embedder = TableEmbedder(
        The=EAST, Steel=NORTH, Under=EAST, Quartz=EAST, Sundials=NORTH, Water=NORTH_EAST
    )
    subject = perfect_subject(
        s1=quoting((DRIFT, MEDIAN), (DRIFT, STEEL)), m1=quoting((DRIFT, MEDIAN), (DRIFT, STEEL))
    )
    subject.found[SINGLE.question] = (DRIFT, WATER)
    subject.library.embedder = embedder
    run_all(case_jobs(subject, CASES))
    assert len(set(embedder.texts)) == len(embedder.texts) == 5


def test_vectors_stay_with_their_texts():
    embed = embed_once(TableEmbedder(a=EAST, b=NORTH, c=NORTH_EAST).embed)
    embed(["b", "a"])
    rows = embed(["c", "a", "c", "b"])
    assert rows.tolist() == np.float32([NORTH_EAST, EAST, NORTH_EAST, NORTH]).tolist()


def test_an_embedder_that_fails_is_an_error_and_the_run_goes_on():
    subject = perfect_subject(m1=quoting((DRIFT, MEDIAN), (WATER, FREEZE)))
    subject.library.embedder = BrokenEmbedder()
    results = {result.id: result for result in run_all(case_jobs(subject, CASES))}
    failed = results["m1"].scores
    reason = "ProviderError: embedding server failed; start it"
    assert failed["evidence_vendi"] == Score(error=f"scoring: {reason}")
    assert failed["retrieved_vendi_share"] == Score(error=f"search: {reason}")
    assert results["s1"].scores["fact_recall"] == Score(1.0)  # one quotation, nothing to embed
    assert results["o1"].error is None
