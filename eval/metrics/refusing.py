"""Refusing: "positive" is a refusal, and right for a question that has no answer."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class RefusalConfusion:
    """Answerable or not, against refused or answered, in numbers of questions."""

    refused_unanswerable: int = 0
    refused_answerable: int = 0
    answered_unanswerable: int = 0
    answered_answerable: int = 0

    @property
    def precision(self) -> float | None:
        """Of the refusals, how many were right; None if nothing was refused."""
        return _share(self.refused_unanswerable, self.refused_answerable)

    @property
    def recall(self) -> float | None:
        """Of the unanswerable questions, how many were refused; None without any."""
        return _share(self.refused_unanswerable, self.answered_unanswerable)

    @property
    def f1(self) -> float | None:
        """Harmonic mean of both, 2tp / (2tp + fp + fn); None if nothing could count."""
        wrong = self.refused_answerable + self.answered_unanswerable
        return _share(2 * self.refused_unanswerable, wrong)


def refusal_confusion(outcomes: Iterable[tuple[bool, bool]]) -> RefusalConfusion:
    """Count pairs of (is answerable, was refused)."""
    rows = list(outcomes)
    return RefusalConfusion(
        refused_unanswerable=rows.count((False, True)),
        refused_answerable=rows.count((True, True)),
        answered_unanswerable=rows.count((False, False)),
        answered_answerable=rows.count((True, False)),
    )


def _share(part: int, rest: int) -> float | None:
    return part / (part + rest) if part + rest else None
