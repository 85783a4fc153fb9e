"""Statements made by code to fit the verdict with, beside those written by hand. Pure.

A model that copies a source and slips in one thing is what the check meets most often, and
nobody writes such sentences by hand.
"""

import random
from collections.abc import Iterator, Mapping, Sequence

from assistant.sentences import split_sentences
from eval.benches.checker_fit import COPIED, TRUE, TWISTED
from eval.benches.rewording import reword
from eval.perturbations import perturb

SENTENCES = 2
"""How many of each abstract are copied."""
SHORTEST = 8
"""Words that a sentence must have."""
TWISTS = ("negation inserted", "negation removed", "direction flipped", "hedge dropped")
"""What is turned; numbers and names veto, and need no weight."""

Row = tuple[str, str, str]
"""The abstract's name, the statement, its kind."""


def made_by_code(rows: Sequence[Row], abstracts: Mapping[str, str]) -> Iterator[Row]:
    """Yield sentences of abstracts in a few other words, and these and true ones turned false."""
    for name, abstract in abstracts.items():
        draw = random.Random(name)
        spans = [span.of(abstract) for span in split_sentences(abstract)]
        long = [" ".join(each.split()) for each in spans if len(each.split()) >= SHORTEST]
        for sentence in draw.sample(long, min(SENTENCES, len(long))):
            copied = reword(sentence, draw)
            if copied != sentence:
                yield name, copied, COPIED
            yield from _twisted(name, copied)
    for name, text, kind in rows:
        if kind == TRUE:
            yield from _twisted(name, text)


def _twisted(name: str, text: str) -> Iterator[Row]:
    for kind in TWISTS:
        if changed := perturb(kind, f"{name} {text}", text):
            yield name, changed, TWISTED
