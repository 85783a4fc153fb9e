"""The liar's lies: each is false by its making, cites at random, and comes again by its seed."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.drafting import number_evidence
from assistant.markers import read_stream
from assistant.types import Evidence, Paper
from assistant.words import words
from eval.benches.liar import SENTENCES, TRUE, Liar
from eval.benches.lies import ELSEWHERE, KINDS, MIXED, OF_OTHERS, Material, Passage, is_lie
from eval.benches.rewording import reword

ABSTRACT = (
    "We show that QuartzNet increases accuracy by 12.5 points on ImageNet. Its training can often "
    "be unstable. The housing is not made of steel. Earlier crystals were expensive."
)
SENTENCE = "We show that QuartzNet increases accuracy by 12.5 points on ImageNet."
OTHERS = (
    Passage("Sundials under Cloud", "Our method predicts the shadow of SunDial with few sensors."),
    Passage("Sand", "We measure the grains of a GlassBulb."),
)
ONE_OF_EACH = {
    "number changed": "QuartzNet increases accuracy by",
    "direction flipped": "QuartzNet decreases accuracy by 12.5 points",
    "name swapped": "accuracy by 12.5 points on",
    MIXED: "QuartzNet",
    ELSEWHERE: "",
    "invented of its words": "QuartzNet",
}


def material(text=SENTENCE, title="QuartzNet: Clocks that Learn"):
    return Material(Passage(title, text), ABSTRACT, OTHERS)


@pytest.mark.parametrize("kind", ONE_OF_EACH)
@given(seed=st.integers(0, 10_000))
def test_a_lie_is_not_what_the_abstract_says(kind, seed):
    lie = KINDS[kind](material(), random.Random(seed))
    assert lie and is_lie(lie, material())
    assert ONE_OF_EACH[kind] in lie
    if kind not in OF_OTHERS and not kind.startswith("invented"):
        changed = [a for a, b in zip(words(SENTENCE), words(lie), strict=False) if a != b]
        assert 1 <= len(changed) <= len(words(SENTENCE)) - 3


def test_a_not_goes_in_or_out():
    rng = random.Random(0)
    negate = KINDS["negated"]
    assert negate(material("The housing is not made of steel."), rng) == (
        "The housing is made of steel."
    )
    assert negate(material("Earlier crystals were expensive."), rng) == (
        "Earlier crystals were not expensive."
    )
    assert negate(material("Steel helps."), rng) is None


def test_what_may_be_is_said_to_be_always_so():
    hardened = KINDS["hedge dropped"](material("Its training can often be unstable."), None)
    assert hardened == "Its training will always be unstable."


@pytest.mark.parametrize("kind", ["number changed", "direction flipped", "hedge dropped"])
def test_a_sentence_that_has_nothing_to_twist_gives_no_lie(kind):
    assert KINDS[kind](material("Steel helps."), random.Random(0)) is None


def test_a_sentence_left_as_it_is_is_no_lie():
    assert not is_lie(SENTENCE, material())
    assert not is_lie("quartznet increases accuracy, by 12.5 points", material())


@given(st.integers(0, 1000))
def test_other_words_keep_numbers_and_names(seed):
    other = reword(SENTENCE, random.Random(seed))
    assert "QuartzNet increases accuracy by 12.5 points on ImageNet." in other
    assert other != SENTENCE


QUARTZ = Paper("q", "QuartzNet: Clocks that Learn", ABSTRACT)
SUN = Paper("s", "Sundials under Cloud", " ".join(other.text for other in OTHERS))


def prompt():
    starts = [(ABSTRACT.index(text), len(text)) for text in ABSTRACT.split(". ")[:2]]
    evidence = [Evidence(QUARTZ, start, start + length + 1) for start, length in starts]
    return f"Answer from these.\n\n{number_evidence(evidence)}\n\nQuestion: What does it do?"


@given(st.integers(0, 300))
def test_a_draft_is_what_was_told_with_markers_at_random(seed):
    liar = Liar((QUARTZ, SUN), seed)
    draft = list(liar.stream(prompt()))
    assert 1 <= len(liar.told) <= SENTENCES
    read = [words(sentence.text) for sentence in read_stream(draft)]
    assert read == [words(told.text) for told in liar.told]
    for told in liar.told:
        true = " ".join(words(told.text)) in " ".join(words(ABSTRACT))
        assert true <= (not told.is_lie) and told.is_lie == (told.kind != TRUE)
        assert (told.title == SUN.title) == (told.kind == ELSEWHERE)


def test_the_same_seed_tells_the_same_and_another_one_something_else():
    drafts = ["".join(Liar((QUARTZ, SUN), seed).stream(prompt())) for seed in (1, 1, 2)]
    assert drafts[0] == drafts[1] != drafts[2]


def test_without_evidence_nothing_is_told():
    liar = Liar((QUARTZ,))
    assert (list(liar.stream("Split this question.")), liar.told) == ([], ())
