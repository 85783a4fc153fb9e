"""`paper-assistant library`: what each action prints and leaves, and with which exit code."""

import io
import json
import sqlite3
import subprocess
import sys
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest

from assistant import Assistant, cli
from assistant.cli import main
from assistant.errors import UsageError
from assistant.filters import Filters
from assistant.library_lookup import source_named, with_ids_of_papers
from assistant.readers import read_papers
from assistant.store.record import RECORD, Record
from assistant.types import Paper
from assistant.views.library import list_line, paper_text, removed_text

QUARTZ = Paper(
    "doi:10.1000/quartz",
    "Quartz Clocks in Cold Water",
    "Quartz clocks drift in cold water.\nSteel housings halve the drift.",
    ("Ada Lind", "Bo Marsh"),
    2021,
    "Journal of Slow Time",
    "https://journals.example.org/quartz",
    "10.1000/quartz",
    source="a.bib",
)
PREPRINT = replace(
    QUARTZ,
    paper_id="arxiv:2101.00042",
    url="https://arxiv.org/abs/2101.00042",
    arxiv_id="2101.00042",
    source="b.jsonl",
)
SUNDIAL = Paper("title:sundial", "Sundials under Cloud", "", source="a.bib")


@pytest.fixture(scope="module")
def made(tmp_path_factory, session_environment):
    """A library of two papers from two files, to copy."""
    folder = tmp_path_factory.mktemp("clocks") / "library"
    with Assistant.open(folder) as assistant:
        assistant.library.ingest([QUARTZ, PREPRINT, SUNDIAL])
        backup = folder.parent / "backup.sqlite"
    assert main(["library", "backup", str(backup), "--library", str(folder)]) == 0
    return folder, backup


@pytest.fixture
def clocks(made, monkeypatch):
    """A library to look at."""
    monkeypatch.setenv("PAPER_ASSISTANT_LIBRARY", str(made[0]))
    return made[0]


@pytest.fixture
def mine(made, tmp_path, monkeypatch, run):
    """A library of one's own, to write to."""
    monkeypatch.setenv("PAPER_ASSISTANT_LIBRARY", str(tmp_path / "mine"))
    assert run("import-backup", made[1])[0] == 0
    return tmp_path / "mine"


@pytest.fixture
def run(capsys):
    """Run an action; give its exit code, output and errors."""

    def run_action(*argv) -> tuple[int, str, str]:
        try:
            code = main(["library", *(str(each) for each in argv)])
        except SystemExit as ended:
            code = ended.code
        printed = capsys.readouterr()
        return code, printed.out, printed.err

    return run_action


def as_json(run, *argv):
    code, out, err = run(*argv, "--json")
    assert (code, err) == (0, "")
    return json.loads(out)


# Looking


def test_stats_say_what_there_is_and_where_it_comes_from(run, clocks):
    stats = as_json(run, "stats")
    assert stats == as_json(run)
    assert (stats["papers"], stats["without_abstract"]) == (2, 1)
    assert stats["sources"] == [
        {"source": "a.bib", "records": 2},
        {"source": "b.jsonl", "records": 1},
    ]
    code, out, _ = run()
    assert code == 0
    assert str(clocks) in out and "2 of a.bib" in out and stats["fingerprint"] in out


def test_list_gives_a_line_a_paper_in_the_order_in_which_they_came(run, clocks):
    assert run("list") == (
        0,
        "doi:10.1000/quartz      2021  Quartz Clocks in Cold Water\n"
        "title:sundial                 Sundials under Cloud\n",
        "",
    )
    assert run("list", "--limit", "1")[1].count("\n") == 1


def test_list_as_json_is_a_list(run, clocks):
    assert as_json(run, "list") == [
        {"paper_id": "doi:10.1000/quartz", "title": QUARTZ.title, "year": 2021},
        {"paper_id": "title:sundial", "title": SUNDIAL.title, "year": None},
    ]
    assert len(as_json(run, "list", "--limit", "1")) == 1


@pytest.mark.parametrize("width", [1, 40, 60, 80, 200])
@pytest.mark.parametrize("title", ["Clocks " * 30, "漢字" * 60, "e\u0301" * 100, "Short"])
def test_a_title_is_cut_to_the_terminal_and_an_id_never(width, title):
    for paper_id in ("title:0123456789abcdef", "doi:10.1000/a-rather-long-one-as-some-have"):
        text = list_line(Paper(paper_id, title, "", year=2021), width)
        assert paper_id in text and "2021" in text
        lines = text.splitlines()
        assert len(lines) <= 2
        wide = [line for line in lines if paper_id not in line]
        assert all(columns(line) <= max(width, 40) for line in wide)


