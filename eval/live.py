"""Runs with a model: again and again, so that what changes from run to run is seen."""

import json
from collections.abc import Collection, Iterator, Sequence
from dataclasses import asdict, replace
from itertools import combinations
from pathlib import Path
from statistics import fmean
from typing import TYPE_CHECKING

from assistant.errors import UsageError
from assistant.llm import ChatModel
from assistant.prompts import template_of
from assistant.recordings import RecordedModel, RecordingModel
from assistant.types import Answer
from assistant.wrapped_model import WrappedModel
from eval.cases import Case
from eval.jobs import Job
from eval.results import Result
from eval.runner import ASKED, case_jobs
from eval.scores import Score

if TYPE_CHECKING:
    from assistant.ask import Assistant

LIVE = "live"
LIVE_PARTS = ("answers", "refusal")
LIVE_METRICS = ("repeat_consistency",)
_AGAIN = "#"


class Overheard(WrappedModel):
    """A model whose drafts of answers are kept by the question that they answer."""

    def __init__(self, model: ChatModel) -> None:
        """Listen to `model`."""
        super().__init__(model)
        self.drafts: dict[str, str] = {}

    def stream(self, prompt: str) -> Iterator[str]:
        """Yield what the model writes; keep it if it is an answer."""
        pieces = []
        for piece in self._model.stream(prompt):
            pieces.append(piece)
            yield piece
        if template_of(prompt)[0] == "answer":
            self.drafts[prompt.rsplit("Question:", 1)[-1].strip()] = "".join(pieces)


def hear(assistant: "Assistant", record: Path | None, recordings: Path | None) -> Overheard:
    """Let the assistant ask its model through recordings, and return what listens to it.

    Args:
        assistant: with an engine that has a model.
        record: where the calls are written to, if anywhere.
        recordings: where they are read from instead of being made; nothing else is asked.

    Raises:
        UsageError: the engine lacks what it needs, or a file can't be read.
    """
    engine = assistant.config.engine
    if record and recordings:
        raise UsageError("--record and --recordings exclude each other; give one of them")
    model: ChatModel = RecordedModel(recordings) if recordings else assistant.model(engine)
    heard = Overheard(RecordingModel(model, record) if record else model)
    assistant.use_model(engine, heard)
    return heard


def live_jobs(
    assistant: "Assistant", cases: Sequence[Case], repeat: int, done: Collection[str] = ()
) -> Iterator[Job]:
    """Yield a job a case and repetition: all cases once, then all of them again."""
    for time in range(repeat):
        again = [replace(case, id=_named(case.id, time)) for case in cases]
        left = [case for case in again if case.id not in done]
        yield from case_jobs(assistant, left, steps={ASKED})


def consistency(results: Sequence[Result]) -> tuple[Result, ...]:
    """Return a result a case: the share of pairs of its repetitions that came to the same.

    Two answers are the same in this if both refuse, or both answer and cite the same papers.
    """
    repeated: dict[str, list[Result]] = {}
    for result in results:
        repeated.setdefault(result.id.partition(_AGAIN)[0], []).append(result)
    return tuple(_agreement(name, each) for name, each in repeated.items() if len(each) > 1)


def save_drafts(path: Path, cases: Sequence[Case], heard: Overheard) -> int:
    """Write what the model drafted as rows of ``recordings.jsonl``; return how many.

    Raises:
        UsageError: the file can't be written.
    """
    rows = [
        {key: value for key, value in asdict(case).items() if value}
        | {"id": f"r-{case.id}", "model": heard.name, "draft": heard.drafts[case.question]}
        for case in cases
        if case.question in heard.drafts
    ]
    text = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    try:
        path.write_text(text, "utf-8")
    except OSError as error:
        raise UsageError(f"{path}: can't be written ({error}); give another file") from error
    return len(rows)


def _agreement(name: str, results: Sequence[Result]) -> Result:
    first = results[0]
    said = [_gist(result.answer) for result in results if result.answer]
    pairs = [one == other for one, other in combinations(said, 2)]
    score = Score(fmean(pairs)) if pairs else Score(error="fewer than two answers")
    return replace(
        first,
        id=f"{name}{_AGAIN}consistency",
        scores={"repeat_consistency": score},
        answerable=None,
        answer=None,
        latency_s=None,
    )


def _gist(answer: Answer) -> frozenset[str]:
    """Return the papers that an answer cites; none if it refuses."""
    return frozenset(citation.paper_id for citation in answer.citations)


def _named(case_id: str, time: int) -> str:
    return f"{case_id}{_AGAIN}{time + 1}" if time else case_id
