"""The command: what it prints, where, and with which exit code."""

import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from assistant import Assistant, __version__, cli
from assistant.cli import main
from assistant.config import sample_library_folder
from assistant.types import Paper
from eval.suite import SHIPPED

QUESTION = "What is the Vendi Score and how is it defined?"
DEFINITION = (
    "The Vendi Score is defined as the exponential of the Shannon entropy of the eigenvalues of "
    "a similarity matrix."
)
CLOCKS = [
    Paper(
        "quartz",
        "Quartz Clocks in Cold Water",
        "Quartz clocks drift in cold water. The input of our drift model is the water's "
        "temperature. Steel housings halve the drift.",
    ),
    Paper("sundial", "Sundials under Cloud", "Under cloud the error of sundials grows."),
]


@pytest.fixture
def library(sample_library, monkeypatch):
    """The sample library as the one that the environment names."""
    monkeypatch.setenv("PAPER_ASSISTANT_LIBRARY", str(sample_library))
    return sample_library


@pytest.fixture
def clocks(tmp_path, monkeypatch):
    """A small library of one's own, to write to."""
    folder = tmp_path / "clocks"
    with Assistant.open(folder) as assistant:
        assistant.library.ingest(CLOCKS)
    monkeypatch.setenv("PAPER_ASSISTANT_LIBRARY", str(folder))
    return folder


@pytest.fixture
def run(capsys):
    """Run the command; give its exit code, output and errors."""

    def run_command(*argv) -> tuple[int, str, str]:
        try:
            code = main([str(each) for each in argv])
        except SystemExit as ended:
            code = ended.code
        printed = capsys.readouterr()
        return code, printed.out, printed.err

    return run_command


def types(monkeypatch, text: str) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO(text))


def paper_file(folder: Path, name: str = "papers.jsonl", **fields) -> Path:
    row = {"title": "Quartz", "abstract": "Quartz clocks drift.", **fields}
    (folder / name).write_text(json.dumps(row), "utf-8")
    return folder / name


def test_ask_prints_the_answer_and_its_sources(run, library):
    code, out, err = run("ask", QUESTION)
    assert code == 0
    assert err.startswith("engine extractive, embedder all-MiniLM-L6-v2-int8, library ")
    assert " ".join(out.split()).startswith(f"{DEFINITION} [1]")
    assert f"[1] “{DEFINITION}”" in " ".join(out.split())


def test_a_refusal_is_an_answer(run, library):
    code, out, _ = run("ask", "What is the capital of France?")
    assert code == 0
    assert out.startswith("The library does not answer this:")


def test_an_answer_is_printed_to_be_taken_along(run, library):
    _, latex, _ = run("ask", QUESTION, "--latex")
    assert latex.startswith(f"``{DEFINITION}''~\\cite{{vendi}}")
    assert "\n@misc{vendi,\n" in latex
    _, markdown, _ = run("ask", QUESTION, "--markdown")
    assert markdown.startswith(f"“{DEFINITION}” [1]")
    assert "\n- [1] " in markdown


def test_json_is_the_answer_exactly(run, library):
    code, out, _ = run("ask", QUESTION, "--json")
    answer = json.loads(out)
    with Assistant.open(library) as assistant:
        expected = assistant.ask(QUESTION).to_dict()
    assert code == 0
    assert list(answer) == list(expected)
    for varying in ("timings", "record_id"):
        del answer[varying], expected[varying]
    assert answer == expected


@pytest.mark.parametrize(
    "order",
    [
        ["--library", "LIB", "--json", "ask", QUESTION],
        ["ask", QUESTION, "--library", "LIB", "--json"],
        ["--json", "ask", "--library", "LIB", QUESTION],
        ["--library", "LIB", "--engine", "extractive", "ask", "--json", QUESTION],
        ["--library", "elsewhere", "ask", "--library", "LIB", "--json", QUESTION],
    ],
)
def test_options_go_before_or_after_the_subcommand(run, sample_library, order):
    code, out, _ = run(*(str(sample_library) if each == "LIB" else each for each in order))
    assert code == 0
    assert json.loads(out)["citations"]


@pytest.mark.parametrize("order", [["-v", "ask", QUESTION], ["ask", QUESTION, "-v"]])
def test_verbose_adds_the_status_and_the_details(run, library, order):
    code, out, err = run(*order)
    assert code == 0
    assert "engine extractive" in err and "195 papers" in err
    assert "engine extractive; retrieval" in out


