"""Numbers, names and polarity of a sentence, as values that can be compared."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.facts import facts_of, missing_names, missing_numbers
from assistant.stance import polarity_clash


def values(text):
    """Return the values of the numbers that a source must state."""
    return {m.quantity.value for m in facts_of(text).mentions if m.demanded}


def names_missing(claim, source):
    return missing_names(facts_of(claim), facts_of(source))


def numbers_missing(claim, source):
    return missing_numbers(facts_of(claim), facts_of(source))


def clash(claim, source):
    return polarity_clash(facts_of(claim), facts_of(source))


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("It reaches 85%.", {85}),
        ("It reaches 85 %, not 58.", {85, 58}),
        ("1,000 papers", {1000}),
        ("1,234,567 tokens", {1234567}),
        ("12.5 points", {12.5}),
        ("0.5-0.7", {0.5, 0.7}),
        ("from 10% to 30%", {10, 30}),
        ("between 25–75%", {25, 75}),
        ("a 2x speedup", {2}),
        ("8times better", {8}),
        ("a 512x256 grid", {512, 256}),
        ("in 2022.", {2022}),
        ("(1909; 1999)", {1909, 1999}),
        ("five seeds and twenty layers", {5, 20}),
        ("a dozen", {12}),
        ("twice as many", {2}),
        ("one of them, half done", set()),
        ("none at all", set()),
        ("GPT2 and S4D and L_2", set()),
        ("GPT-4", {4}),
        ("k=3, n = 4", {3, 4}),
        ("version 1.2.3", set()),
        ("it falls to -15.6", {-15.6}),
        ("it falls to −15.6", {-15.6}),
        ("(-3, 4)", {-3, 4}),
        ("pages 1-5 of GPT-4", {1, 5, 4}),
        ("see [7] and [8, 9] for 3", {3}),
        ("in [0, 1]^d", {0, 1}),
    ],
)
def test_numbers_are_read_by_value(text, numbers):
    assert values(text) == numbers


@pytest.mark.parametrize(
    ("text", "quantities"),
    [
        ("85 %, 85 percent and 85%", {"85%"}),
        ("5 ms, 5ms, 5 milliseconds", {"5 ms"}),
        ("5 s against 5 ms", {"5 s", "5 ms"}),
        ("12 fold, 12-fold, 12x, x12, ×12 or 12 times", {"12x"}),
        ("between 25–75%", {"25%", "75%"}),
        ("gains of 10, 12 and 15 points", {"10 points", "12 points", "15 points"}),
        ("7B, 7 billion", {"7000000000"}),
        ("two million and a hundred", {"2000000", "100"}),
        ("it doubles, then triples", {"2x", "3x"}),
        ("twenty-five layers", {"25"}),
        ("up to 15%, at least 3 steps", {"≤15%", "≥3"}),
        ("no more than 3, more than 4, less than 5", {"≤3", "≥4", "≤5"}),
        ("over 95% over 3 tasks", {"≥95%", "3"}),
        ("in the 1990s", {"1990"}),
        ("a 10-day run at 3 °C", {"10 days", "3 °C"}),
    ],
)
def test_quantities_have_a_unit_and_a_bound(text, quantities):
    assert {str(m.quantity) for m in facts_of(text).mentions if m.demanded} == quantities


@given(st.integers(0, 10**9))
def test_a_thousands_separator_changes_no_value(number):
    assert values(f"about {number:,} of them") == values(f"about {number} of them")
    assert values(f"about {number}") == {number}


@given(st.decimals(min_value=0, max_value=10**6, places=2))
def test_a_decimal_has_its_value_whatever_follows(number):
    for end in ("%", " of them", ".", ", say", ") it is"):
        assert values(f"It is {number}{end}") == {float(number)}


@pytest.mark.parametrize(
    ("claim", "source", "missing"),
    [
        ("It gains 85%.", "It gains 58%.", ["85%"]),
        ("It reads 1000 papers.", "It reads 1,000 papers.", []),
        ("It has 5 seeds.", "It has five seeds.", []),
        ("It has two seeds.", "It has 2 seeds.", []),
        ("It gains 85 percent.", r"It gains 85\%.", []),
        ("It gains 8.5%.", "It gains 85%.", ["8.5%"]),
        ("It gains 3.0 points.", "It gains 3 points.", []),
        ("It gains 1 and 2 and 3.", "It gains 2.", ["1", "3"]),
    ],
)
def test_a_number_must_stand_in_the_source_by_its_value(claim, source, missing):
    assert numbers_missing(claim, source) == missing


@pytest.mark.parametrize(
    ("claim", "source", "missing"),
    [
        ("We use BERT here.", "It uses BERT.", []),
        ("We use BERT here.", "It uses GPT.", ["BERT"]),
        ("We use LLMs here.", "A large language model is used.", []),
        ("They study GANs.", "Generative adversarial networks (GANs) fail.", []),
        ("They study a GAN.", "Generative adversarial networks (GANs) fail.", []),
        ("They apply Transformers.", "A transformer is applied.", []),
        ("They follow Hinton closely.", "Hinton (2022) proposed it.", []),
        ("They follow Bengio closely.", "Hinton (2022) proposed it.", ["Bengio"]),
        ("The use of GRPO-style loss.", "GRPO is applied.", []),
        ("It runs on GPT2 models.", "GPT2 language models are studied.", []),
        ("It runs on GPT3 models.", "GPT2 language models are studied.", ["GPT3"]),
        ("They prove Rényi entropies.", r"It recovers R\'enyi entropies.", []),
        ("They use BERT.", "They report BERTScore.", []),
        ("They use RAG.", "They report an average fragment.", ["RAG"]),
        ("They use a GAN.", "An elegant organ.", ["GAN"]),
        ("They use CLIP.", "We clip gradients.", []),
        ("They use a GAN.", "It is given a number.", ["GAN"]),
        ("They use a GAN.", "Good, all noted.", ["GAN"]),
        ("They read a CT of it.", "It shows computed tomography of the chest.", []),
        ("It runs in 5ms.", "It runs in 5 ms.", []),
        ("It has 7B weights.", "It has 7 billion weights.", []),
        ("They extend the Bayes rule.", "They take the Bayesian view.", []),
        ("Hinton proposed it.", "Somebody proposed it.", []),
    ],
)
def test_a_name_must_occur_in_the_source(claim, source, missing):
    assert names_missing(claim, source) == missing


CLASHES = [
    ("It does not help.", "It helps."),
    ("It doesn’t help.", "It helps."),
    ("It helps.", "It never helps."),
    ("It works.", "It fails to work."),
    ("It cannot help without labels.", "It helps without labels."),
    ("It increases cost.", "It decreases cost."),
    ("It increases the FLOPS.", "It reduces the FLOPS."),
    ("Cost is higher.", "Cost is lower."),
    ("It is less diverse.", "It is more diverse."),
    ("It outperforms the baseline.", "It underperforms the baseline."),
    ("It maximizes the loss.", "It minimizes the loss."),
    ("A low rank is needed.", "A high rank is needed."),
    ("It causes collapse.", "It prevents collapse."),
    ("The largest model wins.", "The smallest model wins."),
    ("It is linear.", "It is nonlinear."),
    ("An upper bound is shown.", "A lower bound is shown."),
]


@pytest.mark.parametrize(("claim", "source"), CLASHES)
def test_the_opposite_of_the_source_is_a_clash_both_ways_round(claim, source):
    assert clash(claim, source)
    assert clash(source, claim) or "cannot" in claim


@pytest.mark.parametrize("sentence", sorted({s for pair in CLASHES for s in pair}))
def test_no_sentence_clashes_with_itself(sentence):
    assert clash(sentence, sentence) is None


@pytest.mark.parametrize(
    ("claim", "source"),
    [
        ("It helps.", "It not only helps, it pays."),
        ("It helps.", "It is not just that it helps."),
        ("It increases recall.", "It increases recall and decreases cost."),
        ("It is higher.", "It is higher for one, lower for the other."),
        ("It reduces cost.", "It decreases cost."),
        ("It does not help.", "It doesn't help."),
        ("It has no cost.", "It helps without any cost."),
    ],
)
def test_agreement_is_no_clash(claim, source):
    assert clash(claim, source) is None


@given(st.text(max_size=60))
def test_any_text_has_facts_and_agrees_with_itself(text):
    facts = facts_of(text)
    assert missing_numbers(facts, facts) == []
    assert missing_names(facts, facts) == []
    assert polarity_clash(facts, facts) is None


@pytest.mark.parametrize(
    ("claim", "source", "missing"),
    [
        ("About 40 clocks drift.", "41 clocks drift.", []),
        ("About 40 clocks drift.", "48 clocks drift.", ["40"]),
        ("It drifts by more than 16 dB.", "It drifts by up to 16.34 dB.", []),
        ("It drifts by more than 16 dB.", "It drifts by 15 dB.", ["≥16 dB"]),
        ("It is faster by a factor of 5.9.", "It is 5.9x faster.", []),
        ("It drifts by as much as 15%.", "It drifts by up to 15%.", []),
        ("A 7-DoF robot drifts.", "A 7-DoF robot drifts.", []),
        ("The two clocks drift.", "Clocks drift.", []),
    ],
)
def test_rounded_and_reworded_numbers_are_the_same(claim, source, missing):
    assert missing_numbers(facts_of(claim), facts_of(source)) == missing
    assert missing_names(facts_of(claim), facts_of(source)) == []


def test_a_number_may_stand_elsewhere_in_the_paper_beside_the_same_word():
    claim, passage = facts_of("The codon 60 variant drifts."), facts_of("The variant drifts.")
    assert missing_numbers(claim, passage) == ["60"]
    assert missing_numbers(claim, passage, facts_of("We study codon 60 in mice.")) == []
    assert missing_numbers(claim, passage, facts_of("We study 60 mice.")) == ["60"]


def test_initials_may_skip_the_rest_of_a_compound():
    motif = facts_of("an immunoreceptor tyrosine-based activation motif of embryonic stem cells")
    assert missing_names(facts_of("It binds ITAM and ES cells."), motif) == []
