"""What the bench of drafts found, as JSON values and as text. Pure."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from eval.benches.drafts import DraftCounts, Tally
from eval.table import NONE, align


@dataclass(frozen=True, slots=True)
class Settings:
    """What the numbers hold for."""

    writer: str
    model: str
    library_fingerprint: str
    library_papers: int
    suite: str
    suite_sha256: str
    embedder: str
    max_prompt_tokens: int
    max_answer_tokens: int
    version: str


def drafts_dict(settings: Settings, counts: DraftCounts) -> dict[str, Any]:
    """Return everything as plain JSON values."""
    return {"settings": asdict(settings), **asdict(counts), "zeros_hold": counts.zeros_hold}


def render_drafts(settings: Settings, counts: DraftCounts) -> str:
    """Return the report as text: verdict, settings, counts, and what became of falsehoods."""
    blocks = [_verdict(counts), _setting_lines(settings), _count_lines(counts)]
    if counts.falsehoods.told:
        blocks.append(_falsehood_lines(counts))
    return "\n\n".join("\n".join(lines) for lines in blocks)


def _verdict(counts: DraftCounts) -> list[str]:
    found = "all three are 0" if counts.zeros_hold else "NOT all are 0"
    rows = [
        ("invalid citations", counts.invalid_citations),
        ("sentences without evidence", counts.sentences_without_evidence),
        ("off-topic questions answered", counts.off_topic_answered),
    ]
    return [f"{found}, over {counts.questions} questions", *align([(a, str(n)) for a, n in rows])]


def _setting_lines(settings: Settings) -> list[str]:
    return [
        f"writer      {settings.writer}, model {settings.model}; prompts of "
        f"{settings.max_prompt_tokens} tokens, answers of {settings.max_answer_tokens}",
        f"library     {settings.library_papers} papers, {settings.library_fingerprint[:12]}; "
        f"embedder {settings.embedder}",
        f"questions   of {settings.suite}, {settings.suite_sha256[:12]}, drawn with a fixed seed",
        f"version     {settings.version}",
    ]


def _count_lines(counts: DraftCounts) -> list[str]:
    rows = [
        ("questions", counts.questions),
        ("  off topic", counts.off_topic),
        ("  answered", counts.answered),
        ("  refused", counts.refused),
        ("  the model failed", counts.failed),
        ("sentences shown", sum(counts.shown.values())),
        *_by_number(counts.shown),
        ("sentences dropped", sum(counts.dropped.values())),
        *_by_number(counts.dropped),
    ]
    return align([(name, str(number)) for name, number in rows])


def _by_number(numbers: Mapping[str, int]) -> list[tuple[str, int]]:
    ordered = sorted(numbers.items(), key=lambda each: -each[1])
    return [(f"  {name}", number) for name, number in ordered]


def _falsehood_lines(counts: DraftCounts) -> list[str]:
    rows = [
        ["told by the liar", "told", "shown", "share", "95%"],
        _row("falsehoods", counts.falsehoods),
        *(_row(f"  {kind}", tally) for kind, tally in counts.by_kind.items()),
        *(_row(f"  {name}, but for the lie", tally) for name, tally in counts.by_wording.items()),
        *(_row(f"true, {name}", tally) for name, tally in counts.truths.items()),
    ]
    return align(rows)


def _row(name: str, tally: Tally) -> list[str]:
    share = NONE if tally.share is None else f"{tally.share:.3f}"
    low_high = NONE if tally.interval is None else "-".join(f"{x:.3f}" for x in tally.interval)
    return [name, str(tally.told), str(tally.shown), share, low_high]
