import math
import random

import ir_measures
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eval.judge import entails
from eval.metrics import (
    CitedSentence,
    attributed_share,
    citation_precision_recall,
    count_words,
    fact_recall,
    first_relevant_rank,
    invalid_citation_rate,
    ndcg_at_k,
    paper_citation_precision_recall,
    percentile,
    recall_at_k,
    reciprocal_rank,
    refusal_confusion,
    states,
    wrong_answer,
)
from eval.scores import Aggregate, Score, weighted_mean

IDS = [f"p{i}" for i in range(12)]


# Retrieval


@st.composite
def rankings_and_qrels(draw):
    ranking = draw(st.lists(st.sampled_from(IDS), unique=True))
    qrels = draw(st.dictionaries(st.sampled_from(IDS), st.integers(0, 3), min_size=1))
    qrels[draw(st.sampled_from(IDS))] = draw(st.integers(1, 3))
    return ranking, qrels


def by_ir_measures(measure, ranking, qrels):
    """The oracle; it leaves out a query without results, where the definition gives 0."""
    run = [ir_measures.ScoredDoc("q", item, -rank) for rank, item in enumerate(ranking)]
    rows = [ir_measures.Qrel("q", item, grade) for item, grade in qrels.items()]
    return ir_measures.calc_aggregate([measure], rows, run)[measure]


@settings(deadline=None)
@given(rankings_and_qrels(), st.integers(1, 12))
def test_retrieval_metrics_equal_ir_measures(ranking_and_qrels, k):
    ranking, qrels = ranking_and_qrels
    expected = {
        measure: by_ir_measures(measure, ranking, qrels)
        for measure in (ir_measures.nDCG @ k, ir_measures.R @ k, ir_measures.RR, ir_measures.RR @ k)
    }
    assert ndcg_at_k(ranking, qrels, k) == pytest.approx(expected[ir_measures.nDCG @ k])
    assert recall_at_k(ranking, qrels, k) == pytest.approx(expected[ir_measures.R @ k])
    assert reciprocal_rank(ranking, qrels) == pytest.approx(expected[ir_measures.RR])
    assert reciprocal_rank(ranking, qrels, k) == pytest.approx(expected[ir_measures.RR @ k])


def test_retrieval_metrics_by_hand():
    ranking, qrels = ["x", "a", "y", "b"], {"a": 1, "b": 1, "c": 1}
    found = 1 / math.log2(3) + 1 / math.log2(5)
    ideal = 1 + 1 / math.log2(3) + 1 / 2
    assert ndcg_at_k(ranking, qrels, 10) == pytest.approx(found / ideal)
    assert recall_at_k(ranking, qrels, 1) == 0.0
    assert recall_at_k(ranking, qrels, 2) == pytest.approx(1 / 3)
    assert reciprocal_rank(ranking, qrels) == 0.5
    assert reciprocal_rank(ranking, qrels, 1) == 0.0
    assert first_relevant_rank(ranking, qrels) == 2
    assert first_relevant_rank(["x"], qrels) is None


def test_a_query_that_finds_nothing_scores_zero():
    assert ndcg_at_k([], {"a": 1}, 10) == 0.0
    assert recall_at_k([], {"a": 1}, 5) == 0.0
    assert reciprocal_rank([], {"a": 1}) == 0.0


@pytest.mark.parametrize(
    ("ranking", "qrels", "message"),
    [
        (["a"], {}, "without a relevant"),
        (["a"], {"a": 0}, "without"),
        (["a", "a"], {"a": 1}, "once"),
    ],
)
def test_retrieval_metrics_refuse_what_they_are_not_defined_for(ranking, qrels, message):
    with pytest.raises(ValueError, match=message):
        ndcg_at_k(ranking, qrels, 10)


# Citations: a phi whose truth is a table, so that each case can be worked by hand.


def holds_if_premise_has(*needed):
    """A phi that holds if the premise has all the `needed` words."""
    return lambda premise, sentence: set(needed) <= set(premise.split())


def score(cited, phi, premises=None):
    premises = {1: "alpha", 2: "beta", 3: "gamma"} if premises is None else premises
    return citation_precision_recall([CitedSentence("s", cited)], premises, phi)


def test_one_citation_that_entails_is_precise_and_recalled():
    assert score((1,), holds_if_premise_has("alpha")) == (1.0, 1.0)


def test_one_citation_that_does_not_entail_is_neither():
    assert score((2,), holds_if_premise_has("alpha")) == (0.0, 0.0)


def test_a_sentence_without_citation_is_not_recalled_and_an_answer_without_any_not_precise():
    assert score((), lambda premise, sentence: True) == (0.0, 0.0)


def test_an_irrelevant_citation_beside_a_sufficient_one_costs_precision_alone():
    # phi(2) = 0 and phi(C without 2) = phi(1) = 1: citation 2 is irrelevant.
    assert score((1, 2), holds_if_premise_has("alpha")) == (0.5, 1.0)


