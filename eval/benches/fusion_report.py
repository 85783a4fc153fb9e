"""What the cross-validation of the fusion weights found, as values; text is made elsewhere."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from assistant import __version__
from assistant.fusion import WEIGHTS, Weights
from assistant.statistics import RESAMPLES
from eval.benches.beir import Dataset
from eval.benches.corpus_library import qrels_by_paper
from eval.benches.fusion_fit import (
    FITTED,
    FOLDS,
    METRIC,
    SEED,
    Floats,
    Integers,
    choose_by_fold,
    find_candidates,
    score_mixes,
    split_folds,
    weight_grid,
)
from eval.benches.retrieval_report import Collection, Counts, count_all, first_skipped
from eval.benches.retrieval_scores import mean_difference, query_groups
from eval.scores import Aggregate, Score, weighted_mean

if TYPE_CHECKING:
    from assistant.ask import Assistant

NEAR_BEST = 0.005
"""Mixes that lie so near to the best of the grid are counted."""


@dataclass(frozen=True, slots=True)
class FitSettings(Collection):
    """What the numbers hold for."""

    metric: str
    folds: int
    seed: int
    near_best: float
    resamples: int
    version: str


@dataclass(frozen=True, slots=True)
class MixScore:
    """A mix and its mean over queries."""

    weights: Weights
    score: float

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON values: what is fitted of the weights, and the mean."""
        return {"weights": fitted(self.weights), "score": round(self.score, 6)}


@dataclass(frozen=True, slots=True)
class Fold:
    """The mix that was chosen on the other folds, its mean there, and means on this one."""

    queries: int
    groups: int
    chosen: MixScore
    score: float
    shipped: float

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON values."""
        return {
            "queries": self.queries,
            "groups": self.groups,
            "chosen": self.chosen.to_dict(),
            "score": round(self.score, 6),
            "shipped": round(self.shipped, 6),
        }


@dataclass(frozen=True, slots=True)
class FitReport:
    """Means over all queries: of the shipped mix, and of the one chosen without each query's fold.

    `grid` has the mean of each mix over all queries, the shipped one first.
    """

    settings: FitSettings
    counts: Counts
    first_skipped: str
    shipped: Aggregate
    cross_validated: Aggregate
    difference: Aggregate
    folds: tuple[Fold, ...]
    grid: tuple[MixScore, ...]

    @property
    def best(self) -> MixScore:
        """The best mix over all queries; of equals the first."""
        return max(self.grid, key=lambda mix: mix.score)

    @property
    def worst(self) -> MixScore:
        """The worst mix over all queries; of equals the first."""
        return min(self.grid, key=lambda mix: mix.score)

    @property
    def near_best(self) -> int:
        """How many mixes are within `NEAR_BEST` of the best, which is one of them."""
        least = self.best.score - self.settings.near_best
        return sum(mix.score >= least for mix in self.grid)

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON values."""
        return {
            "settings": asdict(self.settings),
            "counts": asdict(self.counts),
            "first_skipped": self.first_skipped,
            "shipped": {"weights": asdict(WEIGHTS), **self.shipped.to_dict()},
            "cross_validated": self.cross_validated.to_dict(),
            "cross_validated_minus_shipped": self.difference.to_dict(),
            "folds": [fold.to_dict() for fold in self.folds],
            "best": self.best.to_dict(),
            "worst": self.worst.to_dict(),
            "near_best": self.near_best,
            "grid": [mix.to_dict() for mix in self.grid],
        }


def fitted(weights: Weights) -> dict[str, float]:
    """Return those of the weights that mixes differ in."""
    return {name: getattr(weights, name) for name in FITTED}


def fit_report(
    assistant: "Assistant",
    dataset: Dataset,
    paper_ids: Mapping[str, str],
    progress: Callable[[int], None],
) -> FitReport:
    """Cross-validate the weights on a dataset.

    Args:
        assistant: its library holds the corpus.
        dataset: the queries and their judgements.
        paper_ids: which paper each document is.
        progress: told how many queries are done.

    Raises:
        UsageError: the queries are in too few groups.
    """
    qrels = qrels_by_paper(dataset.qrels, paper_ids)
    groups = list(query_groups(qrels).values())
    folds = split_folds(groups)
    candidates = find_candidates(assistant, dataset.queries, progress)
    grid = weight_grid()
    scores = score_mixes(candidates, qrels, grid)
    chosen = choose_by_fold(scores, folds)
    held_out = scores[chosen[folds], np.arange(len(folds))].tolist()
    shipped = scores[grid.index(WEIGHTS)].tolist()
    return FitReport(
        settings=_settings(assistant, dataset),
        counts=count_all(dataset, paper_ids, qrels),
        first_skipped=first_skipped(dataset),
        shipped=weighted_mean([Score(value) for value in shipped], groups),
        cross_validated=weighted_mean([Score(value) for value in held_out], groups),
        difference=mean_difference(held_out, shipped, groups),
        folds=_folds(scores, folds, groups, chosen, grid),
        grid=tuple(MixScore(m, float(s)) for m, s in zip(grid, scores.mean(axis=1), strict=True)),
    )


def _settings(assistant: "Assistant", dataset: Dataset) -> FitSettings:
    return FitSettings(
        dataset=dataset.folder.resolve().name,
        qrels_sha256=dataset.qrels_sha256,
        library_fingerprint=assistant.library.fingerprint,
        embedder=assistant.library.embedder.name,
        metric=METRIC,
        folds=FOLDS,
        seed=SEED,
        near_best=NEAR_BEST,
        resamples=RESAMPLES,
        version=__version__,
    )


def _folds(
    scores: Floats,
    folds: Integers,
    groups: Sequence[str],
    chosen: Integers,
    grid: Sequence[Weights],
) -> tuple[Fold, ...]:
    shipped = grid.index(WEIGHTS)

    def told(fold: int) -> Fold:
        mix, inside = int(chosen[fold]), folds == fold
        return Fold(
            queries=int(inside.sum()),
            groups=len({group for group, here in zip(groups, inside, strict=True) if here}),
            chosen=MixScore(grid[mix], float(scores[mix, ~inside].mean())),
            score=float(scores[mix, inside].mean()),
            shipped=float(scores[shipped, inside].mean()),
        )

    return tuple(told(fold) for fold in range(len(chosen)))
