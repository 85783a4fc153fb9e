"""A library after failures, deletions and damage."""

import shutil
import sqlite3
from dataclasses import replace

import pytest
from doubles import paper, papers
from small_libraries import assert_whole, open_library

from assistant import library as library_module
from assistant.errors import LibraryError, ProviderError
from assistant.store.collection import DenseIndex


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "library"


@pytest.fixture
def library(folder):
    with open_library(folder) as library:
        yield library


def test_a_failing_embedder_loses_nothing_that_was_there(folder, monkeypatch):
    monkeypatch.setattr(library_module, "BATCH_PAPERS", 2)
    with open_library(folder) as library:
        library.ingest(papers(3))
    changed = [replace(paper(n), abstract="It is in tar now.") for n in range(3)]
    with open_library(folder, fail_after=8) as library:
        with pytest.raises(ProviderError):
            library.ingest([*papers(2, start=10), *changed, *papers(2, start=12)])
        library.embedder.fail_after = None
        assert_whole(library, [0, 1, 2, 10, 11])
    with open_library(folder) as library:
        report = library.ingest([*papers(14, start=0)])
        assert (report.added, report.unchanged) == (9, 5)
        assert_whole(library, range(14))


def raise_once(monkeypatch, owner, name, after=0):
    """Make a method fail on one call; `after` calls before it work."""
    real, calls = getattr(owner, name), iter(range(10_000))

    def failing(*args):
        if next(calls) == after:
            raise OSError("the disk is full")
        return real(*args)

    monkeypatch.setattr(owner, name, failing)


@pytest.mark.parametrize("step", ["upsert", "delete"])
def test_a_failure_between_record_and_index_is_mended_by_the_next_ingest(
    library, monkeypatch, step
):
    library.ingest([replace(paper(0), abstract="We keep it in tar. " * 60), paper(1)])
    raise_once(monkeypatch, DenseIndex, step)
    with pytest.raises(OSError, match="disk is full"):
        library.ingest(papers(4))
    library.embedder.texts.clear()
    assert library.ingest(papers(4)).unchanged == 4
    assert_whole(library, range(4))


def test_a_failure_between_record_and_index_is_mended_on_open(folder, monkeypatch):
    with open_library(folder) as library:
        library.ingest(papers(2))
        raise_once(monkeypatch, DenseIndex, "upsert")
        with pytest.raises(OSError, match="disk is full"):
            library.ingest(papers(5))
    with open_library(folder) as library:
        assert library.embedder.texts == []
        assert_whole(library, range(5))


def test_a_failure_while_removing_is_mended_on_open(folder, monkeypatch):
    with open_library(folder) as library:
        library.ingest(papers(3))
        raise_once(monkeypatch, DenseIndex, "delete")
        with pytest.raises(OSError, match="disk is full"):
            library.remove(["title:1"])
    with open_library(folder) as library:
        assert_whole(library, [0, 2])


def test_a_failure_while_rebuilding_is_mended_on_open(folder, monkeypatch):
    with open_library(folder) as library:
        library.ingest(papers(3))
        raise_once(monkeypatch, DenseIndex, "upsert")
        with pytest.raises(OSError, match="disk is full"):
            library.rebuild()
    with open_library(folder) as library:
        assert_whole(library, range(3))


def empty_files(folder):
    for path in folder.rglob("*"):
        if path.is_file():
            path.write_bytes(b"")


def garble_files(folder):
    for path in folder.rglob("*"):
        if path.is_file():
            path.write_bytes(b"\xff{garbled" * 100)


@pytest.mark.parametrize("part", ["chroma", "lexical"])
def test_a_deleted_index_is_made_anew_on_open(folder, part):
    with open_library(folder) as library:
        library.ingest(papers(3))
    shutil.rmtree(folder / part)
    with open_library(folder) as library:
        assert library.embedder.texts == []
        assert_whole(library, range(3))


@pytest.mark.parametrize("damage", [empty_files, garble_files])
def test_a_damaged_lexical_index_says_what_mends_it_and_that_does(folder, damage):
    with open_library(folder) as library:
        library.ingest(papers(3))
    damage(folder / "lexical")
    with open_library(folder) as library:
        with pytest.raises(LibraryError, match="lexical.*library rebuild"):
            library.lexical("clock", 1)
        library.rebuild()
        assert_whole(library, range(3))


def test_a_damaged_chroma_folder_says_what_mends_it_and_that_does(folder):
    with open_library(folder) as library:
        library.ingest(papers(3))
    (folder / "chroma" / "chroma.sqlite3").write_bytes(b"garbled" * 1000)
    with open_library(folder) as library:
        with pytest.raises(LibraryError, match="chroma.*library rebuild"):
            library.dense(library.embedder.embed(["clock"])[0], 1)
        library.rebuild()
        assert_whole(library, range(3))


def test_an_emptied_chroma_folder_is_not_taken_for_an_empty_library(folder):
    with open_library(folder) as library:
        library.ingest(papers(3))
    for path in (folder / "chroma").iterdir():
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    with open_library(folder) as library:
        with pytest.raises(LibraryError, match="chunks. does not exist.*library rebuild"):
            library.lexical("clock", 1)
        library.rebuild()
        assert_whole(library, range(3))


def test_rebuilding_embeds_nothing(library):
    library.ingest(papers(5))
    library.embedder.texts.clear()
    library.rebuild()
    assert library.embedder.texts == []
    assert_whole(library, range(5))


def write_sqlite(path, script):
    with sqlite3.connect(path) as connection:
        connection.executescript(script)
    connection.close()


def test_a_record_of_another_kind_is_an_error_of_ours(folder):
    folder.mkdir()
    record = folder / "library.sqlite"
    record.write_bytes(b"not a database at all" * 100)
    with pytest.raises(LibraryError, match=r"library\.sqlite: not a usable library record"):
        open_library(folder)
    record.unlink()
    write_sqlite(record, "CREATE TABLE recipes (bread TEXT)")
    with pytest.raises(LibraryError, match=r"library\.sqlite: not a usable library record"):
        open_library(folder)


def test_a_record_damaged_inside_is_an_error_of_ours(folder):
    with open_library(folder) as library:
        library.ingest(papers(60))
    record = folder / "library.sqlite"
    data = bytearray(record.read_bytes())
    for page in range(1, len(data) // 4096):
        data[page * 4096 : page * 4096 + 4096] = b"\xff" * 4096
    record.write_bytes(data)
    with pytest.raises(LibraryError, match=r"library\.sqlite: .*restore"):
        with open_library(folder) as library:
            list(library.papers())


def test_a_file_where_the_folder_should_be_is_an_error_of_ours(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(LibraryError, match="can't make the library's folder"):
        open_library(tmp_path / "file")
