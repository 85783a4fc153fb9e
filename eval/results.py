"""What one question, statement or attack gave."""

from collections.abc import Mapping
from dataclasses import dataclass

from assistant.types import Answer
from eval.cases import Split
from eval.scores import Score


@dataclass(frozen=True, slots=True)
class Result:
    """The scores of one thing that was put to the assistant, and what came back.

    `kind` is the group that it is reported in; `cluster` the paper that it is about, so
    that intervals count papers and not questions; `answerable` is None for what is no
    question of the golden set; `answer` and `latency_s` are None if asking failed;
    `remark` says in words what was wrong, where the scores can't; `row` is the hash of the
    row of the suite, by which two runs tell that it is the same.
    """

    id: str
    kind: str
    split: Split
    cluster: str
    asked: str
    scores: Mapping[str, Score]
    answerable: bool | None = None
    ranking: tuple[str, ...] = ()
    answer: Answer | None = None
    latency_s: float | None = None
    remark: str = ""
    row: str = ""

    @property
    def refused(self) -> bool | None:
        """Whether the question was refused; None if asking failed."""
        return None if self.answer is None else self.answer.refused

    @property
    def error(self) -> str | None:
        """The first error among the scores."""
        return next((s.error for s in self.scores.values() if s.error is not None), None)
