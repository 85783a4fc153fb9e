"""What the harness needs of the assistant that it measures; `assistant.Assistant` fits."""

from collections.abc import Iterator, Sequence
from typing import Protocol

from assistant.embedding import Embedder
from assistant.types import Answer, CheckedSentence, Hit, Paper


class SubjectConfig(Protocol):
    """The settings that a report names."""

    @property
    def engine(self) -> str:
        """The engine that was chosen."""
        ...

    @property
    def embedder(self) -> str:
        """The embedder that the library is searched with."""
        ...


class SubjectLibrary(Protocol):
    """The papers behind the answers."""

    def papers(self) -> Iterator[Paper]:
        """Iterate over all papers."""
        ...

    @property
    def count(self) -> int:
        """The number of papers."""
        ...

    @property
    def embedder(self) -> Embedder:
        """What its texts were embedded with."""
        ...

    @property
    def fingerprint(self) -> str:
        """A hash of the library's content."""
        ...


class SubjectConversation(Protocol):
    """A series of questions of which later ones may lean on earlier ones."""

    def ask(self, question: str) -> Answer:
        """Answer the next question, or refuse."""
        ...


class Subject(Protocol):
    """An assistant under evaluation."""

    @property
    def library(self) -> SubjectLibrary:
        """The library that it answers from."""
        ...

    @property
    def config(self) -> SubjectConfig:
        """Its settings."""
        ...

    def ask(self, question: str) -> Answer:
        """Answer a question, or refuse."""
        ...

    def search(self, query: str, top_k: int) -> Sequence[Hit]:
        """Return the best `top_k` papers, best first."""
        ...

    def check(self, text: str) -> Sequence[CheckedSentence]:
        """Check every sentence of a text against the library."""
        ...

    def conversation(self) -> SubjectConversation:
        """Start a conversation."""
        ...
