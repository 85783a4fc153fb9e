"""The examination of a library: is it whole, does it agree with itself, what mends it.

Nothing is repaired and nothing is changed. The library is not opened as for use, since
that would rebuild broken indexes: the record is read here, the indexes in a process of
their own, which a broken one may crash.
"""

import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import asdict, replace
from itertools import islice
from pathlib import Path
from typing import Any

from assistant.embedding import Embedder
from assistant.errors import AssistantError, LibraryBusyError, LibraryError, ProviderError
from assistant.store.dense import DenseStore, dense_store
from assistant.store.diagnosis import REBUILD, REEMBED, Diagnosis, Finding, Severity
from assistant.store.indexes import are_whole, indexed_generation
from assistant.store.lock import Notify, writer_lock
from assistant.store.made_with import check_dimension, check_embedder
from assistant.store.near import near_duplicates
from assistant.store.probe import MARK, Request
from assistant.store.record import Record, open_record
from assistant.store.soundness import examine_record

VECTORS_ASKED = 2000
PAPERS_ASKED = 200
TEXTS_EMBEDDED = 3
NEAR_DUPLICATES = 1000
PROBE_S = 900.0
SAME_MODEL = 0.95
"""The vectors that a model gives for a text on two processors are more alike than this."""

PROBE = (sys.executable, "-m", "assistant.store.probe")


def diagnose(
    path: Path,
    embedder: Embedder,
    *,
    chroma_url: str | None = None,
    timeout_s: float = 30.0,
    wait_s: float = 30.0,
    notify: Notify | None = None,
) -> Diagnosis:
    """Examine the library in folder `path`, which must exist, while nobody writes to it.

    Args:
        path: its folder.
        embedder: the one that it is to be used with; it embeds a few texts.
        chroma_url: the Chroma server that holds its vectors, if one does.
        timeout_s: how long that server may take for each call.
        wait_s: how long to wait for another process that writes.
        notify: told whom it waits for.

    Raises:
        LibraryBusyError: another process was writing for all of `wait_s` seconds.
    """
    with _undisturbed(path, wait_s, notify):
        try:
            record = open_record(path)
        except LibraryBusyError:
            raise
        except LibraryError as error:
            return Diagnosis(str(path), findings=(Finding.of("record", error, Severity.UNUSABLE),))
        with closing(record):
            return _examined(path, record, embedder, chroma_url, timeout_s)


def _examined(
    path: Path, record: Record, embedder: Embedder, chroma_url: str | None, timeout_s: float
) -> Diagnosis:
    findings = list(examine_record(record))
    if any(finding.severity is Severity.UNUSABLE for finding in findings):
        return Diagnosis(str(path), findings=tuple(findings))
    diagnosis = Diagnosis(
        str(path),
        papers=record.count(),
        chunks=record.count_chunks(),
        embedder=record.meta("embedder"),
        dimension=int(record.meta("dimension") or 0),
        without_abstract=sum(not paper.abstract.strip() for paper in record.papers()),
        near_duplicates=tuple(
            (each.first.paper_id, each.second.paper_id, each.reason)
            for each in islice(near_duplicates(record), NEAR_DUPLICATES)
        ),
    )
    findings += _examine_embedder(path, record, embedder)
    store = dense_store(path, record, chroma_url, timeout_s)
    behind = list(_unfinished(path, record, store))
    findings += behind
    if not behind and record.generation:
        request = Request(str(path.resolve()), chroma_url, timeout_s, PAPERS_ASKED, VECTORS_ASKED)
        counts, probed = _probed(request)
        diagnosis = replace(diagnosis, **counts)
        findings += probed
    return replace(diagnosis, findings=(*findings, *_notes(diagnosis)))


