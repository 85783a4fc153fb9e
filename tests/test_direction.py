"""Directions turned round, and denials: where a passage is contradicted, and where it is not."""

import pytest

from assistant.denial import denial_clash
from assistant.direction import turned, unspoken
from assistant.facts import facts_of
from assistant.relevance import meaning


def turn(claim, source):
    return turned(facts_of(claim), facts_of(source), meaning)


def clash(claim, source):
    return denial_clash(facts_of(claim), facts_of(source), meaning)


PHASES = "At low energy we find a localised phase, and at high energy an ergodic phase."


@pytest.mark.parametrize(
    ("claim", "source"),
    [
        ("Drift rises with temperature.", "With temperature the drift decreases."),
        ("Steel clocks are slower than quartz clocks.", "Steel clocks give a speedup."),
        ("BERT trails the old baseline on texts.", "On texts BERT surpasses the old baseline."),
        ("It extrapolates complex periodic signals.", "It extrapolates simple periodic signals."),
        ("The method maximizes free energy.", "The method minimizes free energy."),
        ("We find a high loss.", "We find a low loss, and the cost of the boat is high."),
        ("The loss is severe.", "There is a minimal loss."),
        ("Long runs cost more memory.", "Long runs cost less memory."),
    ],
)
def test_a_direction_turned_is_found_by_what_stands_around_it(claim, source):
    assert turn(claim, source)


@pytest.mark.parametrize(
    ("claim", "source"),
    [
        ("An ergodic phase is found at high energy.", PHASES),
        ("A localised phase is found at low energy.", PHASES),
        ("Growth lowers the drift of clocks.", "The drift of clocks is reduced by growth."),
        (
            "Large clocks drift.",
            "Clocks drift in the sea, and in all ports the price of bread is low.",
        ),
        ("The drift does not increase with age.", "The drift decreases with age."),
        ("Complexity is reduced.", "It is simpler."),
        ("Clocks hardly drift.", "Clocks drift easily."),
    ],
)
def test_a_direction_kept_or_of_something_else_is_no_turn(claim, source):
    assert turn(claim, source) is None


def test_a_judgement_that_the_paper_never_makes_is_told():
    paper = facts_of("Clocks: a study. Clocks drift in water. We count them.")
    assert unspoken(facts_of("Clocks get worse in water."), paper, meaning) == "worse"
    assert unspoken(facts_of("Clocks get slower in water."), paper, meaning) == "slower"
    assert unspoken(facts_of("Clocks drift in water."), paper, meaning) is None
    harmed = facts_of("Water harms clocks.")
    assert unspoken(facts_of("Clocks get worse in water."), harmed, meaning) is None


@pytest.mark.parametrize(
    ("claim", "source"),
    [
        ("Clocks do not drift in water.", "Clocks drift in water."),
        ("Clocks drift in water.", "In water clocks do not drift."),
        ("It is not shown that clocks drift.", "It is shown that clocks drift without oil."),
        ("Training needs no labels.", "Training needs labels of experts."),
    ],
)
def test_a_denial_on_one_side_is_a_clash(claim, source):
    assert clash(claim, source)


@pytest.mark.parametrize(
    ("claim", "source"),
    [
        ("It learns without labels.", "It learns from unlabeled images."),
        ("The map carries no contrast.", "It is a contrast-free map."),
        ("Size plays no part in it.", "The drift is independent of size."),
        ("Clocks drift in water.", "Clocks drift in water, and no one paid for the boat."),
        ("It misses none of the modes.", "It has all of the modes."),
        ("It runs on oil and not on water.", "It runs on oil rather than on water."),
        ("Clocks do not run without oil.", "Clocks need oil to run."),
        ("The estimate is not stable.", "The estimate is unstable."),
    ],
)
def test_what_is_denied_in_other_words_or_beside_the_claim_is_no_clash(claim, source):
    assert clash(claim, source) is None


def test_what_only_the_next_sentence_denies_is_no_clash():
    source = "Steel clocks drift in cold water. We could not measure clocks of wood."
    assert clash("In cold water clocks of steel drift.", source) is None


@pytest.mark.parametrize(
    ("claim", "source"),
    [
        ("It works on several image sets.", "It works on image sets with slight noise."),
        ("The position of examples matters.", "Negative examples matter, as does their position."),
    ],
)
def test_words_that_only_look_like_a_direction_point_nowhere(claim, source):
    assert turn(claim, source) is None
