"""Ingests that are killed at a chosen instant, for test_library_killed.py.

Run as: python killed_process.py; it reads one request a line, `[step, argument, ...]`, runs
each in a process forked from this one (the imports cost seconds, the fork nothing), and
writes `[exit status, what the step said]`.

An ingest writes down each instant that it passes, and is killed at the one it is told:
its own log proves in which phase. Nothing in the product knows of it: the instants
are statements that SQLite runs, files that Python opens or renames, and the calls of
the embedder and of Chroma.
"""

import json
import os
import signal
import sqlite3
import sys
import threading
import time
import traceback
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parent), str(Path(__file__).parent.parent)]

import bm25s  # noqa: E402, F401
import chromadb  # noqa: E402, F401
from doubles import HashingEmbedder, paper, papers  # noqa: E402
from small_libraries import found_by  # noqa: E402

from assistant import ingestion  # noqa: E402, F401
from assistant import library as library_module  # noqa: E402
from assistant.library import Library  # noqa: E402
from assistant.store.collection import DenseIndex  # noqa: E402
from assistant.store.record import Record  # noqa: E402
from assistant.store.soundness import examine_record  # noqa: E402
from assistant.store.writer import Writer  # noqa: E402

library_module.BATCH_PAPERS = 4
INSIDE_CHROMA_S = 0.002

LONG = replace(paper(0), abstract="We keep it in tar. " * 60)
BASE = [LONG, *papers(5, start=1)]
ITEMS = [
    *papers(4, start=10),
    paper(0),  # shorter than what is stored: chunks must go
    replace(paper(1), source="b.ris", year=2020),
    paper(2),
    paper(14),
    *papers(8, start=20),
]
IDS = {each.paper_id for each in (*BASE, *ITEMS)}


class Instants:
    """Writes instants to a log, one line each, and dies at the one whose number is `last`."""

    def __init__(self, log: Path, last: int) -> None:
        self._log = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        self._last = last
        self._passed = 0

    def write(self, line: str) -> None:
        os.write(self._log, f"{line}\n".encode())

    def at(self, phase: str, delay_s: float = 0.0) -> None:
        """Pass an instant; with a delay the death comes that much later, from another thread."""
        if self._passed == self._last > 0:
            signal.pause()  # death is on its way, and must not be seen in another phase
        self._passed += 1
        self.write(f"{phase} {self._passed}")
        if self._passed == self._last:
            threading.Timer(delay_s, die).start() if delay_s else die()


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


class LoggingEmbedder(HashingEmbedder):
    """The hashing embedder, with an instant before and after each call."""

    def __init__(self, instants: Instants) -> None:
        super().__init__()
        self._instants = instants

    def embed(self, texts):
        self._instants.at("embedding")
        vectors = super().embed(texts)
        self._instants.at("embedding")
        return vectors


def log_statements(instants: Instants) -> None:
    """An instant before each statement by which the record changes."""
    connect = sqlite3.connect

    def phase_of(statement: str) -> str | None:
        if "INTO meta" in statement:
            return "generation"
        writes = ("INSERT", "UPDATE", "DELETE", "BEGIN", "COMMIT")
        return "commit" if statement.startswith(writes) and "marks" not in statement else None

    def connect_and_trace(*args, **options):
        connection = connect(*args, **options)
        connection.set_trace_callback(lambda s: (p := phase_of(s)) and instants.at(p))
        return connection

    sqlite3.connect = connect_and_trace


def log_files(instants: Instants, folder: Path) -> None:
    """An instant before each change that Python makes to the files of an index."""
    changes = {"os.mkdir", "os.rename", "os.remove", "os.rmdir", "shutil.rmtree"}

    def hook(event: str, args: tuple) -> None:
        if event in changes or (event == "open" and set("wax+") & set(args[1] or "")):
            for phase in ("lexical", "chroma"):
                if str(args[0]).startswith(f"{folder}{os.sep}{phase}"):
                    instants.at(phase)

    sys.addaudithook(hook)


def log_calls(instants: Instants, owner: type, name: str, phase: str, inside_s: float = 0) -> None:
    """An instant before and after each call of a method, and with `inside_s` one within it."""
    real = getattr(owner, name)

    def logged(*args, **options):
        instants.at(phase)
        if inside_s:
            instants.at(phase, inside_s)
        result = real(*args, **options)
        instants.at(phase)
        return result

    setattr(owner, name, logged)


def make(folder: str) -> str:
    """Make the library that each killed ingest begins with."""
    with Library(Path(folder), HashingEmbedder()) as library:
        library.ingest(BASE)
        return library.fingerprint


