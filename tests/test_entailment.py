"""The verifier's third step: models and judges with answers that a test can work out."""

import json

import pytest
from scripted_model import ScriptedModel
from test_reranking import WORDS, write_tokenizer
from tiny_onnx import weighing_model

from assistant import entailment
from assistant.config import Config, load_config
from assistant.entailment import (
    EntailmentModel,
    ModelJudge,
    hear_each,
    load_judges,
    read_judgement,
    read_labels,
    second_opinion,
)
from assistant.errors import ProviderError, UsageError
from assistant.types import Evidence, Label, Paper, Verdict

NLI = "entailment,neutral,contradiction"
PASSAGE = "The score falls by two points on small graphs."
EVIDENCE = Evidence(Paper("p:1", "Graphs", PASSAGE), 0, len(PASSAGE))
ATTRIBUTED = Verdict(Label.ATTRIBUTED, 0.7, (EVIDENCE,), ("no disagreement found",))


def write_model(folder, logits=(4, 0, 0)):
    """A model that says the same logits a counted word: of the claim, not of the premise."""
    write_tokenizer(folder)
    path = folder / "model.onnx"
    path.write_bytes(weighing_model([logits if word == "one" else (0, 0, 0) for word in WORDS]))
    return path


def opinion_of(folder, logits, claim="one", labels=NLI):
    return EntailmentModel(write_model(folder, logits), labels).opinion(claim, EVIDENCE)


def test_without_a_judge_nothing_changes():
    assert second_opinion("A claim.", ATTRIBUTED, hear_each([])) == ATTRIBUTED


@pytest.mark.parametrize("label", [each for each in Label if each is not Label.ATTRIBUTED])
def test_only_what_is_attributed_is_heard(label):
    verdict = Verdict(label, 0.5, (EVIDENCE,))
    assert second_opinion("A claim.", verdict, hear_each([Refuses()])) is verdict


class Refuses:
    def opinion(self, claim, evidence):
        raise AssertionError("was asked")


@pytest.mark.parametrize(
    ("logits", "label"),
    [
        ((4, 0, 0), Label.SUPPORTED),
        ((0, 4, 0), None),
        ((0, 0, 4), Label.CONTRADICTED),
        ((1, 0, 0), None),
    ],
    ids=["entailed", "neutral", "contradicted", "not sure"],
)
def test_a_model_is_believed_where_it_is_sure(tmp_path, logits, label):
    """Of logits (4, 0, 0) the first has 0.96 of the probability, of (1, 0, 0) 0.58."""
    assert opinion_of(tmp_path, logits).label is label


def test_the_label_map_decides_which_logit_means_what(tmp_path):
    labels = "contradiction, neutral, entailment"
    assert opinion_of(tmp_path, (4, 0, 0), labels=labels).label is Label.CONTRADICTED


def test_the_reason_names_the_model_and_its_probability(tmp_path):
    reason = opinion_of(tmp_path, (4, 0, 0)).reason
    assert reason == "entailment: model.onnx says entailment (0.96)"


def test_labels_are_read_beside_the_model(tmp_path):
    path = write_model(tmp_path)
    ids = {"2": "ENTAILMENT", "0": "CONTRADICTION", "1": "NEUTRAL"}
    (tmp_path / "config.json").write_text(json.dumps({"id2label": ids}))
    assert read_labels(path, None) == ("contradiction", "neutral", "entailment")


@pytest.mark.parametrize("labels", ["yes,no,maybe", "entailment,neutral", None, ""])
def test_labels_that_are_not_the_three_are_refused(tmp_path, labels):
    with pytest.raises(UsageError, match=r"entailment_labels are .*wanted entailment, neutral"):
        EntailmentModel(write_model(tmp_path), labels)


def test_a_broken_config_is_named(tmp_path):
    path = write_model(tmp_path)
    (tmp_path / "config.json").write_text("[")
    with pytest.raises(UsageError, match=r"config\.json: can't be read"):
        EntailmentModel(path)