def test_an_empty_question_is_a_usage_error(run, library):
    code, out, err = run("ask", "  ")
    assert (code, out) == (2, "")
    assert err.endswith("error: the question is empty; ask one in a sentence\n")


def test_a_question_needs_no_quotation_marks(run, library):
    quoted, bare = run("ask", QUESTION), run("ask", *QUESTION.split())
    assert quoted == bare


def test_a_key_that_lies_unused_is_named_even_beside_json(run, library, monkeypatch):
    monkeypatch.setenv("OPENAI_API_KEY", "sk-secret")
    _, out, err = run("ask", QUESTION, "--json")
    assert "OPENAI_API_KEY is set and not used" in err
    assert "sk-secret" not in out + err


def test_a_path_that_is_not_there_makes_no_library(run, tmp_path):
    folder = tmp_path / "new"
    code, _, err = run("ingest", "nothere.jsonl", "--library", folder)
    assert (code, folder.exists()) == (2, False)
    assert "nothere.jsonl" in err


def test_bytes_that_are_no_text_are_a_usage_error(run, library):
    code, _, err = run("ask", "What is \udce9t?")
    assert (code, "UTF-8" in err) == (2, True)


@pytest.mark.parametrize(
    "argv",
    [
        [],
        ["nonsense"],
        ["ask"],
        ["ask", "x", "--engine", "gpt"],
        ["search", "x", "--top-k", "many"],
        ["search", "x", "--top-k", "0"],
        ["ingest"],
        ["check"],
        ["library", "burn"],
    ],
)
def test_wrong_usage_ends_with_two_and_says_what(run, library, argv):
    code, out, err = run(*argv)
    assert (code, out) == (2, "")
    assert err


@pytest.mark.parametrize(
    "argv",
    [["ask", "x"], ["chat"], ["search", "x"], ["library"], ["library", "rebuild"], ["ui"]],
)
def test_a_missing_library_is_named_with_the_way_to_make_one(run, tmp_path, argv):
    code, out, err = run(*argv, "--library", tmp_path / "nowhere")
    assert (code, out) == (3, "")
    assert str(tmp_path / "nowhere") in err and "ingest --sample" in err
    assert err.count("\n") == 1
    assert not (tmp_path / "nowhere").exists()


def test_the_default_library_is_in_the_persons_data_folder(run):
    code, _, err = run("ask", "x")
    assert code == 3
    assert str(Path.home()) in err and "paper-assistant" in err


def test_an_empty_library_says_so(run, tmp_path):
    Assistant.open(tmp_path / "empty").close()
    code, _, err = run("ask", "x", "--library", tmp_path / "empty")
    assert code == 3
    assert "holds no papers" in err


def test_a_traceback_is_for_those_who_ask(run, tmp_path):
    assert "Traceback" not in run("ask", "x", "--library", tmp_path / "no", "-v")[2]
    assert "Traceback" in run("ask", "x", "--library", tmp_path / "no", "-vv")[2]


def test_an_interrupt_ends_with_130(run, monkeypatch):
    def interrupted(arguments):
        raise KeyboardInterrupt

    monkeypatch.setattr(cli, "run_ask", interrupted)
    assert run("ask", "x")[0] == 130


def test_a_failing_provider_ends_with_four(run, clocks, monkeypatch):
    monkeypatch.setenv("PAPER_ASSISTANT_EMBEDDER", "openai:some")
    monkeypatch.setenv("OPENAI_BASE_URL", "http://127.0.0.1:9/v1")
    code, _, err = run("ingest", "--library", clocks.parent / "new", paper_file(clocks.parent))
    assert code == 4
    assert err.startswith("error: embedding server failed")


def test_search_lists_papers(run, library):
    code, out, _ = run("search", "diversity metrics", "--top-k", "3")
    assert code == 0
    assert "The Vendi Score" in out
    assert sum(line.lstrip()[:2] in ("1 ", "2 ", "3 ") for line in out.splitlines()) == 3


def test_search_as_json_is_a_list_of_hits(run, library):
    rows = json.loads(run("search", "diversity metrics", "--top-k", "2", "--json")[1])
    assert [list(row) for row in rows] == [["paper_id", "title", "score", "rank"]] * 2
    assert [row["rank"] for row in rows] == [1, 2]


TEXT = f"{DEFINITION} The capital of France is Paris."


