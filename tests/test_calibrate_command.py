"""The command `calibrate`: what it says, what it keeps, and when it changes nothing."""

import argparse
import json

import pytest
from small_libraries import open_library

from assistant.abstention import SHIPPED
from assistant.ask import Assistant
from assistant.calibration import Outcome
from assistant.commands import calibrate as calibrate_command
from assistant.config import Config
from assistant.errors import UsageError
from assistant.gatekeeping import FILE, load_calibration
from assistant.types import Paper
from eval.calibrating import measure

QUARTZ = Paper("p:quartz", "Quartz clocks", "Quartz clocks lose 4 seconds a month in cold water.")
SUNDIAL = Paper("p:sundial", "Sundials", "Sundials lose 90 seconds a day under northern skies.")
RIGHT = [Outcome(f"paper {n}", float(n), wrong=n < 30) for n in range(200)]


@pytest.fixture
def folder(tmp_path):
    with open_library(tmp_path / "clocks") as library:
        library.ingest([QUARTZ, SUNDIAL])
    return tmp_path / "clocks"


def opened(folder):
    return Assistant(open_library(folder), Config(library=folder))


@pytest.fixture
def calibrate(folder):
    """Run the command on outcomes; give its exit code, output and remarks."""

    def run(outcomes, **options):
        written, said = [], []
        arguments = argparse.Namespace(
            **{"suite": "mine", "risk": 0.1, "confidence": 0.95, "json": False, **options}
        )
        code = calibrate_command.run(
            arguments, lambda: opened(folder), lambda *_: outcomes, written.append, said.append
        )
        return code, "\n".join(written), "\n".join(said)

    return run


def test_what_is_needed_is_said_first_and_the_threshold_is_kept(calibrate, folder):
    code, out, said = calibrate(RIGHT)
    assert code == 0
    assert said.startswith("at most 10% wrong with 95% confidence needs answers: 29 with 0 wrong")
    kept = load_calibration(folder)
    assert kept.bound <= 0.1 and kept.threshold < 60
    assert f"threshold {kept.threshold:.3f}" in out and "held out" in out
    with opened(folder) as assistant:
        assert assistant.gate("extractive").threshold == kept.threshold
        assert assistant.gate("openai") == SHIPPED
        assert "calibrated: at most 10% of answers wrong" in assistant.status()
        assistant.library.ingest([Paper("p:new", "Water clocks", "Water clocks freeze.")])
        assert assistant.gate("extractive") == SHIPPED
        assert "the calibration is stale, changed since: library" in assistant.status()


def test_where_no_threshold_keeps_the_risk_nothing_changes(calibrate, folder):
    code, out, _ = calibrate([Outcome(f"p{n}", float(n), wrong=n % 2 == 0) for n in range(200)])
    assert code == 1
    assert "nothing was changed: going down from the strictest threshold" in out
    assert not (folder / FILE).exists()


def test_as_json_it_is_the_steps_and_the_choice(calibrate):
    facts = json.loads(calibrate(RIGHT, json=True)[1])
    assert facts["chosen"] in facts["steps"]
    assert facts["needs"][1] == {"wrong": 1, "answered": 46}
    assert json.loads(calibrate(RIGHT[:9], json=True)[1])["chosen"] is None


@pytest.mark.parametrize("option", [{"risk": 0.0}, {"risk": 1.5}, {"confidence": 1.0}])
def test_a_share_that_makes_no_sense_is_an_error_that_names_it(calibrate, option):
    with pytest.raises(UsageError, match=f"--{next(iter(option))} is"):
        calibrate(RIGHT, **option)


def test_every_question_of_a_suite_is_answered_and_judged(folder, tmp_path):
    suite = tmp_path / "suite"
    suite.mkdir()
    shared = {"split": "dev", "evidence": [], "gold": [QUARTZ.title], "kind": "single"}
    rows = [
        {"id": "a", "question": "How much do quartz clocks lose?", "facts": [["4 seconds"]]},
        {"id": "b", "question": "How do quartz clocks fly?", "facts": [["by wings"]]},
        {"id": "c", "question": "Why?", "facts": [["4 seconds"]]},
    ]
    (suite / "cases.jsonl").write_text("\n".join(json.dumps(shared | row) for row in rows))
    with opened(folder) as assistant:
        right, wrong, nothing = measure(assistant, str(suite))
    assert (right.wrong, wrong.wrong, nothing.passed) == (False, True, False)
    assert right.score > nothing.score
    assert {right.paper, wrong.paper} == {QUARTZ.title}
