"""One writer at a time: a lock between processes that says who holds it."""

import json
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from filelock import FileLock, Timeout

from assistant.errors import LibraryBusyError
from assistant.store.disk import written


@contextmanager
def writer_lock(folder: Path, wait_s: float) -> Iterator[None]:
    """Hold the writer's lock of the library in `folder`.

    Raises:
        LibraryBusyError: another process held it for all of `wait_s` seconds.
        LibraryError: the folder can't be written.
    """
    lock = FileLock(folder / "writer.lock")
    holder = folder / "writer.json"
    with written(folder):
        try:
            lock.acquire(timeout=wait_s)
        except Timeout as error:
            raise LibraryBusyError(
                f"{folder}: another process is writing ({_describe(holder)}); "
                "try again when it is done"
            ) from error
    try:
        with suppress(OSError):  # a full disk: then others are not told who holds the lock
            holder.write_text(json.dumps({"process": os.getpid(), "since": time.time()}), "utf-8")
        yield
    finally:
        with suppress(OSError):
            holder.unlink()
        lock.release()


def _describe(holder: Path) -> str:
    try:
        held = json.loads(holder.read_text("utf-8"))
        since = time.strftime("%H:%M:%S", time.localtime(held["since"]))
        return f"process {held['process']} since {since}"
    except (OSError, ValueError, KeyError):
        return "it did not say which"
