"""A text of one's own with its verdicts, as HTML: what to look at, and what each means. Pure."""

from collections import Counter
from collections.abc import Sequence

from assistant.assembly import citation_of
from assistant.checking import CheckedReference
from assistant.types import CheckedSentence, Evidence, Label, Verdict
from assistant.views.markdown import checks_markdown
from ui.acts import render_copy
from ui.markup import box, counted, escape, tag
from ui.signs import ATTRIBUTED, ENTAILED, QUOTED, Sign, draw
from ui.sources import highlight, render_links, render_small_print

CONTRADICTED = Sign(
    "contradicted", "contradicted", "a source says otherwise", "M1.5 1l9 9M10.5 1l-9 9"
)
UNSUPPORTED = Sign("unsupported", "unsupported", "no abstract of the library says so", "M1 5.5h10")
CLAIMS_NOTHING = Sign("connective", "connective", "claims nothing", "M6 5v1")
_SIGNS = {
    Label.CONTRADICTED: CONTRADICTED,
    Label.UNSUPPORTED: UNSUPPORTED,
    Label.ATTRIBUTED: ATTRIBUTED,
    Label.CONNECTIVE: CLAIMS_NOTHING,
}
_WORST_FIRST = (CONTRADICTED, UNSUPPORTED, ATTRIBUTED, ENTAILED, QUOTED, CLAIMS_NOTHING)


def render_checked(
    text: str, checks: Sequence[CheckedSentence], references: Sequence[CheckedReference]
) -> str:
    """Return a summary, the text with a sign at each sentence, and what each sign stands for.

    Args:
        text: as it was checked.
        checks: its sentences, in order.
        references: the entries of its own list of references.
    """
    if not checks:
        return render_remark("There is no sentence in this text to check.")
    parts = [
        _summary(checks, references),
        box("checked-text", _marked(text, checks)),
        box("acts", tag("span", "Copy with citations as") + _copied(text, checks, references)),
        tag("h3", "Sentence by sentence"),
        tag("ol", "".join(_finding(*numbered) for numbered in enumerate(checks, 1))),
        _listed(references),
    ]
    return box("checked", "".join(parts))


def render_remark(message: str) -> str:
    """Return why nothing was checked."""
    return tag("p", escape(message), {"class": "note", "role": "status"})


def render_checking(characters: int) -> str:
    """Return what is said while one waits."""
    told = f"Checking {counted(characters, 'character')} sentence by sentence"
    return tag("p", told, {"class": "stage", "role": "status"})


def sign_of_check(check: CheckedSentence) -> Sign:
    """Return the sign of a sentence's verdict."""
    if check.verdict.label is Label.SUPPORTED:
        return QUOTED if check.verdict.is_verbatim else ENTAILED
    return _SIGNS[check.verdict.label]


def _summary(checks: Sequence[CheckedSentence], references: Sequence[CheckedReference]) -> str:
    signs = Counter(map(sign_of_check, checks))
    told = [f"{signs[sign]} {sign.name}" for sign in _WORST_FIRST if signs[sign]]
    if proposed := sum(check.proposed is not None for check in checks):
        told.append(f"{counted(proposed, 'citation')} proposed")
    if wrong := sum(bool(each.problem) for each in references):
        told.append(f"{counted(wrong, 'reference')} wrong")
    line = f"{counted(len(checks), 'sentence')}: {', '.join(told)}"
    return tag("p", escape(line), {"class": "checked-summary", "role": "status"})


def _marked(text: str, checks: Sequence[CheckedSentence]) -> str:
    """Return the text with each sentence as a link to its finding; all else stays as it is."""
    pieces, place = [], 0
    for number, check in enumerate(checks, 1):
        sign = sign_of_check(check)
        attributes = {
            "class": f"checked-sentence {sign.kind}",
            "href": f"#finding-{number}",
            "data-finding": str(number),
            "aria-label": f"{sign.name}: {check.text}",
        }
        pieces.append(escape(text[place : check.start]))
        pieces.append(tag("a", escape(check.text) + _chip(sign), attributes))
        place = check.end
    return "".join([*pieces, escape(text[place:])])


def _chip(sign: Sign) -> str:
    return box(f"marker {sign.kind}", draw(sign), "span")


def _copied(
    text: str, checks: Sequence[CheckedSentence], references: Sequence[CheckedReference]
) -> str:
    return render_copy("Markdown", checks_markdown(text, checks, references))


def _finding(number: int, check: CheckedSentence) -> str:
    sign = sign_of_check(check)
    reasons = "; ".join((*check.remarks, *check.verdict.reasons))
    said = tag("p", escape(check.text), {"class": "finding-text"})
    verdict = f"{sign.name.capitalize()}: {sign.promise}"
    parts = [
        said,
        box("finding-verdict", _chip(sign) + escape(verdict), "p"),
        box("finding-why", escape(reasons), "p") if reasons else "",
        _evidence_of(check.verdict),
        _proposal(check),
    ]
    attributes = {"id": f"finding-{number}", "class": f"finding {sign.kind}", "tabindex": "-1"}
    return tag("li", "".join(parts), attributes)


def _evidence_of(verdict: Verdict) -> str:
    """Return what a verdict stands on; where nothing says it, what comes nearest."""
    quoted = "".join(map(_evidence, verdict.evidence))
    is_nearest = quoted and verdict.label is Label.UNSUPPORTED
    return (box("finding-why", "What comes nearest:", "p") if is_nearest else "") + quoted


def _evidence(evidence: Evidence) -> str:
    paper, shown = evidence.paper, citation_of(1, evidence)
    abstract = box("abstract", highlight(paper.abstract, shown, ()), "p")
    about = escape(paper.title) + render_small_print(paper)
    folded = tag("details", tag("summary", "Show in its abstract") + abstract + render_links(paper))
    return tag("blockquote", tag("q", escape(evidence.quote)) + box("from", about) + folded)


def _proposal(check: CheckedSentence) -> str:
    if check.proposed is None:
        return ""
    return box("finding-cite", f"Cite “{escape(check.proposed.paper.title)}”?", "p")


def _listed(references: Sequence[CheckedReference]) -> str:
    """Return the text's own list of references, with what is wrong with each."""
    rows = (
        tag("li", escape(f"[{each.number}] {each.text}") + _problem(each)) for each in references
    )
    return tag("h3", "Its references") + tag("ul", "".join(rows)) if references else ""


def _problem(reference: CheckedReference) -> str:
    if not reference.problem:
        return box("finding-verdict", "In the library", "p")
    problem = reference.problem[:1].upper() + reference.problem[1:]
    return box("finding-verdict wrong", escape(problem), "p")
