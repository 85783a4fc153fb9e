"""Files that can't be used, as errors that name them and tell from their disk what mends it."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from assistant.errors import LibraryError

LITTLE_ROOM_BYTES = 16 * 2**20
"""With less than this on its disk, a library may fail at any write."""


@contextmanager
def written(path: Path) -> Iterator[None]:
    """Turn what the system says about writing to `path` into an error that names it.

    Raises:
        LibraryError: the block raised an OSError.
    """
    try:
        yield
    except OSError as error:
        what = f"{path}: can't be written ({error.strerror or error})"
        raise LibraryError(f"{what}; {way_out(path)}") from error


def way_out(path: Path, otherwise: str = "") -> str:
    """Return what to do where `path` could not be used: allow it, make room, or `otherwise`.

    Without another way out the disk is to blame: a quota, or worse.
    """
    folder = next((each for each in (path, *path.parents) if each.is_dir()), Path("."))
    if not os.access(folder, os.W_OK):
        return f"allow writing to {folder} and what is in it, or copy the library elsewhere"
    room = shutil.disk_usage(folder).free
    if room < LITTLE_ROOM_BYTES:
        then = otherwise or "run it again"
        return f"its disk has {room // 1024} KiB left: make room, then {then}"
    return otherwise or "see that its disk has room and is sound, and run it again"
