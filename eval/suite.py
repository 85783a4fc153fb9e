"""A suite: a folder of rows, one JSON object a line, with its manifest, schema and thresholds."""

import hashlib
import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, replace
from functools import cache
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from assistant.errors import UsageError
from eval.cases import Attack, Case, Dialogue, Falsehood, Paraphrase, Recording, Row, split_of

SHIPPED = Path(__file__).parent / "data"
MANIFEST = "manifest.json"
SCHEMA = "schema.json"
THRESHOLDS = "thresholds.toml"


@dataclass(frozen=True, slots=True, kw_only=True)
class Suite:
    """The rows of a suite by kind; a file that its folder lacks gives none."""

    folder: Path
    cases: tuple[Case, ...] = ()
    conversations: tuple[Dialogue, ...] = ()
    paraphrases: tuple[Paraphrase, ...] = ()
    falsehoods: tuple[Falsehood, ...] = ()
    adversarial: tuple[Attack, ...] = ()
    recordings: tuple[Recording, ...] = ()

    @property
    def rows(self) -> tuple[Row, ...]:
        """All rows, in the order of their files."""
        return tuple(row for name in _TYPES for row in getattr(self, name))

    @property
    def sha256(self) -> str:
        """A hash of the bytes of all its files of rows."""
        hashes = "".join(_sha256(path) for path in _files(self.folder))
        return hashlib.sha256(hashes.encode()).hexdigest()


_TYPES: Mapping[str, type[Row]] = {
    "cases": Case,
    "conversations": Dialogue,
    "paraphrases": Paraphrase,
    "falsehoods": Falsehood,
    "adversarial": Attack,
    "recordings": Recording,
}
"""The names of the files, less ``.jsonl``, and what their lines are."""

assert [field.name for field in fields(Suite)] == ["folder", *_TYPES]


def find_suite(name: str) -> Path:
    """Return the folder of a suite: a path as it is, or the name of one that is shipped.

    Raises:
        UsageError: there is neither.
    """
    for folder in (Path(name), SHIPPED / name):
        if _files(folder):
            return folder
    shipped = sorted(path.name for path in SHIPPED.iterdir() if _files(path))
    raise UsageError(
        f"no suite {name!r}: neither a folder with one of {', '.join(_file_names())} "
        f"nor one of ours ({', '.join(shipped)}); for the parts of a suite: "
        "paper-assistant eval --help"
    )


def load_suite(folder: Path) -> Suite:
    """Read every file of rows in `folder`; blank lines are skipped.

    Raises:
        UsageError: a file can't be read, a line is not what its file holds, or an id
            stands twice; the message names file, line, key and fix.
    """
    seen: dict[str, str] = {}
    rows = {path.stem: tuple(_read(path, seen)) for path in _files(folder)}
    return Suite(folder=folder, **rows)  # type: ignore[arg-type]  # each file has its type


def manifest_of(suite: Suite) -> dict[str, Any]:
    """Return what ``manifest.json`` holds: hash and counts of each file."""
    files = {}
    for path in _files(suite.folder):
        rows = getattr(suite, path.stem)
        files[path.name] = {
            "sha256": _sha256(path),
            "rows": len(rows),
            "splits": dict(sorted(Counter(row.split for row in rows).items())),
        }
    return {"files": files}


def schema() -> dict[str, Any]:
    """Return the JSON Schema of the rows of each file, by its name."""
    return {f"{name}.jsonl": _schema_of(kind) for name, kind in _TYPES.items()}


def _schema_of(kind: type[Row]) -> dict[str, Any]:
    """Return the schema of one kind of rows; the split may be left to the rule."""
    found = TypeAdapter(kind).json_schema(by_alias=False)
    return {**found, "required": [key for key in found["required"] if key != "split"]}


def row_hashes(suite: Suite) -> dict[str, str]:
    """Return a hash of each row by the ids of what is run of it."""
    hashes = {row.id: _short_hash(_adapter_of(row).dump_json(row)) for row in suite.rows}
    return hashes | {changed_id(each.id): hashes[each.id] for each in suite.paraphrases}


def changed_id(row_id: str) -> str:
    """Return the id of what is run of a paraphrase that is turned false by code."""
    return f"{row_id}~"


def seal(suite: Suite) -> None:
    """Write ``manifest.json`` and ``schema.json`` of a suite as it stands.

    Raises:
        UsageError: the folder can't be written.
    """
    for name, content in ((MANIFEST, manifest_of(suite)), (SCHEMA, schema())):
        try:
            (suite.folder / name).write_text(_json(content), "utf-8")
        except OSError as error:
            raise UsageError(f"{suite.folder / name}: can't be written ({error})") from error


def broken_seals(suite: Suite) -> list[str]:
    """Return which of manifest and schema, where there are any, the rows don't give."""
    fix = f"look at what changed, then run: paper-assistant eval {suite.folder} --seal"
    return [
        f"{name}: is not what the rows give; {fix}"
        for name, content in ((MANIFEST, manifest_of(suite)), (SCHEMA, schema()))
        if (path := suite.folder / name).exists() and path.read_text("utf-8") != _json(content)
    ]


def _read(path: Path, seen: dict[str, str]) -> Iterator[Row]:
    try:
        lines = path.read_text("utf-8").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{path}: can't be read ({error}); give a UTF-8 JSONL file") from error
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        place = f"{path}, line {number}"
        try:
            row = _row(path.stem, line)
        except ValidationError as error:
            raise UsageError(f"{place}: {_describe(dict(error.errors()[0]))}") from error
        if row.id in seen:
            where = f"stands in {seen[row.id]} already"
            raise UsageError(f"{place}: id {row.id!r} {where}; give each row one of its own")
        seen[row.id] = place
        yield row


def _row(name: str, line: str) -> Row:
    """Return the row of a line; one that names no split gets that of the rule."""
    try:
        data = json.loads(line)
    except ValueError:
        data = None
    if not isinstance(data, dict) or "split" in data:
        return _adapter(name).validate_json(line, strict=True)
    row = _adapter(name).validate_json(json.dumps({**data, "split": "dev"}), strict=True)
    return replace(row, split=split_of(row))


def _adapter_of(row: Row) -> TypeAdapter[Row]:
    return _adapter(next(name for name, kind in _TYPES.items() if type(row) is kind))


def _short_hash(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()[:16]


@cache
def _adapter(name: str) -> TypeAdapter[Row]:
    return TypeAdapter(_TYPES[name])


def _describe(error: Mapping[str, Any]) -> str:
    """Say in one line which key is wrong, how, and what stands there."""
    key = ".".join(map(str, error["loc"]))
    match error["type"]:
        case "json_invalid":
            return f"not JSON ({error['msg']}); write one object a line"
        case "missing":
            return f"key {key!r} is missing; add it"
        case "unexpected_keyword_argument":
            return f"unknown key {key!r}; take it out, or see {SCHEMA} for its name"
        case _:
            what = error["msg"].removeprefix("Value error, ")
            return f"key {key!r}: {what}; it is {error['input']!r:.80}" if key else what


def _files(folder: Path) -> list[Path]:
    return [path for name in _file_names() if (path := folder / name).is_file()]


def _file_names() -> list[str]:
    return [f"{name}.jsonl" for name in _TYPES]


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _json(content: Mapping[str, Any]) -> str:
    return json.dumps(content, ensure_ascii=False, indent=2) + "\n"
