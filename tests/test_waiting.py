"""The command when another process writes: whom it waits for, and how long."""

import json
import os
import threading

import pytest

from assistant.cli import main
from assistant.store.lock import writer_lock


@pytest.fixture
def folder(tmp_path):
    folder = tmp_path / "library"
    folder.mkdir()
    return folder


@pytest.fixture
def file(tmp_path):
    file = tmp_path / "papers.jsonl"
    file.write_text(json.dumps({"title": "Clocks in water", "abstract": "They drift a little."}))
    return file


WRITING = {
    "ingest": ["ingest", "{file}"],
    "rebuild": ["library", "rebuild"],
    "reembed": ["library", "rebuild", "--reembed"],
    "remove": ["library", "remove", "--source", "{file}"],
    "import-backup": ["library", "import-backup", "{file}"],
}


@pytest.mark.parametrize("name", WRITING)
def test_what_writes_takes_the_option_and_fails_at_once_with_zero(name, folder, file, capsys):
    assert main(["--library", str(folder), "ingest", str(file)]) == 0
    if name == "import-backup":
        assert main(["--library", str(folder), "library", "backup", f"{file}.bak"]) == 0
        folder, file = folder.with_name("new"), f"{file}.bak"
        folder.mkdir()
    command = [each.format(file=file) for each in WRITING[name]]
    capsys.readouterr()
    with writer_lock(folder, 0):
        code = main(["--library", str(folder), *command, "--wait", "0"])
    output = capsys.readouterr()
    assert (code, output.out) == (3, "")
    assert f"process {os.getpid()} since" in output.err
    assert "--wait SECONDS" in output.err


def test_waiting_is_told_beside_the_results(folder, file, capsys):
    with writer_lock(folder, 0):
        ingest = threading.Thread(
            target=main, args=(["--library", str(folder), "--json", "ingest", str(file)],)
        )
        ingest.start()
        ingest.join(2)
        assert ingest.is_alive()
    ingest.join(60)
    output = capsys.readouterr()
    assert json.loads(output.out)["added"] == 1
    assert f"waiting for 30 s at most: process {os.getpid()} since" in output.err


def test_less_than_nothing_is_refused(folder, file, capsys):
    assert main(["--library", str(folder), "ingest", str(file), "--wait=-1"]) == 2
    assert "0 or more" in capsys.readouterr().err
