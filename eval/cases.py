"""Cases: one JSON object a line; loading them with errors for the person, and linting them."""

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple, Self

from assistant.errors import UsageError
from assistant.types import Paper

KINDS = ("single", "multi", "near_miss", "off_topic")
ANSWERABLE_KINDS = ("single", "multi")
SPLITS = ("dev", "test")


class Quote(NamedTuple):
    """A passage that carries the answer: an exact substring of the abstract of `title`."""

    title: str
    quote: str


@dataclass(frozen=True, slots=True)
class Case:
    """A question and what is known about its answer.

    `gold` are the titles of the papers that deserve citing, `may` of those that may be
    cited without harm. Each of `facts` is a list of alternative wordings, lower case.
    """

    case_id: str
    kind: str
    question: str
    split: str
    gold: tuple[str, ...] = ()
    may: tuple[str, ...] = ()
    evidence: tuple[Quote, ...] = ()
    facts: tuple[tuple[str, ...], ...] = ()
    note: str = ""

    @property
    def answerable(self) -> bool:
        """Whether the library holds an answer; if not, refusing is right."""
        return self.kind in ANSWERABLE_KINDS

    @classmethod
    def from_dict(cls, row: Mapping[str, Any]) -> Self:
        """Build a case from one line's JSON object.

        Raises:
            UsageError: a key is missing, unknown or of the wrong shape; the message
                names the key and the fix.
        """
        if unknown := sorted(set(row) - _KEYS):
            raise UsageError(f"unknown key {unknown[0]!r}; the keys are {', '.join(sorted(_KEYS))}")
        case = cls(
            case_id=_text(row, "id"),
            kind=_choice(row, "kind", KINDS),
            question=_text(row, "question"),
            split=_choice(row, "split", SPLITS),
            gold=_texts(row.get("gold", []), "gold"),
            may=_texts(row.get("may", []), "may"),
            evidence=tuple(_quote(item) for item in _list(row.get("evidence", []), "evidence")),
            facts=tuple(_wordings(item) for item in _list(row.get("facts", []), "facts")),
            note=_text(row, "note") if row.get("note") else "",
        )
        if case.answerable != bool(case.gold):
            fix = "name the papers that deserve citing" if case.answerable else "leave it empty"
            raise UsageError(f"key 'gold' does not fit a case of kind {case.kind!r}; {fix}")
        return case


_KEYS = frozenset("id kind question gold may evidence facts split note".split())


def load_cases(path: Path) -> tuple[Case, ...]:
    """Read cases from a JSONL file; blank lines are skipped.

    Raises:
        UsageError: the file can't be read, or a line is not a case; the message names
            the file, the line, the key and the fix.
    """
    try:
        lines = path.read_text("utf-8").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{path}: can't be read ({error}); give a UTF-8 JSONL file") from error
    cases: dict[str, Case] = {}
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            case = Case.from_dict(_object(line))
            if case.case_id in cases:
                raise UsageError(f"key 'id': {case.case_id!r} stands above already; ids are unique")
        except UsageError as error:
            raise UsageError(f"{path}, line {number}: {error}") from error
        cases[case.case_id] = case
    return tuple(cases.values())


def split_of(case: Case) -> str:
    """Return the split that the rule gives: chosen by a hash, so that it can't be chosen.

    The last hex digit of the SHA-256 of a gold title (without one, of the question):
    even is dev, odd is test; a case over several papers is test if any of them is.
    """
    texts = case.gold or (case.question,)
    digits = [int(hashlib.sha256(text.encode()).hexdigest()[-1], 16) for text in texts]
    return "test" if any(digit % 2 for digit in digits) else "dev"


def lint_cases(cases: Iterable[Case], papers: Iterable[Paper]) -> list[str]:
    """Return every fault of the cases as a line that names case and fix; empty is clean."""
    cases = list(cases)
    abstracts = {paper.title: paper.abstract for paper in papers}
    repeated = [i for i, n in Counter(case.case_id for case in cases).items() if n > 1]
    faults = [f"{case_id}: id is used more than once" for case_id in repeated]
    for case in cases:
        faults += [f"{case.case_id}: {fault}" for fault in _faults(case, abstracts)]
    return faults


