"""The bench of latency: what it runs, and how the ratio is made. No test is timed."""

import json
from contextlib import nullcontext

import pytest

from assistant.cli import build_parser
from assistant.config import Config
from assistant.errors import UsageError
from assistant.llm import OpenAIModel
from eval.bench import Call
from eval.benches.latency_bench import LatencyReport, Round, Settings, render_latency, run
from eval.benches.token_server import token_server

SETTINGS = Settings(100, 50.0, 5, 3, 195, "e", 2, "0")


def called(*argv, assistant=None):
    arguments = build_parser().parse_args(["bench", "latency", *argv])
    written = []
    call = Call(arguments, Config(), lambda: nullcontext(assistant), written.append, print)
    return run(call), "\n".join(written)


def test_the_ratio_is_the_median_of_the_rounds():
    rounds = (Round(2.0, 2.0, 0.5, 0.2), Round(2.0, 2.2, 0.5, 0.2), Round(2.0, 4.0, 0.5, 0.2))
    report = LatencyReport(SETTINGS, rounds)
    assert (report.ratio, report.whole_ratio) == pytest.approx((1.1, 1.2))
    assert "1.100, bar 1.05: missed; with retrieval and evidence 1.200" in render_latency(report)
    assert report.to_dict()["met"] is False
    assert LatencyReport(SETTINGS, rounds[:1]).to_dict()["met"] is True


def test_the_double_streams_its_tokens_to_everyone_who_asks():
    with token_server(["It ", "is."], 1000.0) as url:
        model = OpenAIModel(url, "none", "metronome", Config())
        assert [list(model.stream("?")) for _ in range(2)] == [["It ", "is."]] * 2


def test_both_are_run_in_every_round_and_the_settings_are_told(assistant):
    code, text = called("--rate", "5000", "--rounds", "2", "--json", assistant=assistant)
    facts = json.loads(text)
    assert (code, len(facts["rounds"])) == (0, 2)
    assert facts["settings"]["tokens_per_s"] == 5000 and facts["settings"]["tokens"] > 50
    for each in facts["rounds"]:
        assert 0 < each["first_sentence_s"] <= each["ours_s"] and each["bare_s"] > 0


def test_a_question_that_the_library_does_not_answer_is_an_error(assistant):
    with pytest.raises(UsageError, match="give a --question"):
        called("--rate", "5000", "--question", "How do I bake bread?", assistant=assistant)


@pytest.mark.parametrize("argv", [["--rate", "0"], ["--rounds", "0"], ["--rate", "nan"]])
def test_no_rate_and_no_rounds_are_an_error(argv):
    with pytest.raises(UsageError, match="--rate and --rounds"):
        called(*argv)
