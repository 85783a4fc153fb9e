"""Which passages of the sources a claim may stand on: sentences, and pairs of neighbours."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from assistant.embedding import Embedder, Vectors
from assistant.facts import Facts, facts_of
from assistant.numbers import without_quantities
from assistant.order import nearly_copies
from assistant.relevance import Signs, Vocabulary, meaning, probability
from assistant.sources import Idf, Source
from assistant.types import Evidence
from assistant.words import stems

_PASSAGES_TRIED = 4
_RIVAL = 0.6
"""How probable, beside the best, a passage must be to have a say."""
_PAIR_HANDICAP = 0.1
"""By how much a pair of sentences must be more probable than one to go before it."""


@dataclass(frozen=True)
class Passage:
    """A passage of a source, what measures its relevance, and the words of it and the title."""

    source: Source
    evidence: Evidence
    signs: Signs
    known: Vocabulary
    is_pair: bool


def nearest_passages(
    claim: Facts, vector: Vectors, sources: Sequence[Source], idf: Idf
) -> list[Passage]:
    """Return the passages that come into question, the most probable first."""
    content = content_of(claim)
    found = [
        passage
        for source in sources
        if source.sentences
        for passage in _passages(claim, content, vector, source, idf)
    ]
    return sorted(found, key=_rank, reverse=True)[:_PASSAGES_TRIED]


def _rank(passage: Passage) -> float:
    return passage.evidence.score - _PAIR_HANDICAP * passage.is_pair


def rivals(claim: Facts, nearest: Sequence[Passage]) -> Sequence[Passage]:
    """Return the passages that have a say: the best alone, if the claim nearly copies it."""
    best = nearest[0].evidence
    if nearly_copies(claim, facts_of(best.quote)):
        return nearest[:1]
    return [each for each in nearest if each.evidence.score >= _RIVAL * best.score]


def _passages(
    claim: Facts, content: Sequence[str], vector: Vectors, source: Source, idf: Idf
) -> Iterator[Passage]:
    topic = float(source.topic_vector @ vector)
    subject = source.title_words.stems & _subject(claim, source.paper.title, len(content))
    cosines = source.passage_vectors @ vector
    measured = zip(source.passages, source.vocabularies, cosines, strict=True)
    for place, (span, words, cosine) in enumerate(measured):
        said = {each for each in content if words.says(each) or meaning(each) in subject}
        signs = Signs(overlap_share(content, said, idf), float(cosine), topic)
        evidence = Evidence(source.paper, span.start, span.end, probability(signs))
        yield Passage(
            source, evidence, signs, words | source.title_words, place >= len(source.sentences)
        )


def overlap_share(content: Sequence[str], known: set[str], idf: Idf) -> float:
    """Return the share of the stems `content` that are in `known`, weighted by idf, in [0, 1]."""
    total = sum(idf(stem) for stem in content)
    held = sum(idf(stem) for stem in content if stem in known)
    return held / total if total else 0.0


def content_of(claim: Facts) -> list[str]:
    """Return the stems of the content words, each once, but for talk of papers.

    Quantities are compared by themselves.
    """
    found = dict.fromkeys(stems(without_quantities(claim.text)))
    return [stem for stem in found if not stem.isdigit() and stem not in _TALK]


_TALK = frozenset(stems("authors paper article namely"))
_LONGEST_SUBJECT = 3


def _subject(claim: Facts, title: str, content_words: int) -> set[str]:
    """Return the stems that name what is spoken of: a title may excuse these, and no more.

    The names of the claim, unless it is written like a title, and a name before a colon.
    """
    names = {meaning(stem) for name in claim.names for stem in stems(name)}
    if 2 * len(names) > content_words:
        names = set()
    head, colon, _ = title.partition(":")
    named = colon and len(head.split()) <= _LONGEST_SUBJECT
    return names | (Vocabulary.of(head).stems if named else set())


def measure(claim: str, source: Source, embedder: Embedder, idf: Idf) -> Signs:
    """Return the signs of relevance of the passage of a source that most probably says a claim."""
    vector = embedder.embed([claim])[0]
    return nearest_passages(facts_of(claim), vector, [source], idf)[0].signs
