"""Hits and checks as the plain JSON values that ``--json`` prints; pure."""

from collections.abc import Sequence
from typing import Any

from assistant.types import CheckedSentence, Hit


def hit_rows(hits: Sequence[Hit]) -> list[dict[str, Any]]:
    """Return one row a hit, best first."""
    return [
        {
            "paper_id": hit.paper.paper_id,
            "title": hit.paper.title,
            "score": hit.score,
            "rank": hit.rank,
        }
        for hit in hits
    ]


def check_rows(checks: Sequence[CheckedSentence]) -> list[dict[str, Any]]:
    """Return one row a sentence, with offsets into the text and the evidence for the verdict."""
    return [
        {
            "text": check.text,
            "start": check.start,
            "end": check.end,
            "verdict": str(check.verdict.label),
            "score": check.verdict.score,
            "reasons": list(check.verdict.reasons),
            "evidence": [
                {
                    "paper_id": evidence.paper.paper_id,
                    "title": evidence.paper.title,
                    "quote": evidence.quote,
                    "start": evidence.start,
                    "end": evidence.end,
                }
                for evidence in check.verdict.evidence
            ],
        }
        for check in checks
    ]
