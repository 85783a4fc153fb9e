"""What a format module offers, and what a person may say about the inputs."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from assistant.readers.record import Broken, Record
from assistant.readers.text import Text

FIELDS = ("title", "abstract", "authors", "year", "venue", "url", "doi", "arxiv_id", "tags")
"""The fields of a paper that `ReadOptions.columns` may name."""


class Reader(Protocol):
    """One format: a module with these names."""

    KEY: str
    """What ``--format`` calls it."""
    NAME: str
    """What messages call it."""

    def recognises(self, text: Text) -> bool:
        """Whether an input is of this format, to judge by its `head`."""
        ...

    def read(self, text: Text) -> Iterator[Record | Broken]:
        """Yield each record in turn; one that is damaged is a `Broken`, and the next follows.

        Raises:
            ReadError: what follows can't be read.
        """
        ...


@dataclass(frozen=True, slots=True)
class ReadOptions:
    """What a person says about the inputs; what is left out is found out.

    `format` is a reader's `KEY`; `columns` name the fields of a paper as the file does,
    ``{"title": "Name"}``; `encoding` is one that Python knows; every paper gets the `tags`,
    beside its own. `on_bytes` is called with the number of bytes whenever some were read.
    """

    format: str | None = None
    columns: Mapping[str, str] = field(default_factory=dict)
    encoding: str | None = None
    tags: tuple[str, ...] = ()
    on_bytes: Callable[[int], None] | None = field(default=None, compare=False)
