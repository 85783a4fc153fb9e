"""Answers, hits and reports as plain text for a terminal; pure."""

import re
import textwrap
from collections.abc import Sequence
from itertools import groupby
from typing import TYPE_CHECKING

from assistant.ingest_report import IngestReport
from assistant.tidy import tidy
from assistant.types import Answer, CheckedSentence, Citation, Hit

if TYPE_CHECKING:
    from assistant.checking import CheckedReference
    from assistant.explanation import Explanation

_NARROWEST = 40
_WIDEST = 100
_NOT_PRINTED = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
"""Control characters and changes of direction: text of papers may not steer a terminal."""


def answer_text(answer: Answer, width: int, *, details: bool = False) -> str:
    """Return an answer with its sources, each with the exact quotation that it stands on.

    `details` adds what was dropped, how long each stage took, and the id of the record.
    """
    width = max(_NARROWEST, min(width, _WIDEST))
    blocks = [_wrap(paragraph, width) for paragraph in answer.text.split("\n\n")]
    if answer.reason and not answer.refused:
        blocks.insert(0, _wrap(f"({answer.reason})", width))
    if answer.citations:
        blocks.append("Sources")
        by_paper = groupby(answer.citations, key=lambda citation: citation.paper_id)
        blocks += [_source(list(group), width) for _, group in by_paper]
    if details:
        blocks += _details(answer, width)
    return printable("\n\n".join(blocks))


def hits_text(hits: Sequence[Hit], width: int) -> str:
    """Return one line a hit: rank, score, title, paper id."""
    if not hits:
        return "Nothing found."
    lines = (
        f"{hit.rank:>3}  {hit.score:.3f}  {tidy(hit.paper.title)}  [{hit.paper.paper_id}]"
        for hit in hits
    )
    return printable(
        "\n".join(
            textwrap.fill(line, max(_NARROWEST, width), subsequent_indent=" " * 12)
            for line in lines
        )
    )


def explanations_text(explanations: Sequence["Explanation"], width: int) -> str:
    """Return each hit with the words, cosines and parts of its score that brought it there."""
    if not explanations:
        return "Nothing found."
    return printable("\n\n".join(_explained(each, width) for each in explanations))


def checks_text(
    checks: Sequence[CheckedSentence],
    width: int,
    references: Sequence["CheckedReference"] = (),
) -> str:
    """Return each sentence of a checked text with its verdict, reasons and best evidence.

    The entries of the text's own list of references follow, each with what is wrong with it.
    """
    width = max(_NARROWEST, width)
    blocks = [_checked(check, width) for check in checks]
    if references:
        blocks.append("\n".join(["References", *(_reference(each, width) for each in references)]))
    return printable("\n\n".join(blocks))


def report_text(report: IngestReport) -> str:
    """Return what an ingest did, and each thing that it skipped with the reason."""
    merged = f"{report.merged} merged, " if report.merged else ""
    bare = f"; {report.without_abstract} without an abstract" if report.without_abstract else ""
    line = (
        f"{report.added} added, {report.updated} updated, {report.unchanged} unchanged, "
        f"{merged}{len(report.skipped)} skipped; {report.embedded} texts embedded{bare}"
    )
    skipped = (
        f"skipped {s.reason}" if s.place == "file" else f"skipped {s.source}, {s.place}: {s.reason}"
        for s in report.skipped
    )
    return printable("\n".join([line, *skipped]))


def link_of(paper: Citation) -> str:
    """Return the address of a cited paper, "" where none is known."""
    if paper.url or not (paper.doi or paper.arxiv_id):
        return paper.url or ""
    return (
        f"https://doi.org/{paper.doi}" if paper.doi else f"https://arxiv.org/abs/{paper.arxiv_id}"
    )


def _source(citations: Sequence[Citation], width: int) -> str:
    """Return a paper's line, and under it each quotation of it with its marker."""
    paper = citations[0]
    about = [tidy(paper.title), ", ".join(paper.authors), str(paper.year or ""), link_of(paper)]
    lines = [_wrap(". ".join(filter(None, about)), width, hang=2)]
    for citation in citations:
        quote = f"[{citation.marker}] “{' '.join(citation.quote.split())}”"
        lines.append(textwrap.indent(_wrap(quote, width - 2, hang=4), "  "))
    return "\n".join(lines)


def _details(answer: Answer, width: int) -> list[str]:
    blocks = []
    for dropped in answer.dropped:
        reasons = "; ".join(dropped.reasons)
        blocks.append(_wrap(f"dropped ({dropped.verdict}: {reasons}): {dropped.text}", width))
    timings = ", ".join(f"{name} {seconds:.3f} s" for name, seconds in answer.timings.items())
    if answer.confidence is not None:
        chance = f"probability that the quoted evidence answers: {answer.confidence:.2f}"
        blocks.append(_wrap(chance, width))
    record = f"; record {answer.record_id}" if answer.record_id else ""
    return [*blocks, _wrap(f"engine {answer.engine}; {timings}{record}", width)]


def _checked(check: CheckedSentence, width: int) -> str:
    verdict = check.verdict
    lines = [_wrap(f"{verdict.label.upper()}: {tidy(check.text)}", width)]
    lines += [_wrap(remark, width - 4) for remark in check.remarks]
    lines.append(_wrap("; ".join(verdict.reasons), width - 4))
    lines += [
        _wrap(f"{tidy(item.paper.title)}: “{' '.join(item.quote.split())}”", width - 4)
        for item in verdict.evidence
    ]
    if check.proposed:
        lines.append(_wrap(f"cite this paper? [{check.proposed.paper.paper_id}]", width - 4))
    return "\n".join([lines[0], *(textwrap.indent(line, "    ") for line in lines[1:])])


def _reference(reference: "CheckedReference", width: int) -> str:
    if reference.paper is None:
        told = f"{reference.problem.upper()}: {reference.text}"
    elif reference.problem:
        told = f"WRONG: {reference.problem}: {reference.text}"
    else:
        told = f"in the library: {tidy(reference.paper.title)}"
    return _wrap(f"[{reference.number}] {told}", width, hang=4)


def printable(text: str) -> str:
    """Return `text` without what could steer a terminal or turn its letters around."""
    return _NOT_PRINTED.sub("", text)


def _wrap(text: str, width: int, hang: int = 0) -> str:
    return textwrap.fill(
        text, width, subsequent_indent=" " * hang, break_long_words=False, break_on_hyphens=False
    )


def _explained(found: "Explanation", width: int) -> str:
    words = ", ".join(f"{stem} {score:.2f}" for stem, score in found.terms.items())
    parts = ", ".join(f"{name} {value:+.2f}" for name, value in found.parts.items() if value)
    rows = [("words", f"{found.lexical:.2f} by BM25: {words}" if words else "none")]
    rows.append(("passage", f"cosine {found.chunk:.3f}"))
    if found.sentence is not None:
        quote = tidy(found.sentence.quote)
        rows.append(("sentence", f"cosine {found.sentence.score:.3f}: “{quote}”"))
    rows.append(("adds up", parts))
    return "\n".join(
        [
            hits_text([found.hit], width),
            *(_row(name, text, max(_NARROWEST, width)) for name, text in rows),
        ]
    )


def _row(name: str, text: str, width: int) -> str:
    return textwrap.fill(text, width, initial_indent=f"     {name:<9}", subsequent_indent=" " * 14)
