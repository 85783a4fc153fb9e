"""The tests that a library gets without labels: made from its papers, run, and told."""

from dataclasses import replace

import pytest

from assistant import Assistant
from assistant.types import Paper
from eval.auto import auto_suite
from eval.auto_findings import auto_findings
from eval.auto_metrics import AUTO_METRICS, FLIPPED, NUMBER, OWN, SWAPPED, WITHHELD
from eval.auto_questions import CHANGES, draw, title_question
from eval.jobs import run_all
from eval.results import Result
from eval.scores import Score

BEES = Paper(
    "bees",
    "Beekeeping on Glaciers",
    "We keep bees on alpine glaciers through the whole winter. "
    "The bees make 12 kilograms of honey in each year of the study. "
    "Warmer hives increase the honey that a colony can give.",
)
CLOCKS = Paper(
    "clocks",
    "Quartz Clocks in Cold Water",
    "We sink quartz clocks in the cold water of a northern lake. "
    "The median drift of the clocks is 3 seconds in a month. "
    "Steel housings do not protect the clocks from the pressure.",
)
SONGS = Paper(
    "songs",
    "Whale Songs across an Ocean",
    "We record the songs of whales with 40 buoys across an ocean. "
    "The songs travel faster from west to east than whales swim. "
    "Each population learns new phrases from its neighbours.",
)
BREAD = Paper(
    "bread",
    "Sourdough Cultures of Mountain Villages",
    "We sequence sourdough cultures from bakeries of mountain villages. "
    "Cultures that are fed with rye have higher acidity than others. "
    "A culture keeps its species for decades after it moves house.",
)
SHORT = Paper("short", "A Note on Dust", "Dust is everywhere in the attic. It is grey.")
UNTITLED = replace(BEES, paper_id="untitled", title=" ")
PAPERS = (BEES, CLOCKS, SONGS, BREAD, SHORT)


@pytest.fixture(scope="module")
def assistant(tmp_path_factory, session_environment):
    with Assistant.open(tmp_path_factory.mktemp("auto") / "library") as opened:
        opened.library.ingest(PAPERS)
        yield opened


@pytest.fixture(scope="module")
def results(assistant):
    with auto_suite(assistant, papers=4) as jobs:
        return {result.id: result for result in run_all(jobs)}


def values(results, metric):
    scored = [result.scores[metric] for result in results.values() if metric in result.scores]
    return [score.value for score in scored if score.value is not None]


def result(metric, score, title="Beekeeping on Glaciers", kind="auto"):
    return Result(f"auto-{title}", kind, "dev", title, "?", {metric: score})


def test_only_papers_with_a_title_and_three_sentences_are_drawn():
    drawn = draw([*PAPERS, UNTITLED], 10, seed=0)
    assert {each.paper.paper_id for each in drawn} == {"bees", "clocks", "songs", "bread"}


def test_the_same_seed_draws_the_same_in_whatever_order_papers_come():
    assert draw(PAPERS, 2, seed=3) == draw(reversed(PAPERS), 2, seed=3)
    assert len({draw(PAPERS, 2, seed)[0].paper.paper_id for seed in range(20)}) == 4


def test_a_question_names_the_paper():
    assert title_question("Deep\n Sets.") == "What does the paper “Deep Sets” show?"


def test_a_sentence_that_offers_nothing_to_change_is_not_drawn():
    (clocks,) = (each for each in draw(PAPERS, 4, seed=0) if each.paper == CLOCKS)
    changed = {each.change: each.text for each in clocks.changed}
    assert set(changed) == {"number", "negated", "undenied"}
    assert changed["undenied"] == "Steel housings protect the clocks from the pressure."
    assert all(text not in CLOCKS.abstract for text in changed.values())


def test_not_only_is_no_denial():
    abstract = (
        "The bees make honey not only in the summer months. "
        "The hives stand on a glacier in the high Alps. "
        "The honey tastes of the flowers of the valley."
    )
    (drawn,) = draw([Paper("bees", "Bees", abstract)], 1, seed=0)
    assert "undenied" not in {each.change for each in drawn.changed}
    assert set(CHANGES) >= {each.change for each in drawn.changed}


