"""Cross-validation of the fusion weights: would others, chosen on these queries, do better?

Every query is searched once, as shipped; the mixes of a small grid then weigh what was found.
What is in question for a query, and which papers its feedback is of, stays as the shipped
weights made it.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from itertools import product
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from assistant.errors import UsageError
from assistant.fusion import WEIGHTS, Signals, Weights, contributions, min_max, total
from assistant.library import Library
from assistant.question import MAX_QUESTION_CHARACTERS
from assistant.retrieval import find, named_papers
from assistant.spelling import spelled
from eval.benches.retrieval_scores import METRICS, PaperQrels

if TYPE_CHECKING:
    from assistant.ask import Assistant

METRIC = "nDCG@10"
METRIC_DEPTH = 10
FOLDS = 5
SEED = 0

FITTED = ("lexical", "chunk", "sentence", "feedback")
"""The weights that mixes differ in."""

LEXICAL = (0.2, 0.3, 0.4, 0.5, 0.6)
SENTENCE = (0.0, 0.125, 0.25, 0.375)
FEEDBACK = (0.0, 0.25, 0.5)

ONES = Weights(**{field.name: 1.0 for field in fields(Weights)})

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Candidates:
    """The papers in question for one query, by id, and what speaks for each."""

    paper_ids: tuple[str, ...]
    signals: Signals


def weight_grid() -> tuple[Weights, ...]:
    """Return the mixes, the shipped one first.

    The chunk gets what lexical and sentence leave of 1, as in the shipped mix; what is no
    matter of degree (`whole`, `title`, `author`, `named`) counts as shipped.
    """
    mixes = [
        replace(
            WEIGHTS,
            lexical=lexical,
            chunk=round(1 - lexical - sentence, 3),
            sentence=sentence,
            feedback=feedback,
        )
        for lexical, sentence, feedback in product(LEXICAL, SENTENCE, FEEDBACK)
    ]
    return tuple(dict.fromkeys([WEIGHTS, *mixes]))


def find_candidates(
    assistant: "Assistant", queries: Mapping[str, str], progress: Callable[[int], None]
) -> dict[str, Candidates]:
    """Return what `Assistant.search` weighs for each query; one that is too long is cut."""
    candidates = {}
    for done, (query_id, query) in enumerate(queries.items(), start=1):
        candidates[query_id] = _candidates(assistant.library, query[:MAX_QUESTION_CHARACTERS])
        progress(done)
    return candidates


def _candidates(library: Library, query: str) -> Candidates:
    text = spelled(library, query)
    vector = library.embedder.embed([text])[0]
    named = named_papers(library.record, text)
    found = library.consult(lambda indexes: find(indexes, text, vector, named=named))
    paper_ids = found.view.paper_ids
    return Candidates(tuple(paper_ids[place] for place in found.papers), found.signals)


def score_mixes(
    candidates: Mapping[str, Candidates], qrels: PaperQrels, mixes: Sequence[Weights]
) -> Floats:
    """Return nDCG@10 of each mix and query, shape (mixes, queries), queries as in `qrels`."""
    columns = {
        field.name: np.array([[getattr(mix, field.name)] for mix in mixes], dtype=np.float32)
        for field in fields(Weights)
    }
    scores = np.empty((len(mixes), len(qrels)))
    for place, (query, grades) in enumerate(qrels.items()):
        ids = candidates[query].paper_ids
        parts = contributions(candidates[query].signals, ONES)
        totals = total({name: columns[name] * values for name, values in parts.items()})
        for row, of_mix in enumerate(totals):
            # Scaled as search scales them, so that equals fall to the same paper.
            best = np.argsort(-min_max(of_mix), kind="stable")[:METRIC_DEPTH]
            scores[row, place] = METRICS[METRIC]([ids[each] for each in best], grades)
    return scores


def split_folds(groups: Sequence[str], count: int = FOLDS, seed: int = SEED) -> Integers:
    """Return the fold of each query, from 0; queries of one group share a fold.

    Groups go in a drawn order, the larger ones first, each to the fold with the fewest queries,
    so that no two folds differ by more than the largest group.

    Args:
        groups: the group of each query.
        count: how many folds.
        seed: of the drawn order.

    Raises:
        UsageError: there are fewer groups than folds.
    """
    names, group_of, sizes = np.unique(np.array(groups), return_inverse=True, return_counts=True)
    if len(names) < count:
        raise UsageError(
            f"--fit needs {count} groups of queries that share no relevant paper, not "
            f"{len(names)}; give a larger collection"
        )
    order = np.random.default_rng(seed).permutation(len(names))
    order = order[np.argsort(-sizes[order], kind="stable")]
    fold_of, filled = np.empty(len(names), dtype=np.int64), np.zeros(count, dtype=np.int64)
    for group in order:
        fold_of[group] = np.argmin(filled)
        filled[fold_of[group]] += sizes[group]
    return np.asarray(fold_of[group_of], dtype=np.int64)


def choose_by_fold(scores: Floats, folds: Integers) -> Integers:
    """Return the mix with the best mean outside of each fold; of equals the first.

    Args:
        scores: shape (mixes, queries).
        folds: the fold of each query.
    """
    means = [scores[:, folds != fold].mean(axis=1) for fold in range(folds.max() + 1)]
    rounded = np.round(means, 9)  # equals may differ by how they were added up
    return np.asarray(np.argmax(rounded, axis=1), dtype=np.int64)
