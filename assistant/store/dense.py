"""Where chunks and their vectors lie: in the library's folder, or on a Chroma server."""

from pathlib import Path
from typing import Protocol
from uuid import uuid4

from assistant.store.chroma import EmbeddedStore
from assistant.store.chroma_server import ServerStore
from assistant.store.collection import DenseIndex
from assistant.store.record import Record

_ID = "library_id"
"""Made once for a library, and kept in its record: the name of its collection on a server."""


class DenseStore(Protocol):
    """A place for the dense index of one library, which can always be made anew."""

    @property
    def place(self) -> str:
        """Its name, by which the record notes where its chunks are."""
        ...

    def is_there(self) -> bool:
        """Whether there is something to open, as far as that shows without opening it."""
        ...

    def open(self, *, create: bool = False) -> DenseIndex:
        """Open the index in use, with a fresh view; `create` makes an empty one if it is missing.

        Raises:
            LibraryError: it is missing, damaged, or not one of ours.
            ProviderError: the server can't be used.
        """
        ...

    def make(self) -> DenseIndex:
        """Make an empty index beside the one in use."""
        ...

    def adopt(self) -> None:
        """Put the index that was made, and closed, in place of the one in use."""
        ...

    def discard(self) -> None:
        """Delete what an interrupted `make` left."""
        ...

    def is_of_another(self, generation: int) -> bool:
        """Whether a record other than this one, which is at `generation`, has written here."""
        ...


def dense_store(
    folder: Path, record: Record, chroma_url: str | None, timeout_s: float
) -> DenseStore:
    """Return the store of the library in `folder`: embedded, or on the server at `chroma_url`."""
    if chroma_url is None:
        return EmbeddedStore(folder)
    library_id = record.settle_meta(_ID, uuid4().hex)
    return ServerStore(chroma_url.rstrip("/"), f"paper-assistant-{library_id}", timeout_s)


def renew_id(record: Record) -> None:
    """Make the library another one than the one it was copied from, to the server."""
    record.set_meta(_ID, uuid4().hex)
