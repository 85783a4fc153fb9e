"""What a command line names: ``paper-assistant eval`` a suite and its parts, ``bench`` a bench."""

import contextlib
import json

import pytest

from assistant.cli import build_parser
from assistant.config import Config
from assistant.errors import UsageError
from eval.bench import Call
from eval.bench_command import BENCHES
from eval.command import options_of, read_names, run
from eval.parts import PARTS


def parse(*argv):
    return build_parser().parse_args(argv)


@pytest.fixture
def mine(tmp_path):
    """A suite that has questions and no other rows."""
    folder = tmp_path / "mine"
    folder.mkdir()
    row = {"id": "q1", "kind": "off_topic", "question": "Who won the match?", "split": "dev"}
    (folder / "cases.jsonl").write_text(json.dumps(row), "utf-8")
    (folder / "thresholds.toml").write_text("coverage = { min = 0.5 }", "utf-8")
    return str(folder)


# The suite and its parts


@pytest.mark.parametrize("argv", [[], ["--library", "lib"], ["golden"], ["golden", "--json"]])
def test_the_golden_set_is_run_unless_another_is_named(argv):
    assert read_names(parse("eval", *argv).names).suite.folder.name == "golden"


def test_a_part_is_run_alone_and_several_in_their_order():
    assert read_names(["refusal"]).parts == ("refusal",)
    assert read_names(["refusal", "golden", "retrieval"]).parts == ("retrieval", "refusal")


def test_all_parts_are_run_that_a_suite_has_rows_for(mine):
    assert read_names([mine]).parts == ("retrieval", "answers", "refusal")
    assert set(read_names([]).parts) == set(PARTS)


def test_a_part_that_a_suite_has_no_rows_for_is_told_with_the_file_to_write(mine):
    with pytest.raises(UsageError, match=r"has no rows for adversarial; write adversarial\.jsonl"):
        read_names([mine, "adversarial"])


def test_a_name_that_is_neither_is_told_where_the_others_stand():
    with pytest.raises(UsageError, match=r"no suite 'refusel': .* paper-assistant eval --help"):
        read_names(["refusel"])


def test_two_suites_are_run_one_after_the_other(mine):
    with pytest.raises(UsageError, match="two suites, golden and"):
        read_names(["golden", mine])


def test_a_suite_is_not_linted_and_sealed_at_once(capsys):
    with pytest.raises(SystemExit) as ended:
        parse("eval", "--lint", "golden", "--seal")
    assert ended.value.code == 2
    assert "not allowed with argument" in capsys.readouterr().err


def test_help_lists_each_part(capsys):
    with pytest.raises(SystemExit):
        parse("eval", "--help")
    shown = " ".join(capsys.readouterr().out.split())
    for name, part in PARTS.items():
        assert f"{name}: {part.help}" in shown


# A model


def test_live_needs_an_engine_with_a_model(mine):
    arguments = parse("eval", "live", mine)

    class Opened:
        config = Config()

    with pytest.raises(UsageError, match="give --engine openai or --engine local"):
        run(Call(arguments, Config(), lambda: contextlib.nullcontext(Opened), print, print))


@pytest.mark.parametrize(
    ("argv", "options"),
    [
        (["refusal"], {}),
        (["live", "--repeat", "3"], {"repeat": 3}),
        (["--auto", "--seed", "4"], {"papers": 30, "seed": 4}),
        (["answers", "--judge", "local"], {"judge": "local"}),
    ],
)
def test_the_options_that_change_what_is_measured_are_told_with_it(argv, options):
    arguments = parse("eval", *argv)
    named = read_names(arguments.names, auto=arguments.auto)
    assert options_of(named, arguments) == options


# Benches


@pytest.mark.parametrize("argv", [["--json", "bench", "ingest"], ["bench", "ingest", "--json"]])
def test_shared_options_go_before_a_benchs_name_or_after_it(argv):
    arguments = parse(*argv, "--papers", "a.bib", "--papers", "b.bib", "--count", "5")
    assert (arguments.bench, arguments.json, arguments.count) == ("ingest", True, 5)
    assert [str(path) for path in arguments.papers] == ["a.bib", "b.bib"]
    assert arguments.stand_in is False


def test_retrieval_takes_a_dataset():
    argv = ("--library", "kept", "bench", "retrieval", "--dataset", "scifact", "--split", "dev")
    arguments = parse(*argv)
    assert (arguments.bench, arguments.split, arguments.worst) == ("retrieval", "dev", 10)
    assert arguments.fit is False
    assert (str(arguments.dataset), str(arguments.library)) == ("scifact", "kept")


@pytest.mark.parametrize(
    ("argv", "message"),
    [
        (["bench", "ingest", "--papers", "a.bib", "--lint"], "unrecognized arguments: --lint"),
        (["eval", "golden", "--dataset", "d"], "unrecognized arguments: --dataset"),
        (["bench", "ingest"], "--papers"),
        (["bench", "retrieval"], "--dataset"),
        (["bench"], "BENCH"),
        (["bench", "ingst"], "invalid choice: 'ingst'"),
        (["bench", "retrieval", "--dataset", "d", "--fit", "--worst", "3"], "not allowed with"),
    ],
)
def test_an_option_where_it_does_not_belong_is_refused(argv, message, capsys):
    with pytest.raises(SystemExit) as ended:
        parse(*argv)
    assert ended.value.code == 2
    assert message in capsys.readouterr().err


@pytest.mark.parametrize("bench", BENCHES)
def test_help_lists_each_bench_and_each_bench_has_help(bench, capsys):
    for argv in (["bench", "--help"], ["bench", bench, "--help"]):
        with pytest.raises(SystemExit) as ended:
            parse(*argv)
        assert ended.value.code == 0
        assert BENCHES[bench].help[:30] in " ".join(capsys.readouterr().out.split())
