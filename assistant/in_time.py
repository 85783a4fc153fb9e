"""Waiting for others with an end: what a server sends, within a time that surely ends."""

import threading
import time
from collections.abc import Callable, Iterator
from queue import Empty, SimpleQueue
from typing import Generic, TypeVar

T = TypeVar("T")

Inbox = SimpleQueue[tuple[float, T | Exception | None]]
"""Each item with the time when it came in."""

_LONGEST_S = 7 * 24 * 3600.0
"""Longer than this no operating system has to wait."""

Register = Callable[[Callable[[], None]], None]
"""Takes the function that breaks off the connection on which the work waits."""


def in_time(work: Callable[[Register], Iterator[T]], timeout_s: float) -> Iterator[T]:
    """Yield what `work` yields, and raise what it raises, for `timeout_s` seconds at most.

    None ends it. The work runs on a thread of its own: a server that sends a byte now
    and then never lets a read time out, and retries have waits of their own. Whoever
    stops listening breaks off the connection.

    Raises:
        TimeoutError: it took longer.
    """
    deadline = time.monotonic() + min(timeout_s, _LONGEST_S)
    worker = _Worker(work)
    threading.Thread(target=worker.run, name="in_time", daemon=True).start()
    try:
        while (item := _next(worker.inbox, deadline)) is not None:
            if isinstance(item, Exception):
                raise item
            yield item
    finally:
        worker.abandon()


class _Worker(Generic[T]):
    """Puts what the work yields into `inbox`; then None, or the exception that ended it."""

    def __init__(self, work: Callable[[Register], Iterator[T]]) -> None:
        self.inbox: Inbox[T] = SimpleQueue()
        self._work = work
        self._closers: list[Callable[[], None]] = []
        self._abandoned = threading.Event()
        self._closing = threading.Lock()

    def run(self) -> None:
        try:
            for item in self._work(self._register):
                if self._abandoned.is_set():
                    break
                self._put(item)
            self._put(None)
        except Exception as error:  # whatever it is, it belongs to the one who waits
            self._put(error)
        finally:
            self._close()

    def _put(self, item: T | Exception | None) -> None:
        self.inbox.put((time.monotonic(), item))

    def abandon(self) -> None:
        self._abandoned.set()
        self._close()

    def _register(self, close: Callable[[], None]) -> None:
        self._closers.append(close)
        if self._abandoned.is_set():
            self._close()

    def _close(self) -> None:
        with self._closing:
            while self._closers:
                self._closers.pop()()


def _next(inbox: Inbox[T], deadline: float) -> T | Exception | None:
    """Return the next item; one that came in after the deadline is too late.

    One that came in before it isn't, however long whoever listens took over those before.
    """
    remaining = max(0.0, deadline - time.monotonic())
    try:
        came, item = inbox.get(timeout=remaining) if remaining else inbox.get_nowait()
    except Empty as error:
        raise TimeoutError from error
    if came > deadline:
        raise TimeoutError
    return item
