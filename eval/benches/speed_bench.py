"""The bench of search speed: ratios to the bare parts, measured beside them in one process.

Libraries of three sizes are made in a temporary folder. Their vectors are made up; where
the embedding of a query is part of what is timed, the model embeds it.
"""

import argparse
import os
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from importlib.metadata import version
from itertools import chain, islice
from pathlib import Path
from tempfile import TemporaryDirectory

from assistant import __version__
from assistant.config import Config
from assistant.embedding import Embedder, load_embedder
from assistant.errors import UsageError
from assistant.retrieval import IN_MEMORY_UP_TO
from assistant.store.vectors import EXACT_UP_TO
from eval.bench import Bench, Call, add_papers
from eval.benches.cold_start import TOP_K
from eval.benches.made_up import MadeUp, TimedAsModel
from eval.benches.speed_calls import cold_start, growth, open_compared
from eval.benches.speed_library import YEARS, Query, grow, queries_of, read_papers
from eval.benches.speed_report import Ratio, Settings, Share, SpeedReport, render_speed

SIZES = (10_000, 50_000, 60_000)
QUERIES = 200
COLD_ROUNDS = 7
SAMPLE = 5_000
"""Papers from which the made-up vectors learn."""

Say = Callable[[str], None]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add which papers, how many of them, and how many queries."""
    parser.epilog = (
        "The first papers are the queries' and are not ingested. Whole queries and cold starts "
        "are measured at the first size, the search alone and filters at the second, growth "
        "from the first to the third."
    )
    add_papers(parser, "to ingest and to ask about")
    parser.add_argument(
        "--sizes",
        metavar="N,N,N",
        default=",".join(map(str, SIZES)),
        help="papers of the three libraries (%(default)s)",
    )
    parser.add_argument(
        "--queries", type=int, metavar="N", default=QUERIES, help=f"how many ({QUERIES})"
    )


def run(call: Call) -> int:
    """Measure search over the papers that the arguments name.

    Raises:
        UsageError: the files hold fewer papers, or sizes or queries are no such numbers.
    """
    arguments = call.arguments
    sizes = sizes_of(arguments.sizes)
    if arguments.queries < 1:
        raise UsageError(f"--queries is {arguments.queries}; give a number above 0")
    model = load_embedder(Config())  # the bars are about the model that comes with the project
    report = measure_speed(arguments.papers, sizes, arguments.queries, model, call.say)
    return call.tell(report.to_dict(), render_speed(report))


def sizes_of(text: str) -> tuple[int, int, int]:
    """Return the three sizes that an argument names.

    Raises:
        UsageError: they are not three whole numbers above 0, each above the one before.
    """
    parts = [part.strip() for part in text.split(",")]
    sizes = [int(part) for part in parts if part.isdecimal()]
    if len(parts) != 3 or len(sizes) != 3 or not 0 < sizes[0] < sizes[1] < sizes[2]:
        raise UsageError(f"--sizes is {text!r}; give three rising numbers, such as 500,1000,1500")
    return sizes[0], sizes[1], sizes[2]


def measure_speed(
    paths: Sequence[Path],
    sizes: tuple[int, int, int],
    query_count: int,
    model: Embedder,
    say: Say,
    cold_rounds: int = COLD_ROUNDS,
) -> SpeedReport:
    """Make the libraries and return what was measured in them; `say` tells how far it is.

    Raises:
        UsageError: the files hold fewer papers.
    """
    papers = read_papers(paths, query_count + sizes[-1])
    queries = queries_of(islice(papers, query_count))
    sample = list(islice(papers, SAMPLE))
    made_up = MadeUp(model, sample)
    chunks: dict[int, int] = {}
    with TemporaryDirectory(prefix="paper-assistant-bench-") as temporary:
        library = Path(temporary) / "library"
        rest = chain(sample, papers)

        def grow_to(size: int) -> Path:
            say(f"making the library of {size} papers")
            chunks[size] = grow(library, made_up, rest, size)
            say(f"measuring at {size} papers")
            return library

        embedder = TimedAsModel(model, made_up)
        found = list(_measured(sizes, grow_to, embedder, queries, cold_rounds))
    return SpeedReport(
        _settings(model, chunks, queries, cold_rounds),
        tuple(each for each in found if isinstance(each, Ratio)),
        tuple(each for each in found if isinstance(each, Share)),
    )


def _measured(
    sizes: tuple[int, int, int],
    grow_to: Callable[[int], Path],
    embedder: TimedAsModel,
    queries: Sequence[Query],
    cold_rounds: int,
) -> Iterator[Ratio | Share]:
    """Yield what is measured at each size; a copy of the library at the first one is kept."""
    small, middle, large = sizes
    library = grow_to(small)
    kept = Path(shutil.copytree(library, library.with_name("kept")))
    with open_compared(kept, embedder, queries) as compared:
        yield from compared.whole_queries()
    yield cold_start(kept, small, queries, cold_rounds)
    grow_to(middle)
    with open_compared(library, embedder, queries) as compared:
        yield from compared.queries_alone()
        yield from compared.filtered_queries()
        yield from compared.filtered_agreement()
        yield from compared.recalls()
    grow_to(large)
    with open_compared(library, embedder, queries) as compared:
        yield from compared.recalls()
    yield growth(library, kept, embedder, queries)


def _settings(
    model: Embedder, chunks: Mapping[int, int], queries: Sequence[Query], cold_rounds: int
) -> Settings:
    return Settings(
        model=model.name,
        chunks=chunks,
        queries=len(queries),
        words_per_query=sum(len(query.text.split()) for query in queries) / len(queries),
        top_k=TOP_K,
        years=YEARS,
        exact_up_to_chunks=EXACT_UP_TO,
        in_memory_up_to_chunks=IN_MEMORY_UP_TO,
        cold_rounds=cold_rounds,
        cores=os.cpu_count() or 1,
        chromadb=version("chromadb"),
        version=__version__,
    )


BENCH = Bench(
    "how fast search is beside the bare parts: embedding, raw Chroma queries", add_arguments, run
)
