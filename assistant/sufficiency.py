"""How much speaks for the answer standing in the best paper: fitted weights of the signs.

Of a question's vector, the part outside the space of the paper's sentences says what of it
they leave open. Along one direction this part tells questions that the paper answers from
near misses, which it only seems to answer. Direction and weights are one logistic
regression, made for one embedder and written by ``paper-assistant bench gate-fit --write``
into the file beside this module.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path

import numpy as np

from assistant.asks import Unmet
from assistant.calibration import Curve
from assistant.embedding import Vectors
from assistant.signs import Signs

FILE = Path(__file__).with_suffix(".json")

MEASURED = ("explained", "nearest_sentence")
"""The signs that need vectors."""

LACKING = ("missing", "count", "amount", "time", "comparison")
"""The signs that are there or not."""

_FITTED_UNMET = {
    Unmet.COUNT: "count",
    Unmet.AMOUNT: "amount",
    Unmet.TIME: "time",
    Unmet.COMPARISON: "comparison",
}
_OF_READING = ("score", "answering", "constant")
_OF_AMOUNT = {Unmet.DATA: 1, Unmet.ADDRESS: 4, Unmet.OUTSIDE: 2}
"""Too rare to fit, and set by hand: how many times what an amount counts."""


@dataclass(frozen=True, slots=True)
class WithReading:
    """How the score and the checker's log-odds that the best papers answer come to one score.

    `curve` is the probability of an answer by that score.
    """

    score: float
    answering: float
    constant: float
    curve: Curve


@dataclass(frozen=True)
class Fitted:
    """What was fitted for one embedder.

    `named` are the weights of `MEASURED` and `LACKING`, `direction` those of what is left
    over, shape (dimension,). `constant` is set so that from 0 on enough speaks for an answer;
    `elsewhere` is what all that vectors tell amounts to on average, for another embedder.
    `curve` is the probability of an answer by its score, without what `reading` adds.
    """

    embedder: str
    fitted_on: str
    named: Mapping[str, float]
    constant: float
    elsewhere: float
    curve: Curve
    direction: Vectors
    reading: WithReading


def sufficiency(signs: Signs, embedder: str) -> float:
    """Return how much speaks for the answer being in the best paper; below 0 too little."""
    fitted = read_fitted()
    score = unread(signs, embedder)
    if signs.answering is None:
        return score
    both = fitted.reading
    return both.score * score + both.answering * signs.answering + both.constant


def unread(signs: Signs, embedder: str) -> float:
    """Return the same without what the checker says."""
    fitted = read_fitted()
    held = lacking(signs)
    score = sum((fitted.named[name] * held[name] for name in LACKING), 0.0)
    score += sum(fitted.named["amount"] * _OF_AMOUNT.get(kind, 0) for kind in signs.unmet)
    if embedder != fitted.embedder:
        return fitted.elsewhere + score
    score += sum((fitted.named[name] * float(getattr(signs, name)) for name in MEASURED), 0.0)
    return fitted.constant + score + float(fitted.direction @ signs.left_over)


def lacking(signs: Signs) -> dict[str, bool]:
    """Return by name which of the things in `LACKING` the best paper lacks."""
    return {
        "missing": bool(signs.missing),
        **{name: kind in signs.unmet for kind, name in _FITTED_UNMET.items()},
    }


@cache
def read_fitted() -> Fitted:
    """Return what ships."""
    stored = json.loads(FILE.read_text("utf-8"))
    direction = np.array(stored.pop("direction"), np.float32) * np.float32(stored.pop("scale"))
    reading = stored["reading"]
    typed = {
        "curve": Curve(**stored["curve"]),
        "reading": WithReading(**{**reading, "curve": Curve(**reading["curve"])}),
        "direction": direction,
    }
    return Fitted(**{**stored, **typed})


def as_text(fitted: Fitted) -> str:
    """Return what `FILE` holds of it: the direction in whole numbers, one byte each."""
    scale = round(float(np.abs(fitted.direction).max()) / 127, 6)
    whole = np.round(fitted.direction / scale).astype(int).tolist()
    head = {
        "embedder": fitted.embedder,
        "fitted_on": fitted.fitted_on,
        "named": _rounded(fitted.named),
        "constant": round(fitted.constant, 3),
        "elsewhere": round(fitted.elsewhere, 3),
        "curve": _rounded(asdict(fitted.curve)),
        "reading": {
            **_rounded({name: getattr(fitted.reading, name) for name in _OF_READING}),
            "curve": _rounded(asdict(fitted.reading.curve)),
        },
        "scale": scale,
    }
    lines = [", ".join(map(str, whole[start : start + 16])) for start in range(0, len(whole), 16)]
    rows = ",\n".join(f"    {line}" for line in lines)
    return f'{json.dumps(head, indent=2)[:-2]},\n  "direction": [\n{rows}\n  ]\n}}\n'


def _rounded(values: Mapping[str, float]) -> dict[str, float]:
    return {name: round(value, 3) for name, value in values.items()}