def test_citations_that_entail_only_together_are_both_precise():
    # phi(1) = 0, but phi(C without 1) = phi(2) = 0 too: neither is irrelevant.
    assert score((1, 2), holds_if_premise_has("alpha", "beta")) == (1.0, 1.0)


def test_two_citations_that_each_suffice_are_both_precise():
    either = lambda premise, sentence: "alpha" in premise or "beta" in premise  # noqa: E731
    assert score((1, 2), either) == (1.0, 1.0)


def test_an_invented_id_spoils_its_sentence_and_stays_in_the_denominator():
    assert score((1, 7), holds_if_premise_has("alpha")) == (0.0, 0.0)
    sentences = [CitedSentence("s", (1,)), CitedSentence("t", (7,))]
    assert citation_precision_recall(sentences, {1: "alpha"}, holds_if_premise_has("alpha")) == (
        0.5,
        0.5,
    )


def test_an_answer_of_three_sentences_by_hand():
    # s1 [1]: recalled, 1 of 1 precise. s2 [1][2]: recalled, 1 of 2. s3 []: not recalled.
    sentences = [CitedSentence("s1", (1,)), CitedSentence("s2", (1, 2)), CitedSentence("s3", ())]
    result = citation_precision_recall(
        sentences, {1: "alpha", 2: "beta"}, holds_if_premise_has("alpha")
    )
    assert result == pytest.approx((2 / 3, 2 / 3))


def test_the_same_marker_twice_in_a_sentence_is_one_citation():
    assert score((1, 1), holds_if_premise_has("alpha")) == (1.0, 1.0)


def test_citation_metrics_need_a_claim():
    with pytest.raises(ValueError, match="makes a claim"):
        citation_precision_recall([], {}, entails)


@given(
    st.lists(st.lists(st.integers(0, 4), max_size=4), min_size=1, max_size=4),
    st.randoms(use_true_random=False),
)
def test_citation_metrics_equal_the_definition_spelled_out(cited_lists, rng):
    truth = {}

    def phi(premise, sentence):
        return truth.setdefault((frozenset(premise.split("\n")), sentence), rng.random() < 0.5)

    premises = {i: f"premise {i}" for i in range(4)}  # 4 is invented
    sentences = [CitedSentence(f"s{n}", tuple(c)) for n, c in enumerate(cited_lists)]
    got = citation_precision_recall(sentences, premises, phi)
    recalls, precisions = [], []
    for s in sentences:
        ids = set(s.cited)

        def holds(subset, s=s):
            return bool(subset) and phi("\n".join(premises[i] for i in sorted(subset)), s.text)

        recall = int(bool(ids) and ids <= set(premises) and holds(ids))
        recalls.append(recall)
        for c in ids:
            irrelevant = recall and not holds({c}) and holds(ids - {c})
            precisions.append(0 if irrelevant else recall)
    assert got.recall == pytest.approx(np.mean(recalls))
    assert got.precision == pytest.approx(np.mean(precisions) if precisions else 0.0)


def test_invalid_citation_rate_counts_every_use():
    assert invalid_citation_rate([1, 1, 2, 9], {1, 2}) == 0.25
    assert invalid_citation_rate([1], {1}) == 0.0
    with pytest.raises(ValueError, match="without citations"):
        invalid_citation_rate([], {1})


@pytest.mark.parametrize(
    ("cited", "gold", "may", "expected"),
    [
        ({"a"}, {"a"}, set(), (1.0, 1.0)),
        ({"a", "x"}, {"a", "b"}, set(), (0.5, 0.5)),
        ({"a", "m"}, {"a"}, {"m"}, (1.0, 1.0)),
        ({"m"}, {"a"}, {"m"}, (0.0, 0.0)),
        (set(), {"a"}, set(), (0.0, 0.0)),
        ({"a", "x", "y"}, {"a"}, {"x"}, (0.5, 1.0)),
    ],
)
def test_paper_citations_by_hand(cited, gold, may, expected):
    assert paper_citation_precision_recall(cited, gold, may) == expected


# What the answer says


def test_a_fact_is_found_by_any_of_its_wordings():
    facts = [["eigenvalues", "eigenvalue"], ["shannon entropy"], ["42"]]
    text = "It is the exponential of the Shannon entropy of the eigenvalue spectrum."
    assert fact_recall(text, facts, max_words=120) == pytest.approx(2 / 3)


def test_a_fact_after_the_window_is_not_found():
    text = " ".join(["word"] * 120) + " eigenvalue"
    assert fact_recall(text, [["eigenvalue"]], max_words=120) == 0.0
    assert fact_recall(text, [["eigenvalue"]], max_words=121) == 1.0
    with pytest.raises(ValueError, match="key fact"):
        fact_recall(text, [], max_words=120)


