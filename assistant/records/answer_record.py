"""The record of one answer: all that it takes to make it again without a model; pure."""

import base64
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

import numpy as np

from assistant.checker import Reading
from assistant.embedding import Vectors
from assistant.entailment import Opinion
from assistant.filters import Filters
from assistant.follow_up import FollowUp
from assistant.records.notes import Opinions, Readings, SentPrompt, sha256
from assistant.records.stored_answer import answer_from_dict
from assistant.sources import Source
from assistant.store.answers import PackedSource
from assistant.store.rows import content_hash
from assistant.types import Answer, DraftSentence, Evidence, Label, Paper, Verdict

Checked = tuple[DraftSentence, Verdict]
"""A sentence as an engine drafted it, and what the check said of it."""


@dataclass(frozen=True)
class AnswerRecord:
    """An answer with what it was made of and from.

    `engine` is the one that was chosen, `answer.engine` the one that wrote. `papers` are the
    hashes of all that were found: (paper id, SHA-256 of the abstract, hash of all that is
    stored). `sources` are those that the sentences were checked against, as they were then;
    none where no sentence was drafted. `caveats` is what the reader had to know beforehand.
    """

    answer: Answer
    engine: str
    filters: Filters
    follow_up: FollowUp
    parts: tuple[str, ...]
    caveats: str
    prompts: tuple[SentPrompt, ...]
    papers: tuple[tuple[str, str, str], ...]
    checked: tuple[Checked, ...]
    sources: tuple[Source, ...]
    vectors: Mapping[str, Vectors]
    rarities: Mapping[str, float]
    readings: Readings
    opinions: Opinions
    versions: Mapping[str, str]

    @property
    def asked(self) -> str:
        """The question as it was looked into."""
        return self.follow_up.standalone or self.answer.question

    def packed_sources(self) -> dict[str, PackedSource]:
        """Return the sources by their hashes, as they are stored beside the record."""
        packed = (PackedSource.of(s.paper, s.sentences, s.vectors) for s in self.sources)
        return {source.hash: source for source in packed}

    def to_dict(self, source_hashes: Iterable[str]) -> dict[str, Any]:
        """Return the record as plain JSON values; sources by their hashes, in order."""
        evidence = _Numbered()
        drafts = [_draft_row(draft, verdict, evidence) for draft, verdict in self.checked]
        return {
            "answer": self.answer.to_dict(),
            "engine": self.engine,
            "filters": _filters_row(self.filters),
            "follow_up": self.follow_up.to_dict(),
            "parts": list(self.parts),
            "caveats": self.caveats,
            "prompts": [asdict(prompt) for prompt in self.prompts],
            "papers": [list(row) for row in self.papers],
            "evidence": [_evidence_row(each) for each in evidence.items],
            "drafts": drafts,
            "sources": list(source_hashes),
            "vectors": {text: _packed(vector) for text, vector in self.vectors.items()},
            "rarities": dict(self.rarities),
            "readings": _reading_rows(self.readings),
            "opinions": _opinion_rows(self.opinions),
            "versions": dict(self.versions),
        }


def hashes_of(papers: Iterable[Paper]) -> tuple[tuple[str, str, str], ...]:
    """Return what tells whether papers have changed, as in `AnswerRecord.papers`."""
    return tuple((each.paper_id, sha256(each.abstract), content_hash(each)) for each in papers)


def record_from_dict(data: Mapping[str, Any], packed: Mapping[str, PackedSource]) -> AnswerRecord:
    """Rebuild a record from what `AnswerRecord.to_dict` made of it, and its sources by hash."""
    unpacked = [packed[key].unpacked() for key in data["sources"] if key in packed]
    sources = tuple(Source(paper, tuple(spans), vectors) for paper, spans, vectors in unpacked)
    papers = {source.paper.paper_id: source.paper for source in sources}
    evidence = [_evidence(row, papers) for row in data["evidence"]]
    return AnswerRecord(
        answer=answer_from_dict(data["answer"]),
        engine=data["engine"],
        filters=_filters(data["filters"]),
        follow_up=FollowUp.from_dict(data["follow_up"]),
        parts=tuple(data["parts"]),
        caveats=data["caveats"],
        prompts=tuple(SentPrompt(**row) for row in data["prompts"]),
        papers=tuple((row[0], row[1], row[2]) for row in data["papers"]),
        checked=tuple(_checked(row, evidence) for row in data["drafts"]),
        sources=sources,
        vectors={text: _unpacked(vector) for text, vector in data["vectors"].items()},
        rarities=data["rarities"],
        readings=_readings(data.get("readings", ())),
        opinions=_opinions(data["opinions"]),
        versions=data["versions"],
    )


