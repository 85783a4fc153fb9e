"""From a turn of the conversation to HTML. Pure: no Gradio, no clock, no network."""

from collections.abc import Sequence

from assistant.refusals import Refusal, explain
from assistant.types import Answer, AnswerSentence, DroppedSentence
from assistant.views.citing import paragraphs
from ui.acts import render_acts, render_narrowing
from ui.markup import box, counted, escape, tag
from ui.signs import QUOTED, SIGNS, draw, sign_of
from ui.sources import Lookup, render_cards, render_marker, render_nearest, render_source_list
from ui.tabulated import render_table
from ui.turn import Phase, Turn

NEAREST_SHOWN = 4
_LONG_WORD = 24


def render_turn(turn: Turn, lookup: Lookup, papers: int) -> str:
    """Return a question with its answer as far as it has come.

    Args:
        turn: what is known of the answer.
        lookup: finds the paper of a citation, to show its abstract.
        papers: how many papers the library holds.
    """
    parts = [tag("h2", escape(turn.question), {"class": "question"})]
    if turn.answer is not None and turn.answer.refused:
        parts.append(_refusal(turn.number, turn.answer, lookup))
    else:
        parts.append(_answer(turn, lookup))
    if turn.table is not None:
        parts.append(render_table(turn.number, turn.table, lookup))
    parts += [_stage(turn, papers), _dropped(turn.dropped)]
    if not turn.running:
        parts.append(render_acts(turn.answer))
    if turn.answer is not None:
        parts.append(_origin(turn.answer))
    attributes = {
        "class": f"turn {turn.phase}",
        "data-turn": str(turn.number),
        "aria-busy": str(turn.running).lower(),
    }
    return tag("article", "".join(parts), attributes)


def render_note(message: str) -> str:
    """Return a short remark to the person in the place of an answer."""
    return box("note", escape(message), "p")


def _answer(turn: Turn, lookup: Lookup) -> str:
    if not turn.sentences:
        return ""
    said = [
        tag("p", " ".join(_sentence(turn, sentence) for sentence in paragraph))
        for paragraph in paragraphs(turn.sentences)
    ]
    parts = [box("answer", "".join(said))]
    if not turn.running:
        parts += [_checks(turn), render_source_list(turn.number, turn.citations)]
    parts.append(render_cards(turn.number, turn.citations, lookup))
    return _caveat(turn) + "".join(parts)


def _sentence(turn: Turn, sentence: AnswerSentence) -> str:
    sign = sign_of(sentence)
    markers = "".join(
        render_marker(turn.number, citation, sign)
        for marker in sentence.citations
        for citation in turn.citations
        if citation.marker == marker
    )
    if not markers:
        return box("sentence", escape(sentence.text), "span")
    start, last = _split_last_word(sentence.text)
    ending = escape(last) + box("trail", markers, "span")
    return box("sentence", escape(start) + box("together", ending, "span"), "span")


def _split_last_word(text: str) -> tuple[str, str]:
    """Split so that markers can stay on the line of the word before them."""
    start, space, last = text.rpartition(" ")
    return (start + space, last) if len(last) <= _LONG_WORD else (text, "")


def _checks(turn: Turn) -> str:
    """Say how many sentences passed which check: the legend of the signs as well."""
    passed = [sign_of(sentence) for sentence in turn.sentences]
    rows = []
    for sign in SIGNS:
        if count := passed.count(sign):
            name = counted(count, sign.name) if sign is QUOTED else f"{count} {sign.name}"
            chip = box(f"marker {sign.kind}", draw(sign), "span")
            rows.append(tag("li", chip + tag("span", f"{name}: {sign.promise}")))
    return box("checks", "".join(rows), "ul") if rows else ""


def _refusal(turn: int, answer: Answer, lookup: Lookup) -> str:
    refusal = explain(answer.question, answer.reason or "", answer.coverage)
    found = [lookup(retrieved.paper_id) for retrieved in answer.retrieved[:NEAREST_SHOWN]]
    papers = [paper for paper in found if paper is not None]
    told = [
        tag("p", "Not answered", {"class": "refusal-title"}),
        tag("p", escape(refusal.opening)),
        _coverage(refusal),
        tag("p", escape(refusal.advice)) if refusal.advice else "",
    ]
    nearest = render_nearest(turn, papers) + render_narrowing(papers)
    return box("refusal", "".join(told)) + nearest


def _coverage(refusal: Refusal) -> str:
    """Name the words of the question that the nearest paper has, and those that it lacks."""
    if not refusal.missing:
        return ""
    rows = (("Covered", refusal.covered), ("Missing", refusal.missing))
    listed = (
        tag("dt", name) + tag("dd", "".join(tag("span", escape(phrase)) for phrase in phrases))
        for name, phrases in rows
        if phrases
    )
    return box("coverage", "".join(listed), "dl")


def _stage(turn: Turn, papers: int) -> str:
    """Say what is going on while one waits, or why nothing more comes."""
    if turn.phase is Phase.FAILED:
        return box("error", escape(turn.error), "p")
    if turn.phase is Phase.STOPPED:
        kept = "what was checked by then is kept" if turn.sentences else "nothing was written yet"
        return render_note(f"Stopped: {kept}.")
    searched = turn.filters.scope() if turn.filters else counted(papers, "abstract")
    stages = {
        Phase.SEARCHING: f"Searching {searched}",
        Phase.READING: f"Reading {counted(len(turn.hits), 'paper')}",
        Phase.WRITING: f"Checking sentence {len(turn.sentences) + len(turn.dropped) + 1}",
    }
    if turn.phase not in stages:
        return ""
    return box("stage", stages[turn.phase], "p")


def _dropped(dropped: Sequence[DroppedSentence]) -> str:
    if not dropped:
        return ""
    rows = "".join(
        tag("li", tag("q", escape(row.text)) + box("why", escape(_why(row)), "span"))
        for row in dropped
    )
    kept_back = counted(len(dropped), "draft sentence") + " failed the check and was left out"
    summary = kept_back if len(dropped) == 1 else kept_back.replace(" was ", " were ")
    return tag("details", tag("summary", summary) + tag("ul", rows), {"class": "dropped"})


def _why(row: DroppedSentence) -> str:
    return f"{row.verdict}: {'; '.join(row.reasons)}" if row.reasons else str(row.verdict)


def _caveat(turn: Turn) -> str:
    """Pass on what the reader must know before reading: what is not covered, or who wrote it.

    Which papers are searched is said from the first sentence on.
    """
    reason = turn.filters.restriction() if turn.answer is None else turn.answer.reason
    if not reason:
        return ""
    text = reason[:1].upper() + reason[1:]
    return box("caveat", escape(text if text.endswith((".", "?", "!")) else text + "."), "p")


def _origin(answer: Answer) -> str:
    """Say what wrote the answer, from which library and in what time."""
    parts = [answer.engine if not answer.model else f"{answer.engine} ({answer.model})"]
    if answer.library.papers:
        parts.append(counted(answer.library.papers, "paper"))
    if "total" in answer.timings:
        parts.append(_duration(answer.timings["total"]))
    return box("origin", escape(" · ".join(parts)), "p")


def _duration(seconds: float) -> str:
    return f"{seconds:.1f} s" if seconds >= 0.95 else f"{max(1, round(seconds * 1000))} ms"
