"""The noun that words joined by "and" share, told from the forms of the words."""

import pytest

from assistant.shared_heads import is_relational, with_shared_head


@pytest.mark.parametrize(
    ("first", "last", "whole"),
    [
        ("convolutional", "recurrent networks", "convolutional networks"),
        ("sparse", "low-rank approximations", "sparse approximations"),
        ("supervised", "weakly supervised learning", "supervised learning"),
        ("self-supervised", "supervised speech models", "self-supervised speech models"),
        ("fully supervised", "weakly supervised learning", "fully supervised learning"),
        ("DNA", "RNA viruses", "DNA viruses"),
        ("Poisson", "Hawkes processes", "Poisson processes"),
        ("regression", "classification trees", "regression trees"),
        ("type 1", "type 2 diabetes", "type 1 diabetes"),
        ("group A", "group B streptococci", "group A streptococci"),
        ("low energy", "high energy collisions", "low energy collisions"),
        ("in vitro", "in vivo assays", "in vitro assays"),
    ],
)
def test_a_shared_head_is_given_to_the_first(first, last, whole):
    assert with_shared_head(first, last) == whole


@pytest.mark.parametrize(
    ("first", "last"),
    [
        ("LSTMs", "convolutional networks"),
        ("BERT", "masked autoencoders"),
        ("Mamba", "Vision Transformers"),
        ("inflation", "interest rates"),
        ("random forests", "random kitchen sinks"),
        ("weak lensing", "strong lensing"),
        ("bagging", "boosting"),
        ("effects of caffeine", "sleep deprivation"),
    ],
)
def test_what_has_its_own_head_stays_as_it_is(first, last):
    assert with_shared_head(first, last) == first


@pytest.mark.parametrize(
    ("first", "last"),
    [
        ("tin", "copper oxides"),
        ("batch", "layer normalization"),
        ("learning", "inference algorithms"),
        ("LSTMs", "mixtures of experts"),
        ("sparse", "attention"),
        ("", "attention"),
        ("BERT", ""),
        ("attention", ""),
    ],
)
def test_where_the_forms_do_not_tell_there_is_no_answer(first, last):
    assert with_shared_head(first, last) == ""


def test_relational_nouns_are_of_something():
    assert all(map(is_relational, ["effects", "Effect", "performance", "limitations"]))
    assert not any(map(is_relational, ["mixture", "dropout", "states"]))
