"""A second look at the best sentences: the checker reads them with the question.

What it makes of single sentences orders those behind the first anew within their papers; what
it makes of those of the best paper, alone and together, is a sign of whether the library answers
at all. The first stays: a sentence that merely fits an answer leads worse than one that gives it.
"""

from collections.abc import Sequence
from dataclasses import replace
from itertools import islice
from typing import NamedTuple

from assistant.checker import Checker
from assistant.evidence import Candidate
from assistant.question import Question

PAPERS = 2
"""How many papers, the best first, are read."""
SENTENCES = 6
"""How many sentences of each are read by themselves."""
TOGETHER = 4
"""How many of them are read as one passage."""
FARTHEST = 5.0
"""Further behind the best, in log-odds, no sentence is."""


class Reread(NamedTuple):
    """The sentences of each paper, best first, and the log-odds that the best paper answers.

    `answering` is None where no checker read them.
    """

    papers: list[list[Candidate]]
    answering: float | None


def reread(checker: Checker, question: Question, papers: Sequence[Sequence[Candidate]]) -> Reread:
    """Return ranked sentences in the order that the checker's reading gives them.

    Papers keep their order; what is not read stands behind what is.
    """
    passages = [_together(group) for group in papers[:1]]
    passages += [_alone(each) for group in papers[:PAPERS] for each in group[:SENTENCES]]
    odds = checker.answering(passages, question.text)
    if not odds:
        return Reread([list(group) for group in papers], None)
    together, *alone = odds
    rest = iter(alone)
    found = [
        _reordered(group, list(islice(rest, len(group[:SENTENCES])))) for group in papers[:PAPERS]
    ]
    found += [list(group) for group in papers[PAPERS:]]
    best = max(alone[: len(papers[0][:SENTENCES])])
    return Reread(found, (together + best) / 2)


def _reordered(group: Sequence[Candidate], odds: Sequence[float]) -> list[Candidate]:
    """Return the sentences of a paper in the order that the log-odds of the first of them give.

    What counts is by how much a sentence answers less probably than the best; what was not
    read counts like the least of what was.
    """
    behind = [max(each - max(odds), -FARTHEST) for each in odds]
    behind += [min(behind)] * (len(group) - len(behind))
    pairs = zip(group, behind, strict=True)
    seen = [replace(candidate, read_odds=each) for candidate, each in pairs]
    return [seen[0], *sorted(seen[1:], key=lambda candidate: -candidate.standing)]


def _alone(candidate: Candidate) -> str:
    return f"{candidate.source.paper.title}. {candidate.text}"


def _together(group: Sequence[Candidate]) -> str:
    """Return the title with the best sentences, as they stand in the abstract."""
    best = sorted(group[:TOGETHER], key=lambda candidate: candidate.position)
    return f"{group[0].source.paper.title}. {' '.join(each.text for each in best)}"
