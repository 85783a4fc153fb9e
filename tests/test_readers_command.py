"""``paper-assistant ingest``: what it takes, and what it says of what it can't."""

import io
import json
import sys
from contextlib import closing

import pytest

from assistant.cli import main
from assistant.readers import READERS
from assistant.store.record import RECORD, Record

ROW = json.dumps({"Name": "Drift of Clocks", "Text": "Clocks drift in cold water."}) + "\n"


@pytest.fixture
def ingest(capsys, tmp_path):
    def run(*argv) -> tuple[int, dict, str]:
        command = ["ingest", "--json", "--library", tmp_path / "library", *argv]
        code = main([str(each) for each in command])
        out, err = capsys.readouterr()
        return code, json.loads(out) if out else {}, err

    return run


def test_names_of_fields_and_standard_input(ingest, monkeypatch):
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(ROW.encode())))
    code, report, _ = ingest("-", "--map", "title=Name", "--map", "abstract=Text")
    assert (code, report["added"], report["skipped"]) == (0, 1, [])


def test_a_glob_that_no_shell_has_expanded(ingest, tmp_path):
    for name in ("a.jsonl", "b.jsonl"):
        (tmp_path / name).write_text(json.dumps({"title": f"Title {name}", "abstract": "Text."}))
    code, report, _ = ingest(tmp_path / "*.jsonl")
    assert (code, report["added"]) == (0, 2)


def test_a_forced_format(ingest, tmp_path):
    (tmp_path / "note").write_text("Drift of Clocks\nThey drift.\n")
    assert ingest(tmp_path / "note")[0] == 2
    code, report, _ = ingest(tmp_path / "note", "--format", "text")
    assert (code, report["added"]) == (0, 1)


def test_a_named_encoding(ingest, tmp_path):
    (tmp_path / "table.csv").write_bytes("title,abstract\nZeitgefühl,Ähnlich.\n".encode("cp850"))
    assert ingest(tmp_path / "table.csv")[0] == 2
    assert ingest(tmp_path / "table.csv", "--encoding", "cp850")[0] == 0


def test_tags_that_the_person_gives_are_stored_and_replaced_without_embedding(ingest, tmp_path):
    (tmp_path / "a.jsonl").write_text(json.dumps({"title": "Drift", "abstract": "Clocks drift."}))
    assert ingest(tmp_path / "a.jsonl", "--tag", "thesis", "--tag", "to read")[1]["added"] == 1
    tags = [("thesis", "to read")]
    for again in (["--tag", "done"], []):
        with closing(Record(tmp_path / "library" / RECORD)) as record:
            assert [each.tags for each in record.papers()] == tags
        _, report, _ = ingest(tmp_path / "a.jsonl", *again)
        assert (report["updated"], report["embedded"]) == (1, 0)
        tags = [tuple(again[1:])]


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        (["--format", "word"], "no format 'word'; choose from arxiv, bibtex"),
        (["--map", "title"], "can't map 'title'; write FIELD=NAME"),
        (["--map", "name=Title"], "can't map 'name=Title'; write FIELD=NAME, FIELD of title"),
        (["--encoding", "klingon"], "no encoding 'klingon'"),
        (["--encoding", "base64"], "no encoding 'base64'"),
        (["--tag", "thesis", "--tag", ""], "a tag is empty; name one, such as --tag thesis"),
    ],
)
def test_wrong_options_are_told_before_anything_is_made(ingest, tmp_path, wrong, words):
    (tmp_path / "a.jsonl").write_text(ROW)
    code, _, err = ingest(tmp_path / "a.jsonl", *wrong)
    assert code == 2 and words in err
    assert not (tmp_path / "library").exists()


def test_the_help_names_every_format(capsys):
    with pytest.raises(SystemExit):
        main(["ingest", "--help"])
    help_text = capsys.readouterr().out
    assert all(reader.KEY in help_text for reader in READERS)
