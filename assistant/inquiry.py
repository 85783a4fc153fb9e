"""What was found for a question, or for each part of one, and whether that answers it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import zip_longest
from typing import TypeVar

from assistant.abstention import Decision
from assistant.drafting import Ranked
from assistant.question import Asked, Question
from assistant.types import Coverage, Hit

Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class Strand:
    """A question, or a part of one: its papers, their sentences, and whether they are enough."""

    question: Question
    hits: tuple[Hit, ...]
    papers: Ranked
    decision: Decision


@dataclass(frozen=True, slots=True)
class Inquiry:
    """A question with a strand for each of its parts; most questions have one, themselves."""

    strands: tuple[Strand, ...] = ()

    @property
    def answered(self) -> tuple[Strand, ...]:
        """The strands that the library answers."""
        return tuple(strand for strand in self.strands if strand.decision.answers)

    @property
    def may_have_parts(self) -> bool:
        """Whether it is answered, and asks for a comparison or for several papers."""
        return any(
            strand.question.wants_several or Asked.COMPARISON in strand.question.asked
            for strand in self.answered
        )

    @property
    def hits(self) -> tuple[Hit, ...]:
        """The papers of all parts, the best of each first; ranks count from 1."""
        return interleaved([strand.hits for strand in self.strands])

    @property
    def papers(self) -> Ranked:
        """The sentences of the papers of all answered parts, the best of each part first."""
        groups = _in_turn([strand.papers for strand in self.answered])
        return list({group[0].source.paper.paper_id: group for group in groups}.values())

    @property
    def reason(self) -> str:
        """Why it is refused; of what is answered, what the reader must know beforehand."""
        if len(self.strands) == 1:
            return self.strands[0].decision.reason
        if not self.answered:
            return "; ".join(dict.fromkeys(strand.decision.reason for strand in self.strands))
        caveats = [strand.decision.reason for strand in self.answered]
        missing = ", ".join(f"“{text}”" for text in self.coverage.missing_parts)
        uncovered = f"the library does not cover {missing}" if missing else ""
        return "; ".join(dict.fromkeys(filter(None, (*caveats, uncovered))))

    @property
    def confidence(self) -> float | None:
        """The probability that the evidence answers what is answered: of its parts, the least."""
        known = [strand.decision.probability for strand in self.answered]
        return min((each for each in known if each is not None), default=None)

    @property
    def coverage(self) -> Coverage:
        """What of the question is covered: a word if the best paper of some part holds it."""
        parts = [strand.decision.coverage for strand in self.strands]
        covered = _once(word for part in parts for word in part.covered)
        missing = _once(word for part in parts for word in part.missing)
        unmet = _once(kind for part in parts for kind in part.unmet)
        if len(self.strands) == 1:
            return Coverage(covered, missing, unmet=unmet)
        uncovered = [strand for strand in self.strands if not strand.decision.answers]
        return Coverage(
            covered,
            tuple(word for word in missing if word not in covered),
            parts=tuple(strand.question.text for strand in self.answered),
            missing_parts=tuple(strand.question.text for strand in uncovered),
            unmet=unmet,
        )


def interleaved(lists: Sequence[Sequence[Hit]]) -> tuple[Hit, ...]:
    """Return the hits of all lists in turn, each paper once with its highest score, ranked anew."""
    best: dict[str, Hit] = {}
    for hit in _in_turn(lists):
        known = best.setdefault(hit.paper.paper_id, hit)
        if hit.score > known.score:
            best[hit.paper.paper_id] = hit
    return tuple(replace(hit, rank=rank) for rank, hit in enumerate(best.values(), start=1))


def _in_turn(lists: Sequence[Sequence[Item]]) -> list[Item]:
    """Return the first of each list, then the second of each, and so on."""
    rows = zip_longest(*lists)
    return [item for row in rows for item in row if item is not None]


def _once(words: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(words))
