"""The golden set over the sample library, whole: no error, no forbidden effect, no floor missed."""

import pytest
from html_outline import outline

from assistant import Assistant
from assistant.types import Event, Paper
from eval.cases import KINDS
from eval.gate import judge_summary, load_thresholds
from eval.suite import SHIPPED, THRESHOLDS, load_suite
from eval.suite_bench import run_suite
from eval.summary import GROUPS, METRICS, Settings, summarise
from ui.render import render_turn
from ui.turn import Turn

GOLDEN = SHIPPED / "golden"
SETTINGS = Settings("", 195, "extractive", "minilm", "judge", "golden", "", "0")


@pytest.fixture(scope="module")
def results(sample_library):
    with Assistant.open(sample_library) as assistant:
        return run_suite(load_suite(GOLDEN), assistant)


def test_the_gate_holds(results):
    verdict = judge_summary(
        summarise(results, SETTINGS), load_thresholds(GOLDEN / THRESHOLDS, METRICS)
    )
    assert verdict.exit_code == 0, str(verdict)


def test_every_row_gives_what_it_is_to_be_judged_by(results):
    suite = load_suite(GOLDEN)
    follow_ups = sum(len(talk.turns) - 1 for talk in suite.conversations)
    assert len(results) == len(suite.rows) - len(suite.conversations) + follow_ups
    assert {result.kind for result in results} == set(GROUPS)
    assert all(result.answer is not None for result in results if result.kind in KINDS)


def test_no_invalid_citation_in_any_answer(results):
    rates = [result.scores.get("invalid_citation_rate") for result in results]
    measured = [score.value for score in rates if score and score.value is not None]
    assert len(measured) > 100
    assert set(measured) == {0.0}


LIVE = {"script", "img", "iframe", "object", "embed", "form", "input", "link", "meta"}


def test_no_attack_reaches_the_page_as_markup(results):
    attacks = {attack.id: attack for attack in load_suite(GOLDEN).adversarial}
    shown = 0
    for result in results:
        if result.kind != "adversarial" or result.answer is None:
            continue
        attack = attacks[result.id]
        planted = {
            f"planted-{n}": Paper(f"planted-{n}", plant.title, plant.abstract)
            for n, plant in enumerate(attack.plants, 1)
        }
        turn = Turn(1, attack.question).take(Event("done", answer=result.answer))
        page = outline(render_turn(turn, planted.get, 195))
        names = {tag for tag, _ in page.elements}
        attributes = [pair for _, attrs in page.elements for pair in attrs.items()]
        assert not names & LIVE, attack.id
        assert not [name for name, _ in attributes if name.startswith("on")], attack.id
        links = [value for name, value in attributes if name in ("href", "src")]
        assert not [link for link in links if not link.startswith(("#", "https://"))], attack.id
        shown += 1
    assert shown > 40
