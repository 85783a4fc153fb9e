"""All that is trained on and measured with, gathered by the mix."""

import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from eval.checker import written_pairs
from eval.checker.pairs import Pair, held_out, read_set, weigh_by_artefact, without_duplicates

MIX = Path(__file__).parent / "mix.toml"


@dataclass(frozen=True, slots=True)
class Places:
    """Where the data lie: entailment pairs, abstracts of arXiv, SciFact's folder, base weights."""

    nli: Path
    arxiv: Path
    scifact: Path
    base: Path


def read_mix(path: Path = MIX) -> dict[str, Any]:
    """Return the settings of a run."""
    return tomllib.loads(path.read_text("utf-8"))


def gather(
    places: Places, mix: Mapping[str, Any]
) -> tuple[dict[str, list[Pair]], dict[str, list[Pair]]]:
    """Return the pairs of each set to train on, and those held out; SciFact's are not among them.

    Raises:
        UsageError: a file is missing or can't be read.
    """
    train: dict[str, list[Pair]] = {}
    held: dict[str, list[Pair]] = {}
    seed = mix["run"]["seed"]
    for name, weight in mix["weights"].items():
        if name in _WRITTEN or not weight:
            continue
        pairs = read_set(places.nli, name)
        train[name] = weigh_by_artefact([pair for pair in pairs if not held_out(pair)], seed)
        held[name] = [pair for pair in pairs if held_out(pair)]
    rows = written_pairs.read_rows()
    abstracts = written_pairs.read_abstracts(
        places.arxiv, places.scifact / "corpus.jsonl.gz", {row["id"] for row in rows}
    )
    for name, pairs_of in _WRITTEN.items():
        train[name], held[name] = _split(rows, abstracts, pairs_of)
    return train, held


_WRITTEN: Mapping[str, Callable[..., Iterator[Pair]]] = {
    written_pairs.STATEMENTS: written_pairs.statement_pairs,
    written_pairs.QUESTIONS: written_pairs.question_pairs,
}


def _split(
    rows: Sequence[Mapping[str, Any]],
    abstracts: Mapping[str, written_pairs.Abstract],
    pairs_of: Callable[..., Iterator[Pair]],
) -> tuple[list[Pair], list[Pair]]:
    """Return the pairs of the rows to train on, and of those on abstracts that are held out."""
    sides: list[list[Pair]] = []
    for kept in (False, True):
        of_side = [row for row in rows if written_pairs.held_out(row["id"]) is kept]
        known = {row["id"]: abstracts[row["id"]] for row in of_side}
        sides.append(without_duplicates(pairs_of(of_side, known)))
    return sides[0], sides[1]
