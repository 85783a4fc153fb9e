"""The threshold that holds for a library: calibrated on its own questions, or the one that ships.

`calibrate` writes ``calibration.toml`` into the library's folder, with the fingerprints of
all that it was made with. Where one of them has changed since, the calibration is stale:
what ships takes its place, and it is never quoted.
"""

import hashlib
import tomllib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from functools import cache
from pathlib import Path

from assistant.abstention import SHIPPED, Gate
from assistant.calibration import Curve
from assistant.checker import load_checker
from assistant.config import Config
from assistant.errors import LibraryError
from assistant.store.disk import written
from assistant.sufficiency import FILE as SUFFICIENCY
from assistant.weighing import FILE as WEIGHING

FILE = "calibration.toml"

_DECIDING = (
    *("abstention", "signs", "asks", "sufficiency", "question", "parts", "retrieval", "fusion"),
    *("evidence", "drafting", "grounding", "agreement", "facts", "numbers", "stance", "order"),
    *("relevance", "direction", "denial", "comparison", "entailment", "answering", "inquiring"),
    *("length", "words", "sources", "passages", "weighing", "checker", "rereading"),
    "pair_model",
)
"""The modules whose change makes a calibration stale: they score, draft and check."""


@dataclass(frozen=True, slots=True)
class Calibration:
    """A threshold with what is known of it, and what it holds for.

    Of `questions` about `papers`, `answered` reach `threshold` and `wrong` of these were
    answered wrong: at most a share `risk` of all, with `confidence`. `holds_for` are
    fingerprints by name.
    """

    threshold: float
    risk: float
    confidence: float
    questions: int
    papers: int
    answered: int
    wrong: int
    bound: float
    slope: float
    intercept: float
    holds_for: Mapping[str, str] = field(default_factory=dict)


def fingerprints(library: str, embedder: str, config: Config) -> dict[str, str]:
    """Return what a calibration holds for, by name.

    Args:
        library: the fingerprint of its content.
        embedder: the name of its embedder.
        config: the settings; a calibration holds for one engine, model and reranker.
    """
    model = config.local_model if config.engine == "local" else config.model
    return {
        "library": library,
        "embedder": embedder,
        "engine": config.engine,
        "model": str(model or "") if config.engine != "extractive" else "",
        "reranker": config.rerank or "",
        "checker": load_checker(config).name,
        "judges": f"{config.entailment or ''} {config.judge}",
        "papers_per_answer": str(config.papers_per_answer),
        "code": _code(),
    }


def load_calibration(folder: Path) -> Calibration | None:
    """Return the calibration of a library's folder, stale or not; None if there is none.

    Raises:
        LibraryError: the file is damaged.
    """
    path = folder / FILE
    try:
        return Calibration(**tomllib.loads(path.read_text("utf-8")))
    except FileNotFoundError:
        return None
    except (OSError, ValueError, TypeError) as error:
        fix = "remove it, or run: paper-assistant calibrate SUITE"
        raise LibraryError(f"{path}: no calibration can be read ({error}); {fix}") from error


def save_calibration(folder: Path, calibration: Calibration) -> Path:
    """Write a calibration into a library's folder; return the file.

    Raises:
        LibraryError: it can't be written.
    """
    values = asdict(calibration)
    held = values.pop("holds_for")
    lines = ["# Written by `paper-assistant calibrate`; remove it to go back to what ships."]
    lines += [f"{name} = {value!r}" for name, value in values.items()]
    lines += ["", "[holds_for]", *(f"{name} = {_quoted(value)}" for name, value in held.items())]
    path = folder / FILE
    with written(path):
        path.write_text("\n".join(lines) + "\n", "utf-8")
    return path


def changed_since(calibration: Calibration, now: Mapping[str, str]) -> list[str]:
    """Return the names of the fingerprints that are no longer those it was made with."""
    return [name for name, value in now.items() if calibration.holds_for.get(name) != value]


def gate_of(calibration: Calibration | None, now: Mapping[str, str]) -> Gate:
    """Return the calibrated gate if it holds, else the one that ships."""
    if calibration is None or changed_since(calibration, now):
        return SHIPPED
    return Gate(calibration.threshold, Curve(calibration.slope, calibration.intercept))


def told(calibration: Calibration | None, now: Mapping[str, str]) -> str:
    """Say in one line which threshold decides whether a question is answered."""
    if calibration is None:
        return "default threshold, not calibrated here (paper-assistant calibrate SUITE)"
    if changed := changed_since(calibration, now):
        return (
            f"default threshold: the calibration is stale, changed since: {', '.join(changed)} "
            "(paper-assistant calibrate SUITE)"
        )
    return (
        f"calibrated: at most {calibration.risk:.0%} of answers wrong, with "
        f"{calibration.confidence:.0%} confidence ({calibration.wrong} of "
        f"{calibration.answered} were, of {calibration.questions} questions about "
        f"{calibration.papers} papers)"
    )


def answering_line(config: Config, embedder: str | None, library: str) -> str:
    """Return `told` of the library that `config` names, by its embedder and fingerprint.

    Raises:
        LibraryError: its calibration can't be read.
    """
    return told(load_calibration(config.library), fingerprints(library, embedder or "", config))


def _quoted(value: str) -> str:
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


@cache
def _code() -> str:
    """Return a hash of the modules that decide, so that no version has to be kept by hand."""
    folder = Path(__file__).parent
    paths = [folder / f"{name}.py" for name in _DECIDING]
    contents = [path.read_bytes() for path in [*paths, SUFFICIENCY, WEIGHING]]
    return hashlib.sha256(b"\n".join(contents)).hexdigest()[:16]
