"""Pairs from the hand-written rows: statements for entailment, questions for answers.

What a statement or a question is held against has several shapes, as in use: the sentence that
decides, the sentence with its neighbours, and the title with the abstract.
"""

import gzip
import json
import random
import zlib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from assistant.errors import UsageError
from assistant.sentences import split_sentences
from eval.benches.written import CONTRAST_ROWS, ROWS, STATEMENT_ROWS
from eval.checker.pairs import Pair

STATEMENTS, QUESTIONS = "written_statements", "written_questions"
HELD_OUT_ONE_IN = 5
LABELS = {"true": "entail", "false": "contradict"}
_PART = 0.9
"""Of the words of the shorter, so many are in the longer where one is part of the other."""
LONGEST = 1000
"""Characters of a whole abstract that is given as one passage."""


class Abstract:
    """A title and the sentences of an abstract, to cut passages from."""

    def __init__(self, title: str, sentences: Sequence[str]) -> None:
        """Hold them; what is white becomes one space."""
        self.title = " ".join(title.split())
        self.sentences = [" ".join(each.split()) for each in sentences]

    @classmethod
    def split(cls, title: str, text: str) -> "Abstract":
        """Return an abstract of which the sentences are not known yet."""
        return cls(title, [span.of(text) for span in split_sentences(text)])

    def holding(self, evidence: str) -> list[int]:
        """Return which sentences a quotation is part of, or has as parts; else the most alike."""
        wanted = _words(evidence)
        shares = []
        for sentence in self.sentences:
            words = _words(sentence)
            shares.append(len(words & wanted) / max(min(len(words), len(wanted)), 1))
        found = [place for place, share in enumerate(shares) if share >= _PART]
        return found or [max(range(len(shares)), key=shares.__getitem__)]

    def like(self, text: str, without: Sequence[int] = ()) -> list[int]:
        """Return the sentences by how many words they share with a text, most first."""
        wanted = _words(text)
        rest = [place for place in range(len(self.sentences)) if place not in without]
        return sorted(rest, key=lambda place: (-len(_words(self.sentences[place]) & wanted), place))

    def passage(self, places: Sequence[int], around: int = 0) -> str:
        """Return sentences as one text, with as many neighbours on each side."""
        wanted = {at for place in places for at in range(place - around, place + around + 1)}
        return " ".join(each for at, each in enumerate(self.sentences) if at in wanted)

    def whole(self, places: Sequence[int]) -> str:
        """Return the title with the abstract; if that is long, with what stands around."""
        text = " ".join(self.sentences)
        return f"{self.title}. {text if len(text) <= LONGEST else self.passage(places, 2)}"


def held_out(abstract_id: str) -> bool:
    """Whether the rows of an abstract are kept for measuring and for thresholds."""
    return zlib.crc32(abstract_id.encode()) % HELD_OUT_ONE_IN == 0


def read_abstracts(arxiv: Path, scifact: Path, wanted: set[str]) -> dict[str, Abstract]:
    """Return the abstracts that rows are written about.

    Raises:
        UsageError: a file can't be read, or an abstract is in none of them.
    """
    try:
        found = {
            key: Abstract.split(row["title"], row["abstract"])
            for row in _lines(arxiv)
            if (key := f"arxiv:{row['id']}") in wanted
        }
        found |= {
            key: Abstract.split(row["title"], " ".join(row["abstract"]))
            for row in _lines(scifact)
            if (key := f"scifact:{row['doc_id']}") in wanted
        }
    except (OSError, EOFError, ValueError, KeyError, TypeError) as error:
        raise UsageError(f"{arxiv} or {scifact}: no abstracts can be read ({error!r})") from error
    if lacking := sorted(wanted - found.keys()):
        raise UsageError(f"{len(lacking)} abstracts are in neither file, {lacking[0]} first")
    return found


def read_rows() -> list[Mapping[str, Any]]:
    """Return the written rows as they are: questions and statements, then further statements."""
    return [row for path in (ROWS, STATEMENT_ROWS, CONTRAST_ROWS) for row in _lines(path)]


def statement_pairs(
    rows: Sequence[Mapping[str, Any]], abstracts: Mapping[str, Abstract]
) -> Iterator[Pair]:
    """Yield each statement against a passage, and some against one that doesn't decide them."""
    for row in rows:
        if row["kind"] not in {*LABELS, "unstated"}:
            continue
        abstract, text = abstracts[row["id"]], row["text"]
        draw = random.Random(f"{row['id']} {text}")
        shape, kind = draw.random(), row.get("wrong", row["kind"])
        near = abstract.holding(row["evidence"]) if "evidence" in row else abstract.like(text)[:1]
        label = LABELS.get(row["kind"], "neutral")
        yield Pair(STATEMENTS, _shaped(abstract, near, shape), text, label, 1.0, kind)
        others = abstract.like(text, near)[:3]
        if others and row["kind"] in LABELS and draw.random() < 0.3:
            yield Pair(
                STATEMENTS, abstract.sentences[draw.choice(others)], text, "neutral", 1.0, "other"
            )


def question_pairs(
    rows: Sequence[Mapping[str, Any]], abstracts: Mapping[str, Abstract]
) -> Iterator[Pair]:
    """Yield each question against sentences and passages that answer it, and that don't."""
    ids = sorted(abstracts)
    for row in rows:
        if row["kind"] not in {"answerable", "near_miss"}:
            continue
        abstract, text = abstracts[row["id"]], row["question"]
        draw = random.Random(f"{row['id']} {text}")
        near = abstract.holding(row["evidence"]) if row["kind"] == "answerable" else []
        label = "answers" if near else "silent"
        others = abstract.like(text, near)
        kind = row["kind"]
        if near:
            yield _question(abstract, abstract.passage(near), text, label, kind)
        for place in others[: 2 + (not near)]:
            yield _question(abstract, abstract.sentences[place], text, "silent", f"{kind}, other")
        leading = sorted([*near, *others[: 4 - len(near)]])
        yield _question(abstract, abstract.passage(leading), text, label, f"{kind}, passage")
        if draw.random() < 0.3:
            other = abstracts[draw.choice(ids)]
            place = other.like(text)[0]
            yield _question(other, other.sentences[place], text, "silent", "another abstract")


def _question(abstract: Abstract, passage: str, question: str, label: str, kind: str) -> Pair:
    return Pair(QUESTIONS, f"{abstract.title}. {passage}", question, label, 1.0, kind)


def _shaped(abstract: Abstract, places: Sequence[int], shape: float) -> str:
    """Return a passage: half of them sentences alone, the others with what stands around."""
    if shape < 0.5:
        return abstract.passage(places)
    return abstract.passage(places, 1) if shape < 0.75 else abstract.whole(places)


def _lines(path: Path) -> Iterator[Mapping[str, Any]]:
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def _words(text: str) -> set[str]:
    return {word for word in (each.strip(".,;:()?!\"'") for each in text.lower().split()) if word}
