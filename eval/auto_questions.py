"""Makes tests of any library from its own papers, by rules and without labels.

A question names its paper, so that no other paper can answer it. A sentence is turned false by
`eval.perturbations`. All is drawn by a seed and the paper's id: it is the same for every run.
"""

import random
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice

from assistant.sentences import split_sentences
from assistant.types import Paper
from eval.benches.known_items import rest_of_a_sentence
from eval.perturbations import perturb

LEAST_SENTENCES = 3
LEAST_WORDS = 8
"""A shorter sentence may well stand in other papers too."""

LEAST_REMEMBERED = 4
_TRIES = 8
_NO_DENIAL = re.compile(r"\bnot (?:only|just|merely|necessarily)\b", re.IGNORECASE)
"""Where "not" can be taken away and nothing false is said."""

CHANGES: Mapping[str, str] = {
    "number": "number changed",
    "negated": "negation inserted",
    "undenied": "negation removed",
    "turned": "direction flipped",
}
"""What is changed in a sentence, by its name in the id of a job."""


@dataclass(frozen=True, slots=True)
class Changed:
    """A sentence of an abstract made false; `change` is one of `CHANGES`."""

    change: str
    text: str


@dataclass(frozen=True, slots=True)
class Drawn:
    """A paper and what was made from it; `rest` and `sentence` are "" where it offers none.

    `rest` is what is left of a sentence of which words were forgotten.
    """

    paper: Paper
    question: str
    rest: str
    sentence: str
    changed: tuple[Changed, ...]


def draw(papers: Iterable[Paper], count: int, seed: int) -> tuple[Drawn, ...]:
    """Draw `count` papers that have a title and an abstract of three sentences or more.

    Fewer where the library holds fewer.
    """
    held = sorted((p for p in papers if p.title.strip() and p.abstract), key=lambda p: p.paper_id)
    random.Random(seed).shuffle(held)
    fit = (paper for paper in held if len(split_sentences(paper.abstract)) >= LEAST_SENTENCES)
    return tuple(_make(paper, seed) for paper in islice(fit, count))


def title_question(title: str) -> str:
    """Return a question that only the paper of this title answers."""
    return f"What does the paper “{' '.join(title.split()).rstrip('.')}” show?"


def _make(paper: Paper, seed: int) -> Drawn:
    def draws(what: str) -> random.Random:
        return random.Random(f"{seed} {paper.paper_id} {what}")

    sentences = _whole_sentences(paper.abstract)
    return Drawn(
        paper=paper,
        question=title_question(paper.title),
        rest=_remembered(paper, draws("rest")),
        sentence=draws("sentence").choice(sentences) if sentences else "",
        changed=tuple(_changes(sentences, paper, draws, seed)),
    )


def _whole_sentences(abstract: str) -> list[str]:
    """Return the sentences that are long enough, and that read as one by themselves too."""
    sentences = [" ".join(span.of(abstract).split()) for span in split_sentences(abstract)]
    long = [each for each in sentences if len(each.split()) >= LEAST_WORDS]
    return [each for each in long if len(split_sentences(each)) == 1]


def _remembered(paper: Paper, draw: random.Random) -> str:
    tries = (rest_of_a_sentence(paper, draw) for _ in range(_TRIES))
    return next((query for query in tries if len(query.split()) >= LEAST_REMEMBERED), "")


def _changes(
    sentences: list[str], paper: Paper, draws: Callable[[str], random.Random], seed: int
) -> Iterator[Changed]:
    """Yield for each kind of change a sentence that it makes false, where there is one."""
    for change, kind in CHANGES.items():
        fit = [each for each in sentences if change != "undenied" or not _NO_DENIAL.search(each)]
        shuffled = draws(change).sample(fit, len(fit))
        made = (perturb(kind, f"{seed} {paper.paper_id}", sentence) for sentence in shuffled)
        if text := next(filter(None, made), None):
            yield Changed(change, text)
