"""The case browser of a report: what was asked, what came back, and how it was checked. Pure."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby

from assistant.types import Answer, AnswerSentence, Citation, Label, are_of_a_quotation
from eval.baseline import CaseChange
from eval.reports.flaws import flaws_of
from eval.reports.html_markup import box, escape, folded, share, table, tag, text
from eval.results import Result
from eval.scores import Score
from eval.suite_run import Run

_SIGNS = {
    Label.SUPPORTED: "✓",
    Label.ATTRIBUTED: "≈",
    Label.CONTRADICTED: "✗",
    Label.UNSUPPORTED: "?",
    Label.CONNECTIVE: "–",
}


@dataclass(frozen=True, slots=True)
class Shelf:
    """What cases are shown with: abstracts by paper id, and changed scores by case and metric."""

    abstracts: Mapping[str, str] = field(default_factory=dict)
    moved: Mapping[str, Mapping[str, CaseChange]] = field(default_factory=dict)


def shelf_of(run: Run, abstracts: Mapping[str, str]) -> Shelf:
    """Return what the cases of a run are shown with."""
    moved: dict[str, dict[str, CaseChange]] = defaultdict(dict)
    for change in run.comparison.moved if run.comparison else ():
        moved[change.id][change.metric] = change
    return Shelf(abstracts, moved)


def render_cases(results: Iterable[Result], shelf: Shelf) -> str:
    """Return all dev cases, the worst first, with filters above them."""
    dev = [(result, flaws_of(result)) for result in results if result.split == "dev"]
    if not dev:
        return text("p", "No dev case was run.", "missing")
    dev.sort(key=lambda pair: -max(pair[1].values(), default=0.0))
    kinds = dict.fromkeys(result.kind for result, _ in dev)
    rows = "".join(_case(result, flaws, shelf) for result, flaws in dev)
    return _filters(sorted(kinds), len(dev)) + tag("div", rows, {"class": "cases", "id": "cases"})


def render_sealed(results: Iterable[Result]) -> str:
    """Return the test cases as numbers: nothing of what was asked or came back."""
    rows = [
        [escape(result.id), escape(result.kind), escape(_numbers(result))]
        for result in results
        if result.split == "test"
    ]
    if not rows:
        return text("p", "No test case was run.", "missing")
    return folded(f"{len(rows)} test cases", table(["id", "kind", "scores"], rows, "sealed"))


def _numbers(result: Result) -> str:
    values = {name: s.value for name, s in result.scores.items() if s.value is not None}
    told = [f"{name} {round(value, 3):g}" for name, value in values.items()]
    return " · ".join([*told, *(["error"] if result.error else [])])


def _filters(kinds: Sequence[str], count: int) -> str:
    options = "".join(tag("option", escape(kind), {"value": kind}) for kind in kinds)
    every = tag("option", "every kind", {"value": ""})
    shown = {"id": "shown", "role": "status"}
    search = '<input type="search" id="search" placeholder="words in question or answer">'
    return box(
        "filters",
        tag("label", "Kind " + tag("select", every + options, {"id": "kind"}))
        + '<label><input type="checkbox" id="flawed"> flawed only</label>'
        + '<label><input type="checkbox" id="moved"> changed only</label>'
        + tag("label", "Search " + search)
        + tag("span", f"{count} cases", shown),
    )


def _case(result: Result, flaws: Mapping[str, float], shelf: Shelf) -> str:
    moved = shelf.moved.get(result.id, {})
    said = "; ".join(flaws)
    flaw = text("span", f"✗ {said}", "flaw") if flaws else text("span", "✓ no flaw", "fine")
    changed = text("span", f"Δ {len(moved)} changed", "changed") if moved else ""
    summary = tag(
        "summary",
        text("span", result.id, "id")
        + text("span", result.kind, "kind")
        + text("span", result.asked, "asked")
        + box("flags", flaw + changed, "span"),
    )
    parts = [
        text("p", result.asked, "question"),
        text("p", result.remark, "remark") if result.remark else "",
        _answer(result.answer, shelf) if result.answer else _nothing(result),
        _retrieved(result),
        _scores(result, moved),
    ]
    attributes = {
        "class": "case",
        "id": f"case-{result.id}",
        "data-kind": result.kind,
        "data-flawed": str(bool(flaws)).lower(),
        "data-moved": str(bool(moved)).lower(),
    }
    return tag("details", summary + box("inside", "".join(parts)), attributes)


def _nothing(result: Result) -> str:
    if result.error:
        return text("p", f"Failed: {result.error}", "remark")
    return text("p", "No answer was asked for.", "origin")


def _answer(answer: Answer, shelf: Shelf) -> str:
    parts = [text("h4", "Refused" if answer.refused else "Answer")]
    if answer.reason:
        parts.append(text("p", answer.reason, "remark"))
    if answer.sentences:
        parts += [_sentence(each) for each in answer.sentences]
    else:
        parts.append(text("p", answer.text, "sentence"))
    if answer.citations:
        parts += [text("h4", "Cited"), _cited(answer.citations, shelf.abstracts)]
    if answer.dropped:
        rows = "".join(
            tag("li", tag("q", escape(each.text)) + _verdict(each.verdict, each.reasons))
            for each in answer.dropped
        )
        parts += [text("h4", "Left out of the answer"), tag("ul", rows, {"class": "left-out"})]
    return "".join(parts) + text("p", _origin(answer), "origin")


def _sentence(sentence: AnswerSentence) -> str:
    markers = "".join(f" [{marker}]" for marker in sentence.citations)
    said = escape(sentence.text) + text("span", markers, "markers")
    return tag(
        "div",
        tag("p", said, {"class": "sentence"})
        + _verdict(sentence.verdict, sentence.reasons, sentence.score),
    )


def _verdict(label: Label, reasons: Sequence[str], score: float | None = None) -> str:
    """Say a verdict by a sign, a word and its reasons."""
    quoted = label is Label.SUPPORTED and are_of_a_quotation(reasons)
    name = "❝ quotation" if quoted else f"{_SIGNS[label]} {label}"
    told = "; ".join([*reasons, *([] if score is None else [f"score {score:.2f}"])])
    chip = text("span", name, f"chip {label}")
    return tag("p", f"{chip} {escape(told)}", {"class": "verdict-line"})


def _cited(citations: Sequence[Citation], abstracts: Mapping[str, str]) -> str:
    """List the cited papers, each with all its quotations marked in place."""
    papers: dict[str, list[Citation]] = defaultdict(list)
    for citation in citations:
        papers[citation.paper_id].append(citation)
    rows = [
        tag("li", text("b", cited[0].title) + tag("blockquote", _in_place(abstract, cited)))
        for paper_id, cited in papers.items()
        for abstract in [abstracts.get(paper_id, "")]
    ]
    return tag("ul", "".join(rows), {"class": "cited"})


def _in_place(abstract: str, cited: Sequence[Citation]) -> str:
    """Mark quotations in their abstract; where it isn't at hand, they stand alone."""
    parts, end = [], 0
    for citation in sorted(cited, key=lambda each: each.start):
        if abstract[citation.start : citation.end] != citation.quote or citation.start < end:
            return " ".join(map(_mark, cited))
        parts += [escape(abstract[end : citation.start]), _mark(citation)]
        end = citation.end
    return "".join(parts) + escape(abstract[end:])


