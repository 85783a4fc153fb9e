"""The first query of a process: search beside the bare parts that it can't do without.

``python -m eval.benches.cold_start WHICH LIBRARY QUERY`` writes the seconds that this took.
"""

import shlex
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path

from assistant.errors import AssistantError
from eval.benches.timing import Times

TOP_K = 10

SEARCH = "search"
BARE = "bare parts"


def time_cold_starts(library: Path, queries: Sequence[str], rounds: int) -> dict[str, Times]:
    """Return the times of first queries, each in a process of its own, by `FIRST_QUERIES`.

    Which comes first changes each round; a round before them is not counted.
    """
    seconds: dict[str, list[float]] = {which: [] for which in FIRST_QUERIES}
    for number in range(rounds + 1):
        query = queries[number % len(queries)]
        for which in list(FIRST_QUERIES)[:: 1 if number % 2 else -1]:
            taken = _seconds_of_process(which, library, query)
            if number:
                seconds[which].append(taken)
    return {which: Times.of_seconds(each) for which, each in seconds.items()}


def main() -> None:
    """Do what the command line says, and write how long it took until it had found something."""
    began = time.perf_counter()
    which, library, query = sys.argv[1:]
    with ExitStack() as stack:
        FIRST_QUERIES[which](Path(library), query, stack)
        sys.stdout.write(f"{time.perf_counter() - began}\n")


def search_first(library: Path, query: str, stack: ExitStack) -> None:
    """Open a library, made with MiniLM, and search it; `stack` closes it."""
    from assistant.ask import Assistant
    from assistant.config import Config

    stack.enter_context(Assistant.open(config=Config(library=library))).search(query, TOP_K)


def query_first(library: Path, query: str, stack: ExitStack) -> None:
    """Load ONNX Runtime, MiniLM and Chroma, embed the query and ask the collection."""
    from assistant.embedding import MiniLM
    from eval.benches.bare_chroma import open_bare

    vector = MiniLM().embed([query])[0]
    stack.enter_context(open_bare(library)).query(vector, TOP_K, lean=True)


FIRST_QUERIES: Mapping[str, Callable[[Path, str, ExitStack], None]] = {
    SEARCH: search_first,
    BARE: query_first,
}


def _seconds_of_process(which: str, library: Path, query: str) -> float:
    command = (
        sys.executable,
        "-m",
        "eval.benches.cold_start",
        which,
        str(library.resolve()),
        query,
    )
    package_parent = Path(__file__).parents[2]  # where it is found, installed or not
    done = subprocess.run(command, capture_output=True, text=True, cwd=package_parent)
    if done.returncode:
        last = " ".join(done.stderr.strip().splitlines()[-1:])
        raise AssistantError(
            f"a first query ({which}) ended with exit code {done.returncode} ({last}); "
            "run it by hand to see more: " + shlex.join(command)
        )
    return float(done.stdout)


if __name__ == "__main__":
    main()
