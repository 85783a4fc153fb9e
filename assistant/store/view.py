"""What a search reads, in one order of the papers: words, vectors, and what filters ask."""

from collections.abc import Mapping
from functools import cached_property

from assistant.store.catalogue import Catalogue, load_catalogue
from assistant.store.lexical import LexicalIndex
from assistant.store.record import Record
from assistant.store.vectors import PaperVectors, load_vectors


class SearchView:
    """The papers of one lexical index, which never changes; the rest is read when first needed.

    A paper is known by its place in `paper_ids`, in all of them.
    """

    def __init__(self, record: Record, lexical: LexicalIndex) -> None:
        """Look at the papers of `lexical`, whose vectors are in `record`."""
        self.lexical = lexical
        self.paper_ids = lexical.paper_ids
        self._record = record

    @cached_property
    def vectors(self) -> PaperVectors:
        """The vectors of their chunks and sentences."""
        return load_vectors(self._record, self.paper_ids)

    @cached_property
    def catalogue(self) -> Catalogue:
        """What filters ask of them."""
        return load_catalogue(self._record, self.paper_ids)

    @cached_property
    def place(self) -> Mapping[str, int]:
        """The place of each paper by its id."""
        return {paper_id: place for place, paper_id in enumerate(self.paper_ids)}
