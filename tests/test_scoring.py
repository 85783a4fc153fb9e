import math
from dataclasses import replace

import pytest
from scripted_subject import (
    CLOUD,
    DRIFT,
    FREEZE,
    MEDIAN,
    MULTI,
    NEAR_MISS,
    SINGLE,
    STEEL,
    WATER,
    answer,
    cite,
    quoting,
    refusal,
    scores_of,
    values_of,
)

from assistant.types import Label, Paper
from eval.metrics import CitedSentence, refusal_confusion
from eval.reading import read_answer
from eval.scores import Score, weighted_mean
from eval.scoring import score_refusal


def test_retrieval_scores_by_hand():
    values = values_of(SINGLE, refusal(), found=(CLOUD, DRIFT))
    assert values["recall_at_1"] == 0.0
    assert values["recall_at_5"] == 1.0
    assert values["mrr_at_10"] == 0.5
    assert values["ndcg_at_10"] == pytest.approx(1 / math.log2(3))


def test_a_refused_answerable_case_costs_coverage_and_has_no_faithfulness():
    scores = scores_of(SINGLE, refusal())
    assert scores["coverage"] == Score(0.0)
    assert scores["refusal_precision"] == scores["refusal_f1"] == Score(0.0)
    assert scores["refusal_recall"] == Score(not_applicable="answerable")
    for name in ("citation_precision", "citation_recall", "fact_recall", "wrong_answer_rate"):
        assert scores[name] == Score(not_applicable="refused")


def test_an_answered_unanswerable_case_is_wrong_whatever_it_cites():
    may_water = replace(NEAR_MISS, may=("Water Clocks",))
    scores = scores_of(may_water, quoting((WATER, FREEZE)))
    assert scores["wrong_answer_rate"] == Score(1.0)
    assert scores["citation_precision"] == Score(1.0)
    assert scores["fact_recall"] == Score(not_applicable="unanswerable")
    assert scores["ndcg_at_10"] == Score(not_applicable="unanswerable")


def test_facts_are_looked_for_in_the_shown_words_of_the_window():
    late = answer((" ".join(["so"] * 125) + " 3 seconds.", (cite(DRIFT, MEDIAN),)))
    assert values_of(SINGLE, late)["fact_recall"] == 0.0
    assert values_of(replace(MULTI, facts=SINGLE.facts), late)["fact_recall"] == 1.0


def test_a_fact_that_only_a_title_or_a_marker_holds_is_not_found():
    titled = answer(("In Quartz Drift it is said.", (cite(DRIFT, MEDIAN, 3),)))
    facts = (("quartz drift",), ("3",))
    assert values_of(replace(SINGLE, facts=facts), titled)["fact_recall"] == 0.0


def test_papers_with_one_title_count_once_in_a_ranking():
    twin = Paper("p7", "Sundials under Cloud", "Another.")
    values = values_of(SINGLE, refusal(), found=(CLOUD, twin, DRIFT))
    assert values["mrr_at_10"] == 0.5


# What makes a citation invalid


@pytest.mark.parametrize(
    "citation",
    [
        replace(cite(DRIFT, MEDIAN), paper_id="p9"),  # a paper that isn't there
        replace(cite(DRIFT, MEDIAN), start=1, end=1 + len(MEDIAN)),  # offsets off
        replace(cite(DRIFT, MEDIAN), quote="The median drift is 4 seconds."),  # another quote
        replace(cite(DRIFT, MEDIAN), paper_id="p2"),  # another paper
        replace(cite(DRIFT, MEDIAN), start=0, end=0, quote=""),  # no quote
    ],
)
def test_a_citation_that_does_not_stand_where_it_says_is_invalid(citation):
    values = values_of(SINGLE, answer((MEDIAN, (citation,))))
    assert values["invalid_citation_rate"] == 1.0
    assert values["citation_precision"] == 0.0
    assert values["citation_recall"] == 0.0
    assert values["wrong_answer_rate"] == 1.0


def test_a_citation_of_a_paper_that_was_not_retrieved_is_invalid():
    unretrieved = replace(quoting((DRIFT, MEDIAN)), retrieved=())
    assert values_of(SINGLE, unretrieved)["invalid_citation_rate"] == 1.0


def test_a_marker_in_the_text_without_a_record_is_invalid():
    good = quoting((DRIFT, MEDIAN))
    invented = replace(good, text=good.text + " [2-3]")
    assert values_of(SINGLE, invented)["invalid_citation_rate"] == pytest.approx(2 / 3)


def test_a_marker_outside_every_sentence_is_counted():
    unrecorded = replace(answer(), text="Clocks drift [7].")
    assert values_of(SINGLE, unrecorded)["invalid_citation_rate"] == 1.0


