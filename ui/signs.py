"""The signs of the verdicts: what each looks like, what it is called, and what it promises. Pure.

A sign is a shape, drawn inside the marker that it belongs to: no colour and no
punctuation has to be read for it.
"""

from dataclasses import dataclass

from assistant.types import AnswerSentence, Label, are_of_a_quotation
from ui.markup import tag


@dataclass(frozen=True, slots=True)
class Sign:
    """How a verdict is shown: its class on the page, name, promise, and drawing."""

    kind: str
    name: str
    promise: str
    path: str


QUOTED = Sign(
    "quoted",
    "quotation",
    "word for word in the source",
    "M5 1H1v4h2C3 7 2.4 7.9 1 8.6L1.8 10C4.2 9 5 7.3 5 4.8zM11 1H7v4h2"
    "c0 2-.6 2.9-2 3.6L7.8 10c2.4-1 3.2-2.7 3.2-5.2z",
)
ENTAILED = Sign(
    "entailed",
    "supported",
    "an entailment check found that the source says so",
    "M1 6l3.5 3.5L11 2",
)
ATTRIBUTED = Sign(
    "attributed",
    "attributed",
    "right source, and its numbers and names agree; no entailment check is sure of it",
    "M1 4.2c2-2.4 3.4-1.8 5-.6s3 1.6 5-.8M1 8.6c2-2.4 3.4-1.8 5-.6s3 1.6 5-.8",
)
SIGNS = (QUOTED, ENTAILED, ATTRIBUTED)


def sign_of(sentence: AnswerSentence) -> Sign | None:
    """Return the sign of a sentence; None where there is nothing to promise.

    What is supported is called a quotation only where the verifier says that it is one.
    """
    if sentence.verdict is Label.ATTRIBUTED:
        return ATTRIBUTED
    if sentence.verdict is not Label.SUPPORTED:
        return None
    return QUOTED if are_of_a_quotation(sentence.reasons) else ENTAILED


def draw(sign: Sign) -> str:
    """Return the drawing alone; what it stands for is written or labelled beside it."""
    attributes = {"class": "sign", "viewBox": "0 0 12 11", "aria-hidden": "true"}
    return tag("svg", tag("path", "", {"d": sign.path}), attributes)
