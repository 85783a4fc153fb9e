"""The verifier: a sentence and the abstracts it may stand on -> a verdict with its reasons.

The checks run from cheap to dear. A verbatim sentence is `supported`. Otherwise the passages
nearest to it (`passages`) are measured, compared in all that code can compare (`agreement`) and
read by the checker that ships (`checker`), and what these come to decides (`weighing`). Without
the checker nothing is more than `attributed`, and the verdict says that the step was skipped.
Judges that a person sets up are heard last (`entailment`).
"""

from collections.abc import Callable, Sequence

from assistant.agreement import clashes_of, not_asserted
from assistant.brackets import as_compared
from assistant.checker import Checker, Reading, shipped_checker
from assistant.embedding import Embedder, MiniLM
from assistant.entailment import EntailmentJudge, hear_each, second_opinion
from assistant.facts import Facts, facts_of
from assistant.order import nearly_copies
from assistant.passages import Passage, content_of, nearest_passages, rivals
from assistant.sources import Idf, Source, read_sources
from assistant.types import Evidence, Label, Paper, Verdict
from assistant.weighing import Finding, weigh
from assistant.words import stems

MIN_CONTENT_WORDS = 2
"""A single word states nothing."""

_OF_THE_ANSWER = frozenset(stems("answer question sentence following"))
"""Who says only that there is an answer, or none, says nothing of a paper."""

Read = Callable[[Sequence[str], str], Sequence[Reading]]
"""Gives what the checker makes of a sentence, given each of some passages."""


def verify(
    claim: str,
    sources: Sequence[Paper | str],
    *,
    embedder: Embedder | None = None,
    idf: Idf = lambda stem: 1.0,
    checker: Checker | None = None,
    judges: Sequence[EntailmentJudge] = (),
) -> Verdict:
    """Check one sentence against sources; needs no library.

    Args:
        claim: the sentence.
        sources: papers, or plain texts, that it may stand on.
        embedder: for similarity; the local MiniLM if None.
        idf: rarity of a stem; all the same if not given.
        checker: reads the passages with the claim; the one that ships if None.
        judges: of entailment, heard on what is `attributed`; see `assistant.entailment`.
    """
    embedder, checker = embedder or MiniLM(), checker or shipped_checker()
    papers = [_as_paper(source, n) for n, source in enumerate(sources, start=1)]
    verdict = check(claim, read_sources(papers, embedder), embedder, idf, checker.read)
    return second_opinion(claim, verdict, hear_each(judges))


def check(
    claim: str, sources: Sequence[Source], embedder: Embedder, idf: Idf, read: Read
) -> Verdict:
    """Check one sentence against sources that are embedded already.

    The verdict is that of one passage, of those nearly as probable as the best; see `weigh`.
    """
    quotation = find_quotation(claim, sources)
    if quotation is not None:
        return Verdict(Label.SUPPORTED, 1.0, (quotation,), ("verbatim: a sentence of the source",))
    if len(set(content_of(facts_of(claim))) - _OF_THE_ANSWER) < MIN_CONTENT_WORDS:
        return Verdict(Label.UNSUPPORTED, 0.0, (), ("no content to check",))
    if not any(source.sentences for source in sources):
        return Verdict(Label.UNSUPPORTED, 0.0, (), ("no source to check against",))
    findings = findings_of(claim, sources, embedder, idf)
    return weigh(findings, read_open(findings, claim, read))


def read_open(findings: Sequence[Finding], claim: str, read: Read) -> list[Reading]:
    """Return a reading a finding; of those that are not open, one that says nothing."""
    found = iter(read([each.evidence.quote for each in findings if each.is_open], claim))
    return [next(found) if each.is_open else Reading() for each in findings]


def findings_of(
    claim: str, sources: Sequence[Source], embedder: Embedder, idf: Idf
) -> list[Finding]:
    """Return what the cheap checks find of a claim in each passage that has a say."""
    claimed = facts_of(claim)
    content = content_of(claimed)
    vector = embedder.embed([claim])[0]
    passages = rivals(claimed, nearest_passages(claimed, vector, sources, idf))
    return [_find(claimed, content, passage) for passage in passages]


def _find(claimed: Facts, content: Sequence[str], passage: Passage) -> Finding:
    near_copy = nearly_copies(claimed, facts_of(passage.evidence.quote))
    clashes = clashes_of(claimed, content, passage, near_copy)
    return Finding(passage.evidence, passage.signs, clashes, near_copy)


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


def _as_paper(source: Paper | str, number: int) -> Paper:
    if isinstance(source, Paper):
        return source
    return Paper(paper_id=f"source:{number}", title="", abstract=source)
