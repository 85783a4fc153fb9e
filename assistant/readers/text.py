"""The characters of one input, read once from front to back, in bounded memory."""

from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType

from assistant.errors import ReadError

HEAD_CHARACTERS = 20_000
"""How much of an input is looked at to tell its format."""
MAX_RECORD_CHARACTERS = 4_000_000
"""A longer line or record is skipped, and never held: it is no paper."""
MAX_PASSED_OVER_CHARACTERS = 16 * MAX_RECORD_CHARACTERS
"""A line or record that still has not ended by then ends the reading."""

NO_COLUMNS: Mapping[str, str] = MappingProxyType({})


class Text:
    """An input's characters: its `head` to look at, then lines or chunks to read once.

    `columns` says what a person calls the fields of a paper: ``{"title": "Name"}``.
    """

    def __init__(
        self, chunks: Iterable[str], source: str, columns: Mapping[str, str] = NO_COLUMNS
    ) -> None:
        self.source = source
        self.columns = columns
        self._rest = iter(chunks)
        self.head = self._opening()
        if "\r" in self.head and "\n" not in self.head:  # line ends of the old Macintosh
            self.head = self.head.replace("\r", "\n")
            self._rest = (chunk.replace("\r", "\n") for chunk in self._rest)

    def _opening(self) -> str:
        parts: list[str] = []
        size = 0
        for chunk in self._rest:
            parts.append(chunk)
            size += len(chunk)
            if size >= HEAD_CHARACTERS:
                break
        return "".join(parts)

    def chunks(self) -> Iterator[str]:
        """Yield all characters, in pieces of no particular size."""
        yield self.head
        yield from self._rest

    def lines(self) -> Iterator[tuple[int, str | None]]:
        r"""Yield (number from 1, line without its end); None for a line that is too long.

        Only ``\n`` and ``\r\n`` end a line: other separators of Unicode stay inside it.

        Raises:
            ReadError: a line does not end.
        """
        number, parts, size = 1, [""], 0
        for chunk in self.chunks():
            first, *others = chunk.split("\n")
            for ended, piece in enumerate([first, *others]):
                if ended:
                    yield number, _line(parts, size)
                    number, parts, size = number + 1, [], 0
                size += len(piece)
                if size <= MAX_RECORD_CHARACTERS:
                    parts.append(piece)
                else:
                    parts = []
                    self.check_passed_over(size, f"line {number}")
        if size:
            yield number, _line(parts, size)

    def check_passed_over(self, size: int, place: str) -> None:
        """Give up on an input of which `place` has not ended after `size` characters.

        Raises:
            ReadError: it is longer than any file would have it.
        """
        if size > MAX_PASSED_OVER_CHARACTERS:
            raise ReadError(
                f"{self.source}: {place} does not end within "
                f"{MAX_PASSED_OVER_CHARACTERS:,} characters; give a file of records"
            )


def too_long() -> str:
    """Return the reason for which a record beyond the bound is skipped."""
    return f"longer than {MAX_RECORD_CHARACTERS:,} characters; shorten or split it"


def _line(parts: list[str], size: int) -> str | None:
    return "".join(parts).removesuffix("\r") if size <= MAX_RECORD_CHARACTERS else None