def test_check_reads_a_file(run, library, tmp_path):
    (tmp_path / "text.txt").write_text(TEXT, "utf-8")
    code, out, _ = run("check", tmp_path / "text.txt")
    assert code == 0
    assert out.startswith("SUPPORTED: The Vendi Score")
    assert "UNSUPPORTED: The capital of France is Paris." in out


def test_check_reads_standard_input(run, library, monkeypatch):
    types(monkeypatch, DEFINITION)
    code, out, _ = run("check", "-")
    assert code == 0
    assert out.startswith("SUPPORTED: The Vendi Score")


def test_a_strict_check_fails_on_what_is_not_found(run, library, monkeypatch):
    types(monkeypatch, TEXT)
    assert run("check", "-", "--strict")[0] == 1
    types(monkeypatch, DEFINITION)
    assert run("check", "-", "--strict")[0] == 0


def test_check_as_json_has_offsets_and_evidence(run, library, monkeypatch):
    types(monkeypatch, TEXT)
    told = json.loads(run("check", "-", "--json")[1])
    first, second = told["sentences"]
    assert list(first) == [
        *("text", "start", "end", "verdict", "score", "reasons", "cited", "remarks", "evidence"),
        "proposed",
    ]
    assert told["references"] == first["cited"] == first["remarks"] == []
    assert TEXT[first["start"] : first["end"]] == first["text"] == DEFINITION
    assert (first["verdict"], second["verdict"]) == ("supported", "unsupported")
    (evidence,) = first["evidence"]
    assert list(evidence) == ["paper_id", "title", "quote", "start", "end"]
    assert evidence["quote"] == DEFINITION


@pytest.mark.parametrize("content", [None, b"\xff\xfe\x00", b"", b" \n"])
def test_a_text_that_cannot_be_read_is_named(run, library, tmp_path, content):
    file = tmp_path / "text.txt"
    if content is not None:
        file.write_bytes(content)
    code, out, err = run("check", file, "--strict")
    assert (code, out) == (2, "")
    assert str(file) in err


def test_ingest_takes_files_and_a_second_time_changes_nothing(run, tmp_path):
    library = tmp_path / "library"
    code, out, err = run("ingest", paper_file(tmp_path), "--library", library)
    assert (code, str(library) in err) == (0, True)
    assert out.startswith("1 added, 0 updated, 0 unchanged, 0 skipped")
    code, out, _ = run("ingest", tmp_path / "papers.jsonl", "--library", library)
    assert (code, out) == (0, "0 added, 0 updated, 1 unchanged, 0 skipped; 0 texts embedded\n")


def test_the_sample_a_second_time_is_195_unchanged(run, library):
    code, out, _ = run("ingest", "--sample")
    assert (code, out) == (0, "0 added, 0 updated, 195 unchanged, 0 skipped; 0 texts embedded\n")


@pytest.mark.parametrize("bad", ["missing.txt", "notes.txt", "empty.txt", "binary.txt"])
def test_a_bad_file_among_good_ones_is_named_and_the_good_are_stored(run, tmp_path, bad):
    (tmp_path / "notes.txt").write_text("just a line of notes", "utf-8")
    (tmp_path / "empty.txt").write_text("", "utf-8")
    (tmp_path / "binary.txt").write_bytes(b"\x00\x01")
    library = tmp_path / "library"
    code, out, _ = run("ingest", tmp_path / bad, paper_file(tmp_path), "--library", library)
    assert code == 2
    assert out.startswith("1 added, 0 updated, 0 unchanged, 1 skipped")
    assert str(tmp_path / bad) in out
    assert run("library", "--library", library)[0] == 0


def test_a_bad_file_alone_is_an_error(run, tmp_path):
    (tmp_path / "notes.txt").write_text("just a line of notes", "utf-8")
    code, out, err = run("ingest", tmp_path / "notes.txt", "--library", tmp_path / "library")
    assert (code, out) == (2, "")
    assert "notes.txt" in err and "known formats" in err


def test_ingest_as_json_is_the_report(run, tmp_path):
    code, out, _ = run("ingest", paper_file(tmp_path), "--json", "--library", tmp_path / "library")
    report = json.loads(out)
    assert code == 0
    counted = "added, updated, unchanged, merged, skipped, without_abstract, embedded"
    assert ", ".join(report) == counted
    assert (report["added"], report["skipped"]) == (1, [])


