"""The copy of a library in which an evaluation plants papers and plays the model."""

from dataclasses import replace

import pytest

from assistant import Assistant
from assistant.abstention import SHIPPED
from assistant.types import Paper
from eval.cases import Plant
from eval.sandbox import ScriptedModel, sandbox

PLANT = Plant(
    title="Beekeeping on Glaciers",
    abstract="We keep bees on glaciers. The bees make 12 kilograms of honey a year.",
)
QUESTION = "How much honey do bees make on glaciers?"


@pytest.fixture
def assistant(sample_library):
    with Assistant.open(sample_library) as opened:
        yield opened


def test_planted_papers_are_found_in_the_copy_and_nowhere_else(assistant):
    before = assistant.library.fingerprint
    with sandbox(assistant, [PLANT]) as copy:
        folder = copy.library.path
        assert copy.library.count == assistant.library.count + 1
        answer = copy.ask(QUESTION)
        assert [citation.title for citation in answer.citations][:1] == [PLANT.title]
    assert assistant.library.fingerprint == before
    assert assistant.ask(QUESTION).refused
    assert not folder.exists()


def test_conversations_are_kept_in_the_copy(assistant):
    with sandbox(assistant) as copy:
        talk = copy.conversation()
        talk.ask("What is the Vendi Score?")
        assert copy.library.record.talks.turns(talk.id)
    assert not assistant.library.record.talks.turns(talk.id)


def test_a_played_draft_is_checked_like_any_models(assistant):
    draft = "The Vendi Score measures the speed of cars [1]. Bees make honey [99]."
    with sandbox(assistant) as copy:
        answer = copy.ask_with_draft("What is the Vendi Score?", draft)
    assert "speed of cars" not in answer.text
    assert "honey" not in answer.text
    assert [row.text for row in answer.dropped][0].startswith("The Vendi Score measures the speed")


def test_what_is_planted_stays_off_the_chroma_server_of_the_library(chroma_url, tmp_path):
    folder = tmp_path / "library"
    paper = Paper("quartz", "Quartz Clocks", "Quartz clocks drift in cold water.")
    with Assistant.open(folder, chroma_url=chroma_url) as assistant:
        assistant.library.ingest([paper])
        with sandbox(assistant, [PLANT]) as copy:
            assert copy.library.count == 2
        assert assistant.search("clocks in cold water")
    with Assistant.open(folder, chroma_url=chroma_url) as again:
        found = again.library.dense(again.library.embedder.embed([PLANT.abstract])[0], 5)
        assert [paper_id for paper_id, _ in found] == ["quartz"]


def test_a_copy_answers_as_sure_as_the_original_and_with_its_models(assistant, monkeypatch):
    gate = replace(SHIPPED, threshold=99.0)
    monkeypatch.setattr(assistant, "gate", lambda engine: gate)
    with sandbox(assistant) as copy:
        model = ScriptedModel("The Vendi Score measures diversity [1].")
        assistant.use_model("openai", model)
        assert copy.gate("extractive") is gate
        assert copy.model("openai") is model
        assert copy.ask("What is the Vendi Score?").refused
