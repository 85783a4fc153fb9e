"""Lists of answers and conversations, and what has changed since, as plain text; pure."""

import textwrap
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from assistant.views.text import printable

if TYPE_CHECKING:
    from assistant.records.answer_diff import AnswerDiff
    from assistant.store.answers import Listed
    from assistant.store.talks import Talk

_NARROWEST = 40


def listed_text(listed: "Sequence[Listed]", width: int) -> str:
    """Return one line an answer: id, time, question."""
    if not listed:
        return "No answer is kept."
    return _lines((f"{each.record_id}  {each.at}  {each.question}" for each in listed), width)


def talks_text(talks: "Sequence[Talk]", width: int) -> str:
    """Return one line a conversation: id, last turn, number of turns, name or first question."""
    if not talks:
        return "No conversation is kept."
    rows = (f"{t.conversation_id}  {t.last}  {t.turns:>3}  {t.title}" for t in talks)
    return _lines(rows, width)


def diff_text(diff: "AnswerDiff", width: int) -> str:
    """Return what has changed since an answer was recorded, a paragraph each."""
    width = max(_NARROWEST, width)
    lines = [f"{diff.record_id}: {diff.question}", *_changes(diff)]
    if not diff.changed:
        lines.append("Nothing that would change this answer.")
    return printable("\n".join(textwrap.fill(x, width, subsequent_indent="    ") for x in lines))


def _changes(diff: "AnswerDiff") -> Iterator[str]:
    then, now = diff.library
    yield f"library {then}, now {now}" if then != now else f"library {then}, as it was"
    for name, (was, is_now) in diff.versions.items():
        yield f"{name} {was[:16] or 'none'}, now {is_now[:16] or 'none'}"
    for what, papers in (
        ("no more in the library", diff.gone),
        ("with another abstract", diff.reworded),
        ("with other details", diff.edited),
        ("found for this question only now", diff.found),
        ("found for this question no more", diff.lost),
    ):
        if papers:
            yield f"{what}: {', '.join(papers)}"
    if diff.answered[0] != diff.answered[1]:
        words = {True: "enough evidence", False: "not enough evidence"}
        yield f"the library had {words[diff.answered[0]]}, and has {words[diff.answered[1]]}"
    for row in diff.sentences:
        verdict = f"was {row['was']}, is {row['now']}" if row["was"] != row["now"] else "moved"
        stands = f"; stands on “{row['stands_on']}”" if verdict == "moved" else ""
        yield f"in today's library {verdict}: “{row['text']}” ({row['why']}{stands})"
    for line in diff.by_code:
        yield f"by today's program: {line}"


def _lines(rows: Iterator[str], width: int) -> str:
    return printable(
        "\n".join(row if len(row) <= width else f"{row[: width - 1]}…" for row in rows)
    )
