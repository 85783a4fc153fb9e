"""The registry of readers: one module a format, chosen by what a file holds.

To add a format, write a module with ``NAME``, ``recognises`` and ``read``, and
name it in `READERS`.
"""

import codecs
import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Protocol

from assistant.errors import ReadError
from assistant.readers import jsonl, listing
from assistant.types import Paper, Skipped

HEAD_CHARACTERS = 20_000


class Reader(Protocol):
    """What a reader module offers."""

    NAME: str

    def recognises(self, head: str) -> bool:
        """Whether a file that starts with `head` is of this format."""
        ...

    def read(self, text: str, source: str) -> Iterator[Paper | Skipped]:
        """Yield each paper of `text`; a bad record is a `Skipped` that names its place."""
        ...


READERS: tuple[Reader, ...] = (jsonl, listing)


def read_paths(paths: Sequence[Path]) -> Iterator[Paper | Skipped]:
    """Yield the papers of files, and of all files in folders; what can't be read is skipped.

    Raises:
        ReadError: not one of the files can be read; raised at the end, naming the first.
    """
    failures: list[Skipped] = []
    files = [file for path in paths for file in _files(path)]
    for file in files:
        try:
            yield from read_papers(file)
        except ReadError as error:
            failures.append(Skipped(str(file), "file", str(error)))
            if len(failures) == len(files):
                raise ReadError(failures[0].reason) from error
            yield failures[-1]
    if not files:
        raise ReadError(f"no files in {', '.join(map(str, paths))}; give files with papers in them")


def read_papers(path: Path) -> Iterator[Paper | Skipped]:
    """Yield the papers of one file; bad records come as `Skipped`, in place.

    Raises:
        ReadError: the file can't be read, or is of none of the known formats.
    """
    text = _read_text(path)
    reader = detect(text[:HEAD_CHARACTERS], str(path))
    yield from reader.read(text, str(path))


def detect(head: str, source: str) -> Reader:
    """Return the reader for a file that starts with `head`.

    Raises:
        ReadError: no reader recognises it.
    """
    for reader in READERS:
        if reader.recognises(head):
            return reader
    known = ", ".join(reader.NAME for reader in READERS)
    raise ReadError(f"{source}: none of the known formats ({known}); convert it to one of them")


def _files(path: Path) -> list[Path]:
    """Return the file itself, or the files of a folder and the folders in it, hidden ones not."""
    if not os.path.isdir(path):  # where Path.is_dir raises for a name that is too long
        return [path]
    found = (file for file in sorted(path.rglob("*")) if file.is_file())
    return [f for f in found if not any(p.startswith(".") for p in f.relative_to(path).parts)]


def _read_text(path: Path) -> str:
    """Return the text of a UTF-8 file with its line ends as they are, less a byte-order mark."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise ReadError(f"{path}: can't be read ({error.strerror}); check the path") from error
    if not data.removeprefix(codecs.BOM_UTF8).strip():
        raise ReadError(f"{path}: the file is empty; give a file with papers in it")
    if b"\0" in data:
        raise ReadError(f"{path}: a binary file; give a text file with papers in it")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise ReadError(f"{path}:{line}: not UTF-8 text; save the file as UTF-8") from error
