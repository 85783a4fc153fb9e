from scripted_subject import CLOUD, DRIFT, FALSE, TRUE, ScriptedSubject

from assistant.types import Evidence, Label, Verdict
from eval.jobs import run_all
from eval.scores import Score
from eval.statements import FALSEHOOD_METRICS, PARAPHRASE_METRICS, statement_jobs


def verdict(label, paper=DRIFT):
    return Verdict(label, 0.9, (Evidence(paper, 0, len(paper.abstract)),), ("words found",))


def scores_of(statement, outcome):
    (result,) = run_all(
        statement_jobs(ScriptedSubject(verdicts={statement.text: outcome}), [statement])
    )
    return result.scores


def test_a_paraphrase_passes_if_it_would_be_shown():
    supported = scores_of(TRUE, verdict(Label.SUPPORTED))
    assert {name: score.value for name, score in supported.items()} == dict.fromkeys(
        PARAPHRASE_METRICS, 1.0
    )
    attributed = scores_of(TRUE, verdict(Label.ATTRIBUTED))
    assert attributed["paraphrase_passed"] == Score(1.0)
    assert attributed["paraphrase_supported"] == Score(0.0)


def test_a_paraphrase_that_passes_by_another_paper_has_not_found_its_source():
    other = scores_of(TRUE, verdict(Label.ATTRIBUTED, CLOUD))
    assert other["paraphrase_source_found"] == Score(0.0)
    refused = scores_of(TRUE, verdict(Label.UNSUPPORTED))
    assert refused["paraphrase_passed"] == Score(0.0)
    assert refused["paraphrase_source_found"] == Score(not_applicable="did not pass")


def test_a_falsehood_is_caught_if_it_would_not_be_shown():
    for label, caught, contradicted in (
        (Label.CONTRADICTED, 1.0, 1.0),
        (Label.UNSUPPORTED, 1.0, 0.0),
        (Label.ATTRIBUTED, 0.0, 0.0),
        (Label.SUPPORTED, 0.0, 0.0),
    ):
        scores = scores_of(FALSE, verdict(label))
        assert scores["falsehood_caught"] == Score(caught)
        assert scores["falsehood_contradicted"] == Score(contradicted)


def test_a_result_says_what_it_is_about_and_why_it_was_judged_so():
    (result,) = run_all(
        statement_jobs(ScriptedSubject(verdicts={FALSE.text: verdict(Label.ATTRIBUTED)}), [FALSE])
    )
    assert (result.id, result.kind, result.split) == ("f1", "falsehood", "test")
    assert result.cluster == "Quartz Drift"
    assert result.remark == "attributed: words found"


def test_a_check_that_raises_is_an_error_of_each_of_its_metrics():
    failed = Score(error="check: RuntimeError: gone")
    assert scores_of(TRUE, RuntimeError("gone")) == dict.fromkeys(PARAPHRASE_METRICS, failed)
    assert scores_of(FALSE, RuntimeError("gone")) == dict.fromkeys(FALSEHOOD_METRICS, failed)


def test_what_no_sentence_is_found_in_neither_passes_nor_is_caught(monkeypatch):
    monkeypatch.setattr(ScriptedSubject, "check", lambda self, text: [])
    for statement in (TRUE, FALSE):
        (result,) = run_all(statement_jobs(ScriptedSubject(), [statement]))
        assert result.error == "check: ValueError: no sentence is found in it; write it as one"
        assert not any(score.value is not None for score in result.scores.values())