def columns(line: str) -> int:
    return sum(2 if "\u4e00" <= sign <= "\u9fff" else sign != "\u0301" for sign in line)


@pytest.mark.parametrize("view", [list_line, paper_text])
def test_a_papers_text_can_not_steer_the_terminal(view):
    paper = Paper("a\x1b[2J", "b\x1b[2J\u202e", "c\x07", ("d\x1b",), venue="e\x9b", source="f\x1b")
    assert not {"\x1b", "\x07", "\x9b", "\u202e"} & set(view(paper, 80))


@pytest.mark.parametrize(
    "name",
    [
        *("doi:10.1000/quartz", "10.1000/QUARTZ", "https://doi.org/10.1000/quartz"),
        *("2101.00042", "arxiv:2101.00042v3", "https://arxiv.org/abs/2101.00042"),
    ],
)
def test_show_finds_a_paper_by_whatever_names_it(run, clocks, name):
    (row,) = as_json(run, "show", name)
    assert row == {
        "paper_id": "doi:10.1000/quartz",
        "title": QUARTZ.title,
        "abstract": QUARTZ.abstract,
        "authors": ["Ada Lind", "Bo Marsh"],
        "year": 2021,
        "venue": "Journal of Slow Time",
        "url": row["url"],
        "doi": "10.1000/quartz",
        "arxiv_id": "2101.00042",
        "source": row["source"],
        "other_urls": row["other_urls"],
        "other_sources": row["other_sources"],
    }
    assert {row["url"], *row["other_urls"]} == {QUARTZ.url, PREPRINT.url}
    assert {row["source"], *row["other_sources"]} == {"a.bib", "b.jsonl"}


def test_show_prints_what_is_known_and_says_what_is_not(run, clocks):
    code, out, _ = run("show", "2101.00042", "title:sundial")
    assert code == 0
    for words in ("Ada Lind, Bo Marsh", "2021", "10.1000/quartz", "a.bib", "halve the drift."):
        assert words in out
    assert "(no abstract)" in out


def test_fingerprint_is_that_of_the_stats(run, clocks):
    fingerprint = run("fingerprint")[1].strip()
    assert as_json(run, "fingerprint") == {"fingerprint": fingerprint, "papers": 2}
    assert as_json(run, "stats")["fingerprint"] == fingerprint


def test_what_only_looks_needs_no_embedder_and_no_indexes(run, mine, monkeypatch):
    monkeypatch.setenv("PAPER_ASSISTANT_EMBEDDER", "openai:none-such")
    for index in ("chroma", "lexical"):
        (mine / index).rename(mine / f"{index}-away")
    for argv in (["stats"], ["list"], ["show", "2101.00042"], ["fingerprint"], ["export"]):
        assert run(*argv)[0] == 0
    assert run("backup", mine.parent / "b.sqlite")[0] == 0
    assert not (mine / "chroma").exists()


# Wrong usage


@pytest.mark.parametrize(
    ("argv", "words"),
    [
        (["show", "nowhere"], "no paper nowhere"),
        (["show", "2101.00042", "10.1/x"], "no paper 10.1/x"),
        (["remove"], "nothing to remove"),
        (["remove", "2101.00042", "nowhere"], "no paper nowhere"),
        (["remove", "2101.00042", "--source", "c.bib"], "the library's: a.bib, b.jsonl"),
        (["list", "--limit", "0"], "--limit is 0"),
        (["export", "--format", "pdf"], "pdf"),
        (["export", "--output", "papers.txt"], "--format"),
        (["export", "--format", "ris", "--json"], "--output"),
        (["backup"], "FILE"),
        (["import-backup", "nowhere.sqlite"], "nowhere.sqlite"),
        (["burn"], "burn"),
    ],
)
def test_wrong_usage_ends_with_two_says_what_and_changes_nothing(run, clocks, argv, words):
    before = as_json(run, "stats")
    code, out, err = run(*argv)
    assert (code, out) == (2, "")
    assert words in err
    assert as_json(run, "stats") == before


