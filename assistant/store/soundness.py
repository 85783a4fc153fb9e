"""Whether the record agrees with itself: hashes, offsets, vectors, what papers are found by."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence

import numpy as np

from assistant.embedding import Vectors
from assistant.errors import LibraryError
from assistant.store.diagnosis import REEMBED, SALVAGE, TAKE_ANEW, Faults, Finding, Severity
from assistant.store.merging import Work
from assistant.store.record import SHARED_KEY, Record
from assistant.store.rows import content_hash, keys_of, record_hash
from assistant.types import Paper, Span

LENGTH_TOLERANCE = 0.01
"""Stored vectors have a length of 1, but for what rounding changes."""


def examine_record(record: Record) -> Iterator[Finding]:
    """Yield what is wrong with the SQLite file, or else with what it holds."""
    try:
        problems = record.problems()
        if not problems:
            yield from _examine_papers(record)
            return
        what = f"SQLite finds its file damaged ({'; '.join(problems)})"
    except LibraryError as error:
        what = str(error).partition(";")[0]
    yield Finding("record", Severity.UNUSABLE, what, SALVAGE)


def _examine_papers(record: Record) -> Iterator[Finding]:
    faults = Faults("record")
    try:
        for paper in record.papers():
            for what, mend in (*_wrong_sources(record, paper), *_wrong_vectors(record, paper)):
                faults.add(what, mend, [paper.paper_id])
    except (ValueError, TypeError, LookupError) as error:
        what = f"a paper can't be read back ({error})"
        yield Finding("record", Severity.UNUSABLE, what, SALVAGE)
    yield from faults.findings()


def _wrong_sources(record: Record, paper: Paper) -> Iterator[tuple[str, str]]:
    """Yield what is wrong with what the sources of a paper say, and with what it says itself."""
    said = record.records(paper.paper_id)
    if record.content_hash(paper.paper_id) != content_hash(paper):
        yield "papers differ from the hash that was stored with them", TAKE_ANEW
    if not said:
        yield "papers have no source left", TAKE_ANEW
        return
    if not all(record.holds(each.source, record_hash(each)) for each in said):
        yield "papers have sources that differ from the hash that was stored with them", TAKE_ANEW
    if Work(paper.paper_id, tuple(said)).paper != paper:
        yield "papers are not what their sources say together", TAKE_ANEW
    found = (record.ids_of_key(key) for key in keys_of(said))
    if any(paper.paper_id not in ids and len(ids) < SHARED_KEY for ids in found):
        yield "papers are not found by an identifier or title of theirs", TAKE_ANEW


def _wrong_vectors(record: Record, paper: Paper) -> Iterator[tuple[str, str]]:
    """Yield what is wrong with the offsets and vectors of a paper's chunks and sentences."""
    try:
        stored = record.embedded(paper)
    except ValueError:  # none, or not of the dimension that was noted
        yield "papers have no usable vectors", REEMBED
        return
    chunks = [chunk.span for chunk in stored.chunks]
    if not covers(paper.abstract, stored.sentences):
        yield "papers have sentences whose offsets don't fit the abstract", REEMBED
    elif not are_runs(chunks, stored.sentences) or not covers(paper.abstract, chunks):
        yield "papers have chunks whose offsets don't fit the abstract", REEMBED
    if not (_are_unit(stored.chunk_vectors) and _are_unit(stored.sentence_vectors)):
        yield "papers have vectors that are damaged", REEMBED


def covers(text: str, spans: Iterable[Span]) -> bool:
    """Whether the spans follow each other through `text` and leave out nothing but white space."""
    reached = 0
    for span in spans:
        if not reached <= span.start <= span.end <= len(text) or text[reached : span.start].strip():
            return False
        reached = span.end
    return not text[reached:].strip()


def are_runs(chunks: Sequence[Span], sentences: Sequence[Span]) -> bool:
    """Whether each chunk begins and ends in, or at the ends of, a sentence.

    A paper without sentences has one empty chunk.
    """
    if not sentences:
        return list(chunks) == [Span(0, 0)]
    starts, ends = [span.start for span in sentences], [span.end for span in sentences]
    return all(
        chunk.start < chunk.end
        and bisect_right(starts, chunk.start) - 1 == bisect_right(ends, chunk.start)
        and bisect_left(starts, chunk.end) - 1 == bisect_left(ends, chunk.end)
        for chunk in chunks
    )


def _are_unit(vectors: Vectors) -> bool:
    """Whether all vectors have a length of 1; one with a number that is none has not."""
    return bool(np.all(np.abs(np.linalg.norm(vectors, axis=1) - 1) < LENGTH_TOLERANCE))
