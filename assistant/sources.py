"""A paper as the verifier sees it: its sentences, their vectors, and what it states."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from assistant.brackets import as_compared
from assistant.embedding import Embedder, Vectors
from assistant.facts import Facts, facts_of
from assistant.relevance import Vocabulary
from assistant.sentences import split_sentences
from assistant.types import Paper, Span

if TYPE_CHECKING:
    from assistant.library import Library

Idf = Callable[[str], float]


@dataclass(frozen=True)
class Source:
    """A paper with its sentences and their unit vectors, shape (sentences, dimension)."""

    paper: Paper
    sentences: tuple[Span, ...]
    vectors: Vectors

    @cached_property
    def compared(self) -> tuple[str, ...]:
        """Each sentence as a quotation of it is compared."""
        return tuple(as_compared(span.of(self.paper.abstract)) for span in self.sentences)

    @cached_property
    def passages(self) -> tuple[Span, ...]:
        """Each sentence, then each pair of neighbours: what a claim may stand on."""
        pairs = zip(self.sentences, self.sentences[1:], strict=False)
        return (*self.sentences, *(Span(first.start, second.end) for first, second in pairs))

    @cached_property
    def passage_vectors(self) -> Vectors:
        """One unit vector a passage; a pair's is the mean of its two."""
        if len(self.sentences) < 2:
            return self.vectors
        pairs = self.vectors[:-1] + self.vectors[1:]
        return np.concatenate([self.vectors, _unit(pairs)])

    @cached_property
    def topic_vector(self) -> Vectors:
        """The unit vector of the abstract: the mean of its sentences'."""
        vector: Vectors = _unit(self.vectors.sum(axis=0, keepdims=True))[0]
        return vector

    @cached_property
    def vocabularies(self) -> tuple[Vocabulary, ...]:
        """The words of each passage."""
        of_sentences = [Vocabulary.of(span.of(self.paper.abstract)) for span in self.sentences]
        pairs = zip(of_sentences, of_sentences[1:], strict=False)
        return (*of_sentences, *(first | second for first, second in pairs))

    @cached_property
    def title_words(self) -> Vocabulary:
        """The words of the title."""
        return Vocabulary.of(self.paper.title)

    @cached_property
    def vocabulary(self) -> Vocabulary:
        """The words of title and abstract."""
        return Vocabulary.of(f"{self.paper.title}. {self.paper.abstract}")

    @cached_property
    def facts(self) -> Facts:
        """What title and abstract state."""
        return facts_of(f"{self.paper.title}. {self.paper.abstract}")


def source_of(library: "Library", paper: Paper) -> Source:
    """Return a paper of a library with the sentences that are stored of it."""
    spans, vectors = library.sentences(paper.paper_id)
    return Source(paper, tuple(spans), vectors)


def read_sources(papers: Sequence[Paper], embedder: Embedder) -> list[Source]:
    """Return papers as sources, their sentences split and embedded now."""
    sources = []
    for paper in papers:
        spans = split_sentences(paper.abstract)
        vectors = embedder.embed([span.of(paper.abstract) for span in spans])
        sources.append(Source(paper, tuple(spans), vectors))
    return sources


def _unit(rows: Vectors) -> Vectors:
    unit: Vectors = rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9)
    return unit
