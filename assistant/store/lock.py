"""One writer at a time: a lock between processes that says who holds it."""

import json
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from filelock import FileLock, Timeout

from assistant.errors import LibraryBusyError
from assistant.store.disk import written

PATIENCE_S = 0.5
"""A writer that has waited this long says whom it waits for."""

SHORT_S = 60.0
"""Nobody holds a short lock for so long, unless the machine stands still."""

Notify = Callable[[str], None]
"""Called with a line for the person who waits."""


@contextmanager
def writer_lock(folder: Path, wait_s: float, notify: Notify | None = None) -> Iterator[None]:
    """Hold the writer's lock of the library in `folder`.

    Writers take turns in no set order. `notify` is told once whom it waits for.

    Raises:
        LibraryBusyError: another process held it for all of `wait_s` seconds.
        LibraryError: the folder can't be written.
    """
    lock = FileLock(folder / "writer.lock")
    holder = folder / "writer.json"
    with written(folder):
        if not _acquired(lock, min(wait_s, PATIENCE_S)):
            if notify and wait_s > PATIENCE_S:
                notify(f"waiting for {wait_s:g} s at most: {_describe(holder)}")
            if not _acquired(lock, max(0, wait_s - PATIENCE_S)):
                raise LibraryBusyError(
                    f"{folder}: {_describe(holder)}; waited {wait_s:g} s; try again when it is "
                    "done (what writes can wait longer: --wait SECONDS)"
                )
    try:
        with suppress(OSError):  # a full disk: then others are not told who holds the lock
            holder.write_text(json.dumps({"process": os.getpid(), "since": time.time()}), "utf-8")
        yield
    finally:
        with suppress(OSError):
            holder.unlink()
        lock.release()


@contextmanager
def short_lock(path: Path) -> Iterator[None]:
    """Hold a lock that everybody holds for moments only, in the file `path`.

    Raises:
        LibraryBusyError: it was never free.
        LibraryError: the file can't be written.
    """
    lock = FileLock(path)
    with written(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        if not _acquired(lock, SHORT_S):
            raise LibraryBusyError(
                f"{path}: held for {SHORT_S:g} s; see what other processes of yours are doing"
            )
    try:
        yield
    finally:
        lock.release()


def _acquired(lock: FileLock, wait_s: float) -> bool:
    try:
        lock.acquire(timeout=wait_s)
    except Timeout:
        return False
    return True


def _describe(holder: Path) -> str:
    """Say who is writing, and since when."""
    try:
        held = json.loads(holder.read_text("utf-8"))
        since = time.localtime(held["since"])
        form = "%H:%M:%S" if time.localtime()[:3] == since[:3] else "%Y-%m-%d %H:%M:%S"
        return f"process {held['process']} since {time.strftime(form, since)} is writing"
    except (OSError, ValueError, KeyError, TypeError):
        return "another process is writing, and did not say which"
