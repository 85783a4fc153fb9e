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

from doubles import HashingEmbedder, papers  # noqa: E402

from assistant.errors import AssistantError  # noqa: E402
from assistant.library import Library  # noqa: E402
from assistant.store.chroma import DenseIndex  # noqa: E402
from assistant.store.lock import writer_lock  # noqa: E402


def say(value: object) -> None:
    sys.stdout.write(json.dumps(value) + "\n")
    sys.stdout.flush()


def ingest(folder: Path, argument: str) -> None:
    """Ingest papers START:COUNT."""
    start, count = map(int, argument.split(":"))
    with Library(folder, HashingEmbedder()) as library:
        say(library.ingest(papers(count, start)).added)


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
    with Library(folder, HashingEmbedder(), chroma_url=argument or None) as library:
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
    STEPS = {step.__name__: step for step in (ingest, die, read, hold)}
    STEPS[sys.argv[2]](Path(sys.argv[1]), sys.argv[3] if len(sys.argv) > 3 else "")
