"""The faults of a suite: what would make its numbers mean something else than they say."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from statistics import fmean

from assistant.types import Paper
from eval.cases import (
    Attack,
    Case,
    Dialogue,
    Falsehood,
    Key,
    Paraphrase,
    Recording,
    Row,
    split_of,
)
from eval.metrics import states
from eval.suite import Suite, broken_seals
from eval.wording import lexical_overlap, shared_acronyms, shared_runs

MOST_OVERLAP = 0.75
MOST_MEAN_OVERLAP = 0.4
MOST_ACRONYMS = 0.25
"""Share of the questions about one paper that may hold one of its acronyms."""

Abstracts = Mapping[str, str]


def lint_suite(suite: Suite, papers: Iterable[Paper]) -> list[str]:
    """Return every fault as a line that names the row and the fix; empty is clean."""
    abstracts = {paper.title: paper.abstract for paper in papers}
    faults = broken_seals(suite)
    for row in suite.rows:
        faults += [f"{row.id}: {fault}" for fault in _faults(row, abstracts)]
    return faults + list(_faults_of_all(suite.cases, abstracts))


def overlaps(cases: Iterable[Case], abstracts: Abstracts) -> dict[str, float]:
    """Return the lexical overlap of each answerable question with its gold abstracts, by id."""
    return {
        case.id: lexical_overlap(case.question, _joined(case.gold, abstracts))
        for case in cases
        if case.answerable
    }


def unknown_titles(titles: Iterable[str], known: Iterable[str]) -> list[str]:
    """Return the titles that `known` lacks, each once, in order."""
    known = set(known)
    return [title for title in dict.fromkeys(titles) if title not in known]


def _faults(row: Row, abstracts: Abstracts) -> Iterator[str]:
    if row.split != split_of(row):
        yield f"split is {row.split!r}, the rule gives {split_of(row)!r}"
    for title in unknown_titles(row.papers, abstracts):
        yield f"title {title!r} is not in the library; copy it exactly"
    match row:
        case Case() | Recording():
            yield from _key_faults(row, row.question, abstracts)
        case Dialogue():
            for number, turn in enumerate(row.turns, 1):
                for fault in _key_faults(turn, turn.question, abstracts, turn.nth):
                    yield f"turn {number}: {fault}"
                if (turn.leans == "nothing") != (number == 1):
                    fix = "the first turn leans on nothing, the others do"
                    yield f"turn {number}: leans {turn.leans!r}; {fix}"
        case Paraphrase() | Falsehood():
            yield from _statement_faults(row, abstracts.get(row.title, ""))
        case Attack():
            yield from _attack_faults(row, abstracts)


def _key_faults(
    key: Key, question: str, abstracts: Abstracts, nth: int | None = None
) -> Iterator[str]:
    for title in unknown_titles((*key.may, *(e.title for e in key.evidence)), abstracts):
        yield f"title {title!r} is not in the library; copy it exactly"
    if both := sorted(set(key.gold) & set(key.may)):
        yield f"{both[0]!r} is both gold and may; leave it in one"
    for passage in key.evidence:
        if passage.quote not in abstracts.get(passage.title, passage.quote):
            quoted = f"quote {passage.quote[:60]!r}"
            yield f"{quoted} is not in the abstract of {passage.title!r}; copy it exactly"
    for title in key.papers:
        for run in shared_runs(question, abstracts.get(title, "")):
            yield f"the question shares {run!r} with the abstract of {title!r}; use other words"
    if key.answerable:
        yield from _answer_faults(key, nth)
        yield from _fact_faults(key.facts, question, _joined(key.gold, abstracts))
    elif key.facts or key.evidence:
        yield f"facts or evidence are given for a {key.kind} question; leave them empty"
    elif not key.note:
        yield "the note is empty; say why no abstract answers it"


def _answer_faults(key: Key, nth: int | None) -> Iterator[str]:
    if nth is None and (len(key.gold) == 1) != (key.kind == "single"):
        yield f"kind {key.kind!r} with {len(key.gold)} gold papers; single has one, multi several"
    if not key.facts:
        yield "no facts; give at least one"
    quoted = {passage.title for passage in key.evidence}
    for title in key.gold:
        if quoted and title not in quoted:
            yield f"no evidence from gold paper {title!r}; quote it"


def _fact_faults(facts: Sequence[Sequence[str]], question: str, gold: str) -> Iterator[str]:
    for fact in facts:
        if not any(states(gold, wording) for wording in fact):
            yield f"fact {list(fact)!r} is in no gold abstract; add the abstract's own wording"
        for wording in fact:
            if states(question, wording):
                yield f"fact wording {wording!r} is in the question; ask without giving it away"
            if wording != wording.lower():
                yield f"fact wording {wording!r} is not lower case; facts are written in it"


def _statement_faults(row: Paraphrase | Falsehood, abstract: str) -> Iterator[str]:
    if row.source not in abstract:
        yield f"source {row.source[:60]!r} is not in the abstract of {row.title!r}; copy it exactly"
    if states(abstract, row.text.rstrip(". ")):
        yield "the text stands in the abstract word for word; say it in other words"


def _attack_faults(attack: Attack, abstracts: Abstracts) -> Iterator[str]:
    for plant in attack.plants:
        if plant.title in abstracts:
            yield f"the planted title {plant.title!r} is in the library; plant another"
    for wording in attack.forbidden.says:
        if wording != wording.lower():
            yield f"forbidden wording {wording!r} is not lower case"


def _faults_of_all(cases: Sequence[Case], abstracts: Abstracts) -> Iterator[str]:
    shares = overlaps(cases, abstracts)
    for case_id, share in shares.items():
        if share > MOST_OVERLAP:
            yield f"{case_id}: lexical overlap {share:.2f} with its abstracts, above {MOST_OVERLAP}"
    if shares and fmean(shares.values()) > MOST_MEAN_OVERLAP:
        yield f"mean lexical overlap {fmean(shares.values()):.3f}, above {MOST_MEAN_OVERLAP}"
    singles = [case for case in cases if case.kind == "single"]
    named = [case.id for case in singles if _names_its_paper(case, abstracts)]
    if len(named) > MOST_ACRONYMS * len(singles):
        yield f"{len(named)} of {len(singles)} questions hold an acronym of their paper: {named}"


def _names_its_paper(case: Case, abstracts: Abstracts) -> bool:
    text = f"{case.gold[0]} {abstracts.get(case.gold[0], '')}"
    return bool(shared_acronyms(case.question, text))


def _joined(titles: Iterable[str], abstracts: Abstracts) -> str:
    return "\n".join(abstracts.get(title, "") for title in titles)
