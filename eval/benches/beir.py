"""A test collection in the form of BEIR: documents, queries, and judgements of relevance.

A folder with ``corpus.jsonl``, ``queries.jsonl`` (either may be packed with gzip) and
``qrels/*.tsv`` (Thakur et al. 2021). Documents are read as ingest reads them, and keep
the ids that the judgements know them by.
"""

import hashlib
import reprlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from assistant.errors import UsageError
from assistant.ingest_report import Skipped
from assistant.readers import json_records
from assistant.readers.encoding import decode
from assistant.readers.record import MAX_TITLE_CHARACTERS, Broken, Record, first_text, to_paper
from assistant.readers.source import read_blocks, source_of
from assistant.readers.text import Text
from assistant.sentences import split_sentences
from assistant.types import Paper

ID_FIELDS = ("_id", "doc_id", "id")

Qrels = Mapping[str, Mapping[str, int]]
"""Query id to document id to grade; above 0 is relevant."""


@dataclass(frozen=True, slots=True)
class Corpus:
    """The documents by id; `untitled` ones have their first sentence as title.

    `skipped` ones are no papers: without any text, say.
    """

    path: Path
    documents: Mapping[str, Paper]
    untitled: int
    skipped: tuple[Skipped, ...]


@dataclass(frozen=True, slots=True)
class Dataset:
    """A corpus, and the queries that have a relevant document, each with its judgements.

    `unjudged` queries have no judgement at all, `irrelevant` ones none above 0, and
    `unworded` ones are judged and not among the queries; these are left out.
    """

    folder: Path
    corpus: Corpus
    queries: Mapping[str, str]
    qrels: Qrels
    unjudged: int
    irrelevant: int
    unworded: int
    qrels_sha256: Mapping[str, str]
    """By file name."""


def read_dataset(folder: Path, split: str | None = None) -> Dataset:
    """Read a folder in the form of BEIR.

    Args:
        folder: where it is.
        split: the name of one file of judgements, less ``.tsv``; None reads all.

    Raises:
        UsageError: a file is missing or malformed (the message names file, line and fix),
            or no query has a relevant document.
    """
    texts = _read_queries(_find(folder, "queries.jsonl"))
    files = _qrels_files(folder, split)
    judged = _read_qrels(files, texts)
    worded = {query: grades for query, grades in judged.items() if query in texts}
    usable = {query: grades for query, grades in worded.items() if max(grades.values()) > 0}
    if not usable:
        raise UsageError(
            f"{folder}: of {len(texts)} queries none has a relevant document in "
            f"{', '.join(path.name for path in files)}; check the ids, or choose another --split"
        )
    return Dataset(
        folder=folder,
        corpus=_read_corpus(_find(folder, "corpus.jsonl")),
        queries={query: texts[query] for query in usable},
        qrels=usable,
        unjudged=len(texts.keys() - judged.keys()),
        irrelevant=len(worded) - len(usable),
        unworded=len(judged) - len(worded),
        qrels_sha256={path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in files},
    )


def _read_corpus(path: Path) -> Corpus:
    documents: dict[str, Paper] = {}
    skipped: list[Skipped] = []
    untitled = 0
    for place, document, value in _rows(path):
        record = json_records.to_record(value, place, {})
        titled = _titled(record)
        paper = to_paper(titled, str(path), source_of(path))
        if isinstance(paper, Skipped):
            skipped.append(paper)
        else:
            documents[document] = paper
            untitled += titled is not record
    if not documents:
        reason = f" ({skipped[0].place}: {skipped[0].reason})" if skipped else ""
        raise UsageError(f"{path}: no document in it{reason}; give one JSON object a line")
    return Corpus(path, documents, untitled, tuple(skipped))


def _titled(record: Record | Broken) -> Record | Broken:
    """Take the first sentence of an untitled document for its title: each paper has one."""
    if isinstance(record, Broken) or first_text([record.title]):
        return record
    text = (record.abstract or "").strip()
    if not text:
        return Broken(record.place, "neither title nor text; add one")
    end = split_sentences(text)[0].end
    if end > MAX_TITLE_CHARACTERS:
        space = text.rfind(" ", 0, MAX_TITLE_CHARACTERS)
        end = space if space > 0 else MAX_TITLE_CHARACTERS
    return replace(record, title=text[:end], abstract=text[end:])


