"""Trying again: what a server asks to be waited for, within the time that is left."""

import random
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TypeVar

T = TypeVar("T")

TRIES = 3
FIRST_PAUSE_S = 0.5
_JITTER = 0.25

PASSING = frozenset({408, 409, 425, 429})
"""Statuses besides 5xx that may be gone at the next try."""


class WaitTooLongError(Exception):
    """The server asks for a wait of `wait_s` seconds, and `left_s` are left."""

    def __init__(self, wait_s: float, left_s: float) -> None:
        super().__init__(f"it asks for a wait of {wait_s:.3g} s, and {left_s:.3g} s are left")


def retried(
    call: Callable[[], T],
    pause_of: Callable[[Exception, int], float | None],
    deadline: float,
    sleep: Callable[[float], object] = time.sleep,
    clock: Callable[[], float] = time.monotonic,
) -> T:
    """Return what `call` returns, trying `TRIES` times.

    Args:
        call: what may fail.
        pause_of: from an error and the number of the try, from 1, to the seconds to wait
            before the next one; None where another try is of no use.
        deadline: by `clock`; no wait reaches beyond it.
        sleep: waits so many seconds.
        clock: tells the time in seconds.

    Raises:
        WaitTooLongError: the next try would come too late.
        Exception: what the last `call` raised.
    """
    for tried in range(1, TRIES):
        try:
            return call()
        except Exception as error:
            pause = pause_of(error, tried)
            if pause is None:
                raise
            if (left := deadline - clock()) < pause:
                raise WaitTooLongError(pause, max(left, 0.0)) from error
        sleep(pause)
    return call()


def is_passing(status: int) -> bool:
    """Whether a server with this HTTP status may be better at the next try."""
    return status in PASSING or status >= 500


def backoff(tried: int) -> float:
    """Return the seconds to wait after so many tries: twice as many each time, less a bit."""
    return FIRST_PAUSE_S * 2.0 ** (tried - 1) * (1 - _JITTER * random.random())


def asked_wait(headers: Mapping[str, str]) -> float | None:
    """Return the seconds that ``Retry-After`` asks for: a number or a date; None without one."""
    for name, scale in (("retry-after-ms", 1000), ("retry-after", 1)):
        if name in headers and (wait := _number(headers[name])) is not None:
            return wait / scale
    try:
        when = parsedate_to_datetime(headers.get("retry-after", ""))
    except ValueError:
        return None
    when = when if when.tzinfo else when.replace(tzinfo=UTC)
    return max(0.0, (when - datetime.now(UTC)).total_seconds())


def _number(text: str) -> float | None:
    try:
        number = float(text)
    except ValueError:
        return None
    return number if 0 <= number < float("inf") else None
