"""Hands events over from a thread of its own, so that stopping never waits for a model."""

import threading
from collections.abc import Callable, Iterable, Iterator
from queue import SimpleQueue

from assistant.types import Event

_END = None


class Relay:
    """Iterates over a stream of events until it ends, fails or is stopped.

    The stream runs in a daemon thread. After `stop` the iteration ends at once,
    whatever the stream is waiting for; the thread closes the stream as soon as
    that gives its next event.
    """

    def __init__(self, open_stream: Callable[[], Iterable[Event]]) -> None:
        """Start `open_stream` and read what it returns."""
        self._queue: SimpleQueue[Event | Exception | None] = SimpleQueue()
        self._stopped = threading.Event()
        self._open_stream = open_stream
        threading.Thread(target=self._pump, daemon=True, name="answer").start()

    @property
    def stopped(self) -> bool:
        """Whether `stop` was called."""
        return self._stopped.is_set()

    def stop(self) -> None:
        """End the iteration now."""
        self._stopped.set()
        self._queue.put(_END)

    def __iter__(self) -> Iterator[Event]:
        """Yield events as they come; raise what the stream raised."""
        while (item := self._queue.get()) is not _END and not self.stopped:
            if isinstance(item, Exception):
                raise item
            yield item

    def _pump(self) -> None:
        stream = None
        try:
            stream = self._open_stream()
            for event in stream:
                if self.stopped:
                    break
                self._queue.put(event)
        except Exception as error:  # handed to the reader, who decides
            self._queue.put(error)
        finally:
            close = getattr(stream, "close", None)
            if close is not None:
                close()
            self._queue.put(_END)
