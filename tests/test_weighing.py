"""What the checks and the checker's reading come to, with weights that a test can work out."""

import math

import pytest

from assistant.agreement import NO_DISAGREEMENT, VETOES, Clash
from assistant.checker import Reading
from assistant.relevance import Signs
from assistant.types import Evidence, Label, Paper
from assistant.weighing import MEASURES, Finding, Fitted, measured, read_fitted, weigh

PAPER = Paper("p:1", "Clocks", "Clocks drift in cold water. They stop in ice.")
FITTED = Fitted(
    fitted_on="nothing",
    intercept=0.0,
    measures={**dict.fromkeys(MEASURES, 0.0), "says": 1.0},
    clashes={"polarity": -2.0, "strength": -1.0},
    supported=0.9,
    attributed=0.3,
    contradicted=0.7,
)


def finding(clash=None, start=0, end=27, relevance=0.8):
    clashes = (clash,) if clash else ()
    return Finding(Evidence(PAPER, start, end, relevance), Signs(0.5, 0.5, 0.5), clashes)


def clash(kind, label=Label.UNSUPPORTED):
    return Clash(kind, label, "so it is")


def label_of(reading, found=None):
    return weigh([finding(found)], [reading], FITTED).label


@pytest.mark.parametrize(
    ("says", "denies", "label"),
    [
        (0.95, 0.0, Label.SUPPORTED),
        (0.5, 0.4, Label.ATTRIBUTED),
        (0.2, 0.1, Label.UNSUPPORTED),
        (0.1, 0.8, Label.CONTRADICTED),
    ],
)
def test_the_probability_makes_the_word(says, denies, label):
    assert label_of(Reading(says, denies)) is label


def test_weights_and_log_odds_make_the_probability():
    measures = dict(zip(MEASURES, (2.0, -1.0, 3.0, 0.4, 0.6, 5.0, 7.0), strict=True))
    weights = Fitted("", 0.5, measures, {"strength": -1.0}, 0.9, 0.3, 0.7)
    odds = 0.5 + 2 * math.log(0.8 / 0.2) - math.log(0.1 / 0.9) + 3 * math.log(0.6 / 0.4) - 1
    odds += 0.4 * 0.5 + 0.6 * 0.5  # neither irrelevant nor a near copy
    found = finding(clash("strength"), relevance=0.6)
    assert weights.probability(found, Reading(0.8, 0.1)) == pytest.approx(1 / (1 + math.exp(-odds)))


def test_certainty_has_its_limits():
    assert all(map(math.isfinite, measured(finding(relevance=1.0), Reading(1.0, 0.0)).values()))


@pytest.mark.parametrize("kind", sorted(VETOES))
def test_numbers_and_names_veto_however_sure_the_checker_is(kind):
    assert label_of(Reading(1.0, 0.0), clash(kind)) is Label.UNSUPPORTED


def test_another_clash_gives_way_to_a_sure_reading_and_not_to_an_unsure_one():
    turned = clash("strength", Label.CONTRADICTED)
    assert label_of(Reading(0.9999, 0.0), turned) is Label.SUPPORTED
    assert label_of(Reading(0.5, 0.0), turned) is Label.CONTRADICTED


def test_the_passage_that_most_probably_says_it_is_the_evidence():
    first, second = finding(), finding(start=28, end=45)
    verdict = weigh([first, second], [Reading(0.4, 0.0), Reading(0.95, 0.0)], FITTED)
    assert verdict.evidence == (second.evidence,)
    assert verdict.score == pytest.approx(0.95)


def test_a_clash_in_a_near_copy_is_weighed_by_itself():
    copied = Finding(
        Evidence(PAPER, 0, 27, 0.8), Signs(0.9, 0.9, 0.5), (clash("polarity"),), near_copy=True
    )
    assert copied.kinds == {"polarity in a near copy"}
    assert finding(clash("polarity")).kinds == {"polarity"}
    assert FITTED.probability(copied, Reading(0.5, 0.1)) == pytest.approx(0.5)  # it has no weight
    assert FITTED.probability(finding(clash("polarity")), Reading(0.5, 0.1)) < 0.2


