"""Faults planted in the product, each of which the gate must find and name; and no false alarm."""

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from assistant import answering, ask, assembly, library
from assistant.abstention import Gate
from assistant.cli import main
from assistant.config import Config
from assistant.store.view import SearchView
from assistant.types import Evidence, Label, Span, Verdict
from eval import evaluate
from eval.suite import SHIPPED

GOLDEN = SHIPPED / "golden"

ROWS = {
    "cases": (("kind", "single", 12), ("kind", "near_miss", 5), ("kind", "off_topic", 5)),
    "paraphrases": (("split", "dev", 6),),
    "falsehoods": (("split", "dev", 6),),
    "adversarial": (("side", "question", 2), ("side", "abstract", 3), ("side", "model", 3)),
    "recordings": (("model", "scripted liar", 8),),
}
"""How many rows of each kind are run, from the top of the development half."""

FLOORS = """
recall_at_1 = { min = 0.75 }
recall_at_5 = { min = 0.91 }
coverage = { min = 0.83 }
citation_precision = { min = 1.0 }
citation_recall = { min = 1.0 }
invalid_citation_rate = { max = 0.0, each = true }
paper_citation_recall = { min = 0.72 }
fact_recall = { min = 0.6 }
refusal_precision = { min = 0.8 }
refusal_recall_near_miss = { min = 0.4 }
refusal_recall_off_topic = { min = 1.0 }
paraphrase_passed = { min = 0.83 }
falsehood_caught = { min = 0.5 }
verbatim_passed = { min = 1.0, each = true }
perturbed_number_caught = { min = 0.66 }
perturbed_negation_caught = { min = 0.42 }
perturbed_citation_caught = { min = 0.83 }
forbidden_effect_rate = { max = 0.0, each = true }
replay_invalid_citation_rate = { max = 0.0, each = true }
replay_citation_recall = { min = 0.87 }
replay_coverage = { min = 0.87 }
"""
"""What has to be perfect is; the others lie a row or two below what these rows reach."""


UNKEPT = Config(keep_answers_days=0)
"""What a faulty product answers doesn't get into the library that other tests read."""


def write_small_suite(folder: Path) -> Path:
    """Write a few rows of each kind of the golden set as a suite of their own."""
    folder.mkdir()
    for name, kinds in ROWS.items():
        lines = (GOLDEN / f"{name}.jsonl").read_text("utf-8").splitlines()
        rows = [row for row in map(json.loads, lines) if row["split"] == "dev"]
        chosen = [
            row for key, value, most in kinds for row in [r for r in rows if r[key] == value][:most]
        ]
        assert len(chosen) == sum(most for *_, most in kinds)
        (folder / f"{name}.jsonl").write_text("\n".join(map(json.dumps, chosen)), "utf-8")
    (folder / "thresholds.toml").write_text(FLOORS, "utf-8")
    return folder


@pytest.fixture(scope="module")
def suite(tmp_path_factory):
    return write_small_suite(tmp_path_factory.mktemp("planted") / "small")


@pytest.fixture(scope="module")
def unchanged(suite, sample_library):
    """A run of all parts of the product as it is; its reports lie in `before` beside the suite."""
    return evaluate(suite, library=sample_library, out=suite.parent / "before", config=UNKEPT)


# Faults


def accept(claim, sources, *_):
    """Stand in for the verifier: whatever it is asked stands on the first sentence there is."""
    source = next(source for source in sources if source.sentences)
    span = source.sentences[0]
    return Verdict(Label.SUPPORTED, 1.0, (Evidence(source.paper, span.start, span.end, 1.0),))


def drop_the_verifier(patch, _):
    patch.setattr("assistant.records.notes.check", accept)
    patch.setattr("eval.verifier_pairs.check", accept)


def show_drafts_unchecked(patch, _):
    def unchecked(self, draft, sources):
        return accept(draft.text, sources)

    patch.setattr(answering.Answering, "_verdict", unchecked)


def shift_markers(patch, _):
    number = assembly.Assembly._marker
    patch.setattr(assembly.Assembly, "_marker", lambda *given: number(*given) + 1)


def exchange_citations(patch, _):
    """Let each marker stand for the quotation of the next one."""

    def exchanged(*given):
        answer = build(*given)
        cited = answer.citations
        numbers = [*cited[1:], *cited[:1]]
        pairs = zip(cited, numbers, strict=True)
        return replace(answer, citations=tuple(replace(a, marker=b.marker) for a, b in pairs))

    build = answering.build_answer
    patch.setattr(answering, "build_answer", exchanged)


def answer_everything(patch, _):
    patch.setattr(ask.Assistant, "gate", lambda *_: Gate(threshold=-99))


def refuse_everything(patch, _):
    patch.setattr(ask.Assistant, "gate", lambda *_: Gate(threshold=99))


def swap_two_papers(patch, run):
    """Let the index give each of two papers for what is looked for in the other one."""
    found = [each for each in run.results if each.ranking and each.scores["recall_at_1"].value]
    titles = [each.ranking[0] for each in found][:2]
    begin = SearchView.__init__

    def swapped(self, record, lexical):
        begin(self, record, lexical)
        ids = {paper.title: paper.paper_id for paper in record.papers()}
        one, other = (ids[title] for title in titles)
        _ = self.vectors, self.catalogue  # these are read while the places are right
        exchanged = {one: other, other: one}
        self.paper_ids = [exchanged.get(each, each) for each in self.paper_ids]

    patch.setattr(SearchView, "__init__", swapped)


