"""Looking into the indexes of a library, in a process of its own: broken ones can crash it.

Run as ``python -m assistant.store.probe`` with a `Request` as JSON on standard input;
for each index it writes a line of JSON, as soon as it has it: counts and findings.
"""

import json
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence, Sized
from contextlib import closing
from dataclasses import asdict, dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np

from assistant.errors import AssistantError
from assistant.store.collection import DenseIndex
from assistant.store.dense import dense_store
from assistant.store.diagnosis import REBUILD, Faults, Finding, Severity
from assistant.store.indexes import indexed_generation
from assistant.store.lexical import load_lexical
from assistant.store.record import Record, open_record
from assistant.words import stems

MARK = '{"probed": '
CHUNKS_AT_ONCE = 1000
ALIKE = 0.99
"""A vector and its copy in half precision are more alike than this."""
NEAR, FAR = 5, 200
"""How many results are looked through for the one that was asked by its own vector."""
FEW = 0.01
"""So many may be missed by their own search where thousands of texts are nearly the same."""


@dataclass(frozen=True, slots=True)
class Request:
    """Which library to look into, and how many papers and vectors to look up, at most."""

    path: str
    chroma_url: str | None
    timeout_s: float
    papers: int
    vectors: int


def main() -> None:
    """Look into both indexes, and say what was found."""
    for line in look_into_indexes(Request(**json.load(sys.stdin))):
        sys.stdout.write(line + "\n")
        sys.stdout.flush()


def look_into_indexes(request: Request) -> Iterator[str]:
    """Yield a line of JSON for each index."""
    with closing(open_record(Path(request.path))) as record:
        for part, look in (("lexical", _look_into_lexical), ("chroma", _look_into_chroma)):
            yield json.dumps({"probed": part, **_looked(look, part, request, record)})


def _looked(
    look: Callable[[Request, Record], tuple[dict[str, int], list[Finding]]],
    part: str,
    request: Request,
    record: Record,
) -> dict[str, Any]:
    counts: dict[str, int] = {}
    try:
        counts, findings = look(request, record)
    except AssistantError as error:
        findings = [Finding.of(part, error)]
    except Exception as error:  # whatever garbage makes of a vendor's code is what we came for
        what = f"reading it failed ({type(error).__name__}: {error})"
        findings = [Finding(part, Severity.FAULT, what, REBUILD)]
    return {**counts, "findings": list(map(asdict, findings))}


def _look_into_lexical(request: Request, record: Record) -> tuple[dict[str, int], list[Finding]]:
    index = load_lexical(Path(request.path) / "lexical" / str(indexed_generation(record)))
    faults = Faults("lexical")
    wanted, held = {paper.paper_id for paper in record.papers()}, set(index.paper_ids)
    _compare(faults, "papers", wanted, held)
    for paper in islice(record.papers(), 0, None, _step(len(wanted), request.papers)):
        text = f"{paper.title} {paper.abstract}"
        if paper.paper_id in held and stems(text):
            if paper.paper_id not in dict(index.query(text, len(held))):
                faults.add("papers are not found by their own words", REBUILD, [paper.paper_id])
    return {"papers_in_lexical": len(index.paper_ids)}, list(faults.findings())


def _look_into_chroma(request: Request, record: Record) -> tuple[dict[str, int], list[Finding]]:
    faults = Faults("chroma")
    store = dense_store(Path(request.path), record, request.chroma_url, request.timeout_s)
    with closing(store.open()) as index:
        held = {chunk_id for ids in index.ids() for chunk_id in ids}
        batches = (chunks for _, chunks, _ in record.chunks(CHUNKS_AT_ONCE))
        wanted = {chunk.chunk_id for chunks in batches for chunk in chunks}
        _compare(faults, "chunks", wanted, held)
        sample = {
            chunk_id: (paper_id, vector)
            for chunk_id, paper_id, vector in _sample(record, len(wanted), request.vectors)
            if chunk_id in held
        }
        lost = [each for each, row in sample.items() if not _finds_itself(index, *row)]
        changed = set(_changed(index, sample))
        counts = {
            "chunks_in_chroma": index.count(),
            "asked": len(sample),
            "found": len(sample) - len(lost),
        }
    faults.add("chunks have another vector than in the record, or none", REBUILD, sorted(changed))
    findings = [*faults.findings(), *_lost([each for each in lost if each not in changed], sample)]
    if counts["chunks_in_chroma"] != len(held):
        what = f"counts {counts['chunks_in_chroma']} chunks and lists {len(held)}"
        findings.append(Finding("chroma", Severity.FAULT, what, REBUILD))
    return counts, findings


def _lost(lost: Sequence[str], sample: Sized) -> Iterator[Finding]:
    """Yield that chunks are there, with the right vector, and a search for it finds others."""
    if len(lost) > FEW * len(sample):
        faults = Faults("chroma")
        faults.add("chunks are not found by their own vector", REBUILD, lost)
        yield from faults.findings()
    elif lost:
        what = f"{len(lost)} of {len(sample)} vectors are missed by their own search"
        mend = "nothing to do: Chroma's search is approximate, and misses some among many alike"
        yield Finding("chroma", Severity.NOTE, what, mend)


def _compare(faults: Faults, things: str, wanted: set[str], held: set[str]) -> None:
    faults.add(f"{things} of the record are missing", REBUILD, sorted(wanted - held))
    faults.add(f"{things} are there that the record has not", REBUILD, sorted(held - wanted))


def _sample(record: Record, count: int, at_most: int) -> Iterator[tuple[str, str, Any]]:
    """Yield (chunk id, paper id, vector) of chunks spread evenly over all, or of every one."""
    rows = (
        (chunk.chunk_id, chunk.paper_id, vector)
        for _, chunks, vectors in record.chunks(CHUNKS_AT_ONCE)
        for chunk, vector in zip(chunks, vectors, strict=True)
    )
    return islice(rows, 0, None, _step(count, at_most))


def _step(count: int, at_most: int) -> int:
    """Return how many to go on by, to meet `at_most` of `count` things."""
    return -(-count // at_most) or 1


def _finds_itself(index: DenseIndex, paper_id: str, vector: Any) -> bool:
    """Whether a paper is among the nearest to a vector of its own, or all those are the same."""
    for top_k in (NEAR, FAR):
        found = index.query(vector, top_k)
        if any(each == paper_id and cosine > ALIKE for each, cosine in found):
            return True
    return len(found) == FAR and all(cosine > ALIKE for _, cosine in found)


def _changed(index: DenseIndex, sample: Mapping[str, tuple[str, Any]]) -> Iterator[str]:
    """Yield the chunks whose vector in the index is not the one of the record."""
    held = index.vectors(list(sample))
    for chunk_id, (_, vector) in sample.items():
        mine = held.get(chunk_id)
        if mine is None or not mine @ vector > ALIKE * np.linalg.norm(mine) * np.linalg.norm(
            vector
        ):
            yield chunk_id


if __name__ == "__main__":
    main()