@pytest.mark.parametrize(
    "argv",
    [
        *(["stats"], ["list"], ["show", "x"], ["remove", "x"], ["fingerprint"], ["export"]),
        *(["backup", "b.sqlite"], ["rebuild"], ["rebuild", "--reembed"]),
    ],
)
def test_a_missing_library_is_named_with_the_way_to_make_one(run, tmp_path, argv):
    code, out, err = run(*argv, "--library", tmp_path / "nowhere")
    assert (code, out, err.count("\n")) == (3, "", 1)
    assert str(tmp_path / "nowhere") in err and "ingest --sample" in err
    assert not list(tmp_path.iterdir())


# Removing


def test_remove_says_what_it_removed(run, mine):
    code, out, _ = run("remove", "2101.00042")
    assert (code, out) == (0, f"removed 1 paper\n  doi:10.1000/quartz  {QUARTZ.title}\n")
    assert [row["paper_id"] for row in as_json(run, "list")] == ["title:sundial"]


def test_a_source_file_goes_and_what_others_tell_of_stays(run, mine):
    report = as_json(run, "remove", "--source", "./a.bib")
    assert (report["removed"], report["updated"]) == (1, 1)
    assert [row["paper_id"] for row in report["papers"]] == ["title:sundial"]
    assert as_json(run, "stats")["sources"] == [{"source": "b.jsonl", "records": 1}]
    code, out, _ = run("remove", "--source", "b.jsonl", "doi:10.1000/quartz")
    assert (code, out.splitlines()[0]) == (0, "removed 1 paper")
    assert as_json(run, "stats")["papers"] == 0


def test_what_a_removal_did_is_said_in_grammatical_words():
    assert removed_text(1, 0) == "removed 1 paper"
    assert removed_text(2, 1) == "removed 2 papers; 1 stays, as other sources tell of it"
    assert removed_text(0, 2) == "removed 0 papers; 2 stay, as other sources tell of them"


@pytest.mark.parametrize(
    "link", ["https://doi.org/10.1000/quartz", "https://doi.org/10.1000%2Fquartz"]
)
def test_a_paper_is_named_by_its_link_escaped_or_not(run, clocks, link):
    assert as_json(run, "show", link)[0]["paper_id"] == QUARTZ.paper_id


def test_filters_may_name_papers_as_show_does(clocks):
    with closing(Record(clocks / RECORD)) as record:
        asked = Filters(paper_ids=("2101.00042", "https://doi.org/10.1000/QUARTZ", "title:sundial"))
        expected = Filters(paper_ids=("doi:10.1000/quartz", "title:sundial"))
        assert with_ids_of_papers(record, asked) == expected
        assert with_ids_of_papers(record, Filters()) == Filters()
        with pytest.raises(UsageError, match="no paper 10.1/none; name an id"):
            with_ids_of_papers(record, Filters(paper_ids=("title:sundial", "10.1/none")))


def test_the_view_of_a_paper_has_its_tags():
    text = paper_text(replace(SUNDIAL, tags=("slow time", "shadows")), 80)
    assert "tags     slow time, shadows\n" in text
    assert "tags" not in paper_text(SUNDIAL, 80)


def test_a_source_that_is_not_there_is_told_with_a_few_that_are():
    for count, ending in ((10, "s8, s9"), (11, "s8, s9, ...")):
        record = SimpleNamespace(sources=lambda n=count: [(f"s{i}", 1) for i in range(n)])
        with pytest.raises(UsageError) as error:
            source_named(record, "none.bib")
        assert str(error.value).startswith("no source file none.bib; the library's: s0, s1, ")
        assert str(error.value).endswith(ending)


# Exporting


@pytest.mark.parametrize("name", ["papers.jsonl", "papers.bib", "papers.ris", "papers.csv"])
def test_what_is_exported_is_ingested_as_it_was(run, clocks, tmp_path, name):
    file = tmp_path / name
    assert as_json(run, "export", "--output", file)["papers"] == 2
    found = [
        replace(paper, source=None, other_urls=(), abstract=" ".join(paper.abstract.split()))
        for paper in read_papers(file)
    ]
    assert [paper.title for paper in found] == [QUARTZ.title, SUNDIAL.title]
    assert found[0] == replace(
        QUARTZ,
        paper_id="arxiv:2101.00042",
        arxiv_id="2101.00042",
        abstract=" ".join(QUARTZ.abstract.split()),
        url=found[0].url,
        source=None,
    )


