"""The shape of ``paper-assistant eval``: which bench a command line names, with which options."""

import contextlib

import pytest

from assistant.cli import build_parser
from assistant.config import Config
from assistant.errors import UsageError
from eval.command import BENCHES, run


def parse(*argv):
    return build_parser().parse_args(["eval", *argv])


@pytest.mark.parametrize(
    ("argv", "suite"),
    [
        ([], "golden"),
        (["golden"], "golden"),
        (["my-suite"], "my-suite"),
        (["--library", "lib"], "golden"),
        (["--library", "lib", "my-suite"], "my-suite"),
        (["my-suite", "--library", "lib"], "my-suite"),
        (["--out", "ingest", "my-suite"], "my-suite"),
        (["./ingest"], "./ingest"),
    ],
)
def test_any_name_that_no_bench_has_is_a_suites(argv, suite):
    arguments = parse(*argv)
    assert (arguments.bench, arguments.suite) == ("golden", suite)
    assert str(arguments.library) == ("lib" if "lib" in argv else "None")


@pytest.mark.parametrize("argv", [["--lint"], ["--lint", "mine"], ["mine", "--lint"]])
def test_the_options_of_a_suite_go_before_its_name_or_after_it(argv):
    arguments = parse(*argv)
    assert (arguments.lint, arguments.seal, arguments.out) == (True, None, None)


@pytest.mark.parametrize("argv", [["--json", "ingest"], ["ingest", "--json"]])
def test_shared_options_go_before_a_benchs_name_or_after_it(argv):
    arguments = parse(*argv, "--papers", "a.bib", "--papers", "b.bib", "--count", "5")
    assert (arguments.bench, arguments.json, arguments.count) == ("ingest", True, 5)
    assert [str(path) for path in arguments.papers] == ["a.bib", "b.bib"]
    assert arguments.stand_in is False


def test_retrieval_takes_a_dataset():
    arguments = parse("--library", "kept", "retrieval", "--dataset", "scifact", "--split", "dev")
    assert (arguments.bench, arguments.split, arguments.worst) == ("retrieval", "dev", 10)
    assert arguments.fit is False
    assert (str(arguments.dataset), str(arguments.library)) == ("scifact", "kept")


@pytest.mark.parametrize(
    ("argv", "message"),
    [
        (["--lint", "ingest", "--papers", "a.bib"], "--lint is for a suite, not for ingest"),
        (["ingest", "--papers", "a.bib", "--lint"], "unrecognized arguments: --lint"),
        (["golden", "--papers", "a.bib"], "unrecognized arguments: --papers"),
        (["ingest"], "--papers"),
        (["retrieval"], "--dataset"),
        (["retrieval", "--dataset", "d", "--fit", "--worst", "3"], "not allowed with argument"),
    ],
)
def test_an_option_where_it_does_not_belong_is_refused(argv, message, capsys):
    with pytest.raises(SystemExit) as ended:
        parse(*argv)
    assert ended.value.code == 2
    assert message in capsys.readouterr().err


def test_a_misspelt_bench_is_told_where_the_others_stand():
    with pytest.raises(UsageError, match=r"no suite 'ingst': .* paper-assistant eval --help"):
        run(parse("ingst"), Config(), contextlib.nullcontext, print, print)


def test_a_suite_is_not_linted_and_sealed_at_once():
    with pytest.raises(UsageError, match="--lint and --seal exclude each other"):
        run(parse("--lint", "golden", "--seal"), Config(), contextlib.nullcontext, print, print)


@pytest.mark.parametrize("bench", BENCHES)
def test_help_lists_each_bench_and_each_bench_has_help(bench, capsys):
    for argv in (["--help"], [bench, "--help"]):
        with pytest.raises(SystemExit) as ended:
            parse(*argv)
        assert ended.value.code == 0
        assert BENCHES[bench].help[:30] in " ".join(capsys.readouterr().out.split())
