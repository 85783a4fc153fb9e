"""Runs with a model: repeated, recorded, played, and never with a call instead of a recording."""

import json
from dataclasses import replace

import pytest
from scripted_model import ScriptedModel
from scripted_subject import CASES, CLOUD, DRIFT, MEDIAN, SINGLE, answer, cite, refusal

from assistant.errors import UsageError
from eval.live import Overheard, consistency, hear, save_drafts
from eval.results import Result
from eval.scores import Score

PROMPT = "You answer a researcher's question from numbered sentences of paper abstracts.\n"


class Subject:
    def __init__(self, engine, model):
        self.config = replace_engine(engine)
        self.models = {engine: model}

    def model(self, engine):
        return self.models[engine]

    def use_model(self, engine, model):
        self.models[engine] = model


def replace_engine(engine):
    from assistant.config import Config

    return replace(Config(), engine=engine)


def result(case_id, given):
    return Result(
        id=case_id,
        kind="single",
        split="dev",
        cluster="c",
        asked="?",
        scores={"fact_recall": Score(1.0)},
        answer=given,
    )


QUOTED = answer((MEDIAN, (cite(DRIFT, MEDIAN),)))
OTHER = answer((CLOUD.abstract, (cite(CLOUD, CLOUD.abstract),)))


@pytest.mark.parametrize(
    ("given", "share"),
    [
        ((QUOTED, QUOTED), 1.0),
        ((QUOTED, OTHER), 0.0),
        ((refusal(), refusal()), 1.0),
        ((QUOTED, QUOTED, refusal()), 1 / 3),
    ],
)
def test_consistency_is_the_share_of_pairs_that_came_to_the_same(given, share):
    ids = ["s1", "s1#2", "s1#3"]
    (found,) = consistency([result(*pair) for pair in zip(ids, given, strict=False)])
    assert found.id == "s1#consistency"
    assert found.scores["repeat_consistency"].value == pytest.approx(share)


def test_what_is_asked_once_has_no_consistency():
    assert consistency([result("s1", QUOTED), result("s2", OTHER)]) == ()


def test_a_model_is_recorded_and_played_without_it(tmp_path):
    calls = tmp_path / "calls.jsonl"
    live = hear(Subject("openai", ScriptedModel(["By 3 seconds. [1]"])), calls, None)
    assert "".join(live.stream(PROMPT)) == "By 3 seconds. [1]"

    class Gone(Subject):
        def model(self, engine):
            raise AssertionError("no model may be loaded")

    played = hear(Gone("openai", None), None, calls)
    assert "".join(played.stream(PROMPT)) == "By 3 seconds. [1]"


def test_recording_and_playing_exclude_each_other(tmp_path):
    with pytest.raises(UsageError, match="exclude each other"):
        hear(Subject("openai", None), tmp_path / "a", tmp_path / "b")


def test_drafts_become_rows_of_replay(tmp_path):
    heard = Overheard(ScriptedModel(["By 3 seconds. [1]"]))
    heard.drafts[SINGLE.question] = "By 3 seconds. [1]"
    path = tmp_path / "recordings.jsonl"
    assert save_drafts(path, CASES, heard) == 1
    row = json.loads(path.read_text("utf-8"))
    assert (row["id"], row["draft"], row["model"]) == ("r-s1", "By 3 seconds. [1]", heard.name)
    assert row["gold"] == ["Quartz Drift"]