def test_a_marker_that_stands_for_two_quotations_is_invalid():
    good = quoting((DRIFT, MEDIAN))
    both = replace(good, citations=(*good.citations, cite(DRIFT, STEEL, 1)))
    assert values_of(SINGLE, both)["invalid_citation_rate"] == 1.0


def test_brackets_of_the_abstract_are_no_invalid_citations():
    values = values_of(replace(SINGLE, gold=("Water Clocks",)), quoting((WATER, FREEZE)))
    assert values["invalid_citation_rate"] == 0.0
    assert values["verbatim_share"] == 1.0


# What is claimed


def test_text_outside_the_sentences_is_a_claim_without_citation():
    good = quoting((DRIFT, MEDIAN))
    smuggled = replace(good, text=good.text + " And clocks are wise.")
    values = values_of(SINGLE, smuggled)
    assert values["citation_recall"] == 0.5
    assert values["wrong_answer_rate"] == 1.0


def test_connectives_claim_nothing_unless_they_cite():
    line = ("One paper addresses this.", ())
    connective = answer(line, label=Label.CONNECTIVE)
    assert values_of(SINGLE, connective)["citation_recall"] == 0.0  # nothing is claimed at all
    mixed = quoting((DRIFT, MEDIAN))
    opening = replace(connective.sentences[0], start=len(mixed.text) + 1)
    opening = replace(opening, end=opening.start + len(opening.text))
    mixed = replace(mixed, text=f"{mixed.text} {line[0]}", sentences=(*mixed.sentences, opening))
    assert values_of(SINGLE, mixed)["citation_recall"] == 1.0
    cited = replace(opening, citations=(1,))
    mixed = replace(mixed, sentences=(*mixed.sentences[:1], cited))
    assert values_of(SINGLE, mixed)["citation_recall"] == 0.5


def test_an_answer_that_says_nothing_does_not_look_good():
    values = values_of(SINGLE, answer())
    for name in ("citation_precision", "citation_recall", "fact_recall", "paper_citation_recall"):
        assert values[name] == 0.0
    assert values["wrong_answer_rate"] == 1.0
    assert values["coverage"] == 1.0


def test_rewordings_are_reported_apart_from_quotations():
    lines = [
        (MEDIAN, (cite(DRIFT, MEDIAN, 1),)),
        ("3 seconds is the median drift.", (cite(DRIFT, MEDIAN, 1),)),
        ("Sundials always lead to 9 seconds.", (cite(DRIFT, MEDIAN, 1),)),
    ]
    values = values_of(SINGLE, answer(*lines, label=Label.ATTRIBUTED))
    assert values["verbatim_share"] == pytest.approx(1 / 3)
    assert values["citation_recall"] == pytest.approx(2 / 3)
    assert values["citation_recall_reworded"] == 0.5
    assert values["attributed_share"] == 1.0


def test_paper_citations_forgive_what_may_be_cited():
    given = quoting((DRIFT, MEDIAN), (WATER, FREEZE))
    assert values_of(MULTI, given)["paper_citation_precision"] == 1.0
    assert values_of(MULTI, given)["paper_citation_recall"] == 0.5
    assert values_of(SINGLE, given)["paper_citation_precision"] == 0.5


def test_a_claim_on_another_paper_than_the_gold_ones_makes_the_answer_wrong():
    both = quoting((DRIFT, MEDIAN), (CLOUD, CLOUD.abstract))
    assert values_of(SINGLE, both)["wrong_answer_rate"] == 1.0
    assert values_of(MULTI, both)["wrong_answer_rate"] == 0.0


def test_the_means_of_refusal_scores_are_precision_recall_and_f1():
    keys = [SINGLE] * 5 + [NEAR_MISS] * 4
    refused = [True, False, False, False, False, True, True, True, False]
    confusion = refusal_confusion(
        (key.answerable, was) for key, was in zip(keys, refused, strict=True)
    )
    scores = [score_refusal(key, was) for key, was in zip(keys, refused, strict=True)]
    means = {name: weighted_mean([s[name] for s in scores]).value for name in scores[0]}
    assert means["refusal_precision"] == confusion.precision == 3 / 4
    assert means["refusal_recall"] == means["refusal_recall_near_miss"] == confusion.recall == 3 / 4
    assert means["refusal_f1"] == means["refusal_f1_on_topic"] == pytest.approx(confusion.f1)
    assert means["refusal_recall_off_topic"] is None


def test_a_marker_after_a_sentence_is_one_though_the_quotation_has_the_same():
    numbered = Paper("p1", "Numbered", "[1] Clocks drift by 3 seconds. They are old.")
    cited = cite(numbered, "[1] Clocks drift by 3 seconds.")
    reading = read_answer(answer(("(1) Clocks drift by 3 seconds.", (cited,))), {"p1": numbered})
    assert reading.claims == (CitedSentence("(1) Clocks drift by 3 seconds.", (1,)),)
    assert reading.uses == (1,)
