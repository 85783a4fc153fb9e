"""The verifier: a sentence and the abstracts it may stand on -> a verdict with its reasons.

The checks run from cheap to dear. A verbatim sentence is `supported`. Otherwise
its words must be found in one passage of one source, and its numbers, names and
polarity must agree with that passage: then it is `attributed`. No entailment
model is part of this version, so nothing but a quotation is called `supported`.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from assistant.brackets import as_compared
from assistant.embedding import Embedder, MiniLM, Vectors
from assistant.facts import Facts, facts_of, missing_names, missing_numbers, polarity_clash
from assistant.sentences import split_sentences
from assistant.types import Evidence, Label, Paper, Span, Verdict
from assistant.words import stems

MIN_CONTENT_WORDS = 2
"""A single word states nothing."""

MIN_OVERLAP = 0.6
"""Share of the claim's content words, weighted by rarity, that the passage must hold."""

MIN_PAPER_OVERLAP = 0.75
"""The same share for the whole paper: a claim may not bring words of its own."""

MIN_COSINE = 0.5
"""Least similarity of claim and passage as the embedder sees it."""

Idf = Callable[[str], float]


@dataclass(frozen=True)
class Source:
    """A paper with its sentences and their unit vectors, shape (sentences, dimension)."""

    paper: Paper
    sentences: tuple[Span, ...]
    vectors: Vectors

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
        norms = np.maximum(np.linalg.norm(pairs, axis=1, keepdims=True), 1e-9)
        return np.concatenate([self.vectors, pairs / norms])


def verify(
    claim: str,
    sources: Sequence[Paper | str],
    *,
    embedder: Embedder | None = None,
    idf: Idf = lambda stem: 1.0,
) -> Verdict:
    """Check one sentence against sources; needs no library.

    Args:
        claim: the sentence.
        sources: papers, or plain texts, that it may stand on.
        embedder: for similarity; the local MiniLM if None.
        idf: rarity of a stem; all the same if not given.
    """
    embedder = embedder or MiniLM()
    papers = [_as_paper(source, n) for n, source in enumerate(sources, start=1)]
    return check(claim, read_sources(papers, embedder), embedder, idf)


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

    The verdict is that of the nearest passage that agrees or disagrees with the claim;
    if none does either, of the nearest of all.
    """
    quotation = find_quotation(claim, sources)
    if quotation is not None:
        return Verdict(Label.SUPPORTED, 1.0, (quotation,), ("verbatim: a sentence of the source",))
    content = list(dict.fromkeys(stems(claim)))
    if sum(not stem.isdigit() for stem in content) < MIN_CONTENT_WORDS:
        return Verdict(Label.UNSUPPORTED, 0.0, (), ("no content to check",))
    if not any(source.sentences for source in sources):
        return Verdict(Label.UNSUPPORTED, 0.0, (), ("no source to check against",))
    claimed = facts_of(claim)
    vector = embedder.embed([claim])[0]
    verdicts = [
        _check_passage(content, claimed, passage, idf)
        for passage in _nearest_passages(content, vector, sources, idf)
    ]
    return _decisive(verdicts)


def find_quotation(claim: str, sources: Sequence[Source]) -> Evidence | None:
    """Return the sentence that `claim` quotes whole, or None.

    Letter for letter but for whitespace, LaTeX residue, references in brackets, and outer
    quotation marks.
    A part of a sentence is no quotation: what is left out may turn its meaning.
    """
    wanted = as_compared(claim)
    for source in sources:
        for span in source.sentences:
            if wanted and as_compared(span.of(source.paper.abstract)) == wanted:
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


@dataclass(frozen=True)
class _Passage:
    evidence: Evidence
    cosine: float
    overlap: float
    paper_overlap: float


def _nearest_passages(
    content: Sequence[str], vector: Vectors, sources: Sequence[Source], idf: Idf
) -> list[_Passage]:
    """Return the passages that come into question, best first by overlap and similarity."""
    found = []
    for source in sources:
        if not source.sentences:
            continue
        title = set(stems(source.paper.title))
        in_paper = title | set(stems(source.paper.abstract))
        paper_overlap = overlap_share(content, in_paper, idf)
        for span, cosine in zip(source.passages, source.passage_vectors @ vector, strict=True):
            known = title | set(stems(span.of(source.paper.abstract)))
            overlap = overlap_share(content, known, idf)
            score = (overlap + float(cosine)) / 2
            evidence = Evidence(source.paper, span.start, span.end, score)
            found.append(_Passage(evidence, float(cosine), overlap, paper_overlap))
    return sorted(found, key=lambda passage: -passage.evidence.score)[:_PASSAGES_TRIED]


def overlap_share(content: Sequence[str], known: set[str], idf: Idf) -> float:
    """Return the share of the stems `content` that are in `known`, weighted by idf, in [0, 1]."""
    total = sum(idf(stem) for stem in content)
    return sum(idf(stem) for stem in content if stem in known) / total if total else 0.0


def _check_passage(content: Sequence[str], claimed: Facts, passage: _Passage, idf: Idf) -> Verdict:
    paper, quote = passage.evidence.paper, passage.evidence.quote
    stated = facts_of(quote)
    in_paper = facts_of(f"{paper.title}. {paper.abstract}")
    measures = f"overlap {passage.overlap:.2f}, cosine {passage.cosine:.2f}"
    score = max(0.0, min(1.0, passage.evidence.score))

    def verdict(label: Label, reason: str) -> Verdict:
        return Verdict(label, score, (passage.evidence,), (reason, measures))

    if passage.overlap < MIN_OVERLAP or passage.cosine < MIN_COSINE:
        return verdict(Label.UNSUPPORTED, "relevance: no passage says this")
    if passage.paper_overlap < MIN_PAPER_OVERLAP:
        return verdict(Label.UNSUPPORTED, "relevance: much of it is not in the paper")
    if numbers := missing_numbers(claimed, stated):
        return verdict(Label.UNSUPPORTED, f"numbers: {', '.join(numbers)} not in the passage")
    if names := missing_names(claimed, in_paper):
        return verdict(Label.UNSUPPORTED, f"names: {', '.join(names)} not in the paper")
    if clash := polarity_clash(claimed, stated):
        return verdict(Label.CONTRADICTED, f"polarity: {clash}")
    return verdict(
        Label.ATTRIBUTED, "numbers, names and polarity agree; entailment skipped: no model"
    )


def _as_paper(source: Paper | str, number: int) -> Paper:
    if isinstance(source, Paper):
        return source
    return Paper(paper_id=f"source:{number}", title="", abstract=source)
