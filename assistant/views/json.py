"""Hits and checks as the plain JSON values that ``--json`` prints; pure."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from assistant.types import CheckedSentence, Evidence, Hit

if TYPE_CHECKING:
    from assistant.checking import CheckedReference
    from assistant.explanation import Explanation


def hit_rows(hits: Sequence[Hit]) -> list[dict[str, Any]]:
    """Return one row a hit, best first."""
    return list(map(_hit_row, hits))


def explanation_rows(explanations: Sequence["Explanation"]) -> list[dict[str, Any]]:
    """Return one row a hit, best first, with what speaks for it."""
    return [
        _hit_row(found.hit)
        | {
            "lexical": found.lexical,
            "terms": dict(found.terms),
            "chunk_cosine": found.chunk,
            "sentence": None if found.sentence is None else _sentence_row(found.sentence),
            "parts": dict(found.parts),
        }
        for found in explanations
    ]


def check_dict(
    checks: Sequence[CheckedSentence], references: Sequence["CheckedReference"]
) -> dict[str, Any]:
    """Return a checked text: its sentences, and the entries of its own list of references."""
    return {
        "sentences": _check_rows(checks),
        "references": [
            {
                "number": each.number,
                "text": each.text,
                "start": each.start,
                "end": each.end,
                "paper_id": each.paper and each.paper.paper_id,
                "title": each.paper and each.paper.title,
                "problem": each.problem,
            }
            for each in references
        ],
    }


def _check_rows(checks: Sequence[CheckedSentence]) -> list[dict[str, Any]]:
    """Return one row a sentence, with offsets into the text and the evidence for the verdict."""
    return [
        {
            "text": check.text,
            "start": check.start,
            "end": check.end,
            "verdict": str(check.verdict.label),
            "score": check.verdict.score,
            "reasons": list(check.verdict.reasons),
            "cited": list(check.cited),
            "remarks": list(check.remarks),
            "evidence": list(map(_passage, check.verdict.evidence)),
            "proposed": check.proposed and _passage(check.proposed),
        }
        for check in checks
    ]


def _passage(evidence: Evidence) -> dict[str, Any]:
    return {
        "paper_id": evidence.paper.paper_id,
        "title": evidence.paper.title,
        "quote": evidence.quote,
        "start": evidence.start,
        "end": evidence.end,
    }


def _hit_row(hit: Hit) -> dict[str, Any]:
    return {
        "paper_id": hit.paper.paper_id,
        "title": hit.paper.title,
        "score": hit.score,
        "rank": hit.rank,
    }


def _sentence_row(sentence: Evidence) -> dict[str, Any]:
    return {
        "quote": sentence.quote,
        "start": sentence.start,
        "end": sentence.end,
        "cosine": sentence.score,
    }
