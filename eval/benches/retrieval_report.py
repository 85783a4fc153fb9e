"""What the bench of retrieval found, as values; `retrieval_view` makes text of them."""

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from assistant import __version__
from assistant.question import MAX_QUESTION_CHARACTERS
from assistant.statistics import RESAMPLES
from eval.benches.beir import Dataset
from eval.benches.corpus_library import ABSENT, qrels_by_paper
from eval.benches.rankers import RRF_K, SHIPPED
from eval.benches.retrieval_scores import (
    DEPTH,
    METRICS,
    PaperQrels,
    Rankings,
    mean_differences,
    mean_scores,
    query_groups,
)
from eval.metrics import first_relevant_rank
from eval.scores import Aggregate

if TYPE_CHECKING:
    from assistant.ask import Assistant

WORST_BY = "nDCG@10"
"""Queries are the worst by this metric, then by the rank of the first relevant paper."""

Means = Mapping[str, Aggregate]
"""By metric."""


@dataclass(frozen=True, slots=True)
class Collection:
    """What the queries were put to, and judged by."""

    dataset: str
    qrels_sha256: Mapping[str, str]
    library_fingerprint: str
    embedder: str


@dataclass(frozen=True, slots=True)
class Settings(Collection):
    """What the numbers hold for."""

    rerank: str | None
    depth: int
    rrf_k: int
    resamples: int
    version: str


@dataclass(frozen=True, slots=True)
class Counts:
    """What was measured, and what was left out or joined.

    `groups` are those of `query_groups`. `joined` documents are one paper with an earlier
    one, `joined_relevant` papers of several documents are relevant to a query. `absent`
    counts relevant documents that the library lacks, by query, and `hopeless` the queries
    that have no other. The rest is told in `eval.benches.beir`.
    """

    documents: int
    papers: int
    joined: int
    joined_relevant: int
    untitled: int
    skipped: int
    queries: int
    groups: int
    unjudged: int
    irrelevant: int
    unworded: int
    absent: int
    hopeless: int
    cut: int


