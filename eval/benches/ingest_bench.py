"""What an ingest costs beside the bare embedder: time, disk and memory, in one run.

The texts of every call are embedded twice in turn, once for the ingest and once bare, so
that both meet the same machine; the bare time is not counted as the ingest's.
"""

import argparse
import hashlib
import resource
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np

from assistant.embedding import Embedder, Vectors, load_embedder
from assistant.errors import UsageError
from assistant.ingest_report import Skipped
from assistant.library import Library
from assistant.readers import read_paths
from assistant.types import Paper
from eval.bench import Bench, Call, add_papers

DEFAULT_COUNT = 10_000

_FLOAT32_BYTES = 4
_MEMORY_EVERY = 10_000


@dataclass
class PairedEmbedder:
    """Embeds for an ingest, and each time the same texts again, bare; both are timed."""

    inner: Embedder
    clock: Callable[[], float] = time.perf_counter
    texts: int = 0
    within_s: float = 0.0
    bare_s: float = 0.0
    _bare_first: bool = field(default=False, repr=False)

    @property
    def name(self) -> str:
        """The embedder's own name."""
        return self.inner.name

    @property
    def dimension(self) -> int:
        """The embedder's own dimension."""
        return self.inner.dimension

    def prepare(self) -> None:
        """Let the embedder load what it needs."""
        self.inner.prepare()

    def fits(self, text: str) -> bool:
        """Tell what the embedder tells."""
        return self.inner.fits(text)

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Return the vectors; which of the two runs comes first changes each time."""
        self._bare_first = not self._bare_first
        if self._bare_first:
            self.bare_s += self._timed(texts)[0]
        taken, vectors = self._timed(texts)
        self.within_s += taken
        if not self._bare_first:
            self.bare_s += self._timed(texts)[0]
        self.texts += len(texts)
        return vectors

    def _timed(self, texts: Sequence[str]) -> tuple[float, Vectors]:
        began = self.clock()
        vectors = self.inner.embed(texts)
        return self.clock() - began, vectors


class StandIn:
    """Unit vectors from a hash, as long as the model's: for disk and memory, not for time."""

    name = "stand-in"

    def __init__(self, inner: Embedder) -> None:
        """Take the place of `inner`."""
        self.dimension = inner.dimension
        self.fits = inner.fits
        self.prepare = inner.prepare

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Return one unit vector a text, another for another text."""
        rows = np.stack([self._vector(text) for text in texts])
        unit: Vectors = (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)
        return unit

    def _vector(self, text: str) -> Vectors:
        seed = int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest())
        return np.random.default_rng(seed).standard_normal(self.dimension, dtype=np.float32)


@dataclass(frozen=True, slots=True)
class IngestCosts:
    """What was measured; times in seconds, sizes in bytes, memory as (papers, peak bytes)."""

    embedder: str
    papers: int
    texts: int
    ingest_s: float
    bare_s: float
    again_s: float
    raw_bytes: int
    vector_bytes: int
    disk_bytes: int
    memory: tuple[tuple[int, int], ...]

    def to_dict(self) -> dict[str, Any]:
        """Return what was measured, and its ratios, as plain JSON values."""
        ratios = {"rate": self.rate, "again": self.again, "disk": self.disk}
        return asdict(self) | {name: round(value, 6) for name, value in ratios.items()}

    @property
    def rate(self) -> float:
        """The ingest's rate as a share of the bare embedder's."""
        return self.bare_s / self.ingest_s

    @property
    def again(self) -> float:
        """The time of an unchanged ingest as a share of the first one's."""
        return self.again_s / self.ingest_s

    @property
    def disk(self) -> float:
        """All that the library takes, over raw text and float32 chunk vectors."""
        return self.disk_bytes / (self.raw_bytes + self.vector_bytes)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add which papers, how many of them, and whether the model embeds them."""
    add_papers(parser, "to ingest")
    parser.add_argument(
        "--count",
        type=int,
        metavar="N",
        default=DEFAULT_COUNT,
        help=f"how many of them ({DEFAULT_COUNT})",
    )
    parser.add_argument(
        "--stand-in",
        action="store_true",
        help="made-up vectors in place of the model's: disk and memory, no times",
    )


def run(call: Call) -> int:
    """Measure the ingest of the papers that the arguments name.

    Raises:
        UsageError: the files hold fewer papers, or the count is below 1.
    """
    arguments = call.arguments
    if arguments.count < 1:
        raise UsageError(f"--count is {arguments.count}; give a number above 0")
    embedder = load_embedder(call.config)
    chosen = StandIn(embedder) if arguments.stand_in else embedder
    costs = measure_ingest(arguments.papers, arguments.count, chosen)
    return call.tell(costs.to_dict(), render_costs(costs, with_times=not arguments.stand_in))


def measure_ingest(
    paths: Sequence[Path],
    count: int,
    embedder: Embedder,
    progress: Callable[[int], None] = lambda papers: None,
) -> IngestCosts:
    """Ingest the first `count` papers of files into a library that is gone afterwards.

    Raises:
        UsageError: the files hold fewer papers.
    """
    paired = PairedEmbedder(embedder)
    memory = [(0, _peak_bytes())]

    def seen(papers: int) -> None:
        if papers // _MEMORY_EVERY > memory[-1][0] // _MEMORY_EVERY:
            memory.append((papers, _peak_bytes()))
        progress(papers)

    with TemporaryDirectory(prefix="paper-assistant-bench-") as folder:
        with Library(Path(folder) / "library", paired) as library:
            began = time.perf_counter()
            report = library.ingest(_first(read_paths(paths), count), seen)
            ingest_s = time.perf_counter() - began - paired.bare_s
            if report.added < count:
                raise UsageError(f"the files hold {report.added} papers; ask for no more")
            memory.append((count, _peak_bytes()))
            began = time.perf_counter()
            library.ingest(_first(read_paths(paths), count))
            again_s = time.perf_counter() - began
            raw_bytes, vector_bytes = _bytes_put_in(library)
        disk_bytes = sum(f.stat().st_size for f in Path(folder).rglob("*") if f.is_file())
    return IngestCosts(
        embedder=embedder.name,
        papers=count,
        texts=paired.texts,
        ingest_s=ingest_s,
        bare_s=paired.bare_s,
        again_s=again_s,
        raw_bytes=raw_bytes,
        vector_bytes=vector_bytes,
        disk_bytes=disk_bytes,
        memory=tuple(memory),
    )


def render_costs(costs: IngestCosts, *, with_times: bool = True) -> str:
    """Return the measurements as lines; `with_times` only where the model embedded."""
    mega = 1e6
    lines = [
        f"papers     {costs.papers}, {costs.texts} texts embedded by {costs.embedder}",
        f"disk       {costs.disk_bytes / mega:.1f} MB, {costs.disk:.2f} times raw text "
        f"({costs.raw_bytes / mega:.1f} MB) and float32 chunk vectors "
        f"({costs.vector_bytes / mega:.1f} MB)",
        "memory     "
        + ", ".join(f"{peak / mega:.0f} MB at {papers}" for papers, peak in costs.memory),
    ]
    if with_times:
        lines[1:1] = [
            f"ingest     {costs.ingest_s:.1f} s, bare embedder {costs.bare_s:.1f} s: "
            f"{costs.rate:.3f} of its rate",
            f"unchanged  {costs.again_s:.2f} s, {100 * costs.again:.2f} % of the first",
        ]
    return "\n".join(lines)


def _bytes_put_in(library: Library) -> tuple[int, int]:
    """Return the size of all titles and abstracts, and of the chunks' vectors in float32."""
    raw = sum(len((paper.title + paper.abstract).encode()) for paper in library.papers())
    return raw, library.record.count_chunks() * library.embedder.dimension * _FLOAT32_BYTES


def _first(items: Iterable[Paper | Skipped], count: int) -> Iterator[Paper]:
    return islice((item for item in items if isinstance(item, Paper)), count)


def _peak_bytes() -> int:
    """Return the most memory that this process has held so far."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024


BENCH = Bench(
    "what an ingest costs beside the bare embedder: time, disk, memory", add_arguments, run
)