@pytest.mark.parametrize(
    ("text", "wording", "found"),
    [
        ("It works in small subspaces.", "subspace", True),
        ("The hypersubspace is large.", "subspace", False),
        ("It gains 12 points.", "12", True),
        ("It gains 128 points.", "12", False),
        ("It gains 12.5 points.", "12", False),
        ("It gains 312 points.", "12", False),
        ("It gains 3.12 points.", "12", False),
        ("It is x12 faster.", "12", True),
        ("It gains 12, then 13 points.", "12", True),
        ("up to 3.5x faster", "3.5x", True),
        ("state‑of‑the‑art — of its  time", "state-of-the-art - of its time", True),
        ("A ﬁne MODEL", "fine model", True),
    ],
)
def test_a_wording_starts_at_a_word_and_a_number_is_whole(text, wording, found):
    assert states(text, wording) is found


def test_words_are_counted_between_whitespace():
    assert count_words("one  two\nthree-four") == 3


def test_attributed_share_leaves_connectives_out():
    labels = ["supported", "attributed", "connective", "supported", "attributed", "supported"]
    assert attributed_share(labels) == 0.4
    with pytest.raises(ValueError, match="claim"):
        attributed_share(["connective"])


@pytest.mark.parametrize(
    ("facts_found", "backed", "expected"),
    [
        (1.0, [True, True], False),
        (0.51, [True], False),
        (0.5, [True], True),  # half are missing
        (1.0, [True, False], True),
        (None, [True], False),
        (None, [], True),  # claims nothing
    ],
)
def test_wrong_answer_by_hand(facts_found, backed, expected):
    assert wrong_answer(facts_found, backed) is expected


# Refusing


def test_refusal_metrics_by_hand():
    # 3 of 4 unanswerable refused, 1 of 6 answerable refused.
    outcomes = [(False, True)] * 3 + [(False, False)] + [(True, True)] + [(True, False)] * 5
    confusion = refusal_confusion(outcomes)
    assert (confusion.precision, confusion.recall, confusion.f1) == (0.75, 0.75, 0.75)
    confusion = refusal_confusion([(False, True)] * 2 + [(False, False)] * 2 + [(True, True)])
    assert confusion.precision == pytest.approx(2 / 3)
    assert confusion.recall == 0.5
    assert confusion.f1 == pytest.approx(4 / 7)  # 2 * (2/3 * 1/2) / (2/3 + 1/2)


def test_what_cannot_be_measured_about_refusing_is_none():
    only_answered = refusal_confusion([(True, False)])
    assert (only_answered.precision, only_answered.recall, only_answered.f1) == (None, None, None)
    never_refused = refusal_confusion([(False, False)])
    assert (never_refused.precision, never_refused.recall, never_refused.f1) == (None, 0.0, 0.0)


# Latency


def test_percentiles_equal_numpys_nearest_rank():
    rng = random.Random(5)
    for size in (1, 2, 19, 20, 21, 100):
        values = [rng.random() for _ in range(size)]
        for percent in (1, 50, 95, 100):
            expected = np.percentile(values, percent, method="inverted_cdf")
            assert percentile(values, percent) == expected
    with pytest.raises(ValueError, match="0 values"):
        percentile([], 50)


# Scores


def test_a_score_is_never_nan_and_always_one_thing():
    for wrong in (
        {"value": math.nan},
        {"value": math.inf},
        {},
        {"value": 1.0, "error": "x"},
        {"value": 1.0, "weight": 0},
    ):
        with pytest.raises(ValueError, match="score"):
            Score(**wrong)


def test_a_mean_counts_what_it_leaves_out():
    scores = [Score(1.0), Score(0.0), Score(not_applicable="refused"), Score(error="broke")]
    assert weighted_mean(scores) == Aggregate(0.5, measured=2, not_applicable=1, errors=1)


def test_weights_make_a_share_of_all():
    assert weighted_mean([Score(1.0, weight=1), Score(0.0, weight=3)]).value == 0.25


def test_a_mean_has_an_interval_over_what_the_scores_are_about():
    scores = [Score(1.0), Score(0.0), Score(1.0), Score(not_applicable="refused")]
    assert weighted_mean(scores).interval is None
    assert weighted_mean(scores, ["a", "a", "a", "b"]).interval is None  # one paper
    low, high = weighted_mean(scores, ["a", "b", "c", "d"]).interval
    assert (low, high) == (0.0, 1.0)
    assert weighted_mean(scores, ["a", "b", "c", "d"]).to_dict()["interval"] == [0.0, 1.0]


def test_where_all_agree_the_interval_is_the_rule_of_three_over_papers():
    never, always = [Score(0.0)] * 80, [Score(1.0)] * 80
    papers = [n // 2 for n in range(80)]
    assert weighted_mean(never, papers).interval == (0.0, 3 / 40)
    assert weighted_mean(always, papers).interval == (1 - 3 / 40, 1.0)


def test_a_mean_of_nothing_has_a_reason_and_no_value():
    assert weighted_mean([]).reason == "no case"
    assert weighted_mean([Score(not_applicable="refused")]).reason == "refused"
    mixed = weighted_mean([Score(not_applicable="refused"), Score(error="broke")])
    assert (mixed.value, mixed.reason) == (None, "broke")
