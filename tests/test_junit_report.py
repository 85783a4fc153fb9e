import xml.etree.ElementTree as ET
from dataclasses import replace

from report_runs import FLOORS, SEALED, baseline_of, hostile_run, results_of, run_of
from scripted_subject import DRIFT, MEDIAN, answer, cite, refusal

from eval.gate import Threshold
from eval.reports.junit_report import junit_xml


def parsed(run):
    return ET.fromstring(junit_xml(run))


def case(root, name, suite=None):
    path = f"testsuite[@name='{suite}']/testcase" if suite else "testsuite/testcase"
    return next(each for each in root.iterfind(path) if each.get("name") == name)


def uncited():
    """An answer with a marker that stands for nothing."""
    said = answer((MEDIAN, (cite(DRIFT, MEDIAN),)))
    (sentence,) = said.sentences
    return replace(said, text=said.text + " [7]", sentences=(replace(sentence, citations=(1, 7)),))


def test_a_suite_a_kind_and_one_for_the_gate():
    root = parsed(run_of())
    names = [suite.get("name") for suite in root]
    assert names == ["gate", "single", "multi", "near_miss", "off_topic"]
    assert case(root, "s1").get("classname") == "golden.single"
    assert (root.get("tests"), root.get("failures"), root.get("errors")) == ("8", "0", "0")


def test_a_missed_threshold_is_a_failure_of_the_gate():
    root = parsed(run_of(Threshold("coverage", least=0.9), *FLOORS, s1=refusal()))
    assert case(root, "coverage").find("failure").get("message") == (
        "answers: coverage 0.500 is below 0.9"
    )
    assert case(root, "recall_at_5").find("failure") is None
    assert root.find("testsuite[@name='gate']").get("failures") == "1"


def test_a_regression_is_a_failure_of_the_gate():
    baseline = baseline_of(results_of(), answer_words=1.0)
    run = run_of(Threshold("answer_words", most=99.0, drop=0.1), baseline=baseline)
    (told,) = run.verdict.regressions
    names = [each for each in parsed(run).iter("testcase") if each.get("name") == "answer_words"]
    assert [each.find("failure") is not None for each in names] == [False, True]
    assert told.removeprefix("answers: ") in names[1].find("failure").get("message")


def test_an_invalid_citation_fails_its_case():
    root = parsed(run_of(s1=uncited()))
    assert case(root, "s1").find("failure").get("message") == "invalid citation"


def test_a_flaw_that_a_floor_tolerates_stands_in_the_output_alone():
    flawed = case(parsed(run_of(s1=refusal())), "s1")
    assert flawed.find("failure") is None
    assert flawed.find("system-out").text.startswith("flaws: refused, has an answer")
    assert "asked: How far do they go off?" in flawed.find("system-out").text


def test_an_error_is_an_error_and_makes_the_run_incomplete():
    root = parsed(run_of(s1=RuntimeError("gone")))
    assert case(root, "s1").find("error").get("message") == "ask: RuntimeError: gone"
    assert case(root, "complete", "gate").find("error") is not None
    assert root.get("errors") == "2"


def test_of_test_cases_no_text_is_told():
    run = run_of(m1=refusal(), n1=answer(("Drifting atoms.", (cite(DRIFT, MEDIAN),))))
    report = junit_xml(run)
    assert not [text for text in (*SEALED, "Drifting atoms.") if text in report]
    told = case(parsed(run), "n1").find("system-out").text
    assert told.startswith("flaws: answered, has no answer")
    kept = case(parsed(hostile_run()), "s9", "single")
    assert kept.find("error").get("message") == "error"


def test_markup_and_control_characters_break_nothing():
    text = "a<b>&\"'\x00\x0b\x1b\ufffe\ud800 ]]> é \U0001f980"
    root = parsed(hostile_run(text))
    (name,) = [each.get("name") for each in root.iter("testcase") if "<b>" in each.get("name")]
    assert name == "a<b>&\"'\ufffd\ufffd\ufffd\ufffd\ufffd ]]> é \U0001f980"
