"""The registry of readers: one module a format, chosen by what an input holds.

To add a format, write a module with ``KEY``, ``NAME``, ``recognises`` and ``read`` (see
`base.Reader`), and name it in `READERS`. It gets the characters of an input as a `Text`
and yields a `Record` for each paper; opening, unpacking, decoding and cleaning are done here.

However large or strange an input is, reading it takes less than `MEMORY_BYTES`.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path

from assistant.errors import ReadError, UsageError
from assistant.ingest_report import Skipped
from assistant.readers import (
    arxiv_atom,
    bibtex,
    csl,
    json_array,
    jsonl,
    listing,
    nbib,
    plain_text,
    pubmed,
    ris,
    table,
)
from assistant.readers.base import FIELDS, Reader, ReadOptions
from assistant.readers.encoding import decode, known_encoding
from assistant.readers.files import find_files, is_there
from assistant.readers.record import clean_tags, to_paper
from assistant.readers.source import name_of, read_blocks, source_of
from assistant.readers.text import Text
from assistant.types import Paper

__all__ = [
    "AS_FOUND",
    "READERS",
    "ReadOptions",
    "Reader",
    "detect",
    "find_files",
    "is_there",
    "options",
    "read_papers",
    "read_paths",
]

MEMORY_BYTES = 256 << 20
"""What a reader may take at most, whatever it is given; far less for any list of papers."""

MAX_SKIPPED_IN_A_ROW = 10_000
"""An input in which this many records in a row are none is of another kind than it seems."""

READERS: tuple[Reader, ...] = (
    pubmed,
    arxiv_atom,
    csl,
    json_array,
    jsonl,
    table,
    ris,
    nbib,
    bibtex,
    listing,
    plain_text,
)
"""In the order in which they are asked: those that know a file by how it begins, then those
that look for a sign in any of its lines, which an abstract may hold as well."""


AS_FOUND = ReadOptions()
"""Nothing said: everything is found out."""


def options(
    format: str | None = None,
    columns: Sequence[str] = (),
    encoding: str | None = None,
    tags: Sequence[str] = (),
) -> ReadOptions:
    """Return options from words such as ``bibtex`` and ``["title=Name"]``.

    Raises:
        UsageError: a format, field or encoding is unknown, or a tag unusable.
    """
    known = {reader.KEY for reader in READERS}
    if format is not None and format not in known:
        raise UsageError(f"no format {format!r}; choose from {', '.join(sorted(known))}")
    if encoding is not None and not known_encoding(encoding):
        raise UsageError(f"no encoding {encoding!r}; name one such as utf-8, cp1252 or utf-16-le")
    named: dict[str, str] = {}
    for each in columns:
        field, equals, name = each.partition("=")
        if not (equals and name) or field not in FIELDS:
            raise UsageError(f"can't map {each!r}; write FIELD=NAME, FIELD of {', '.join(FIELDS)}")
        named[field] = name
    if not all(tag.strip("; ") for tag in tags):
        raise UsageError("a tag is empty; name one, such as --tag thesis")
    try:
        return ReadOptions(format, named, encoding, clean_tags(tags))
    except ValueError as error:
        raise UsageError(f"can't tag papers: {error}") from error


def read_paths(paths: Sequence[Path], options: ReadOptions = AS_FOUND) -> Iterator[Paper | Skipped]:
    """Yield the papers of files, of all files in folders, of globs, and of ``-``, standard input.

    What can't be read is one `Skipped` with the place ``file``, and the others follow.

    Raises:
        ReadError: nothing at all can be read; raised at the end, naming the first.
    """
    first: ReadError | None = None
    files = failures = items = 0
    for file in find_files(paths):
        files += 1
        try:
            for item in read_papers(file, options):
                items += 1
                yield item
        except ReadError as error:
            failures += 1
            first = first or error
            yield Skipped(name_of(file), "file", str(error))
    if not files:
        raise ReadError(f"no files in {', '.join(map(str, paths))}; give files with papers in them")
    if first is not None and failures == files and not items:
        raise first


def read_papers(path: Path, options: ReadOptions = AS_FOUND) -> Iterator[Paper | Skipped]:
    """Yield the papers of one file or of ``-``; bad records come as `Skipped`, in place.

    Raises:
        ReadError: it can't be read (to its end), or is of none of the known formats.
    """
    name, source = name_of(path), source_of(path)
    text = Text(
        decode(read_blocks(path, options.on_bytes), name, options.encoding), name, options.columns
    )
    reader = detect(text, options.format)
    item: Paper | Skipped | None = None
    in_a_row = 0
    for record in reader.read(text):
        item = to_paper(record, name, source, options.tags)
        yield item
        in_a_row = in_a_row + 1 if isinstance(item, Skipped) else 0
        if in_a_row >= MAX_SKIPPED_IN_A_ROW:
            raise ReadError(
                f"{name}: {in_a_row:,} records in a row, read as {reader.NAME}, are no papers "
                f"(the last: {record.place}); check the file, --format and --map"
            )
    if item is None:
        raise ReadError(f"{name}: no records in it, read as {reader.NAME}; check it and --format")


def detect(text: Text, format: str | None = None) -> Reader:
    """Return the reader for an input: the one of this format, or the one that recognises it.

    Raises:
        ReadError: there is none.
    """
    for reader in READERS:
        if reader.KEY == format or format is None and reader.recognises(text):
            return reader
    known = ", ".join(reader.NAME for reader in READERS)
    raise ReadError(
        f"{text.source}: none of the known formats ({known}); "
        "convert it to one of them, or force one with --format"
    )