def _examine_embedder(path: Path, record: Record, embedder: Embedder) -> Iterator[Finding]:
    """Yield whether the embedder is another than the library's, by name or by its vectors."""
    if not record.count():
        return
    try:
        check_embedder(path, record, embedder)
        check_dimension(path, record, embedder.dimension)
        _, chunks, stored = next(record.chunks(TEXTS_EMBEDDED))
        cosines = (embedder.embed([chunk.text for chunk in chunks]) * stored).sum(axis=1)
        if not cosines.min() > SAME_MODEL:
            what = f"{embedder.name} now gives other vectors than those that are stored"
            yield Finding("embedder", Severity.FAULT, what, REEMBED)
    except ProviderError as error:
        yield Finding.of("embedder", error, Severity.NOTE)
    except LibraryError as error:
        yield Finding.of("embedder", error, Severity.UNUSABLE)


def _unfinished(path: Path, record: Record, store: DenseStore) -> Iterator[Finding]:
    """Yield why the indexes can't be held against the record: they are not made, or not whole."""
    if record.why_read_only:
        error = LibraryError(record.why_read_only)
        yield Finding.of("record", error)
    elif not are_whole(path, record, store):
        indexed = indexed_generation(record)
        if indexed != record.generation:
            what = "the last write was interrupted: the indexes lack some of the record"
        else:
            what = f"{store.place} or the folder lexical/{indexed} is missing"
        yield Finding("indexes", Severity.FAULT, what, REBUILD)


def _probed(request: Request) -> tuple[dict[str, Any], list[Finding]]:
    """Look into the indexes in a process of its own; return counts and findings."""
    try:
        done = _run_probe(json.dumps(asdict(request)))
    except subprocess.TimeoutExpired:
        what = f"looking into them took over {PROBE_S:g} s"
        return {}, [Finding("indexes", Severity.FAULT, what, REBUILD)]
    lines = [json.loads(line) for line in done.stdout.splitlines() if line.startswith(MARK)]
    counts: dict[str, Any] = {}
    findings = []
    for line in lines:
        for each in line.pop("findings"):
            findings.append(Finding(**{**each, "severity": Severity(each["severity"])}))
        counts |= line
    last = counts.pop("probed", None)
    if done.returncode:
        part = "lexical" if last is None else "chroma"
        what = f"reading it crashed a process ({_ended(done)})"
        findings.append(Finding(part, Severity.FAULT, what, REBUILD))
    return counts, findings


def _run_probe(request: str) -> subprocess.CompletedProcess[str]:
    package_parent = Path(__file__).parents[2]  # where it is found, installed or not
    return subprocess.run(
        PROBE, input=request, capture_output=True, text=True, timeout=PROBE_S, cwd=package_parent
    )


def _ended(done: subprocess.CompletedProcess[str]) -> str:
    """Say how a process ended that did not end well."""
    if done.returncode < 0:
        return signal.Signals(-done.returncode).name
    last = done.stderr.strip().splitlines()[-1:]
    return " ".join([f"exit code {done.returncode}", *last])


def _notes(diagnosis: Diagnosis) -> Iterator[Finding]:
    if diagnosis.near_duplicates:
        one, other, reason = diagnosis.near_duplicates[0]
        count = len(diagnosis.near_duplicates)
        pairs = "1 pair" if count == 1 else f"{count} pairs"
        what = f"{pairs} may be one paper: {one} and {other} ({reason})"
        mend = "compare them with: paper-assistant library show ID ID, and remove one if they are"
        yield Finding("papers", Severity.NOTE, what, mend)
    if diagnosis.without_abstract:
        what = f"{diagnosis.without_abstract} without an abstract: found by title, never quoted"
        yield Finding("papers", Severity.NOTE, what, "ingest a source that has their abstracts")


@contextmanager
def _undisturbed(path: Path, wait_s: float, notify: Notify | None) -> Iterator[None]:
    """Hold the writer's lock, where there can be one."""
    with ExitStack() as stack:
        try:
            stack.enter_context(writer_lock(path, wait_s, notify))
        except LibraryBusyError:
            raise
        except AssistantError:  # the folder can't be written: the record will tell
            pass
        yield
