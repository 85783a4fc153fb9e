"""Us beside another query engine: how a peer's text is read, what is counted, and the command."""

import argparse
import json
from contextlib import nullcontext
from dataclasses import replace
from types import SimpleNamespace

import pytest
from doubles import HashingEmbedder, papers
from scripted_model import ScriptedModel
from small_libraries import open_library

from assistant import Assistant
from assistant.cli import SAMPLE
from assistant.config import Config
from assistant.errors import ProviderError, UsageError
from assistant.readers import read_paths
from eval.bench import Call
from eval.benches.compare import (
    METRICS,
    Outcome,
    Pair,
    Shown,
    ask_both,
    compare,
    ours,
    sample,
    score,
)
from eval.benches.compare import theirs as read_theirs
from eval.benches.compare_bench import add_arguments, run
from eval.benches.peer_reading import is_refusal, read_peer
from eval.benches.peers import PeerAnswer, PeerSource, open_peer
from eval.cases import Case
from eval.judge import entails
from eval.scores import Score
from eval.suite import find_suite, load_suite

GOLDEN = load_suite(find_suite("golden")).cases
VENDI = "The Vendi Score: A Diversity Evaluation Metric for Machine Learning"
QUESTION = "What is the Vendi Score and how is it defined?"
TRUE = (
    "The Vendi Score is defined as the exponential of the Shannon entropy of the eigenvalues of a "
    "similarity matrix."
)
SOURCES = (
    PeerSource("Of clocks", "Of clocks\nWe keep the clock in water. Its drift is 7 seconds."),
    PeerSource("Of cubes", "Of cubes\nThe unit cube [0, 1] has 12 edges."),
)


def case(kind="single", **more):
    gold = {"gold": ("Of clocks",)} if kind in ("single", "multi") else {}
    row = {"id": kind, "question": "?", "kind": kind, "split": "dev", **gold, **more}
    return Case(**row)


def about_vendi():
    return case(question=QUESTION, gold=(VENDI,), facts=(("shannon entropy",),))


def read(text, sources=SOURCES):
    return read_peer(PeerAnswer(text, sources))