def test_ids_are_unique_and_stable(assistant):
    with auto_suite(assistant, 4, seed=5) as jobs, auto_suite(assistant, 4, seed=5) as again:
        ids = [job.id for job in jobs]
        assert ids == [job.id for job in again]
    assert len(set(ids)) == len(ids)
    assert {"auto-found-bees", "auto-asked-bees", "auto-withheld-bees"} <= set(ids)


def test_every_metric_is_measured_and_nothing_fails(results):
    assert all(values(results, metric) for metric in AUTO_METRICS)
    assert not [each.error for each in results.values() if each.error]
    assert {(each.kind, each.split) for each in results.values()} == {("auto", "dev")}
    assert results["auto-asked-bees"].cluster == BEES.title


def test_papers_of_a_library_are_found_cited_and_believed(results):
    for metric in ("auto_found_at_1", "auto_found_at_5", "auto_cites_source", OWN):
        assert values(results, metric) == [1.0] * 4


def test_what_no_other_paper_says_is_refused_without_its_paper(results):
    assert values(results, WITHHELD) == [1.0, 1.0]
    reasons = {score.not_applicable for each in results.values() for score in each.scores.values()}
    assert "no more than half of the library is withheld at once" in reasons


def test_sentences_turned_false_are_caught(results):
    for metric in (SWAPPED, NUMBER, FLIPPED):
        assert set(values(results, metric)) == {1.0}


def test_the_library_is_left_as_it_was(assistant):
    before = assistant.library.fingerprint
    with auto_suite(assistant, 2) as jobs:
        run_all(jobs)
    assert assistant.library.fingerprint == before
    assert not assistant.answers.list()


def test_a_near_copy_that_stays_makes_withholding_say_nothing(tmp_path):
    copies = [replace(BEES, paper_id=f"bees-{n}", title=f"{BEES.title} {n}") for n in (1, 2)]
    with Assistant.open(tmp_path / "library") as opened:
        opened.library.ingest([*copies, SHORT])
        with auto_suite(opened, 1) as jobs:
            results = {each.id.rsplit("-", 2)[0]: each for each in run_all(jobs)}
    assert "nearly the same" in results["auto-withheld"].scores[WITHHELD].not_applicable
    assert "against “A Note on Dust”" in results["auto-swapped"].remark


def test_what_fails_is_an_error_of_its_own_test(assistant, monkeypatch):
    def fail(*_):
        raise OSError("the disk went away")

    monkeypatch.setattr("eval.auto.sandbox", fail)
    monkeypatch.setattr(assistant, "search", fail)
    with auto_suite(assistant, 2) as jobs:
        results = run_all(jobs)
    failed = {each.id.split("-")[1] for each in results if each.error}
    assert failed == {"found", "rest", "withheld"}
    assert "OSError: the disk went away" in results[0].error


def test_a_library_with_nothing_to_draw_says_so():
    assert auto_findings([]) == [
        "No paper was tested: none has a title and an abstract of three sentences."
    ]


def test_findings_count_what_was_measured_and_name_what_failed():
    told = auto_findings(
        [
            result(WITHHELD, Score(1.0), "A"),
            result(WITHHELD, Score(0.0), "B"),
            result(WITHHELD, Score(not_applicable="“C2” says nearly the same"), "C"),
            result(WITHHELD, Score(0.0), "D", kind="single"),
            result(NUMBER, Score(1.0), "A"),
            result(OWN, Score(error="own: OSError: gone"), "A"),
        ]
    )
    withheld, number, failed, *unmeasured = told
    assert withheld.startswith("With the paper asked about withheld, 1 of 2 questions is refused")
    assert withheld.endswith("Answered from other papers: “B”.")
    assert number.startswith("1 of 1 sentence with one number changed is caught")
    assert failed == "1 of 5 tests failed; the first: own: OSError: gone"
    assert f"{WITHHELD} does not apply to 1 of 3; the first: “C2” says nearly the same." in (
        unmeasured
    )
    assert any(line.startswith(f"{SWAPPED} was not measured") for line in unmeasured)


def test_findings_of_the_small_library_have_a_number_each(results):
    told = auto_findings(results.values())
    assert len(told) >= 8
    assert all(any(letter.isdigit() for letter in line) for line in told)