def shift_sentences(patch, _):
    def shifted(text, start, end, *rest, **named):
        return make(text, start + 1, end + 1, *rest, **named)

    make = assembly.AnswerSentence
    patch.setattr(assembly, "AnswerSentence", shifted)


def shift_citations(patch, _):
    def shifted(marker, evidence):
        citation = make(marker, evidence)
        return replace(citation, start=citation.start + 1, end=citation.end + 1)

    make = assembly.citation_of
    patch.setattr(assembly, "citation_of", shifted)


def shift_quotations(patch, _):
    """Let what is quoted be what stands at the wrong offsets."""

    def shifted(marker, evidence):
        return make(marker, replace(evidence, start=evidence.start + 1, end=evidence.end + 1))

    make = assembly.citation_of
    patch.setattr(assembly, "citation_of", shifted)


def shift_stored_sentences(patch, _):
    """Let the library give sentences that begin and end a letter too late."""

    def shifted(self, paper_id):
        spans, vectors = stored(self, paper_id)
        return [Span(span.start + 1, span.end + 1) for span in spans], vectors

    stored = library.Library.sentences
    patch.setattr(library.Library, "sentences", shifted)


def say_nothing(patch, _):
    def empty(*given):
        return replace(build(*given), text="", sentences=(), citations=())

    build = answering.build_answer
    patch.setattr(answering, "build_answer", empty)


@dataclass(frozen=True)
class Fault:
    """A fault, the parts that should see it, and what the first line of the report names."""

    plant: Callable
    parts: tuple[str, ...]
    told: tuple[str, ...]
    exit_code: int = 1


FAULTS = (
    Fault(
        drop_the_verifier,
        ("verifier",),
        ("verifier: falsehood_caught 0.000", "verifier: perturbed_citation_caught 0.000"),
    ),
    Fault(
        show_drafts_unchecked,
        ("adversarial", "replay"),
        ("adversarial: forbidden_effect_rate", "replay: replay_citation_recall 0."),
    ),
    Fault(shift_markers, ("answers",), ("answers: invalid_citation_rate",)),
    Fault(exchange_citations, ("answers",), ("answers: citation_recall 0.",)),
    Fault(answer_everything, ("refusal",), ("refusal: refusal_recall_off_topic 0.",)),
    Fault(refuse_everything, ("answers",), ("answers: coverage 0.000",)),
    Fault(swap_two_papers, ("retrieval",), ("retrieval: recall_at_1 0.667 is below 0.75",)),
    Fault(shift_sentences, ("answers",), ("FAIL incomplete", "its offsets show"), 6),
    Fault(shift_citations, ("answers",), ("answers: invalid_citation_rate 1.000",)),
    Fault(shift_quotations, ("answers",), ("answers: invalid_citation_rate",)),
    Fault(shift_stored_sentences, ("answers",), ("answers: invalid_citation_rate",)),
    Fault(say_nothing, ("answers",), ("answers: citation_recall 0.000", "answers: fact_recall 0.")),
)


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.plant.__name__)
def test_the_gate_names_a_fault(fault, suite, sample_library, unchanged, monkeypatch, capsys):
    monkeypatch.setenv("PAPER_ASSISTANT_KEEP_ANSWERS_DAYS", "0")  # as `UNKEPT` has it
    fault.plant(monkeypatch, unchanged)
    code = main(["eval", str(suite), *fault.parts, "--library", str(sample_library)])
    first = capsys.readouterr().out.splitlines()[0]
    assert code == fault.exit_code, first
    assert first.startswith("FAIL ")
    for told in fault.told:
        assert told in first


# No alarm


def test_the_unchanged_product_passes(unchanged):
    assert str(unchanged.verdict).startswith("PASS all 21 thresholds hold"), str(unchanged.verdict)


def test_ten_more_runs_of_the_unchanged_product_raise_no_alarm(again):
    summaries = {again(("answers", "refusal")) for _ in range(10)}
    assert len(summaries) == 1


def test_nor_does_another_run_of_what_a_model_and_a_person_wrote(again):
    again(("verifier", "adversarial", "replay"))


@pytest.fixture
def again(suite, sample_library, unchanged, tmp_path):
    """Run parts once more against the first run; return the summary but for the times."""
    wanted = {each.id: each for each in unchanged.results}

    def again(parts):
        run = evaluate(
            suite,
            library=sample_library,
            parts=parts,
            baseline=suite.parent / "before",
            out=tmp_path,
            config=UNKEPT,
        )
        assert run.verdict.exit_code == 0, str(run.verdict)
        assert (run.comparison.moved, run.comparison.unpaired) == ((), 0)
        for each in run.results:
            assert untimed(each) == untimed(narrowed(wanted[each.id], each.scores))
        summary = (tmp_path / "summary.json").read_text("utf-8")
        timeless, times, _ = summary.partition('"times"')
        assert times
        return timeless

    return again


def narrowed(result, scores):
    """Leave out of a result what parts found that were not run again."""
    return replace(result, scores={name: result.scores[name] for name in scores}, ranking=())


def untimed(result):
    """Leave out of a result how long it took."""
    timeless = result.answer and replace(result.answer, timings={})
    return replace(result, latency_s=None, answer=timeless)
