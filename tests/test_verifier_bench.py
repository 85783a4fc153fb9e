"""The perturbation test: pairs of a true and a false sentence, caught beside false alarms."""

import argparse
import json
from contextlib import nullcontext
from types import SimpleNamespace

import numpy as np
import pytest

from assistant.config import Config
from assistant.errors import UsageError
from assistant.sentences import split_sentences
from assistant.sources import Source
from assistant.types import Label, Paper, Verdict
from eval.bench import Call
from eval.benches import verifier_bench
from eval.cases import Paraphrase
from eval.verifier_pairs import (
    MOVED,
    NEGATION,
    VERBATIM,
    Pairs,
    nearest_to,
    report_split,
    topics_of,
)


def source(title: str, abstract: str, direction: tuple[float, float]) -> Source:
    spans = tuple(split_sentences(abstract))
    vectors = np.array([direction] * len(spans), dtype=np.float32)
    return Source(Paper(title, title, abstract), spans, vectors)


CLOCKS = source("Clocks", "Clocks drift by 3 seconds. Water is cold.", (1.0, 0.0))
WATER = source("Water", "Sea water is warm.", (0.8, 0.6))
BREAD = source("Bread", "BREAD is baked at night.", (0.0, 1.0))
SOURCES = [CLOCKS, WATER, BREAD]
ROW = Paraphrase(
    id="p1",
    title="Clocks",
    source="Clocks drift by 3 seconds.",
    text="By 3 seconds clocks are adrift.",
    degree="light",
    split="dev",
)


def judging(shown):
    """A judge that shows what `shown` says of text and title."""

    def judge(text, against):
        label = Label.ATTRIBUTED if shown(text, against.paper.title) else Label.UNSUPPORTED
        return Verdict(label, 0.5)

    return judge


def pairs(shown):
    return list(Pairs(SOURCES, judging(shown)).of(ROW))


def kind_of(report, kind):
    return next(each for each in report.kinds if each.kind == kind)


def test_the_neighbour_is_the_nearest_other_paper():
    topics = topics_of(SOURCES)
    assert [nearest_to(topics, place) for place in range(3)] == [1, 0, 1]


def test_refusing_everything_catches_everything_and_is_told_by_the_alarms():
    report = report_split(pairs(lambda text, title: False), "dev")
    moved = kind_of(report, MOVED)
    assert (moved.caught.value, moved.false_alarms.value, moved.told_apart.value) == (1, 1, 0)
    assert (moved.met, report.alarms_met) == (True, False)
    assert report.verbatim_alarms.value == 1


def test_showing_everything_catches_nothing():
    report = report_split(pairs(lambda text, title: True), "dev")
    number = kind_of(report, "number changed")
    assert (number.caught.value, number.false_alarms.value, number.met) == (0, 0, False)
    assert report.alarms_met is True


def test_a_perfect_judge_tells_every_pair_apart():
    true = (ROW.text, ROW.source)
    report = report_split(pairs(lambda text, title: title == "Clocks" and text in true), "dev")
    measured = [kind for kind in report.kinds if kind.told_apart.value is not None]
    assert {kind.told_apart.value for kind in measured} == {1.0}
    assert kind_of(report, NEGATION).caught.measured == 1


def test_a_split_counts_its_own_rows_only():
    report = report_split(pairs(lambda text, title: True), "test")
    assert report.false_alarms.value is None
    assert kind_of(report, MOVED).met is None


def test_each_verbatim_sentence_is_checked_against_its_paper():
    verbatim = [pair for pair in pairs(lambda text, title: True) if pair.kind == VERBATIM]
    assert [(pair.text, pair.alarm) for pair in verbatim] == [(ROW.source, False)]


class FakeLibrary:
    """Three papers with vectors of their own."""

    fingerprint, count = "f" * 16, 3
    embedder = SimpleNamespace(
        name="fake", embed=lambda texts: np.array([[1.0, 0.0]] * len(texts), dtype=np.float32)
    )

    def papers(self):
        return iter([each.paper for each in SOURCES])

    def sentences(self, paper_id):
        held = next(each for each in SOURCES if each.paper.paper_id == paper_id)
        return list(held.sentences), held.vectors

    def idf(self, stem):
        return 1.0


def run(tmp_path, rows, **arguments):
    (tmp_path / "paraphrases.jsonl").write_text("\n".join(map(json.dumps, rows)), "utf-8")
    settings = {"suite": str(tmp_path), "json": False, "misses": True, **arguments}
    told = []
    assistant = SimpleNamespace(library=FakeLibrary())
    opened = lambda: nullcontext(assistant)  # noqa: E731
    call = Call(argparse.Namespace(**settings), Config(), opened, told.append, told.append)
    assert verifier_bench.run(call) == 0
    return told[-1]


def row(**changes):
    fields = ("id", "title", "source", "text", "degree", "split")
    return {**{field: getattr(ROW, field) for field in fields}, **changes}


def test_the_report_prints_bars_and_lists_development_rows_only(tmp_path):
    rows = [row(), row(id="p2", text="Clocks may be adrift by 3 seconds.", split="test")]
    text = run(tmp_path, rows)
    assert "citation moved" in text and "bar" in text
    assert "Clocks may be" not in text
    assert "at most 0.10 and 0" in text


def test_the_json_holds_both_splits(tmp_path):
    facts = json.loads(run(tmp_path, [row()], json=True))
    assert facts["dev"]["kinds"]["number changed"]["bar"] == 0.95
    assert facts["test"]["false_alarms"]["measured"] == 0
    assert facts["settings"]["embedder"] == "fake"


def test_a_paraphrase_of_a_paper_that_the_library_lacks_is_told(tmp_path):
    with pytest.raises(UsageError, match="lacks “Snow”, of which p1 speaks"):
        run(tmp_path, [row(title="Snow")])