def write(folder: str, action: str, log: str, last: int) -> str:
    """Ingest the items, or rebuild the indexes, up to the instant that is the last."""
    instants = Instants(Path(log), last)
    log_statements(instants)
    log_files(instants, Path(folder))
    log_calls(instants, DenseIndex, "upsert", "chroma", INSIDE_CHROMA_S)
    log_calls(instants, DenseIndex, "delete", "chroma", INSIDE_CHROMA_S)
    log_calls(instants, Record, "put", "commit")
    log_calls(instants, Record, "set_meta", "generation")

    read = 0

    def reading():
        nonlocal read
        for item in ITEMS:
            instants.at("reading")
            read += 1
            yield item

    store = Writer.store

    def store_and_say(self, works, *more):
        embedded = store(self, works, *more)
        instants.write(f"stored {read}")
        return embedded

    Writer.store = store_and_say
    with Library(Path(folder), LoggingEmbedder(instants)) as library:
        if action == "ingest":
            library.ingest(reading())
        else:
            library.rebuild()
        return library.fingerprint


def ingest_slowly(folder: str, start: int) -> str:
    """Ingest papers, four at a time, until somebody ends it."""
    with Library(Path(folder), HashingEmbedder()) as library:
        library.ingest(papers(1000, start))
        return library.fingerprint


def look(folder: str, stored: int) -> str:
    """Check a library whose ingest was killed after it had reported `stored` items."""
    with Library(Path(folder), HashingEmbedder()) as library:
        assert library.notice == ""
        assert library.embedder.texts == [], "a repair embedded something"
        for item in BASE:
            assert library.paper(item.paper_id).title == item.title
        for item in ITEMS[:stored]:
            found = library.paper(item.paper_id)
            assert (found.abstract, found.year) == (item.abstract, item.year), item
        check_search(library)
        library.ingest(ITEMS)
        assert {each.paper_id for each in library.papers()} == IDS
        check_search(library)
        again = library.ingest([*BASE[3:], *ITEMS])
        assert (again.unchanged, again.embedded) == (len(BASE[3:]) + len(ITEMS), 0), again
        return library.fingerprint


def look_at_any(folder: str) -> int:
    """Check a library of any papers; return how many there are."""
    with Library(Path(folder), HashingEmbedder()) as library:
        assert library.embedder.texts == [], "a repair embedded something"
        check_search(library)
        return library.count


def check_search(library: Library) -> None:
    """Both indexes hold all papers and nothing else, and every chunk's vector finds itself."""
    ids = {each.paper_id for each in library.papers()}
    everything = library.dense(HashingEmbedder().embed(["water"])[0], 100_000)
    assert len(everything) == library.record.count_chunks()
    assert {paper_id for paper_id, _ in everything} == ids
    for each in library.papers():
        text = f"{each.title}\n{each.abstract}"
        assert found_by(library, text) == (each.paper_id,) * 2, each
    for _, chunks, vectors in library.record.chunks(500):
        for chunk, vector in zip(chunks, vectors, strict=True):
            ((paper_id, cosine),) = library.dense(vector, 1)
            assert paper_id == chunk.paper_id and cosine > 0.999, chunk
    assert list(examine_record(library.record)) == []


def forked(step: Callable, arguments: list) -> tuple[int, str]:
    """Run a step in a process of its own; return its exit status and what it said."""
    reader, writer = os.pipe()
    process = os.fork()
    if process == 0:
        os.close(reader)
        code = 0
        try:
            said = json.dumps(step(*arguments))
        except BaseException:
            code, said = 1, json.dumps(traceback.format_exc())
        os.write(writer, said.encode()[-60_000:])
        os._exit(code)
    os.close(writer)
    with os.fdopen(reader) as pipe:
        said = pipe.read()
    return os.waitstatus_to_exitcode(os.waitpid(process, 0)[1]), said


def killed_from_outside(folder: str, start: int, after_s: float) -> int:
    """Kill an ingest after some time, wherever it is; return its exit status."""
    process = os.fork()
    if process == 0:
        ingest_slowly(folder, start)
        os._exit(0)
    time.sleep(after_s)
    os.kill(process, signal.SIGKILL)
    return os.waitstatus_to_exitcode(os.waitpid(process, 0)[1])


if __name__ == "__main__":
    STEPS = {each.__name__: each for each in (make, write, look, look_at_any, killed_from_outside)}
    for line in sys.stdin:
        name, *arguments = json.loads(line)
        status, said = forked(STEPS[name], arguments)
        sys.stdout.write(json.dumps([status, json.loads(said) if said else None]) + "\n")
        sys.stdout.flush()
