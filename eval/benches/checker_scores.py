"""What the checker's probabilities are worth: by set, by what is wrong, and for questions. Pure.

Balanced accuracy is the mean over the classes of the share that is recognised; the stance's
AUC tells how well says - denies parts pairs that support from pairs that contradict.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from eval.benches.claims_scores import auc
from eval.checker.pairs import ENTAILMENT, Pair
from eval.checker.written_pairs import STATEMENTS

Read = Sequence[tuple[Pair, tuple[float, ...]]]
"""Pairs with the probabilities that they entail, are neutral, contradict; of a question, the
log-odds that it is answered."""

LEAST = 10
"""So many pairs of a kind are needed for it to be told."""
_TRUE = "true"


def score_sets(read: Read) -> dict[str, dict[str, Any]]:
    """Return the scores of each set of statements, and of all."""
    statements = [row for row in read if not row[0].is_question]
    names = sorted({pair.source for pair, _ in statements})
    by_set = {name: [row for row in statements if row[0].source == name] for name in names}
    return {name: _scored(rows) for name, rows in {**by_set, "all": statements}.items()}


def score_kinds(read: Read) -> dict[str, dict[str, Any]]:
    """Return for each thing that is wrong with hand-written statements how well it is seen.

    Each kind of false statement is held against all true ones; of their passages nothing but
    the kind tells them apart.
    """
    written = [row for row in read if row[0].source == STATEMENTS]
    true = [row for row in written if row[0].kind == _TRUE]
    kinds = sorted({pair.kind for pair, _ in written if pair.label == "contradict"})
    found = {kind: [row for row in written if row[0].kind == kind] for kind in kinds}
    return {
        kind: {**_scored([*rows, *true]), "pairs": len(rows)}
        for kind, rows in found.items()
        if len(rows) >= LEAST
    }


def score_answers(read: Read) -> dict[str, dict[str, Any]]:
    """Return how well answered questions are told from the others, by sentence and by passage."""
    questions = [row for row in read if row[0].is_question]
    passages = [row for row in questions if row[0].kind.endswith("passage")]
    answered = [row for row in questions if row[0].kind.startswith("answerable")]
    of_answered = [row for row in answered if not row[0].kind.endswith("passage")]
    return {
        name: {"pairs": len(rows), "auc": _answer_auc(rows)}
        for name, rows in {
            "all": questions,
            "passage that answers, near miss": passages,
            "sentence that answers, another of its abstract": of_answered,
        }.items()
        if rows
    }


def _scored(rows: Read) -> dict[str, Any]:
    return {
        "pairs": len(rows),
        "balanced_accuracy": _balanced_accuracy(rows),
        "stance_auc": _stance_auc(rows),
    }


def _balanced_accuracy(rows: Read) -> float:
    shares = []
    for label in ENTAILMENT:
        of_label = [shown for pair, shown in rows if pair.label == label]
        if of_label:
            right = [shown for shown in of_label if ENTAILMENT[shown.index(max(shown))] == label]
            shares.append(len(right) / len(of_label))
    return sum(shares) / len(shares)


def _stance_auc(rows: Read) -> float | None:
    support = _stances(rows, "entail")
    against = _stances(rows, "contradict")
    return auc(support, against) if support and against else None


def _stances(rows: Read, label: str) -> list[float]:
    return [shown[0] - shown[2] for pair, shown in rows if pair.label == label]


def _answer_auc(rows: Iterable[tuple[Pair, tuple[float, ...]]]) -> float:
    scores: dict[str, list[float]] = {"answers": [], "silent": []}
    for pair, (odds,) in rows:
        scores[pair.label].append(odds)
    return auc(scores["answers"], scores["silent"])
