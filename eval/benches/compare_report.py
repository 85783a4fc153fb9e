"""What a comparison found, as JSON values and as text. Pure."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from eval.benches.compare import Comparison, Row
from eval.benches.peer_reading import REFUSAL_RULE
from eval.table import NONE, align, value_and_interval

LABELS: Mapping[str, str] = {
    "invalid_citation_rate": "invalid citations, of all markers",
    "unsupported_rate": "unsupported sentences, of those shown",
    "uncited_rate": "sentences without any citation",
    "fact_recall": "fact recall, a refusal counts 0",
    "paper_citation_precision": "cited papers that are right",
    "paper_citation_recall": "right papers cited, a refusal counts 0",
    "near_miss_answered": "near misses answered",
    "off_topic_answered": "off-topic questions answered",
    "answerable_refused": "answerable questions refused",
    "answer_words": "words of an answer",
    "latency_p50_s": "latency p50, s",
    "latency_p95_s": "latency p95, s",
}


@dataclass(frozen=True, slots=True)
class Settings:
    """What the numbers hold for."""

    peer: str
    peer_told: str
    engine: str
    model: str
    library_fingerprint: str
    library_papers: int
    embedder: str
    papers_per_answer: int
    max_prompt_tokens: int
    max_answer_tokens: int
    timeout_s: float
    suite: str
    suite_sha256: str
    seed: int
    phi: str
    version: str


def comparison_dict(settings: Settings, comparison: Comparison) -> dict[str, Any]:
    """Return everything as plain JSON values."""
    return {
        "settings": asdict(settings) | {"peer_refusal": REFUSAL_RULE},
        "questions": comparison.questions,
        "kinds": dict(comparison.kinds),
        "failed": {"ours": comparison.ours_failed, "theirs": comparison.theirs_failed},
        "failures": list(comparison.failures),
        "metrics": {row.metric: _row_dict(row) for row in comparison.rows},
    }


def render_comparison(settings: Settings, comparison: Comparison) -> str:
    """Return the report as text: settings, how to read them, the table."""
    blocks = [
        _setting_lines(settings, comparison),
        _reading_lines(settings),
        [*_table(comparison), *_failure_lines(comparison)],
    ]
    return "\n\n".join("\n".join(lines) for lines in blocks)


def _row_dict(row: Row) -> dict[str, Any]:
    sides = {"ours": row.ours, "theirs": row.theirs, "difference": row.difference}
    return {name: each.to_dict() for name, each in sides.items()} | {"p": row.p}


def _setting_lines(settings: Settings, comparison: Comparison) -> list[str]:
    kinds = ", ".join(f"{count} {kind}" for kind, count in comparison.kinds.items())
    return [
        f"theirs      {settings.peer_told}",
        f"ours        paper-assistant {settings.version}, top {settings.papers_per_answer} papers, "
        f"prompts of {settings.max_prompt_tokens} tokens",
        f"model       {settings.engine}, {settings.model}, the same for both; answers of "
        f"{settings.max_answer_tokens} tokens, {settings.timeout_s:g} s at most",
        f"library     {settings.library_papers} papers, {settings.library_fingerprint[:12]}; "
        f"embedder {settings.embedder}",
        f"questions   {comparison.questions} of {settings.suite} ({kinds}), "
        f"{settings.suite_sha256[:12]}, seed {settings.seed}",
    ]


def _reading_lines(settings: Settings) -> list[str]:
    return [
        f"support     by {settings.phi}, which is no part of either: what a sentence's markers "
        "name must carry it; ours name a quotation, theirs a whole passage",
        f"refusal     ours says so; theirs is {REFUSAL_RULE}",
        "difference  theirs less ours, over the questions with both; 95% by resampling papers; "
        "p by McNemar's exact test, Holm over the three",
    ]


def _table(comparison: Comparison) -> list[str]:
    header = ["", "n", "ours", "95%", "n", "theirs", "95%", "difference", "95%", "p"]
    return align([header, *map(_cells, comparison.rows)])


def _cells(row: Row) -> list[str]:
    p = NONE if row.p is None else f"{row.p:.3f}"
    return [
        LABELS[row.metric],
        *(str(row.ours.measured), *value_and_interval(row.ours)),
        *(str(row.theirs.measured), *value_and_interval(row.theirs)),
        *value_and_interval(row.difference, "+"),
        p,
    ]


def _failure_lines(comparison: Comparison) -> list[str]:
    if not comparison.failures:
        return []
    return [
        "",
        f"the model failed at {comparison.ours_failed} of our answers, which are then quotations, "
        f"and at {comparison.theirs_failed} of theirs, which are then left out; "
        f"the first time: {comparison.failures[0]}",
    ]
