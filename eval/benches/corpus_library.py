"""A corpus in a library: which paper each document is there, and judgements by paper."""

from collections.abc import Mapping

from assistant.errors import UsageError
from assistant.library import Library, Progress
from assistant.types import Paper
from eval.benches.beir import Corpus, Qrels

ABSENT = "absent:"
"""Begins the id that stands for a document which the library lacks; no paper's id does."""

Content = tuple[str, str, str | None, str | None]


def ingest_corpus(library: Library, corpus: Corpus, progress: Progress) -> dict[str, str]:
    """Put a corpus into a library, unless it is there; return each document's paper id.

    Documents that the library holds to be one work (the same DOI, arXiv id, or title with
    nearly the same abstract) have one id.

    Raises:
        UsageError: the library holds other papers, which would stand among the results.
        LibraryError: the library can't be written.
    """
    stored = _ids_by_content(library)
    wanted = {_content(paper) for paper in corpus.documents.values()}
    if foreign := [content for content in stored if content not in wanted]:
        raise UsageError(
            f"{library.path}: {len(foreign)} of its records are not in {corpus.path} "
            f"({foreign[0][0]!r}); give a folder of its own with --library"
        )
    if len(stored) < len(wanted):
        library.ingest(corpus.documents.values(), progress)
        stored = _ids_by_content(library)
    return {document: stored[_content(paper)] for document, paper in corpus.documents.items()}


def qrels_by_paper(qrels: Qrels, paper_ids: Mapping[str, str]) -> dict[str, dict[str, int]]:
    """Return the judgements by paper: of documents that are one paper, the highest grade.

    A document without a paper keeps its grade, under an id that no ranking holds: what is
    relevant and can't be found counts as not found.
    """
    judged: dict[str, dict[str, int]] = {}
    for query, grades in qrels.items():
        by_paper = judged.setdefault(query, {})
        for document, grade in grades.items():
            paper_id = paper_ids.get(document, ABSENT + document)
            by_paper[paper_id] = max(grade, by_paper.get(paper_id, grade))
    return judged


def _ids_by_content(library: Library) -> dict[Content, str]:
    """Return the id of the paper that each record of the library is part of."""
    papers = [paper.paper_id for paper in library.papers()]
    return {_content(record): each for each in papers for record in library.records(each)}


def _content(paper: Paper) -> Content:
    """Return what tells a record from all others that are not the same work."""
    return (paper.title, paper.abstract, paper.doi, paper.arxiv_id)
