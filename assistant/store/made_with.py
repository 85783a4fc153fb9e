"""What a library was made with: its vectors have a meaning only for the embedder they came from."""

from pathlib import Path

from assistant.embedding import Embedder
from assistant.errors import LibraryError
from assistant.store.disk import written
from assistant.store.record import Record


def settings_of(embedder: Embedder) -> dict[str, str]:
    """Return what the record keeps about an embedder."""
    return {"embedder": embedder.name, "dimension": str(embedder.dimension)}


def adopt_embedder(path: Path, record: Record, embedder: Embedder) -> None:
    """Note the embedder of a library without papers; refuse another one where there are some.

    Raises:
        LibraryError: the library's vectors come from another embedder.
    """
    if record.count():
        check_embedder(path, record, embedder)
        return
    settings = settings_of(embedder)
    if any(record.meta(name) != value for name, value in settings.items()):
        record.renew_indexes(settings)
        write_note(path, embedder)


def check_embedder(path: Path, record: Record, embedder: Embedder) -> None:
    """Refuse an embedder that the library was not made with.

    Raises:
        LibraryError: the library's vectors come from another embedder.
    """
    made_with = record.meta("embedder")
    if made_with != embedder.name:
        raise LibraryError(
            f"{path}: made with the embedder {made_with}, opened with {embedder.name}; "
            f"choose {made_with}, or run: paper-assistant library rebuild --reembed"
        )


def check_dimension(path: Path, record: Record, dimension: int) -> None:
    """Refuse vectors of another length than the library's, which no name gave away.

    Raises:
        LibraryError: the embedder of this name now gives vectors of another length.
    """
    made_with = record.meta("dimension")
    if made_with != str(dimension):
        raise LibraryError(
            f"{path}: {record.meta('embedder')} now gives vectors of {dimension} numbers, and "
            f"the library's have {made_with}; run: paper-assistant library rebuild --reembed"
        )


def write_note(path: Path, embedder: Embedder) -> None:
    """Write ``library.toml``, which says to people what the record says to the program."""
    note = path / "library.toml"
    with written(note):
        note.write_text(
            "# What this library was made with, for people to read; the truth is in "
            f'library.sqlite.\nembedder = "{embedder.name}"\ndimension = {embedder.dimension}\n',
            "utf-8",
        )