class _Numbered:
    """Pieces of evidence, each once, known by their number."""

    def __init__(self) -> None:
        self.items: list[Evidence] = []
        self._numbers: dict[tuple[str, int, int, float], int] = {}

    def number(self, evidence: Evidence) -> int:
        key = (*evidence.key, evidence.score)
        if key not in self._numbers:
            self._numbers[key] = len(self.items)
            self.items.append(evidence)
        return self._numbers[key]


def _draft_row(draft: DraftSentence, verdict: Verdict, evidence: _Numbered) -> dict[str, Any]:
    return {
        "text": draft.text,
        "hints": [evidence.number(each) for each in draft.hints],
        "invented": list(draft.invented),
        "new_paragraph": draft.new_paragraph,
        "complete": draft.complete,
        "verdict": str(verdict.label),
        "score": float(verdict.score),
        "evidence": [evidence.number(each) for each in verdict.evidence],
        "reasons": list(verdict.reasons),
    }


def _checked(row: Mapping[str, Any], evidence: Sequence[Evidence | None]) -> Checked:
    def named(numbers: Iterable[int]) -> tuple[Evidence, ...]:
        return tuple(each for number in numbers if (each := evidence[number]) is not None)

    draft = DraftSentence(
        row["text"],
        named(row["hints"]),
        tuple(row["invented"]),
        new_paragraph=row["new_paragraph"],
        complete=row["complete"],
    )
    reasons = tuple(row["reasons"])
    return draft, Verdict(Label(row["verdict"]), row["score"], named(row["evidence"]), reasons)


def _evidence_row(evidence: Evidence) -> dict[str, Any]:
    return {
        "paper_id": evidence.paper.paper_id,
        "start": evidence.start,
        "end": evidence.end,
        "score": float(evidence.score),
        "quote_sha256": sha256(evidence.quote),
        "abstract_sha256": sha256(evidence.paper.abstract),
    }


def _evidence(row: Mapping[str, Any], papers: Mapping[str, Paper]) -> Evidence | None:
    paper = papers.get(row["paper_id"])
    return None if paper is None else Evidence(paper, row["start"], row["end"], row["score"])


def _reading_rows(readings: Readings) -> list[dict[str, Any]]:
    return [
        {"sentence": sentence, "passage": passage, **asdict(reading)}
        for (sentence, passage), reading in readings.items()
    ]


def _readings(rows: Iterable[Mapping[str, Any]]) -> Readings:
    return {
        (row["sentence"], row["passage"]): Reading(row["says"], row["denies"], row["skipped"])
        for row in rows
    }


def _opinion_rows(opinions: Opinions) -> list[dict[str, Any]]:
    return [
        {"claim": claim, "passage": passage, "heard": [asdict(each) for each in heard]}
        for (claim, passage), heard in opinions.items()
    ]


def _opinions(rows: Iterable[Mapping[str, Any]]) -> Opinions:
    return {
        (row["claim"], row["passage"]): tuple(
            Opinion(each["label"] and Label(each["label"]), each["reason"]) for each in row["heard"]
        )
        for row in rows
    }


def _filters_row(filters: Filters) -> dict[str, Any]:
    days = [day and day.isoformat() for day in filters.added]
    return asdict(filters) | {"added": days}


def _filters(row: Mapping[str, Any]) -> Filters:
    first, last = (day and date.fromisoformat(day) for day in row["added"])
    return Filters(**{**row, "added": (first, last)})


def _packed(vector: Vectors) -> str:
    return base64.b64encode(vector.astype("<f4").tobytes()).decode("ascii")


def _unpacked(text: str) -> Vectors:
    return np.frombuffer(base64.b64decode(text), "<f4").astype(np.float32)