def test_an_export_goes_to_standard_output_as_it_goes_to_a_file(run, clocks, tmp_path):
    for format, name in [("bibtex", "a.bib"), ("ris", "a.ris"), ("jsonl", "a.jsonl")]:
        printed = run("export", "--format", format)[1]
        assert run("export", "--output", tmp_path / name)[0] == 0
        assert (tmp_path / name).read_text("utf-8") == printed
    assert run("export")[1] == printed == run("export", "--json")[1]


def test_standard_output_is_utf8_whatever_the_terminal_has(clocks, tmp_path, run, monkeypatch):
    with Assistant.open(tmp_path / "greek") as assistant:
        assistant.library.ingest([replace(SUNDIAL, title="Ωρολόγια")])
    raw = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(raw, encoding="ascii"))
    assert main(["library", "export", "--library", str(tmp_path / "greek")]) == 0
    assert "Ωρολόγια" in raw.getvalue().decode()


def test_a_file_that_exists_is_replaced_only_on_request(run, clocks, tmp_path):
    for action, name in [(["export", "--output"], "a.bib"), (["backup"], "b.sqlite")]:
        file = tmp_path / name
        file.write_text("mine")
        code, _, err = run(*action, file)
        assert (code, "--overwrite" in err, file.read_text()) == (2, True, "mine")
        assert run(*action, file, "--overwrite")[0] == 0
        assert file.read_bytes() != b"mine"
    assert sorted(each.name for each in tmp_path.iterdir()) == ["a.bib", "b.sqlite"]


@pytest.mark.parametrize("action", [["export", "--format", "csv", "--output"], ["backup"]])
def test_the_library_itself_is_never_overwritten(run, mine, action):
    record = mine / "library.sqlite"
    code, out, err = run(*action, record, "--overwrite")
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert f"{record} is the library itself; choose another name" in err
    assert as_json(run, "stats")["papers"] == 2


@pytest.mark.parametrize("action", [["export", "--output"], ["backup"]])
def test_a_file_that_can_not_be_written_is_named(run, clocks, tmp_path, action):
    file = tmp_path / "none" / "a.bib"
    code, out, err = run(*action, file)
    assert (code, out, err.count("\n")) == (3, "", 1)
    assert str(file) in err


# Backups and indexes


def test_a_backup_becomes_the_same_library_elsewhere(run, mine, clocks):
    here = as_json(run, "stats", "--library", clocks)
    there = as_json(run, "stats", "--library", mine)
    assert here.pop("path") != there.pop("path")
    assert here == there
    with Assistant.open(mine) as assistant:
        assert assistant.search("quartz clocks")[0].paper.paper_id == "doi:10.1000/quartz"


def test_an_import_never_takes_the_place_of_papers(run, made, mine):
    code, out, err = run("import-backup", made[1])
    assert (code, out) == (3, "")
    assert str(mine) in err and "2 papers" in err


def test_what_is_no_backup_makes_no_library(run, tmp_path):
    sqlite3.connect(tmp_path / "other.sqlite").execute("CREATE TABLE x (y)").connection.close()
    (tmp_path / "text.sqlite").write_text("text " * 1000)
    for name in ("other.sqlite", "text.sqlite"):
        code, _, err = run("import-backup", tmp_path / name, "--library", tmp_path / "new")
        assert (code, name in err, (tmp_path / "new").exists()) == (2, True, False)


def test_rebuild_says_how_many_papers_it_was(run, mine):
    assert as_json(run, "rebuild") == {"papers": 2, "reembedded": False}
    assert as_json(run, "rebuild", "--reembed") == {"papers": 2, "reembedded": True}


@pytest.mark.parametrize("order", [["--json", "library", "list"], ["library", "--json", "list"]])
def test_options_go_before_or_after_the_action(clocks, capsys, order):
    assert main([*order, "--library", str(clocks)]) == 0
    assert len(json.loads(capsys.readouterr().out)) == 2


def test_a_reader_that_had_enough_is_no_error(clocks):
    code = "import sys; from assistant.cli import main; sys.exit(main())"
    with subprocess.Popen(
        [sys.executable, "-c", code, "library", "export"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=Path(cli.__file__).parents[1],
    ) as process:
        process.stdout.close()
        assert (process.stderr.read(), process.wait(60)) == (b"", 0)