@dataclass(frozen=True, slots=True)
class WorstQuery:
    """A query, the rank of its first relevant paper (None: not found), and what stood first.

    `relevant` and `first_documents` are ids of documents.
    """

    query_id: str
    text: str
    ndcg_at_10: float
    first_relevant_rank: int | None
    relevant: tuple[str, ...]
    first_title: str | None
    first_documents: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RetrievalReport:
    """Means by ranker; differences of the shipped one minus each other; its worst queries.

    `flawed` counts the queries below a perfect score, of which `worst` are the worst;
    `first_skipped` says where the first document that is no paper stands, and why.
    """

    settings: Settings
    counts: Counts
    first_skipped: str
    means: Mapping[str, Means]
    differences: Mapping[str, Means]
    flawed: int
    worst: tuple[WorstQuery, ...]

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON values."""
        return {
            "settings": asdict(self.settings),
            "counts": asdict(self.counts),
            "first_skipped": self.first_skipped,
            "rankers": _plain(self.means),
            f"{SHIPPED}_minus": _plain(self.differences),
            "flawed": self.flawed,
            "worst": [asdict(query) for query in self.worst],
        }


def report_on(
    assistant: "Assistant",
    dataset: Dataset,
    paper_ids: Mapping[str, str],
    rankings: Mapping[str, Rankings],
    worst: int,
) -> RetrievalReport:
    """Score rankings.

    Args:
        assistant: what they are of.
        dataset: what they are held against.
        paper_ids: which paper each document is.
        rankings: by ranker.
        worst: how many of the worst queries to tell.
    """
    qrels = qrels_by_paper(dataset.qrels, paper_ids)
    shipped = rankings[SHIPPED]
    flawed = _worst_first(shipped, qrels)
    return RetrievalReport(
        settings=Settings(
            dataset=dataset.folder.resolve().name,
            qrels_sha256=dataset.qrels_sha256,
            library_fingerprint=assistant.library.fingerprint,
            embedder=assistant.library.embedder.name,
            rerank=assistant.config.rerank,
            depth=DEPTH,
            rrf_k=RRF_K,
            resamples=RESAMPLES,
            version=__version__,
        ),
        counts=count_all(dataset, paper_ids, qrels),
        first_skipped=first_skipped(dataset),
        means={name: mean_scores(each, qrels) for name, each in rankings.items()},
        differences={
            name: mean_differences(shipped, each, qrels)
            for name, each in rankings.items()
            if name != SHIPPED
        },
        flawed=len(flawed),
        worst=tuple(_describe(flawed[:worst], dataset, paper_ids, shipped, qrels)),
    )


def count_all(dataset: Dataset, paper_ids: Mapping[str, str], qrels: PaperQrels) -> Counts:
    """Count documents, papers and queries.

    Args:
        dataset: what was read.
        paper_ids: which paper each document is.
        qrels: the judgements by paper.
    """
    corpus = dataset.corpus
    documents_of = _documents_of(paper_ids)
    several = {paper_id for paper_id, documents in documents_of.items() if len(documents) > 1}
    relevant = [_relevant(grades) for grades in qrels.values()]
    absent = [{each for each in ids if each.startswith(ABSENT)} for ids in relevant]
    return Counts(
        documents=len(corpus.documents),
        papers=len(documents_of),
        joined=len(corpus.documents) - len(documents_of),
        joined_relevant=len(several & set().union(*relevant)),
        untitled=corpus.untitled,
        skipped=len(corpus.skipped),
        queries=len(qrels),
        groups=len(set(query_groups(qrels).values())),
        unjudged=dataset.unjudged,
        irrelevant=dataset.irrelevant,
        unworded=dataset.unworded,
        absent=sum(map(len, absent)),
        hopeless=sum(each == gone for each, gone in zip(relevant, absent, strict=True)),
        cut=sum(len(text) > MAX_QUESTION_CHARACTERS for text in dataset.queries.values()),
    )


def first_skipped(dataset: Dataset) -> str:
    """Say where the first document that is no paper stands, and why; empty if there is none."""
    skipped = dataset.corpus.skipped
    return f"{skipped[0].place}: {skipped[0].reason}" if skipped else ""


def _worst_first(rankings: Rankings, qrels: PaperQrels) -> list[str]:
    """Return the ids of the queries below a perfect score."""
    keys = {
        query: (
            METRICS[WORST_BY](rankings[query], grades),
            -(first_relevant_rank(rankings[query], grades) or math.inf),
        )
        for query, grades in qrels.items()
    }
    flawed = [query for query, (score, _) in keys.items() if not math.isclose(score, 1.0)]
    return sorted(flawed, key=keys.__getitem__)


def _describe(
    queries: Iterable[str],
    dataset: Dataset,
    paper_ids: Mapping[str, str],
    rankings: Rankings,
    qrels: PaperQrels,
) -> Iterator[WorstQuery]:
    documents_of = _documents_of(paper_ids)
    for query in queries:
        ranking, grades = rankings[query], qrels[query]
        first = documents_of[ranking[0]] if ranking else ()
        yield WorstQuery(
            query_id=query,
            text=dataset.queries[query],
            ndcg_at_10=round(METRICS[WORST_BY](ranking, grades), 6),
            first_relevant_rank=first_relevant_rank(ranking, grades),
            relevant=tuple(sorted(_relevant(dataset.qrels[query]))),
            first_title=dataset.corpus.documents[first[0]].title if first else None,
            first_documents=tuple(first),
        )


def _documents_of(paper_ids: Mapping[str, str]) -> dict[str, list[str]]:
    """Return the documents of each paper."""
    documents: defaultdict[str, list[str]] = defaultdict(list)
    for document, paper_id in paper_ids.items():
        documents[paper_id].append(document)
    return dict(documents)


def _relevant(grades: Mapping[str, int]) -> set[str]:
    return {each for each, grade in grades.items() if grade > 0}


def _plain(means: Mapping[str, Means]) -> dict[str, dict[str, Any]]:
    return {
        name: {metric: aggregate.to_dict() for metric, aggregate in each.items()}
        for name, each in means.items()
    }
