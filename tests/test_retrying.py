"""When something is tried again, and how long is waited before."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from assistant.retrying import TRIES, WaitTooLongError, asked_wait, backoff, is_passing, retried


class Clock:
    """Time that passes by being slept."""

    def __init__(self):
        self.now = 0.0
        self.slept = []

    def sleep(self, seconds):
        self.slept.append(seconds)
        self.now += seconds

    def __call__(self):
        return self.now


def failing(times):
    """Return a call that fails so many times, and the list of its tries."""
    tries = []

    def call():
        tries.append(1)
        if len(tries) <= times:
            raise OSError(f"try {len(tries)}")
        return "well"

    return call, tries


def test_it_waits_longer_each_time_and_then_gives_the_answer():
    clock, (call, tries) = Clock(), failing(2)
    assert retried(call, lambda error, tried: 2.0**tried, 60, clock.sleep, clock) == "well"
    assert (clock.slept, len(tries)) == ([2.0, 4.0], 3)


def test_the_last_error_is_the_one_that_is_told():
    clock, (call, tries) = Clock(), failing(99)
    with pytest.raises(OSError, match=f"try {TRIES}"):
        retried(call, lambda error, tried: 1.0, 60, clock.sleep, clock)
    assert len(tries) == TRIES


def test_what_does_not_pass_is_not_tried_again():
    clock, (call, tries) = Clock(), failing(99)
    with pytest.raises(OSError, match="try 1"):
        retried(call, lambda error, tried: None, 60, clock.sleep, clock)
    assert (len(tries), clock.slept) == (1, [])


def test_a_wait_beyond_the_deadline_ends_at_once_with_its_cause():
    clock, (call, tries) = Clock(), failing(99)
    with pytest.raises(WaitTooLongError, match="wait of 55 s, and 10 s are left") as caught:
        retried(call, lambda error, tried: 55.0, 10, clock.sleep, clock)
    assert str(caught.value.__cause__) == "try 1"
    assert (len(tries), clock.slept) == (1, [])


def test_the_usual_wait_doubles_but_for_a_quarter_at_most():
    assert all(0.375 <= backoff(1) <= 0.5 and 0.75 <= backoff(2) <= 1.0 for _ in range(100))


@pytest.mark.parametrize(
    ("headers", "wait"),
    [
        ({}, None),
        ({"retry-after": "7"}, 7.0),
        ({"retry-after": "0.5"}, 0.5),
        ({"retry-after-ms": "250", "retry-after": "9"}, 0.25),
        ({"retry-after-ms": "soon", "retry-after": "9"}, 9.0),
        ({"retry-after": "soon"}, None),
        ({"retry-after": "-1"}, None),
        ({"retry-after": "inf"}, None),
        ({"retry-after": "nan"}, None),
        ({"retry-after": "Wed, 21 Oct 2015 07:28:00 GMT"}, 0.0),
    ],
)
def test_the_wait_that_a_server_asks_for(headers, wait):
    assert asked_wait(headers) == wait


def test_the_wait_may_be_a_date():
    then = format_datetime(datetime.now(UTC) + timedelta(seconds=90), usegmt=True)
    assert 85 < asked_wait({"retry-after": then}) <= 90


@pytest.mark.parametrize("status", [408, 409, 425, 429, 500, 502, 503, 504, 529])
def test_a_server_that_is_full_or_broken_may_mend(status):
    assert is_passing(status)


@pytest.mark.parametrize("status", [400, 401, 402, 403, 404, 413, 422])
def test_a_wrong_request_stays_wrong(status):
    assert not is_passing(status)