def scores_of(text, of=None):
    return score(of or case(facts=(("7 seconds",),)), read(text), entails)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A library of a dozen real abstracts, one of them on the Vendi Score."""
    folder = tmp_path_factory.mktemp("twelve") / "library"
    every = list(read_paths([SAMPLE]))
    vendi = [each for each in every if each.title == VENDI]
    with Assistant.open(folder) as assistant:
        assistant.library.ingest([*vendi, *[each for each in every if each.title != VENDI][:11]])
    return folder


@pytest.fixture
def twelve(folder):
    with Assistant.open(folder, engine="openai") as assistant:
        yield assistant


def test_an_invented_marker_is_counted():
    assert scores_of("We keep the clock in water [1][9].")["invalid_citation_rate"].value == 0.5


def test_a_sentence_that_nothing_cited_carries_is_counted():
    scores = scores_of(
        "We keep the clock in water [1]. The clock was sold to the queen of Spain [1]. "
        "Its drift is 7 seconds. The drift is 7 seconds [9]."
    )
    assert scores["unsupported_rate"] == Score(0.75, weight=4)
    assert scores["uncited_rate"] == Score(0.25, weight=4)
    assert scores["fact_recall"].value == 1.0
    assert scores["paper_citation_precision"].value == 1.0


def test_a_marker_between_sentences_counts_for_both():
    claims = read("We keep the clock in water. [1] Its drift is 7 seconds. [2]").claims
    assert [claim.cited for claim in claims] == [(1,), (1, 2)]


def test_sources_named_in_words_are_markers():
    reading = read("Its drift is 7 seconds (Source 1). It has 12 edges, as Sources 1 and 2 say.")
    assert reading.uses == (1, 1, 2)
    assert reading.papers == {"Of clocks", "Of cubes"}


def test_a_bracket_of_a_source_is_no_marker():
    assert read("The unit cube [0, 1] has 12 edges [2].").uses == (2,)


def test_headings_bullets_and_disclaimers_claim_nothing():
    reading = read("Here is the answer:\n1. We keep the clock in water [1].\n\n## In short\n- 7")
    assert [claim.text for claim in reading.claims] == ["We keep the clock in water."]
    said = read(f"{'We keep the clock in water [1]. ' * 9}The sources do not mention its price.")
    assert len(said.claims) == 9


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Empty Response",
        "I don't know.",
        "None of the sources are helpful [1].",
        "The provided sources do not mention the price of the clock [1][2].",
        "The question cannot be answered from these passages.",
        "There is no information about clocks in the sources.",
        "Unfortunately, the text does not explicitly provide an answer.",
        f"The sources don't say. {'Clocks are kept in water and drift. ' * 12}",
    ],
)
def test_a_refusal_is_recognised(text):
    assert is_refusal(text)
    assert read_theirs(PeerAnswer(text, SOURCES)).reading is None


@pytest.mark.parametrize(
    "text",
    [
        "The clock does not drift [1].",
        "It needs no reference dataset [1].",
        "Not every clock is kept in water [1].",
        f"{'Clocks are kept in water [1]. ' * 12} The sources do not mention the price.",
    ],
)
def test_an_answer_is_no_refusal(text):
    assert not is_refusal(text)


def test_what_claims_nothing_answers_nothing():
    assert read_theirs(PeerAnswer("The answer is:", SOURCES)).reading is None


def test_a_refusal_finds_no_fact_and_shows_nothing_bad():
    scores = score(case(facts=(("7 seconds",),)), None, entails)
    assert (scores["fact_recall"].value, scores["answerable_refused"].value) == (0.0, 1.0)
    assert scores["unsupported_rate"].not_applicable == "refused"
    strange = score(case("off_topic"), None, entails)
    assert strange["off_topic_answered"].value == 0.0
    assert strange["fact_recall"].value is None


def test_a_sample_has_each_kind_in_its_share_and_is_drawn_again_alike():
    drawn = sample(GOLDEN, 30)
    assert drawn == sample(GOLDEN, 30)
    assert len({each.id for each in drawn}) == 30
    kinds = [each.kind for each in drawn]
    assert {kind: kinds.count(kind) for kind in kinds} == {
        **{"single": 18, "multi": 4},
        **{"near_miss": 5, "off_topic": 3},
    }
    assert {each.kind for each in sample(GOLDEN, 4)} == set(kinds)
    assert len(sample(GOLDEN, 2)) == 2
    assert sample(GOLDEN, 999) == list(GOLDEN)


def pair(number, us, them):
    one = case("off_topic", id=str(number))
    blank = dict.fromkeys(METRICS, Score(not_applicable="-"))
    scored = [blank | {"off_topic_answered": Score(value)} for value in (us, them)]
    return Pair(one, Outcome(scored[0], 1.0), Outcome(scored[1], 2.0 + number))


def test_questions_are_paired_and_tested_exactly():
    comparison = compare([pair(n, 0.0, float(n < 6)) for n in range(8)])
    row = comparison.row("off_topic_answered")
    assert (row.ours.value, row.theirs.value, row.difference.value) == (0.0, 0.75, 0.75)
    low, high = row.difference.interval
    assert 0 < low < 0.75 < high <= 1
    assert row.p == pytest.approx(3 * 2 * 0.5**6)  # McNemar: 6 to none; Holm: of three
    assert comparison.row("latency_p95_s").theirs.value == 9.0


def test_a_failure_is_an_error_and_the_run_goes_on():
    def fail(question):
        raise ProviderError("gone")

    pairs = ask_both([case(), case(id="2")], lambda question: Shown(None), fail, entails)
    comparison = compare(pairs)
    assert (comparison.ours_failed, comparison.theirs_failed) == (0, 2)
    row = comparison.row("answerable_refused")
    assert (row.theirs.errors, row.theirs.value, row.difference.value) == (2, None, None)
    assert comparison.failures == ("ProviderError: gone",)


def test_the_peer_passes_on_what_the_model_writes_about_chunks_of_our_library(tmp_path):
    model = ScriptedModel(["The clock5 is kept in ", "water [1], and sold [42]."])
    with open_library(tmp_path / "library") as library:
        library.ingest(papers(8))
        us = SimpleNamespace(library=library, config=Config(papers_per_answer=3))
        with open_peer(us, model) as peer:
            answer = peer.ask("What is the drift of the clock5 in cold water?")
        found = library.dense(HashingEmbedder().embed([answer.sources[0].title])[0], 1)
    assert answer.text == "The clock5 is kept in water [1], and sold [42]."
    assert [source.title for source in answer.sources].count("The clock5 in cold water") == 1
    assert len(answer.sources) == 3 and len(found) == 1
    assert answer.sources[0].text.startswith(f"{answer.sources[0].title}\nWe keep the")
    (prompt,) = model.prompts
    assert all(f"Source {n}:\n{s.text}" in prompt for n, s in enumerate(answer.sources, 1))
    assert read_peer(answer).uses == (1, 42)


def test_the_peer_asks_twice_where_the_passages_exceed_the_context(tmp_path):
    model = ScriptedModel(["Water [1]."], context_tokens=1100)
    with open_library(tmp_path / "library") as library:
        library.ingest(papers(16))
        config = Config(papers_per_answer=16, max_answer_tokens=200)
        with open_peer(SimpleNamespace(library=library, config=config), model) as peer:
            assert peer.ask("water?").text == "Water [1]."
    assert len(model.prompts) > 1
    assert "Begin refining!" in model.prompts[-1]


def test_a_library_on_a_chroma_server_is_an_error(twelve):
    twelve.config = replace(twelve.config, chroma_url="http://127.0.0.1:1")
    with pytest.raises(UsageError, match="leave out chroma_url"), open_peer(twelve, None):
        pass


def test_no_invented_marker_and_no_bare_sentence_is_shown_by_us(twelve):
    said = f"{TRUE} [77] Its price is four hundred pounds. [1]"
    twelve.use_model("openai", ScriptedModel([said]))
    by_id = {each.paper_id: each for each in twelve.library.papers()}
    one = about_vendi()
    shown = ours(twelve.ask(one.question), by_id)
    scores = score(one, shown.reading, entails)
    assert scores["invalid_citation_rate"].value == scores["unsupported_rate"].value == 0.0
    told = score(one, read(said), entails)
    assert told["invalid_citation_rate"].value == 0.5
    assert told["unsupported_rate"].value == 1.0


@pytest.fixture
def suite(tmp_path):
    """A suite of one question on the Vendi Score, a near miss of it, and one off topic."""
    rows = [
        about_vendi(),
        next(each for each in GOLDEN if each.kind == "off_topic"),
        case("near_miss", question="How many dollars does the Vendi Score cost?"),
    ]
    lines = [
        {name: getattr(row, name) for name in ("id", "question", "kind", "gold", "facts", "split")}
        for row in rows
    ]
    (tmp_path / "cases.jsonl").write_text("\n".join(map(json.dumps, lines)), "utf-8")
    return str(tmp_path)


def called(assistant, *argv, engine="openai"):
    parser = argparse.ArgumentParser()
    parser.add_argument("--json", action="store_true")
    add_arguments(parser)
    written = []
    call = Call(
        parser.parse_args(argv),
        Config(engine=engine),
        lambda: nullcontext(assistant),
        written.append,
        lambda line: None,
    )
    return run(call), "\n".join(written)


def test_the_command_prints_both_side_by_side(twelve, suite):
    twelve.use_model("openai", ScriptedModel([f"{TRUE} [1][42]"]))
    code, text = called(twelve, "--suite", suite)
    assert code == 0
    for told in ("CitationQueryEngine", "scripted", "12 papers", "top 8", "token-containment-2"):
        assert told in text
    (line,) = [line for line in text.splitlines() if line.startswith("invalid citations")]
    assert line.split()[5:8] == ["1", "0.000", "-"]
    assert line.split()[8:10] == ["3", "0.500"]


def test_as_json_it_is_the_same(twelve, suite):
    twelve.use_model("openai", ScriptedModel([f"{TRUE} [1][42]"]))
    code, text = called(twelve, "--suite", suite, "--json", "--with", "citation-query-engine")
    facts = json.loads(text)
    assert (code, facts["questions"]) == (0, 3)
    assert facts["metrics"]["off_topic_answered"]["theirs"]["value"] == 1.0
    assert facts["metrics"]["off_topic_answered"]["ours"]["value"] == 0.0
    assert facts["failed"] == {"ours": 0, "theirs": 0}


def test_a_model_that_always_fails_measures_nothing(twelve, suite):
    twelve.use_model("openai", ScriptedModel([ProviderError("gone")]))
    code, text = called(twelve, "--suite", suite)
    assert code == 6
    assert "and at 3 of theirs" in text


def test_without_a_model_there_is_nothing_to_compare():
    with pytest.raises(UsageError, match="compare needs a model; give --engine local or openai"):
        called(None, engine="extractive")


@pytest.mark.parametrize("number", ["0", "-1", "9999"])
def test_a_number_of_questions_that_there_are_not_is_an_error(number):
    with pytest.raises(UsageError, match=rf"--questions is {number}; golden has 315"):
        called(None, "--questions", number)