def test_a_graph_with_other_logits_is_named(tmp_path):
    path = write_model(tmp_path)
    path.write_bytes(weighing_model([[0, 0]] * len(WORDS)))
    with pytest.raises(UsageError, match="gives 2 logits a pair; wanted entailment"):
        EntailmentModel(path, NLI).opinion("one", EVIDENCE)


def test_a_missing_model_is_named(tmp_path):
    with pytest.raises(UsageError, match=r"entailment: no file .*none\.onnx"):
        load_judges(Config(entailment=tmp_path / "none.onnx", entailment_labels=NLI))


@pytest.mark.parametrize(
    ("reply", "label"),
    [
        ("SUPPORTED\nThe score falls by two points", Label.SUPPORTED),
        ("**Supported**\n> “falls by two points”", Label.SUPPORTED),
        ("CONTRADICTED\nThe score falls by two", Label.CONTRADICTED),
        ("NOT STATED\nThe score falls by two", None),
        ("NOT SUPPORTED\nThe score falls by two", None),
        ("SUPPORTED\nThe score rises by two points", None),
        ("SUPPORTED\nThe score", None),
        ("SUPPORTED", None),
        ("", None),
        ("I think that it holds.", None),
    ],
)
def test_a_judge_counts_only_with_a_quotation_of_the_passage(reply, label):
    assert read_judgement(reply, PASSAGE).label is label


def test_a_judge_sees_passage_and_claim():
    model = ScriptedModel(["SUPPORTED\nThe score falls by two points"])
    verdict = second_opinion(
        "It loses two points.", ATTRIBUTED, hear_each([ModelJudge(lambda: model)])
    )
    assert verdict.label is Label.SUPPORTED
    assert PASSAGE in model.prompts[0] and "It loses two points." in model.prompts[0]


def test_a_judge_that_fails_changes_nothing_and_says_so():
    class Dead:
        def stream(self, prompt):
            raise ProviderError("no server")

    verdict = second_opinion("A claim.", ATTRIBUTED, hear_each([ModelJudge(Dead)]))
    assert verdict.label is Label.ATTRIBUTED
    assert verdict.reasons[-1] == "judge: skipped, the model failed: no server"


def test_one_contradiction_outweighs_support(tmp_path):
    agrees = EntailmentModel(write_model(tmp_path), NLI)
    model = ScriptedModel(["CONTRADICTED\nThe score falls by two points"])
    verdict = second_opinion("one", ATTRIBUTED, hear_each([agrees, ModelJudge(lambda: model)]))
    assert verdict.label is Label.CONTRADICTED
    assert len(verdict.reasons) == 3


def test_a_judge_needs_an_engine_with_a_model():
    with pytest.raises(UsageError, match="judge is set, and the engine is extractive"):
        load_judges(Config(judge=True))


@pytest.mark.parametrize(("said", "meant"), [("yes", True), ("0", False), ("True", True)])
def test_judge_is_read_from_the_environment(monkeypatch, said, meant):
    monkeypatch.setenv("PAPER_ASSISTANT_JUDGE", said)
    assert load_config().judge is meant


def test_a_judge_setting_that_is_neither_is_refused(monkeypatch):
    monkeypatch.setenv("PAPER_ASSISTANT_JUDGE", "maybe")
    with pytest.raises(UsageError, match="give true or false"):
        load_config()


def test_the_model_of_a_judge_is_loaded_once(monkeypatch):
    loaded = []
    monkeypatch.setattr(
        entailment, "load_model", lambda config: loaded.append(config) or ScriptedModel([""])
    )
    (judge,) = load_judges(Config(judge=True, engine="openai", api_key="k"))
    assert not loaded
    judge.opinion("a", EVIDENCE)
    judge.opinion("b", EVIDENCE)
    assert len(loaded) == 1
