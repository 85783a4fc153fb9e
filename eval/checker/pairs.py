"""Pairs of texts to learn from: the collections of entailment, cleaned and split.

A collection is a file of JSON Lines, packed, named after the set: premise, hypothesis, label.
"""

import gzip
import json
import logging
import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from assistant.errors import UsageError

ENTAILMENT = ("entail", "neutral", "contradict")
"""The classes of the head of entailment, in the order of its logits."""

ANSWERS = ("silent", "answers")
"""Whether a passage answers a question; the place is the target of the head of answers."""

log = logging.getLogger(__name__)

HELD_OUT_ONE_IN = 40
LEAST_WEIGHT = 0.2
"""What a pair still counts whose label the hypothesis alone gives away."""


@dataclass(frozen=True, slots=True)
class Pair:
    """A passage and what is said or asked of it.

    `label` is one of `ENTAILMENT` or `ANSWERS`, `weight` how much its loss counts, `kind` the
    phenomenon where it is known.
    """

    source: str
    first: str
    second: str
    label: str
    weight: float = 1.0
    kind: str = ""

    @property
    def is_question(self) -> bool:
        """Whether it teaches the head of answers."""
        return self.label in ANSWERS

    @property
    def target(self) -> int:
        """The place of its label in its head."""
        return (ANSWERS if self.is_question else ENTAILMENT).index(self.label)


def read_set(folder: Path, name: str) -> list[Pair]:
    """Return the pairs of one collection, without duplicates and without disputed ones.

    Raises:
        UsageError: the file is missing, or a line is not a pair.
    """
    path = folder / f"{name}.jsonl.gz"
    try:
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            pairs = [_pair(name, row) for row in map(json.loads, lines)]
    except (OSError, EOFError, ValueError, KeyError, TypeError) as error:
        raise UsageError(f"{path}: no entailment pairs can be read ({error!r})") from error
    return without_duplicates(pairs)


def without_duplicates(pairs: Iterable[Pair]) -> list[Pair]:
    """Return each pair once, and none that occurs with two labels."""
    labels: dict[tuple[str, str], set[str]] = {}
    first: dict[tuple[str, str], Pair] = {}
    for pair in pairs:
        key = (_bare(pair.first), _bare(pair.second))
        labels.setdefault(key, set()).add(pair.label)
        first.setdefault(key, pair)
    return [pair for key, pair in first.items() if len(labels[key]) == 1]


def held_out(pair: Pair) -> bool:
    """Whether a pair is kept for measuring: all pairs of a premise are on one side.

    In all collections; the written sets are split by abstract, see `written_pairs`.
    """
    return zlib.crc32(_bare(pair.first).encode()) % HELD_OUT_ONE_IN == 0


def weigh_by_artefact(pairs: Sequence[Pair], seed: int) -> list[Pair]:
    """Return the pairs of one set, those that count less whose hypothesis betrays the label.

    A pair counts 1 - p, p the probability that a bag of words of the other half of the set
    gives its label from the hypothesis alone (reweighting against a biased model, Clark et al.
    2019); the mean is brought back to 1.
    """
    betrayed = _by_hypothesis_alone(pairs, seed)
    mean = sum(betrayed) / len(betrayed)
    log.info("%s: the hypothesis alone gives the label with %.2f", pairs[0].source, mean)
    return weigh_down(pairs, betrayed)


def weigh_down(pairs: Sequence[Pair], betrayed: Sequence[float]) -> list[Pair]:
    """Return pairs that count less the more they are betrayed, 1 on average."""
    raw = [max(LEAST_WEIGHT, 1 - chance) for chance in betrayed]
    mean = sum(raw) / len(raw)
    return [replace(pair, weight=each / mean) for pair, each in zip(pairs, raw, strict=True)]


def _by_hypothesis_alone(pairs: Sequence[Pair], seed: int) -> list[float]:
    """Return for each pair the probability of its label by its hypothesis, of the other half."""
    from sklearn.feature_extraction.text import HashingVectorizer
    from sklearn.linear_model import SGDClassifier

    words = HashingVectorizer(ngram_range=(1, 2), n_features=2**18, alternate_sign=False)
    columns = words.transform([pair.second for pair in pairs])
    half = [zlib.crc32(_bare(pair.first).encode()) % 2 for pair in pairs]
    found = [0.0] * len(pairs)
    for side in (0, 1):
        learn = [place for place, at in enumerate(half) if at != side]
        tell = [place for place, at in enumerate(half) if at == side]
        if len({pairs[place].label for place in learn}) < 2 or not tell:
            continue
        model = SGDClassifier(loss="log_loss", alpha=1e-5, max_iter=8, tol=None, random_state=seed)
        model.fit(columns[learn], [pairs[place].label for place in learn])
        classes = {label: column for column, label in enumerate(model.classes_)}
        for place, row in zip(tell, model.predict_proba(columns[tell]), strict=True):
            label = pairs[place].label
            found[place] = float(row[classes[label]]) if label in classes else 0.0
    return found


def _pair(name: str, row: Mapping[str, Any]) -> Pair:
    if row["label"] not in ENTAILMENT:
        raise ValueError(f"label {row['label']!r}; wanted {', '.join(ENTAILMENT)}")
    return Pair(name, " ".join(row["premise"].split()), row["hypothesis"].strip(), row["label"])


def _bare(text: str) -> str:
    return " ".join(text.lower().split())
