"""What turns a sentence without changing its topic, class by class, as a reader judges it."""

from pathlib import Path

import pytest

from assistant import verify
from assistant.checker import NoChecker
from assistant.embedding import MiniLM
from assistant.types import Label, Paper

EMBEDDER = MiniLM()
CHEAP = {"embedder": EMBEDDER, "checker": NoChecker("these are tests of what needs no model")}
STANCES = Path(__file__).with_name("stances.txt")
SHOWN = {"true": True, "slips": True, "false": False, "alarm": False}


def read_stances() -> list[tuple[str, str, str]]:
    """Return (passage, judgement, claim) of each line of stances.txt."""
    rows, passage = [], ""
    for line in STANCES.read_text("utf-8").split("\n"):
        if line.startswith("= "):
            passage = line[2:]
        elif line and not line.startswith("#"):
            judgement, _, claim = line.partition(": ")
            rows.append((passage, judgement, claim))
    return rows


@pytest.mark.parametrize(("passage", "judgement", "claim"), read_stances())
def test_a_claim_is_shown_only_if_the_passage_says_so(passage, judgement, claim):
    verdict = verify(claim, [passage], **CHEAP)
    assert verdict.label.shown is SHOWN[judgement], verdict
    assert verdict.label is not Label.SUPPORTED


def test_a_title_carries_no_claim():
    paper = Paper(
        "p",
        "Retrieval augmentation eliminates hallucination: a myth?",
        "Hallucination in language models is studied.",
    )
    claim = "Retrieval augmentation eliminates hallucination."
    assert not verify(claim, [paper], **CHEAP).label.shown


def test_a_title_may_name_what_a_passage_speaks_of():
    paper = Paper("p", "FlashScore: ranking in one pass", "It ranks documents in a single pass.")
    claim = "FlashScore ranks documents in a single pass."
    assert verify(claim, [paper], **CHEAP).label is Label.ATTRIBUTED
    assert not verify("FlashRank ranks documents in a single pass.", [paper], **CHEAP).label.shown


def test_what_a_source_quotes_or_takes_back_is_no_quotation_of_it():
    quoted = 'Critics say "They are opaque. Models are fair. So it goes." We disprove this.'
    assert not verify("Models are fair.", [quoted], **CHEAP).label.shown
    back = "Models are fair to all. In fact, this is not the case."
    assert not verify("Models are fair to all.", [back], **CHEAP).label.shown
