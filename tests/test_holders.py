"""Which things hold which values, as a plain look at each tells."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from assistant.store.holders import Holders

THINGS = st.lists(st.sets(st.sampled_from("abcd")), max_size=12)


@given(THINGS)
def test_holders_are_the_things_that_hold_a_value(things):
    found = Holders.of(things)
    for value in "abcdz":
        expected = [value in values for values in things]
        assert found.holding(value).tolist() == expected
        assert found.count(value) == sum(expected)


@given(THINGS, st.sets(st.sampled_from("abcd")))
def test_things_that_hold_any_of_several_values(things, wanted):
    found = Holders.of(things)
    numbers = np.concatenate([found.number(each) for each in sorted(wanted)] or [found.number("")])
    assert found.mask(numbers).tolist() == [bool(wanted & values) for values in things]


@given(THINGS)
def test_what_was_kept_says_the_same_again(things):
    first = Holders.of(things)
    again = Holders(list(first.values), first.counts, first.holders, len(things))
    for value in "abcdz":
        assert again.holding(value).tolist() == first.holding(value).tolist()
