"""The bench of the checker: what it makes of pairs that it was not trained on."""

import argparse
import gzip
import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from assistant.errors import UsageError
from eval.bench import Bench, Call
from eval.table import align

if TYPE_CHECKING:
    from assistant.checker import MiniLMChecker
    from eval.checker.pairs import Pair

TOKENS = 128
"""Of a passage, when the time a pair takes is measured."""
BATCH = 8
ROUNDS = 25
BAR_MS = 15.0
BAR_QUANTISED = 0.005


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add which pairs, and another model to compare with."""
    parser.epilog = "The pairs are written by the training (make checker), with their sets' names."
    parser.add_argument(
        "--pairs", type=Path, metavar="FILE", required=True, help="held-out pairs, as packed JSONL"
    )
    parser.add_argument(
        "--model", type=Path, metavar="FILE", help="another checker.onnx than the one that ships"
    )
    parser.add_argument(
        "--beside", type=Path, metavar="FILE", help="a second model to compare with: float32"
    )


def run(call: Call) -> int:
    """Read the pairs with the model and print what it makes of them.

    Raises:
        UsageError: the pairs or a model can't be read.
    """
    from assistant.checker import MiniLMChecker, shipped_checker
    from eval.benches.checker_scores import score_answers, score_kinds, score_sets

    arguments = call.arguments
    pairs = read_pairs(arguments.pairs)
    checker = MiniLMChecker(arguments.model, None) if arguments.model else shipped_checker()
    read = _reader(checker, pairs, call.say)
    facts: dict[str, Any] = {
        "model": checker.name,
        "pairs": len(pairs),
        "sets": score_sets(read),
        "kinds": score_kinds(read),
        "answers": score_answers(read),
        "ms_a_pair": time_a_pair(checker),
        "batch": BATCH,
        "passage_tokens": TOKENS,
        "bar_ms": BAR_MS,
    }
    if arguments.beside:
        other = score_sets(_reader(MiniLMChecker(arguments.beside, None), pairs, call.say))
        facts["beside"] = {
            "model": str(arguments.beside),
            "stance_auc": other["all"]["stance_auc"],
            "difference": facts["sets"]["all"]["stance_auc"] - other["all"]["stance_auc"],
            "bar": BAR_QUANTISED,
        }
    return call.tell(facts, _rendered(facts))


def read_pairs(path: Path) -> "list[Pair]":
    """Return pairs as the training wrote them.

    Raises:
        UsageError: the file can't be read.
    """
    from eval.checker.pairs import Pair

    try:
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            return [Pair(**row) for row in map(json.loads, lines)]
    except (OSError, EOFError, ValueError, TypeError) as error:
        raise UsageError(f"{path}: no pairs can be read ({error!r})") from error


def time_a_pair(checker: "MiniLMChecker") -> float:
    """Return the median over rounds of the time of a batch, by its pairs, in milliseconds."""
    from eval.benches.timing import time_in_turn

    passage = "word " * TOKENS
    times = time_in_turn(
        {"read": lambda _: checker.read([passage] * BATCH, "The claim states this of it.")},
        list(range(ROUNDS)),
    )
    return times["read"].p50_ms / BATCH


def _reader(
    checker: "MiniLMChecker", pairs: "Sequence[Pair]", say: Callable[[str], None]
) -> "list[tuple[Pair, tuple[float, ...]]]":
    """Return each pair with the probabilities of its head.

    Raises:
        UsageError: the model can't be used.
    """
    found: list[tuple[Pair, tuple[float, ...]]] = []
    for done, pair in enumerate(pairs, start=1):
        if pair.is_question:
            odds = checker.answering([pair.first], pair.second)
            found.append((pair, tuple(odds or ())))
        else:
            (reading,) = checker.read([pair.first], pair.second)
            neutral = 1 - reading.says - reading.denies
            found.append((pair, (reading.says, neutral, reading.denies)))
        if checker.skips:
            raise UsageError(checker.skips)
        if done % 2000 == 0:
            say(f"{done} of {len(pairs)} pairs read")
    return found


def _rendered(facts: Mapping[str, Any]) -> str:
    head = ("set", "pairs", "balanced accuracy", "support against contradiction, AUC")
    sets = [head, *((name, *_cells(row)) for name, row in facts["sets"].items())]
    kinds = [
        ("hand-written, what is wrong", "pairs", "balanced accuracy", "AUC"),
        *((name, *_cells(row)) for name, row in facts["kinds"].items()),
    ]
    answers = [
        ("questions", "pairs", "AUC"),
        *((name, str(row["pairs"]), f"{row['auc']:.3f}") for name, row in facts["answers"].items()),
    ]
    lines = [
        f"{facts['model']}: {facts['pairs']} held-out pairs",
        *align(sets),
        "",
        *align(kinds),
        "",
        *align(answers),
        "",
        f"{facts['ms_a_pair']:.1f} ms a pair in calls of {facts['batch']}, passages of "
        f"{facts['passage_tokens']} tokens; bar {facts['bar_ms']:g}",
    ]
    if beside := facts.get("beside"):
        lines.append(
            f"support against contradiction {beside['difference']:+.4f} beside {beside['model']} "
            f"({beside['stance_auc']:.4f}); bar {beside['bar']}"
        )
    return "\n".join(lines)


def _cells(row: Mapping[str, Any]) -> tuple[str, str, str]:
    auc = row["stance_auc"]
    shown = "-" if auc is None else f"{auc:.3f}"
    return str(row["pairs"]), f"{row['balanced_accuracy']:.3f}", shown


BENCH = Bench("the checker: held-out pairs by set and by kind, and its time", add_arguments, run)