def _read_queries(path: Path) -> dict[str, str]:
    texts: dict[str, str] = {}
    for place, query, value in _rows(path):
        text = value.get("text")
        if not isinstance(text, str) or not text.strip():
            raise UsageError(f"{path}: {place}: query {query!r} has no text; give one as a string")
        if any("\ud800" <= character <= "\udfff" for character in text):
            raise UsageError(f"{path}: {place}: query {query!r} holds what is no text; mend it")
        texts[query] = " ".join(text.split())
    return texts


def _read_qrels(files: Iterable[Path], queries: Mapping[str, str]) -> dict[str, dict[str, int]]:
    judged: dict[str, dict[str, int]] = {}
    for path in files:
        for place, query, document, grade in _judgements(path, queries):
            if judged.setdefault(query, {}).setdefault(document, grade) != grade:
                raise UsageError(
                    f"{place}: grade {grade} for query {query!r} and document {document!r}, "
                    f"{judged[query][document]} before; keep one, or choose a file with --split"
                )
    return judged


def _judgements(path: Path, queries: Mapping[str, str]) -> Iterator[tuple[str, str, str, int]]:
    """Yield (place, query id, document id, grade) of each line, but for a line of headings."""
    for number, line in _lines(path):
        place = f"{path}: line {number}"
        cells = [cell.strip() for cell in line.split("\t" if "\t" in line else None)]
        if len(cells) == 4:  # as trec_eval reads them: query, iteration, document, grade
            del cells[1]
        if len(cells) != 3 or not all(cells):
            raise UsageError(
                f"{place}: {len(cells)} columns; give query id, document id and grade, parted by "
                "tabs, or the four columns of TREC"
            )
        query, document, grade = cells
        try:
            yield place, query, document, int(grade)
        except ValueError as error:
            if number == 1 and query not in queries:
                continue
            raise UsageError(f"{place}: grade {grade!r}; give a whole number") from error


def _rows(path: Path) -> Iterator[tuple[str, str, Mapping[str, Any]]]:
    """Yield (place in the file, id, object) of each line.

    Raises:
        UsageError: a line is no JSON object, or has no id or one that came before.
    """
    ids: set[str] = set()
    for number, line in _lines(path):
        place = f"line {number}"
        try:
            found, value = _identified(line)
        except ValueError as error:
            raise UsageError(f"{path}: {place}: {error}") from error
        if found in ids:
            raise UsageError(f"{path}: {place}: id {found!r} stands twice; remove one of the lines")
        ids.add(found)
        yield place, found, value


def _identified(line: str) -> tuple[str, Mapping[str, Any]]:
    """Raises ValueError, with a reason for the person, if a line is no object with an id."""
    value = json_records.load(line)
    if not isinstance(value, Mapping):
        raise ValueError("not a JSON object; give one a line")
    found = next((value[name] for name in ID_FIELDS if name in value), None)
    if not isinstance(found, str | int) or isinstance(found, bool) or found == "":
        raise ValueError(
            f"id is {reprlib.repr(found)}; give a string or a whole number as {ID_FIELDS[0]}"
        )
    return str(found), value


def _lines(path: Path) -> Iterator[tuple[int, str]]:
    """Yield (number, line) of each line that is not blank; gzip is undone.

    Raises:
        UsageError: the file can't be read, or a line is too long.
    """
    text = Text(decode(read_blocks(path), str(path)), str(path))
    for number, line in text.lines():
        if line is None:
            raise UsageError(f"{path}: line {number} is too long for one record; split it")
        if line.strip():
            yield number, line


def _find(folder: Path, name: str) -> Path:
    """Return the file `name`, or its packed form where there is only that.

    Raises:
        UsageError: there is neither.
    """
    for path in (folder / name, folder / f"{name}.gz"):
        if path.is_file():
            return path
    raise UsageError(
        f"{folder}: no {name} or {name}.gz; give a folder in the form of BEIR: "
        "corpus.jsonl, queries.jsonl, qrels/*.tsv"
    )


def _qrels_files(folder: Path, split: str | None) -> list[Path]:
    files = sorted((folder / "qrels").glob("*.tsv"))
    if not files:
        raise UsageError(f"{folder}: no qrels/*.tsv; give query id, document id, grade a line")
    chosen = [path for path in files if split in (None, path.stem)]
    if not chosen:
        names = ", ".join(path.stem for path in files)
        raise UsageError(f"{folder}: no qrels/{split}.tsv; choose --split from {names}")
    return chosen
