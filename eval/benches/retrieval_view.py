"""Renders what the bench of retrieval found for the terminal. Pure."""

from collections.abc import Mapping

from assistant.views.text import printable
from eval.benches.rankers import SHIPPED
from eval.benches.retrieval_report import (
    WORST_BY,
    Collection,
    Counts,
    Means,
    RetrievalReport,
    WorstQuery,
)
from eval.benches.retrieval_scores import METRICS
from eval.table import NONE, align, value_and_interval

SHOWN_CHARACTERS = 200


def render_retrieval(report: RetrievalReport) -> str:
    """Return the report as text: what was measured, the rankers, differences, worst queries."""
    parts = [
        _settings_lines(report),
        _table("", report.means, ""),
        _table(f"{SHIPPED} minus", report.differences, "+"),
        _worst_lines(report),
    ]
    return printable("\n\n".join("\n".join(lines) for lines in parts if lines))


def collection_lines(settings: Collection, counts: Counts, first_skipped: str) -> list[str]:
    """Return what was measured on, and what must be known of it."""
    qrels = ", ".join(f"{name} sha256 {sha}" for name, sha in settings.qrels_sha256.items())
    return [
        f"dataset   {settings.dataset}, {qrels}",
        f"queries   {counts.queries}, in {counts.groups} groups that share relevant papers",
        f"library   {counts.papers} papers of {counts.documents} documents, "
        f"fingerprint {settings.library_fingerprint}",
        *(f"          {line}" for line in _notes(counts, first_skipped)),
    ]


def _settings_lines(report: RetrievalReport) -> list[str]:
    settings = report.settings
    return [
        *collection_lines(settings, report.counts, report.first_skipped),
        f"embedder  {settings.embedder}, reranker {settings.rerank or 'none'}",
        f"ranked    {settings.depth} deep; RRF with k = {settings.rrf_k}; 95% intervals from "
        f"{settings.resamples} resamples of the groups",
        f"version   {settings.version}",
    ]


def _notes(counts: Counts, first_skipped: str) -> list[str]:
    """Return what must be known of the numbers, each line only where it is the case."""
    left_out = (
        (counts.unjudged, "without a judgement"),
        (counts.irrelevant, "without a relevant document"),
        (counts.unworded, "judged and not among the queries"),
    )
    told = ", ".join(f"{count} {what}" for count, what in left_out if count)
    notes = (
        (
            counts.joined,
            f"documents that are one paper with an earlier one: {counts.joined}; "
            f"such papers that are relevant to a query: {counts.joined_relevant}",
        ),
        (
            counts.untitled,
            f"documents without a title, whose first sentence stands for it: {counts.untitled}",
        ),
        (
            counts.skipped,
            f"documents left out, being no papers: {counts.skipped} ({first_skipped})",
        ),
        (
            counts.absent,
            f"relevant documents that the library lacks, counted as not found: {counts.absent}; "
            f"queries without another: {counts.hopeless}",
        ),
        (counts.cut, f"queries cut, being longer than search takes: {counts.cut}"),
        (told, f"queries left out: {told}"),
    )
    return [line for is_the_case, line in notes if is_the_case]


def _table(corner: str, means: Mapping[str, Means], sign: str) -> list[str]:
    """Make a line a ranker: value and interval of each metric."""
    header = [corner, *(cell for name in METRICS for cell in (name, "95%"))]
    rows = [
        [ranker, *(cell for name in METRICS for cell in value_and_interval(each[name], sign))]
        for ranker, each in means.items()
    ]
    return align([header, *rows])


def _worst_lines(report: RetrievalReport) -> list[str]:
    if not report.worst:
        return []
    shown = f"{len(report.worst)} of {report.flawed} below {WORST_BY} = 1"
    lines = [line for query in report.worst for line in _worst_pair(query)]
    return [f"worst of {SHIPPED} ({shown})", *lines]


def _worst_pair(query: WorstQuery) -> tuple[str, str]:
    rank = NONE if query.first_relevant_rank is None else str(query.first_relevant_rank)
    first = f"{_shortened(query.first_title)} ({', '.join(query.first_documents)})"
    return (
        f"{query.query_id}: {_shortened(query.text)}",
        f"    first relevant at rank {rank}; first of all: "
        f"{NONE if query.first_title is None else first}",
    )


def _shortened(text: str | None) -> str:
    text = text or ""
    return text if len(text) <= SHOWN_CHARACTERS else f"{text[: SHOWN_CHARACTERS - 3]}..."
