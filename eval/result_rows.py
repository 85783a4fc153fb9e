"""Results as lines of JSON: what a report may show, and all of it, to take up a stopped run."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, fields
from typing import Any

from assistant.records.stored_answer import answer_from_dict
from eval.results import Result
from eval.scores import Score


def results_jsonl(results: Iterable[Result]) -> str:
    """Return one JSON object a line and case.

    Of test cases it holds the scores alone: the test split is looked at as a number only.
    """
    return "".join(json.dumps(_shown(result), ensure_ascii=False) + "\n" for result in results)


def whole_row(result: Result) -> dict[str, Any]:
    """Return all that a result holds as plain JSON values."""
    row = {field.name: getattr(result, field.name) for field in fields(result)}
    row["scores"] = {name: asdict(score) for name, score in result.scores.items()}
    row["ranking"] = list(result.ranking)
    row["answer"] = result.answer.to_dict() if result.answer else None
    return row


def result_of(row: Mapping[str, Any]) -> Result:
    """Return the result that `whole_row` made the values of."""
    answer = row["answer"]
    return Result(
        **{
            **row,
            "scores": {name: Score(**score) for name, score in row["scores"].items()},
            "ranking": tuple(row["ranking"]),
            "answer": None if answer is None else answer_from_dict(answer),
        }
    )


def _shown(result: Result) -> dict[str, Any]:
    row: dict[str, Any] = {
        "id": result.id,
        "row": result.row,
        "kind": result.kind,
        "split": result.split,
        "scores": {name: score.to_dict() for name, score in result.scores.items()},
        "latency_s": result.latency_s,
    }
    if result.split == "dev":
        row["asked"] = result.asked
        row["remark"] = result.remark
        row["ranking"] = list(result.ranking)
        row["answer"] = result.answer.to_dict() if result.answer else None
    return row
