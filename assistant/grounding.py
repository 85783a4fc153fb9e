"""The verifier: a sentence and the abstracts it may stand on -> a verdict with its reasons.

The checks run from cheap to dear. A verbatim sentence is `supported`. Otherwise one passage
of one source must probably say it (`relevance`), and nothing of what can be compared may
disagree (`agreement`): then it is `attributed`. Whether the passage entails it, only judges
can tell that a person sets up (`entailment`); without them that step is skipped.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from assistant.agreement import (
    NO_DISAGREEMENT,
    disagreement,
    foreign_clause,
    new_words,
    not_asserted,
)
from assistant.brackets import as_compared
from assistant.embedding import Embedder, MiniLM, Vectors
from assistant.entailment import EntailmentJudge, hear_each, second_opinion
from assistant.facts import Facts, facts_of
from assistant.numbers import without_quantities
from assistant.order import nearly_copies
from assistant.relevance import MIN_PROBABILITY, Signs, Vocabulary, meaning, probability
from assistant.sentences import split_sentences
from assistant.types import Evidence, Label, Paper, Span, Verdict
from assistant.words import stems

MIN_CONTENT_WORDS = 2
"""A single word states nothing."""

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


def verify(
    claim: str,
    sources: Sequence[Paper | str],
    *,
    embedder: Embedder | None = None,
    idf: Idf = lambda stem: 1.0,
    judges: Sequence[EntailmentJudge] = (),
) -> Verdict:
    """Check one sentence against sources; needs no library.

    Args:
        claim: the sentence.
        sources: papers, or plain texts, that it may stand on.
        embedder: for similarity; the local MiniLM if None.
        idf: rarity of a stem; all the same if not given.
        judges: of entailment, heard on what is `attributed`; see `assistant.entailment`.
    """
    embedder = embedder or MiniLM()
    papers = [_as_paper(source, n) for n, source in enumerate(sources, start=1)]
    verdict = check(claim, read_sources(papers, embedder), embedder, idf)
    return second_opinion(claim, verdict, hear_each(judges))


def read_sources(papers: Sequence[Paper], embedder: Embedder) -> list[Source]:
    """Return papers as sources, their sentences split and embedded now."""
    sources = []
    for paper in papers:
        spans = split_sentences(paper.abstract)
        vectors = embedder.embed([span.of(paper.abstract) for span in spans])
        sources.append(Source(paper, tuple(spans), vectors))
    return sources


def check(claim: str, sources: Sequence[Source], embedder: Embedder, idf: Idf) -> Verdict:
    """Check one sentence against sources that are embedded already.

    The verdict is that of the most probable passage that agrees or disagrees with the claim,
    among those nearly as probable as the best; if none does either, of the best.
    """
    quotation = find_quotation(claim, sources)
    if quotation is not None:
        return Verdict(Label.SUPPORTED, 1.0, (quotation,), ("verbatim: a sentence of the source",))
    claimed = facts_of(claim)
    content = _content(claimed)
    if len(content) < MIN_CONTENT_WORDS:
        return Verdict(Label.UNSUPPORTED, 0.0, (), ("no content to check",))
    if not any(source.sentences for source in sources):
        return Verdict(Label.UNSUPPORTED, 0.0, (), ("no source to check against",))
    vector = embedder.embed([claim])[0]
    rivals = _rivals(claimed, _nearest_passages(claimed, vector, sources, idf))
    return _decisive([_check_passage(content, claimed, passage) for passage in rivals])


def measure(claim: str, source: Source, embedder: Embedder, idf: Idf) -> Signs:
    """Return the signs of relevance of the passage of a source that most probably says a claim."""
    vector = embedder.embed([claim])[0]
    return _nearest_passages(facts_of(claim), vector, [source], idf)[0].signs


def find_quotation(claim: str, sources: Sequence[Source]) -> Evidence | None:
    """Return the sentence that `claim` quotes whole, or None.

    Letter for letter but for whitespace, LaTeX residue, references in brackets, and outer
    quotation marks. A part of a sentence is no quotation: what is left out may turn its
    meaning; nor is what the source itself quotes, or takes back.
    """
    wanted = as_compared(claim)
    for source in sources:
        for span, compared in zip(source.sentences, source.compared, strict=True):
            if not wanted or compared != wanted:
                continue
            if not_asserted(source.paper.abstract, span.start, span.end) is None:
                return Evidence(source.paper, span.start, span.end, 1.0)
    return None


def _decisive(verdicts: Sequence[Verdict]) -> Verdict:
    """Return the first verdict, by nearness, that isn't `unsupported`; the first of all if none.

    Of a pair, what one of its sentences decides by itself goes first: the other may
    have brought no more than a "not".
    """
    deciding = [verdict for verdict in verdicts if verdict.label is not Label.UNSUPPORTED]
    if not deciding:
        return verdicts[0]
    nearest, *others = deciding
    return next((verdict for verdict in others if _lies_within(verdict, nearest)), nearest)


def _lies_within(inner: Verdict, outer: Verdict) -> bool:
    (part,), (whole,) = inner.evidence, outer.evidence
    return part.paper == whole.paper and whole.start <= part.start and part.end <= whole.end


_PASSAGES_TRIED = 4
_RIVAL = 0.6
"""How probable, beside the best, a passage must be to have a say."""
_PAIR_HANDICAP = 0.1
"""By how much a pair of sentences must be more probable than one to go before it."""


@dataclass(frozen=True)
class _Passage:
    """A passage of a source, what measures its relevance, and the words of it and the title."""

    source: Source
    evidence: Evidence
    signs: Signs
    known: Vocabulary
    is_pair: bool


def _nearest_passages(
    claim: Facts, vector: Vectors, sources: Sequence[Source], idf: Idf
) -> list[_Passage]:
    """Return the passages that come into question, the most probable first."""
    content = _content(claim)
    found = [
        passage
        for source in sources
        if source.sentences
        for passage in _passages(claim, content, vector, source, idf)
    ]
    return sorted(found, key=_rank, reverse=True)[:_PASSAGES_TRIED]


def _rank(passage: _Passage) -> float:
    return passage.evidence.score - _PAIR_HANDICAP * passage.is_pair


def _rivals(claim: Facts, nearest: Sequence[_Passage]) -> Sequence[_Passage]:
    """Return the passages that have a say: the best alone, if the claim nearly copies it."""
    best = nearest[0].evidence
    if nearly_copies(claim, facts_of(best.quote)):
        return nearest[:1]
    return [each for each in nearest if each.evidence.score >= _RIVAL * best.score]


def _passages(
    claim: Facts, content: Sequence[str], vector: Vectors, source: Source, idf: Idf
) -> Iterator[_Passage]:
    topic = float(source.topic_vector @ vector)
    subject = source.title_words.stems & _subject(claim, source.paper.title, len(content))
    cosines = source.passage_vectors @ vector
    measured = zip(source.passages, source.vocabularies, cosines, strict=True)
    for place, (span, words, cosine) in enumerate(measured):
        said = {each for each in content if words.says(each) or meaning(each) in subject}
        signs = Signs(overlap_share(content, said, idf), float(cosine), topic)
        evidence = Evidence(source.paper, span.start, span.end, probability(signs))
        yield _Passage(
            source, evidence, signs, words | source.title_words, place >= len(source.sentences)
        )


def overlap_share(content: Sequence[str], known: set[str], idf: Idf) -> float:
    """Return the share of the stems `content` that are in `known`, weighted by idf, in [0, 1]."""
    total = sum(idf(stem) for stem in content)
    held = sum(idf(stem) for stem in content if stem in known)
    return held / total if total else 0.0


def _content(claim: Facts) -> list[str]:
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


def _check_passage(content: Sequence[str], claimed: Facts, passage: _Passage) -> Verdict:
    evidence, signs = passage.evidence, passage.signs
    measures = (
        f"probability {evidence.score:.2f} (overlap {signs.coverage:.2f}, "
        f"cosine {signs.cosine:.2f}, topic {signs.topic:.2f})"
    )

    def verdict(label: Label, reason: str) -> Verdict:
        return Verdict(label, evidence.score, (evidence,), (reason, measures))

    if evidence.score < MIN_PROBABILITY:
        return verdict(Label.UNSUPPORTED, "relevance: no passage says this")
    stated = facts_of(evidence.quote)
    if found := disagreement(claimed, stated, passage.source.facts):
        return verdict(*found)
    if new := new_words(claimed, stated, content, passage.known):
        return verdict(Label.UNSUPPORTED, f"words: {', '.join(new)} changed in a near copy")
    if clause := foreign_clause(claimed, content, passage.source.vocabulary):
        return verdict(Label.UNSUPPORTED, f"clause: nothing in the paper on {clause!r}")
    if why := not_asserted(evidence.paper.abstract, evidence.start, evidence.end):
        return verdict(Label.UNSUPPORTED, f"standing: {why}")
    return verdict(Label.ATTRIBUTED, NO_DISAGREEMENT)


def _unit(rows: Vectors) -> Vectors:
    unit: Vectors = rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9)
    return unit


def _as_paper(source: Paper | str, number: int) -> Paper:
    if isinstance(source, Paper):
        return source
    return Paper(paper_id=f"source:{number}", title="", abstract=source)
