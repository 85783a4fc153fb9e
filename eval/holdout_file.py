"""The state of a holdout, ``holdout.json`` in the folder of its suite: what was asked and told."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from filelock import FileLock, Timeout
from pydantic import TypeAdapter, ValidationError

from assistant.errors import UsageError
from eval.ladder import Estimate

HOLDOUT_FILE = "holdout.json"
BUDGET = 20
"""So many queries, unless the first says otherwise."""

Best = Mapping[str, Estimate]
"""The best value told of each metric."""

_LOCK_FILE = ".holdout.lock"
_PATIENCE_S = 60.0


@dataclass(frozen=True, slots=True)
class Query:
    """A run over the test split: when, of which version, under which settings (a hash)."""

    at: str
    version: str
    settings: str


@dataclass(frozen=True, slots=True)
class Holdout:
    """The budget of a test split, the queries used, and the best value told of each metric.

    `rows` is a hash of the split: queries over other rows don't count for these.
    """

    rows: str
    budget: int
    queries: tuple[Query, ...] = ()
    best: Best = field(default_factory=dict)


def read_holdout(folder: Path, rows: str, budget: int | None = None) -> Holdout:
    """Return the state of a holdout that has a query left; before its first, a new one.

    Args:
        folder: of the suite.
        rows: the hash of its test rows.
        budget: as the person wants it; None is as it was, or else `BUDGET`.

    Raises:
        UsageError: the budget is used up or is another one, or the file is of other rows or
            can't be read.
    """
    path = folder / HOLDOUT_FILE
    held = _read(path) or Holdout(rows, BUDGET if budget is None else budget)
    if held.rows != rows:
        raise UsageError(
            f"{path}: is about other test rows; if these are fresh questions, delete it"
        )
    if budget is not None and budget != held.budget:
        raise UsageError(
            f"{path}: the budget is {held.budget}, fixed at its first query, not {budget}; "
            'to raise it, edit "budget" there, or delete the file'
        )
    if len(held.queries) >= held.budget:
        raise UsageError(
            f"{path}: all {held.budget} queries are used; these rows have told what they can: "
            "write fresh questions for the test split, and delete the file"
        )
    return held


def count_query(folder: Path, rows: str, budget: int | None, query: Query) -> Holdout:
    """Count a query and return the state with it; no two runs count the same.

    Raises:
        UsageError: as `read_holdout`, or the folder can't be written.
    """
    with _locked(folder):
        held = read_holdout(folder, rows, budget)
        held = replace(held, queries=(*held.queries, query))
        _write(folder / HOLDOUT_FILE, held)
    return held


def keep_best(folder: Path, best_after: Callable[[Best], Best]) -> tuple[Best, Best]:
    """Let `best_after` make the best values of those held; return those before and after.

    Raises:
        UsageError: the file is gone, or can't be read or written.
    """
    path = folder / HOLDOUT_FILE
    with _locked(folder):
        if (held := _read(path)) is None:
            raise UsageError(f"{path}: was deleted meanwhile, so nothing of this run is told")
        after = best_after(held.best)
        _write(path, replace(held, best=after))
    return held.best, after


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    lock = FileLock(folder / _LOCK_FILE)
    try:
        lock.acquire(timeout=_PATIENCE_S)
    except Timeout as error:
        raise UsageError(f"{folder}: another run holds its {_LOCK_FILE}; try again") from error
    except OSError as error:
        raise _unwritable(folder, error) from error
    try:
        yield
    finally:
        lock.release()


def _read(path: Path) -> Holdout | None:
    """Return the state in a file; None if there is no file."""
    try:
        return _ADAPTER.validate_json(path.read_bytes())
    except FileNotFoundError:
        return None
    except (OSError, ValidationError) as error:
        first = str(error).splitlines()[0]
        raise UsageError(f"{path}: can't be read ({first}); restore it from a backup") from error


def _write(path: Path, held: Holdout) -> None:
    """Replace the file as a whole: one that is read is never half written."""
    partial = path.with_name(f".{path.name}.partial")
    try:
        partial.write_bytes(_ADAPTER.dump_json(held, indent=2) + b"\n")
        partial.replace(path)
    except OSError as error:
        raise _unwritable(path.parent, error) from error


def _unwritable(folder: Path, error: OSError) -> UsageError:
    return UsageError(
        f"{folder}: can't be written ({error}); the queries are counted there, so run a copy "
        "of the suite that you can write"
    )


_ADAPTER = TypeAdapter(Holdout)
