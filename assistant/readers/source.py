"""The bytes of one input, block by block: a file or standard input, gzip undone."""

import gzip
import sys
import zlib
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import BinaryIO, Protocol, cast

from assistant.errors import ReadError

BLOCK_BYTES = 1 << 16
MAX_STREAM_BYTES = 64 << 30
"""Of one input, unpacked: far more than any collection of abstracts."""
MAX_GZIP_RATIO = 200
"""Text shrinks to a tenth; a file that is made to fill a disk, to a thousandth."""
GZIP_RATIO_FROM_BYTES = 256 << 20
"""Below this much, unpacked, no ratio is too good."""

STDIN = Path("-")
STDIN_NAME = "standard input"

_GZIP = b"\x1f\x8b"
_REFUSED = {
    b"PK\x03\x04": "a ZIP archive or an office document; unpack it, or save the table as CSV",
    b"%PDF": "a PDF; give the records of the papers (BibTeX, RIS, CSV ...) or their plain text",
    b"BZh": "packed with bzip2; unpack it, or pack it with gzip",
    b"\xfd7zXZ\0": "packed with xz; unpack it, or pack it with gzip",
    b"\x28\xb5\x2f\xfd": "packed with zstd; unpack it, or pack it with gzip",
    b"7z\xbc\xaf\x27\x1c": "a 7z archive; unpack it",
    b"SQLite format 3\0": "an SQLite database; export its records (BibTeX, RIS, CSV ...)",
    _GZIP: "packed with gzip twice; unpack it once",
}


OnBytes = Callable[[int], None]


class _Readable(Protocol):
    def read(self, size: int, /) -> bytes: ...


def name_of(path: Path) -> str:
    """Return what an input is called in reports."""
    return STDIN_NAME if path == STDIN else str(path)


def source_of(path: Path) -> str:
    """Return what a paper remembers of where it came from: the same for one file, however named."""
    return STDIN_NAME if path == STDIN else str(path.absolute())


def read_blocks(path: Path, on_bytes: OnBytes | None = None) -> Iterator[bytes]:
    """Yield the bytes of a file, or of standard input for ``-``; gzip is undone.

    `on_bytes` is called with the number of bytes that were taken from it, each time.

    Raises:
        ReadError: it can't be read or unpacked, is a known binary file, or grows past the bounds.
    """
    name = name_of(path)
    try:
        with _open(path) as file:
            yield from _blocks(file, name, on_bytes)
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise ReadError(f"{name}: damaged gzip ({error}); fetch or pack it anew") from error
    except (OSError, ValueError) as error:  # ValueError: a null byte in the path, a closed stdin
        reason = getattr(error, "strerror", None) or error
        raise ReadError(f"{name}: can't be read ({reason}); check the path") from error


def _open(path: Path) -> AbstractContextManager[BinaryIO]:
    if path != STDIN:
        return path.open("rb")
    buffer: BinaryIO | None = getattr(sys.stdin, "buffer", None)
    if buffer is None:
        raise OSError("this program has none")
    return nullcontext(buffer)


def _blocks(file: _Readable, name: str, on_bytes: OnBytes | None) -> Iterator[bytes]:
    counted = _Counted(file, on_bytes)
    is_gzip = counted.opening.startswith(_GZIP)
    unpacked: _Readable = gzip.GzipFile(fileobj=cast(BinaryIO, counted)) if is_gzip else counted
    total = 0
    while block := unpacked.read(BLOCK_BYTES):
        if not total:
            _refuse_known(block, name)
        total += len(block)
        if total > MAX_STREAM_BYTES:
            raise ReadError(f"{name}: more than {MAX_STREAM_BYTES >> 30} GiB of data; split it")
        if is_gzip and total > max(GZIP_RATIO_FROM_BYTES, MAX_GZIP_RATIO * counted.taken):
            raise ReadError(
                f"{name}: unpacks to more than {MAX_GZIP_RATIO} times its size, as no text does; "
                "unpack it yourself if you trust it"
            )
        yield block


def _refuse_known(block: bytes, name: str) -> None:
    for magic, what in _REFUSED.items():
        if block.startswith(magic):
            raise ReadError(f"{name}: {what}")


class _Counted:
    """A file whose opening was looked at, and that counts what was taken from it."""

    def __init__(self, file: _Readable, on_bytes: OnBytes | None) -> None:
        self._file = file
        self._on_bytes = on_bytes
        self.opening = self._ahead = file.read(BLOCK_BYTES)
        self.taken = 0

    def read(self, size: int) -> bytes:
        """Return the next bytes, as a file does."""
        if self._ahead:
            data, self._ahead = self._ahead[:size], self._ahead[size:]
        else:
            data = self._file.read(size)
        self.taken += len(data)
        if self._on_bytes:
            self._on_bytes(len(data))
        return data
