"""A checked text as Markdown: given back with its verdicts and proposed citations; pure."""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from assistant.tidy import tidy
from assistant.types import CheckedSentence, Paper
from assistant.views.text import printable

if TYPE_CHECKING:
    from assistant.checking import CheckedReference

_SIGNS = re.compile(r"([\\`*_{}\[\]<>#|~!&$])")
_MARK_PLACE = re.compile(r"(?P<said>.*?)(?P<stop>[.!?]?[\"”’)*_]*)", re.DOTALL)


def checks_markdown(
    text: str, checks: Sequence[CheckedSentence], references: Sequence["CheckedReference"] = ()
) -> str:
    """Return a person's own text with its verdicts and the citations that are proposed.

    A sentence that holds and cites nothing that says it gets a number; one that fails is
    struck through. Sections follow for what to look at, for the papers to add to the text's own
    list of references, and for what is wrong with that list.

    Args:
        text: as it was checked; what is no sentence of it stays as it is.
        checks: its sentences, in order.
        references: the entries of its own list of references.
    """
    listed = {each.paper.paper_id: each.number for each in references if each.paper}
    last = max((each.number for each in references), default=0)
    proposed = [check.proposed.paper for check in checks if check.proposed]
    new = {paper.paper_id: paper for paper in proposed if paper.paper_id not in listed}
    numbers = listed | {paper_id: last + place for place, paper_id in enumerate(new, start=1)}
    sections = [
        _marked(text, checks, numbers),
        _section("To look at", map(_finding, _failing(checks))),
        _section(
            "References to add",
            (f"[{numbers[each]}] {_entry(paper)}" for each, paper in new.items()),
        ),
        _section(
            "References that are wrong", map(_wrong, (each for each in references if each.problem))
        ),
    ]
    return printable("\n\n".join(filter(None, sections)))


def _marked(text: str, checks: Sequence[CheckedSentence], numbers: Mapping[str, int]) -> str:
    pieces, place = [], 0
    for check in checks:
        pieces += [text[place : check.start], _sentence(check, numbers)]
        place = check.end
    return "".join([*pieces, text[place:]]).strip()


def _sentence(check: CheckedSentence, numbers: Mapping[str, int]) -> str:
    if check.proposed:
        parts = _MARK_PLACE.fullmatch(check.text)
        mark = f" [{numbers[check.proposed.paper.paper_id]}]"
        return f"{parts['said']}{mark}{parts['stop']}" if parts else check.text + mark
    return check.text if check.verdict.label.shown else f"~~{check.text}~~"


def _failing(checks: Sequence[CheckedSentence]) -> list[CheckedSentence]:
    return [check for check in checks if check.remarks or not check.verdict.label.shown]


def _finding(check: CheckedSentence) -> str:
    verdict = check.verdict
    reasons = _escaped("; ".join((*check.remarks, *verdict.reasons)))
    line = f"- **{verdict.label}**: {_escaped(_one_line(check.text))} ({reasons})"
    quotes = (
        f"\n  > {_escaped(tidy(_one_line(item.quote)))} ({_escaped(tidy(item.paper.title))})"
        for item in verdict.evidence
    )
    return line + "".join(quotes)


def _entry(paper: Paper) -> str:
    year = str(paper.year or "")
    link = f"https://doi.org/{paper.doi}" if paper.doi else paper.url
    known = (", ".join(paper.authors), tidy(paper.title), paper.venue, year, link)
    return _escaped(". ".join(filter(None, known))) + f" ({_escaped(paper.paper_id)})"


def _wrong(reference: "CheckedReference") -> str:
    entry, problem = _escaped(_one_line(reference.text)), _escaped(reference.problem)
    return f"- [{reference.number}] {entry}: {problem}"


def _section(title: str, lines: Iterable[str]) -> str:
    held = "\n".join(lines)
    return f"## {title}\n\n{held}" if held else ""


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _escaped(text: str) -> str:
    """Return `text` so that Markdown shows it as it is: text of papers is data."""
    return _SIGNS.sub(r"\\\1", text)