@pytest.mark.parametrize(
    ("kind", "says", "label"),
    [
        ("strength", 0.99, Label.UNSUPPORTED),
        ("words", 0.99, Label.SUPPORTED),
        ("words", 0.8, Label.UNSUPPORTED),
    ],
)
def test_in_a_near_copy_a_clash_vetoes_but_for_words_that_surely_say_the_same(kind, says, label):
    copied = Finding(
        Evidence(PAPER, 0, 27, 0.8), Signs(0.9, 0.9, 0.5), (clash(kind),), near_copy=True
    )
    assert weigh([copied], [Reading(says, 0.0)], FITTED).label is label


def test_a_veto_behind_another_clash_vetoes_still():
    both = Finding(
        Evidence(PAPER, 0, 27, 0.8),
        Signs(0.5, 0.5, 0.5),
        (clash("strength"), clash("standing")),
    )
    verdict = weigh([both], [Reading(1.0, 0.0)], FITTED)
    assert verdict.label is Label.UNSUPPORTED
    assert verdict.reasons[0] == "standing: so it is"


def test_a_passage_that_says_it_goes_before_a_likelier_one_with_a_veto():
    vetoed, clean = finding(clash("addresses")), finding(start=28, end=45)
    verdict = weigh([vetoed, clean], [Reading(0.97, 0.0), Reading(0.93, 0.0)], FITTED)
    assert (verdict.label, verdict.evidence) == (Label.SUPPORTED, (clean.evidence,))


def test_a_passage_that_denies_goes_before_one_that_says_nothing():
    silent, denying = finding(), finding(start=28, end=45)
    verdict = weigh([silent, denying], [Reading(0.2, 0.1), Reading(0.1, 0.8)], FITTED)
    assert (verdict.label, verdict.evidence) == (Label.CONTRADICTED, (denying.evidence,))


def test_what_speaks_of_something_else_contradicts_nothing():
    turned = finding(clash("polarity", Label.CONTRADICTED), relevance=0.02)
    assert weigh([turned], [Reading(0.01, 0.02)], FITTED).label is Label.UNSUPPORTED


def test_one_passage_that_was_not_read_skips_the_step():
    readings = [Reading(0.9, 0.0), Reading(skipped="broken")]
    verdict = weigh([finding(), finding(start=28, end=45)], readings, FITTED)
    assert verdict.reasons[-1] == "entailment: skipped, broken"


def test_the_reasons_name_the_clash_the_measures_and_the_reading():
    verdict = weigh([finding(clash("strength"))], [Reading(0.5, 0.25)], FITTED)
    assert verdict.reasons[0] == "strength: so it is"
    assert verdict.reasons[1].startswith("probability 0.80")
    assert verdict.reasons[2] == (
        "entailment: the passage says this 0.50, the opposite 0.25; all checks together 0.27"
    )
    assert weigh([finding()], [Reading(0.5, 0.2)], FITTED).reasons[0] == NO_DISAGREEMENT
    failed = weigh([finding()], [Reading(0.1, 0.2)], FITTED)
    assert failed.reasons[0].startswith("probability")


def test_without_a_reading_a_clash_vetoes_and_the_step_is_told_as_skipped():
    unread = Reading(skipped="it is switched off")
    verdict = weigh([finding()], [unread], FITTED)
    assert verdict.label is Label.ATTRIBUTED
    assert verdict.reasons[-1] == "entailment: skipped, it is switched off"
    turned = clash("strength", Label.CONTRADICTED)
    assert label_of(unread, turned) is Label.CONTRADICTED
    far = weigh([finding(relevance=0.1)], [unread], FITTED)
    assert far.label is Label.UNSUPPORTED


def test_what_ships_is_in_order():
    fitted = read_fitted()
    assert 0 < fitted.attributed < fitted.supported < 1
    assert 0 < fitted.contradicted <= 1
    assert fitted.measures["says"] > 0
    assert not fitted.clashes.keys() & VETOES
