"""A second process with a library, for the tests of test_library.py.

Run as: python library_process.py FOLDER STEP [ARGUMENT]; it says what it found on
its standard output, one JSON value a line.
"""

import json
import os
import signal
import sys
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parent), str(Path(__file__).parent.parent)]

from doubles import DistinctEmbedder, HashingEmbedder, papers  # noqa: E402

from assistant.errors import AssistantError  # noqa: E402
from assistant.library import Library  # noqa: E402
from assistant.store.collection import DenseIndex  # noqa: E402
from assistant.store.lock import writer_lock  # noqa: E402


def say(value: object) -> None:
    sys.stdout.write(json.dumps(value) + "\n")
    sys.stdout.flush()


def ingest(folder: Path, argument: str) -> None:
    """Ingest papers START:COUNT."""
    start, count = map(int, argument.split(":"))
    with Library(folder, HashingEmbedder()) as library:
        say(library.ingest(papers(count, start)).added)


def ingest_often(folder: Path, argument: str) -> None:
    """Ingest papers START:COUNT, SIZE at a time, with other writers in between; say each START.

    The rest of the argument is the address of a Chroma server, if there is one.
    """
    start, count, size, url = argument.split(":", 3)
    with Library(folder, DistinctEmbedder(), chroma_url=url or None, wait_s=250) as library:
        say("open")
        for first in range(int(start), int(start) + int(count), int(size)):
            assert library.ingest(papers(int(size), first)).added == int(size)
            say(first)


def die(folder: Path, argument: str) -> None:
    """Ingest papers START:COUNT, and be killed once half of them are in the dense index."""
    whole_upsert = DenseIndex.upsert

    def half_upsert(self, rows, vectors):
        whole_upsert(self, rows[: len(rows) // 2], vectors[: len(rows) // 2])
        os.kill(os.getpid(), signal.SIGKILL)

    DenseIndex.upsert = half_upsert
    ingest(folder, argument)


def read(folder: Path, argument: str) -> None:
    """For each line of standard input, say which paper is found for it, by both indexes.

    The argument is the address of a Chroma server, if there is one.
    """
    answer(Library(folder, HashingEmbedder(), chroma_url=argument or None))


def read_distinct(folder: Path, argument: str) -> None:
    """The same, of a library whose papers are not alike."""
    answer(Library(folder, DistinctEmbedder(), chroma_url=argument or None))


def answer(opened: Library) -> None:
    with opened as library:
        say("open")
        for line in sys.stdin:
            vector = library.embedder.embed([line])[0]
            try:
                dense, lexical = library.dense(vector, 1), library.lexical(line, 1)
            except AssistantError as error:
                say(str(error))
                continue
            say([found[0][0] if found else None for found in (dense, lexical)])


def hold(folder: Path, argument: str) -> None:
    """Hold the writer's lock until standard input ends."""
    with writer_lock(folder, 0):
        say(os.getpid())
        sys.stdin.read()


if __name__ == "__main__":
    STEPS = {step.__name__: step for step in (ingest, ingest_often, die, read, read_distinct, hold)}
    STEPS[sys.argv[2]](Path(sys.argv[1]), sys.argv[3] if len(sys.argv) > 3 else "")