def _mark(citation: Citation) -> str:
    return text("span", f"[{citation.marker}] ", "markers") + text("mark", citation.quote)


def _origin(answer: Answer) -> str:
    told = [answer.engine if not answer.model else f"{answer.engine} ({answer.model})"]
    if answer.confidence is not None:
        told.append(f"confidence {answer.confidence:.2f}")
    if "total" in answer.timings:
        told.append(f"{answer.timings['total']:.2f} s")
    return " · ".join([*told, *([f"failed: {answer.failure}"] if answer.failure else [])])


def _retrieved(result: Result) -> str:
    answered = result.answer.retrieved if result.answer else ()
    titles = [each.title for each in answered] or list(result.ranking)
    if not titles:
        return ""
    cited = {each.paper_id for each in result.answer.citations} if result.answer else set()
    ids = [each.paper_id for each in answered]
    rows = "".join(
        tag("li", escape(title) + (" (cited)" if ids and ids[place] in cited else ""))
        for place, title in enumerate(titles)
    )
    return folded(f"Retrieved, best first: {len(titles)}", tag("ol", rows), "retrieved")


def _scores(result: Result, moved: Mapping[str, CaseChange]) -> str:
    """List the scores, those that differ with what they were; then what did not apply, and why."""
    rows = [
        tag("li", escape(name) + " " + _now(score, moved.get(name)))
        for name, score in result.scores.items()
        if score.not_applicable is None or name in moved
    ]
    skipped = sorted((s.not_applicable, n) for n, s in result.scores.items() if s.not_applicable)
    lines = [
        f"not applicable ({reason}): {', '.join(name for _, name in names)}"
        for reason, names in groupby(skipped, key=lambda pair: pair[0])
    ]
    listed = tag("ul", "".join(rows), {"class": "scores"}) if rows else ""
    return text("h4", "Scores") + listed + "".join(text("p", each, "origin") for each in lines)


def _now(score: Score, change: CaseChange | None) -> str:
    if score.value is not None:
        now = text("b", share(score.value))
    else:
        now = text("b", f"error: {score.error}" if score.error else "not applicable")
    if change is None:
        return now
    before = f"before {share(change.before)}, now "
    return tag("span", escape(before) + now, {"class": "changed"})
