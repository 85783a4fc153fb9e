"""What comes in within its time is not lost to a slow listener."""

import time

import pytest

from assistant.in_time import in_time


def test_what_came_in_time_is_given_however_slow_the_listener_is():
    heard = []
    for item in in_time(lambda register: iter("abc"), 0.2):
        time.sleep(0.15)
        heard.append(item)
    assert heard == ["a", "b", "c"]


def test_what_comes_too_late_is_not():
    def work(register):
        yield "a"
        time.sleep(0.6)
        yield "b"

    told = in_time(work, 0.2)
    assert next(told) == "a"
    with pytest.raises(TimeoutError):
        next(told)


@pytest.mark.parametrize("timeout_s", [1e10, float("inf")])
def test_a_time_without_end_is_a_long_one(timeout_s):
    assert list(in_time(lambda register: iter("a"), timeout_s)) == ["a"]
