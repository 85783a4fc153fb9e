"""From the paths that a person names to the files that are read, in a steady order."""

import glob
import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from assistant.readers.source import STDIN

_MAGIC = frozenset("*?[")


def find_files(paths: Iterable[Path]) -> Iterator[Path]:
    """Yield each file named, each in a folder (hidden ones not), and each that a glob matches."""
    for path in paths:
        if path == STDIN:
            yield path
        elif os.path.isdir(path):  # where Path.is_dir raises for a name that is too long
            yield from _in_folder(path)
        elif _MAGIC & set(str(path)) and not os.path.exists(path):
            yield from _matching(path)
        else:
            yield path


def is_there(path: Path) -> bool:
    """Whether a path names standard input, or a file or folder that exists, or matches one."""
    return path == STDIN or os.path.exists(path) or bool(glob.glob(str(path), recursive=True))


def _matching(pattern: Path) -> Iterator[Path]:
    """Yield the files that match; if there are none, the pattern, to be reported as missing."""
    matches = sorted(glob.glob(str(pattern), recursive=True))
    if not matches:
        yield pattern
    for match in map(Path, matches):
        if os.path.isdir(match):
            if "**" not in pattern.parts:  # which names what is in the folder as well
                yield from _in_folder(match)
        else:
            yield match


def _in_folder(folder: Path) -> Iterator[Path]:
    try:
        names = sorted(name for name in os.listdir(folder) if not name.startswith("."))
    except OSError:
        yield folder  # it is reported when it is read
        return
    for name in names:
        path = folder / name
        if path.is_dir():
            if not path.is_symlink():  # which may lead back here
                yield from _in_folder(path)
        elif path.is_file():
            yield path