def test_library_shows_what_it_holds(run, library):
    code, out, _ = run("library")
    assert code == 0
    assert str(library) in out and "195" in out
    stats = json.loads(run("library", "stats", "--json")[1])
    assert (stats["papers"], stats["path"]) == (195, str(library))


def test_library_rebuild_keeps_the_papers(run, clocks):
    code, out, _ = run("library", "rebuild")
    assert (code, out) == (0, "rebuilt the indexes of 2 papers\n")
    code, out, _ = run("library", "rebuild", "--reembed")
    assert (code, out) == (0, "embedded 2 papers anew and rebuilt the indexes\n")
    assert "Quartz clocks drift in cold water. [1]" in run("ask", "Do quartz clocks drift?")[1]


def test_chat_answers_each_line_and_follows_up(run, clocks, monkeypatch):
    types(monkeypatch, "Do quartz clocks drift?\n\nAnd what does it need as input?\n")
    code, out, err = run("chat")
    assert code == 0
    assert "Quartz clocks drift in cold water. [1]" in " ".join(out.split())
    assert "The input of our drift model" in out
    assert "engine extractive" in err and "conversation " in err
    conversation = err.split("conversation ")[1].split(";")[0]
    types(monkeypatch, "And what about steel housings?\n")
    code, out, err = run("chat", "--conversation", conversation)
    assert code == 0
    assert "Steel housings halve the drift." in out and conversation in err


def test_chat_as_json_is_one_answer_a_line(run, clocks, monkeypatch):
    types(monkeypatch, "Do quartz clocks drift?\nWhat is the capital of France?\n")
    code, out, _ = run("chat", "--json")
    assert code == 0
    assert [json.loads(line)["refused"] for line in out.splitlines()] == [False, True]


def test_chat_goes_on_after_an_error(run, clocks, monkeypatch):
    types(monkeypatch, "x" * 4001 + "\nDo quartz clocks drift?\n")
    code, out, err = run("chat")
    assert code == 0
    assert "4001 characters" in err
    assert "Quartz clocks drift" in out


def test_an_unknown_conversation_is_a_usage_error(run, clocks, monkeypatch):
    types(monkeypatch, "")
    code, _, err = run("chat", "--conversation", "nowhere")
    assert code == 2
    assert "nowhere" in err


def test_eval_finds_the_sample_by_itself(run, tmp_path, monkeypatch, sample_library):
    """Of the golden set only two cases, and the library that is ingested already."""
    golden = SHIPPED / "golden" / "cases.jsonl"
    lines = golden.read_text("utf-8").splitlines()[:2]
    (tmp_path / "cases.jsonl").write_text("\n".join(lines) + "\n", "utf-8")
    floors = tmp_path / "thresholds.toml"
    floors.write_text("recall_at_5 = { min = 0.0 }\n", "utf-8")
    monkeypatch.setattr("eval.opening.sample_library_folder", lambda: sample_library)
    code, out, _ = run("eval", tmp_path)
    assert code == 0
    assert "recall_at_5" in out
    floors.write_text("refusal_recall = { min = 0.5 }\n", "utf-8")
    code, out, _ = run("eval", tmp_path)
    assert code == 6
    assert "not measured: refusal_recall" in out
    assert run("eval", tmp_path, "--lint")[0] == 0


def test_the_evaluations_own_library_is_in_the_persons_cache():
    assert sample_library_folder().is_relative_to(Path.home())


def test_help_lists_the_commands_and_version_is_the_packages(run):
    code, out, _ = run("--help")
    assert code == 0
    for command in ("ingest", "ask", "chat", "search", "check", "library", "ui", "eval"):
        assert f"    {command} " in out
    assert run("--version")[1] == f"paper-assistant {__version__}\n"
    assert "--lint" in run("eval", "--help")[1]


def command(*argv: object, **settings) -> subprocess.Popen:
    code = "import sys; from assistant.cli import main; sys.exit(main())"
    return subprocess.Popen(
        [sys.executable, "-c", code, *map(str, argv)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=Path(cli.__file__).parents[1],
        **settings,
    )


@pytest.mark.parametrize("argv", [["search", "diversity"], ["ask", QUESTION, "--json"]])
def test_a_reader_that_had_enough_is_no_error(library, argv):
    with command(*argv, env=dict(os.environ)) as process:
        process.stdout.close()
        err = process.stderr.read()
        code = process.wait(60)
    assert (code, err) == (0, b"")