def unknown_titles(case: Case, titles: Iterable[str]) -> list[str]:
    """Return the titles that the case names and `titles` lacks, in the case's order."""
    known = set(titles)
    named = [*case.gold, *case.may, *(item.title for item in case.evidence)]
    return [title for title in dict.fromkeys(named) if title not in known]


def _faults(case: Case, abstracts: Mapping[str, str]) -> Iterator[str]:
    for title in unknown_titles(case, abstracts):
        yield f"title {title!r} is not in the library; copy it exactly"
    if both := sorted(set(case.gold) & set(case.may)):
        yield f"{both[0]!r} is both gold and may; leave it in one"
    if case.split != split_of(case):
        yield f"split is {case.split!r}, the rule gives {split_of(case)!r}"
    for title, quote in case.evidence:
        if title in abstracts and quote not in abstracts[title]:
            yield f"quote {quote[:60]!r} is not in the abstract of {title!r}; copy it exactly"
    yield from _shape_faults(case)
    yield from _fact_faults(case, [abstracts[t].lower() for t in case.gold if t in abstracts])


def _shape_faults(case: Case) -> Iterator[str]:
    if not case.answerable:
        if case.facts:
            yield f"facts are given for a {case.kind} case; leave them empty"
        return
    if (len(case.gold) == 1) != (case.kind == "single"):
        yield f"kind {case.kind!r} with {len(case.gold)} gold papers; single has one, multi several"
    if not case.facts:
        yield "no facts; give at least one"
    quoted = {item.title for item in case.evidence}
    for title in case.gold:
        if title not in quoted:
            yield f"no evidence from gold paper {title!r}; quote it"


def _fact_faults(case: Case, gold_abstracts: Sequence[str]) -> Iterator[str]:
    question = case.question.lower()
    for fact in case.facts:
        if not any(wording in abstract for wording in fact for abstract in gold_abstracts):
            yield f"fact {fact[0]!r} is in no gold abstract; add the abstract's own wording"
        for wording in fact:
            if wording in question:
                yield f"fact wording {wording!r} is in the question; ask without giving it away"
            if wording != wording.lower():
                yield f"fact wording {wording!r} is not lower case; it would never be found"


def _object(line: str) -> Mapping[str, Any]:
    try:
        row = json.loads(line)
    except json.JSONDecodeError as error:
        raise UsageError(f"not JSON ({error}); write one object a line") from error
    if not isinstance(row, dict):
        raise UsageError(f"a {type(row).__name__}, not an object; write one object a line")
    return row


def _text(row: Mapping[str, Any], key: str) -> str:
    if key not in row:
        raise UsageError(f"key {key!r} is missing; add it")
    return _nonempty(row[key], key)


def _choice(row: Mapping[str, Any], key: str, choices: Sequence[str]) -> str:
    value = _text(row, key)
    if value not in choices:
        raise UsageError(f"key {key!r}: {value!r} is not known; use one of {', '.join(choices)}")
    return value


def _nonempty(value: object, key: str) -> str:
    if not isinstance(value, str) or not value.strip():
        raise UsageError(f"key {key!r}: {value!r} is no text; give a non-empty string")
    return value


def _list(value: object, key: str) -> list[Any]:
    if not isinstance(value, list):
        raise UsageError(f"key {key!r}: {value!r} is not a list; put it in [ ]")
    return value


def _texts(value: object, key: str) -> tuple[str, ...]:
    return tuple(_nonempty(item, key) for item in _list(value, key))


def _wordings(value: object) -> tuple[str, ...]:
    wordings = _texts(value, "facts")
    if not wordings:
        raise UsageError("key 'facts': a fact has no wording; give at least one")
    return wordings


def _quote(value: object) -> Quote:
    if not isinstance(value, dict) or set(value) != {"title", "quote"}:
        raise UsageError(f"key 'evidence': {value!r}; each item is {{'title': ..., 'quote': ...}}")
    return Quote(_text(value, "title"), _text(value, "quote"))
