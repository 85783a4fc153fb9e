"""The bench of retrieval: a test collection through what ships, beside what it is made of.

Every query goes through every ranker in one run over one library. Nothing is fitted, and
nothing is left out of a ranking: not the document that a query may have been made from,
nor one whose id is the query's. With ``--fit`` the weights of the fusion are cross-validated
instead (`eval.benches.fusion_fit`).
"""

import argparse
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from assistant.errors import UsageError
from assistant.question import MAX_QUESTION_CHARACTERS
from eval.bench import Bench, Call
from eval.benches.beir import read_dataset
from eval.benches.corpus_library import ingest_corpus
from eval.benches.fusion_report import fit_report
from eval.benches.fusion_view import render_fit
from eval.benches.rankers import RANKERS
from eval.benches.retrieval_report import report_on
from eval.benches.retrieval_scores import DEPTH, Rankings
from eval.benches.retrieval_view import render_retrieval

if TYPE_CHECKING:
    from assistant.ask import Assistant

WORST = 10


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add which collection, and how much is told of it."""
    parser.epilog = (
        "The corpus goes into the library that --library names, which must hold nothing else; "
        "an unchanged corpus is not embedded again. Without it, into a temporary one."
    )
    parser.add_argument(
        "--dataset",
        type=Path,
        metavar="DIR",
        required=True,
        help="folder with corpus.jsonl[.gz], queries.jsonl[.gz] and qrels/*.tsv, as of BEIR",
    )
    parser.add_argument(
        "--split", metavar="NAME", help="only the judgements of qrels/NAME.tsv (all)"
    )
    either = parser.add_mutually_exclusive_group()
    either.add_argument(
        "--worst", type=int, metavar="N", default=WORST, help=f"queries to list ({WORST})"
    )
    either.add_argument(
        "--fit",
        action="store_true",
        help="cross-validate the weights of hybrid search on the queries instead",
    )


def run(call: Call) -> int:
    """Measure retrieval over the collection that the arguments name.

    Raises:
        UsageError: the collection is malformed, or too small to fit on; or the library holds
            other papers.
        LibraryError: the library is unusable.
    """
    arguments = call.arguments
    if arguments.worst < 0:
        raise UsageError(f"--worst is {arguments.worst}; give 0 or more")
    dataset = read_dataset(arguments.dataset, arguments.split)
    with _open(call) as assistant:
        total = len(dataset.corpus.documents)
        progress = _by_tenths(call.say, "{} of {} documents ingested", total)
        paper_ids = ingest_corpus(assistant.library, dataset.corpus, progress)
        progress = _by_tenths(call.say, "{} of {} queries run", len(dataset.queries))
        if arguments.fit:
            fit = fit_report(assistant, dataset, paper_ids, progress)
            return call.tell(fit.to_dict(), render_fit(fit))
        rankings = run_queries(assistant, dataset.queries, progress)
        report = report_on(assistant, dataset, paper_ids, rankings, arguments.worst)
    return call.tell(report.to_dict(), render_retrieval(report))


def run_queries(
    assistant: "Assistant", queries: Mapping[str, str], progress: Callable[[int], None]
) -> dict[str, Rankings]:
    """Return by ranker what each finds for each query, `DEPTH` papers deep.

    A query that is longer than search takes is cut for all rankers alike.
    """
    rankings: dict[str, dict[str, list[str]]] = {name: {} for name in RANKERS}
    for done, (query_id, text) in enumerate(queries.items(), start=1):
        query = text[:MAX_QUESTION_CHARACTERS]
        vector = assistant.library.embedder.embed([query])[0]
        for name, rank in RANKERS.items():
            rankings[name][query_id] = rank(assistant, query, vector, DEPTH)
        progress(done)
    return dict(rankings)


@contextmanager
def _open(call: Call) -> Iterator["Assistant"]:
    """Open the library for the corpus; one that nobody named is gone afterwards.

    Its indexes are beside it, also where the person's own are on a Chroma server.
    """
    from assistant.ask import Assistant

    with TemporaryDirectory(prefix="paper-assistant-eval-") as temporary:
        folder = call.arguments.library or Path(temporary) / "library"
        if call.arguments.library is None:
            call.say(f"library {folder}, gone afterwards; --library DIR keeps one for the next run")
        config = replace(call.config, library=folder, chroma_url=None)
        with Assistant.open(config=config) as assistant:
            assistant.library.notify = call.say
            call.say(assistant.status())
            yield assistant


def _by_tenths(say: Callable[[str], None], line: str, total: int) -> Callable[[int], None]:
    """Return what tells how many of `total` are done, whenever a tenth more is."""
    told = 0

    def progress(done: int) -> None:
        nonlocal told
        if 10 * done // total > told:
            told = 10 * done // total
            say(line.format(done, total))

    return progress


BENCH = Bench("retrieval over a BEIR folder: hybrid beside BM25, dense and RRF", add_arguments, run)
