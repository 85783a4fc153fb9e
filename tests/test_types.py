"""The shapes of the contract: what an answer looks like as JSON."""

import json

import pytest

from assistant.ingest_report import IngestReport, Skipped
from assistant.types import (
    Answer,
    AnswerSentence,
    Citation,
    Coverage,
    DroppedSentence,
    Evidence,
    Label,
    LibraryStamp,
    Paper,
    Retrieved,
    Span,
)

PAPER = Paper("p", "Quartz", "Clocks drift. Steel helps.")
ANSWER = Answer(
    question="Do clocks drift?",
    text="Clocks drift. [1]",
    refused=False,
    engine="openai",
    model="m",
    sentences=(AnswerSentence("Clocks drift.", 0, 13, (1,), Label.SUPPORTED, 1.0, ("verbatim",)),),
    citations=(Citation(1, "p", "Quartz", "Clocks drift.", 0, 13, authors=("Lind",), year=2021),),
    retrieved=(Retrieved("p", "Quartz", 0.5, 1),),
    dropped=(DroppedSentence("Clocks fly.", Label.UNSUPPORTED, ("relevance",)),),
    coverage=Coverage(("clocks",), ("fly",)),
    usage={"prompt_tokens": 3},
    timings={"total": 0.5},
    library=LibraryStamp("f1", 1),
)


def test_an_answer_as_json_has_the_keys_of_the_contract_in_order():
    assert list(ANSWER.to_dict()) == [
        *("question", "text", "refused", "reason", "engine", "model", "failure", "confidence"),
        *("sentences", "citations", "retrieved", "dropped", "coverage"),
        *("usage", "timings", "record_id", "library"),
    ]


def test_an_answer_as_json_is_this():
    assert json.loads(json.dumps(ANSWER.to_dict())) == {
        "question": "Do clocks drift?",
        "text": "Clocks drift. [1]",
        "refused": False,
        "reason": None,
        "engine": "openai",
        "model": "m",
        "failure": None,
        "confidence": None,
        "sentences": [
            {
                "text": "Clocks drift.",
                "start": 0,
                "end": 13,
                "citations": [1],
                "verdict": "supported",
                "score": 1.0,
                "reasons": ["verbatim"],
            }
        ],
        "citations": [
            {
                "marker": 1,
                "paper_id": "p",
                "title": "Quartz",
                "quote": "Clocks drift.",
                "start": 0,
                "end": 13,
                "authors": ["Lind"],
                "year": 2021,
                "venue": None,
                "url": None,
                "doi": None,
                "arxiv_id": None,
            }
        ],
        "retrieved": [{"paper_id": "p", "title": "Quartz", "score": 0.5, "rank": 1}],
        "dropped": [{"text": "Clocks fly.", "verdict": "unsupported", "reasons": ["relevance"]}],
        "coverage": {
            "covered": ["clocks"],
            "missing": ["fly"],
            "parts": [],
            "missing_parts": [],
            "unmet": [],
        },
        "usage": {"prompt_tokens": 3},
        "timings": {"total": 0.5},
        "record_id": None,
        "library": {"fingerprint": "f1", "papers": 1},
    }


def test_json_holds_only_plain_values():
    def plain(value):
        if isinstance(value, dict):
            return all(type(key) is str and plain(item) for key, item in value.items())
        if isinstance(value, list):
            return all(map(plain, value))
        return type(value) in (str, int, float, bool, type(None))

    assert plain(ANSWER.to_dict())


@pytest.mark.parametrize(
    ("label", "shown"),
    [
        (Label.SUPPORTED, True),
        (Label.ATTRIBUTED, True),
        (Label.CONNECTIVE, True),
        (Label.CONTRADICTED, False),
        (Label.UNSUPPORTED, False),
    ],
)
def test_what_failed_its_check_is_not_shown(label, shown):
    assert label.shown is shown


def test_evidence_quotes_its_place_in_the_abstract():
    evidence = Evidence(PAPER, 14, 26, 0.5)
    assert evidence.quote == "Steel helps."
    assert evidence.key == ("p", 14, 26)
    assert Span(0, 6).of(PAPER.abstract) == "Clocks"


def test_a_report_as_json_is_this():
    report = IngestReport(added=1, skipped=(Skipped("a.txt", "line 3", "no title"),), embedded=4)
    assert json.loads(json.dumps(report.to_dict())) == {
        "added": 1,
        "updated": 0,
        "unchanged": 0,
        "merged": 0,
        "skipped": [{"source": "a.txt", "place": "line 3", "reason": "no title"}],
        "without_abstract": 0,
        "embedded": 4,
    }
