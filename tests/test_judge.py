import pytest

from eval.judge import entails, is_verbatim

PREMISE = (
    "We introduce the Vendi Score, which does not need a reference dataset. "
    "It raises accuracy by 12.5\\% over {\\em strong} baselines and $F_{1}$-norm bounds."
)


@pytest.mark.parametrize(
    "sentence",
    [
        "which does not need a reference dataset.",
        "It raises accuracy by 12.5% over strong baselines and F1-norm bounds.",
        "  It  raises accuracy\nby 12.5% ",
    ],
)
def test_a_quotation_is_verbatim_whatever_display_tidied(sentence):
    assert is_verbatim(PREMISE, sentence)
    assert entails(PREMISE, sentence)


@pytest.mark.parametrize(
    ("stored", "shown"),
    [
        ("the R\\'enyi entropy~(VNE)", "the Rényi entropy (VNE)"),
        ('a H\\"older inequality', "a Hölder inequality"),
        ("known as ``grokking'', in", "known as “grokking”, in"),
        ("as in [27] and [1, 3-5], it", "as in (27) and (1, 3-5), it"),
        ("von Neumann's 1-5\\% – and x_{1}^2", "von Neumann’s 1-5% - and x₁²"),
    ],
)
def test_accents_quotation_marks_and_brackets_may_be_set_for_display(stored, shown):
    assert is_verbatim(stored, shown)


@pytest.mark.parametrize(
    "sentence",
    [
        "Over strong baselines, the Vendi Score raises accuracy by 12.5%.",
        "The Vendi Score was introduced and does not need any reference datasets.",
    ],
)
def test_a_rewording_with_the_same_words_and_numbers_is_entailed(sentence):
    assert not is_verbatim(PREMISE, sentence)
    assert entails(PREMISE, sentence)


@pytest.mark.parametrize(
    "sentence",
    [
        "It raises accuracy by 13.5% over strong baselines.",  # another number
        "It raises accuracy by 2.5% over strong baselines.",  # part of a number
        "The Vendi Score never raises accuracy.",  # a negation of its own
        "The Vendi Score was adopted by chemists to rank molecules.",  # other words
        "It raises accur",  # cut within a word
        "It is.",  # no content
        "",
    ],
)
def test_what_the_premise_does_not_carry_is_not_entailed(sentence):
    assert not entails(PREMISE, sentence)
