"""From what was found to a table: which papers, and which words of each state what is asked."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from assistant.assembly import citation_of
from assistant.attributes import Attribute
from assistant.drafting import papers_that_bear
from assistant.evidence import Candidate
from assistant.grounding import find_quotation
from assistant.inquiry import Inquiry
from assistant.paper_table import Row
from assistant.question import Asked
from assistant.types import Citation, Evidence

MOST_ROWS = 8

_MOST_OF_A_PART = 2
"""How many papers each of the things compared gets."""

_POINTS_ELSEWHERE = re.compile(
    r"\b(?:this|these|those|such)\s+(?!paper|work|study|article)\w|\bthe (?:former|latter)\b", re.I
)
_NEAREST = 3
"""Of the sentences that bear most on the question, how many may tell what it asks of itself."""
_LEANING = 0.3
"""What it costs a sentence to need the one before it."""

_VAGUE = 0.15
"""What it costs a sentence to speak of "this" or "these" things somewhere."""

_FOR_THE_REST = 0.2
"""What it costs a sentence to stand in a cell of the row already."""


@dataclass
class Markers:
    """Numbers quotations in order of first use."""

    _known: dict[tuple[str, int, int], Citation] = field(default_factory=dict)

    def cite(self, evidence: Evidence) -> Citation:
        """Return the citation of a quotation: the same for the same."""
        if evidence.key not in self._known:
            self._known[evidence.key] = citation_of(len(self._known) + 1, evidence)
        return self._known[evidence.key]


def rows_of(inquiry: Inquiry, attributes: Sequence[Attribute]) -> tuple[Row, ...]:
    """Return a row for each paper that bears on the question, with a cell for each attribute.

    Of the papers that state nothing of what is asked only the best of each part are kept.
    """
    markers = Markers()
    rows = [_row(group, attributes, markers) for group in _groups(inquiry)]
    best = {strand.papers[0][0].source.paper.paper_id for strand in inquiry.answered}
    return tuple(row for row in rows if row.paper_id in best or any(row.cells))


def _groups(inquiry: Inquiry) -> list[Sequence[Candidate]]:
    """Return the sentences of the papers that bear on it: of each part its best, or the best."""
    strands = inquiry.answered
    most = MOST_ROWS if len(strands) == len(inquiry.strands) == 1 else _MOST_OF_A_PART
    several = most == MOST_ROWS
    chosen = [
        group
        for strand in strands
        for group in papers_that_bear(strand.papers, several=several)[:most]
    ]
    return list({group[0].source.paper.paper_id: group for group in chosen}.values())[:MOST_ROWS]


def _row(
    group: Sequence[Candidate],
    attributes: Sequence[Attribute],
    markers: Markers,
) -> Row:
    paper = group[0].source.paper
    taken: set[int] = set()
    cells = tuple(_cell(group, each, markers, taken) for each in attributes)
    return Row(paper.paper_id, paper.title, paper.year, cells)


def _cell(
    group: Sequence[Candidate],
    attribute: Attribute,
    markers: Markers,
    taken: set[int],
) -> Citation | None:
    """Quote the sentence that best states an attribute; nothing where none does."""

    def worth(candidate: Candidate) -> float:
        return (
            candidate.topical
            + _form_bonus(attribute, candidate.text)
            - _LEANING * candidate.leans_on_the_one_before
            - _VAGUE * bool(_POINTS_ELSEWHERE.search(candidate.text))
            - _FOR_THE_REST * (candidate.position in taken)
        )

    near = group[:_NEAREST] if attribute.is_of_the_question else group
    stating = [candidate for candidate in near if attribute.is_stated_by(candidate.text)]
    for candidate in sorted(stating, key=worth, reverse=True):
        if quotable := _quotable(candidate):
            taken.add(candidate.position)
            return markers.cite(quotable)
    return None


_SAYS_WHAT_IS_NEW = re.compile(r"\b(?:propos|introduc|present|develop|devis|design)", re.I)
_SAYS_WHAT_CAME_OUT = re.compile(
    r"\b(?:results?|outperform|achiev|find|found|show|demonstrat|prov(?:e|es|ed)\b|reveal)", re.I
)


def _form_bonus(attribute: Attribute, text: str) -> float:
    """Return what the plainest words for an attribute add to a sentence's worth."""
    plain = {Asked.METHOD: _SAYS_WHAT_IS_NEW, Asked.RESULT: _SAYS_WHAT_CAME_OUT}
    pattern = plain.get(attribute.kind) if attribute.kind else None
    return 0.3 * bool(pattern and pattern.search(text))


def _quotable(candidate: Candidate) -> Evidence | None:
    """Return the sentence, with the one before it where it points back; None if not asserted.

    Whole sentences only: what is left out of one may turn its meaning.
    """
    source, sentence, before = candidate.source, candidate.evidence, candidate.before
    if before is None or not candidate.leans_on_the_one_before:
        return find_quotation(sentence.quote, [source]) and sentence
    if not all(find_quotation(item.quote, [source]) for item in (before, sentence)):
        return None
    return Evidence(source.paper, before.start, sentence.end, sentence.score)
