"""A library through failures, kills, other processes and other embedders."""

import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import threading
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from doubles import HashingEmbedder, paper, papers

from assistant import library as library_module
from assistant.errors import LibraryBusyError, LibraryError, ProviderError
from assistant.library import Library, reembed
from assistant.store.chroma import DenseIndex
from assistant.types import Skipped

PROCESS = Path(__file__).with_name("library_process.py")


def open_library(folder, **embedder):
    return Library(folder, HashingEmbedder(**embedder))


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "library"


@pytest.fixture
def library(folder):
    with open_library(folder) as library:
        yield library


def found_by(library, words):
    """The paper that each index finds for `words`: (dense, lexical)."""
    dense = library.dense(
        HashingEmbedder(dimension=library.embedder.dimension).embed([words])[0], 1
    )
    lexical = library.lexical(words, 1)
    return tuple(found[0][0] if found else None for found in (dense, lexical))


def text_of(number):
    each = paper(number)
    return f"{each.title}\n{each.abstract}"


def assert_whole(library, numbers):
    """The record and both indexes hold these papers, each findable, and nothing else."""
    numbers = list(numbers)
    assert {each.paper_id for each in library.papers()} == {f"title:{n}" for n in numbers}
    for number in numbers:
        assert found_by(library, text_of(number)) == (f"title:{number}",) * 2
    chunks = library.dense(library.embedder.embed(["water"])[0], 10_000)
    assert len(chunks) == library.record.count_chunks()
    assert {paper_id for paper_id, _ in chunks} == {f"title:{n}" for n in numbers}
    assert {paper_id for paper_id, _ in library.lexical("water", 10_000)} == {
        f"title:{n}" for n in numbers
    }


# Ingesting


def test_a_second_ingest_changes_nothing_and_embeds_nothing(library):
    first = library.ingest(papers(5))
    assert (first.added, first.updated, first.unchanged) == (5, 0, 0)
    assert first.embedded == len(library.embedder.texts) == 5 + 10
    fingerprint = library.fingerprint
    second = library.ingest(papers(5))
    assert (second.added, second.updated, second.unchanged, second.embedded) == (0, 0, 5, 0)
    assert len(library.embedder.texts) == 15
    assert library.fingerprint == fingerprint


def test_a_changed_abstract_is_embedded_anew_and_its_old_chunks_go(library):
    long = replace(paper(1), abstract="We keep it in tar. " * 60)
    library.ingest([paper(0), long])
    assert library.record.count_chunks() > 3
    library.embedder.texts.clear()
    report = library.ingest(papers(2))
    assert (report.updated, report.unchanged) == (1, 1)
    assert len(library.embedder.texts) == 3
    assert_whole(library, range(2))
    assert library.lexical("tar", 5) == []


def test_a_changed_year_is_an_update_and_another_source_is_not(library):
    library.ingest(papers(2))
    report = library.ingest([replace(paper(0), year=2020), replace(paper(1), source="b.txt")])
    assert (report.updated, report.unchanged) == (1, 1)
    assert library.paper("title:0").year == 2020


def test_two_records_of_one_paper_are_reported_and_the_first_is_kept(library):
    other = replace(paper(0), abstract="Quite another abstract.")
    items = [paper(0), other, paper(1), paper(1)]
    report = library.ingest(items)
    assert (report.added, report.updated, report.unchanged) == (2, 0, 1)
    ((place, reason),) = [(s.place, s.reason) for s in report.skipped]
    assert place == other.title and "another record" in reason
    assert library.paper("title:0") == paper(0)
    again = library.ingest(items)
    assert (again.added, again.updated, again.unchanged, again.embedded) == (0, 0, 3, 0)
    assert len(again.skipped) == 1


def test_two_records_of_one_paper_far_apart_are_the_same_case(library, monkeypatch):
    monkeypatch.setattr(library_module, "BATCH_PAPERS", 2)
    items = [*papers(3), replace(paper(0), abstract="Quite another abstract.")]
    for _ in range(2):
        assert len(library.ingest(items).skipped) == 1
        assert library.paper("title:0") == paper(0)


def test_what_was_skipped_is_reported(library):
    skipped = Skipped("x.jsonl", "line 3", "no title")
    report = library.ingest([paper(0), skipped])
    assert report.skipped == (skipped,) and report.added == 1


def test_progress_counts_the_records_read(library, monkeypatch):
    monkeypatch.setattr(library_module, "BATCH_PAPERS", 2)
    read = []
    library.ingest([*papers(4), Skipped("x", "line 1", "no title")], read.append)
    assert read == [2, 4, 5]


def test_an_empty_library_finds_nothing_and_says_so(library):
    assert found_by(library, "clock") == (None, None)
    assert library.count == 0 and not library.knows("clock")


def test_a_paper_that_is_not_there_is_named(library):
    with pytest.raises(LibraryError, match="no paper 'title:9'"):
        library.paper("title:9")


def test_papers_come_back_as_they_were_given(library):
    full = replace(
        paper(0),
        authors=("Ada Lind", "Bo Ñandú"),
        year=2021,
        venue="Journal of Slow Time",
        url="https://example.org",
        doi="10.1/x",
        arxiv_id="2101.00001",
        source="papers.jsonl",
        abstract="  Odd \u00a0 spaces,\r\nΩ, 🕰️, a \0 byte and L_2circ g^{circ r}. Yes. ",
    )
    library.ingest([full, paper(1)])
    assert list(library.papers()) == [full, paper(1)]
    assert library.papers_by_id(["title:1", "gone", full.paper_id]) == [paper(1), full]


def test_sentences_are_stored_with_exact_offsets_and_unit_vectors(library):
    library.ingest(papers(3))
    for each in papers(3):
        spans, vectors = library.sentences(each.paper_id)
        assert " ".join(span.of(each.abstract) for span in spans) == each.abstract
        assert np.linalg.norm(vectors, axis=1) == pytest.approx(1, abs=1e-3)
        expected = HashingEmbedder().embed([span.of(each.abstract) for span in spans])
        assert vectors == pytest.approx(expected, abs=1e-3)


def test_every_stored_vector_finds_itself(library):
    library.ingest(papers(150))
    assert_whole(library, range(150))
    for _, chunks, vectors in library.record.chunks(50):
        for chunk, vector in zip(chunks, vectors, strict=True):
            ((paper_id, cosine),) = library.dense(vector, 1)
            assert paper_id == chunk.paper_id and cosine == pytest.approx(1, abs=1e-3)


def test_cosines_are_those_of_exact_search(library):
    library.ingest(papers(40))
    query = library.embedder.embed(["drift of the clock in water"])[0]
    exact = sorted(
        (
            float(vector @ query / np.linalg.norm(vector))
            for _, _, vectors in library.record.chunks(7)
            for vector in vectors
        ),
        reverse=True,
    )
    assert [cosine for _, cosine in library.dense(query, 100)] == pytest.approx(exact, abs=1e-3)


def test_the_fingerprint_does_not_depend_on_the_order(tmp_path):
    prints = set()
    for name, items in {"a": papers(4), "b": papers(4)[::-1]}.items():
        with open_library(tmp_path / name) as library:
            library.ingest(items)
            prints.add(library.fingerprint)
            other = library.ingest([replace(paper(0), title="The Clock0 in cold water")])
            assert other.updated == 1 and library.fingerprint not in prints
    assert len(prints) == 1


# Removing


def test_a_removed_paper_is_gone_from_everything(library):
    library.ingest(papers(4))
    assert library.remove(["title:1", "title:9"]) == 1
    assert_whole(library, [0, 2, 3])
    assert library.remove([]) == 0
    assert library.remove(["title:0", "title:2", "title:3"]) == 3
    assert library.count == 0 and found_by(library, text_of(0)) == (None, None)
    library.ingest(papers(2))
    assert_whole(library, range(2))


# Failures


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
        with pytest.raises(LibraryError, match="0 of 3 chunks.*library rebuild"):
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


def test_another_schema_is_an_error_that_names_both(folder):
    open_library(folder).close()
    write_sqlite(folder / "library.sqlite", "UPDATE meta SET value = 7 WHERE name LIKE 'schema%'")
    with pytest.raises(LibraryError, match="schema version 7, this program reads 1"):
        open_library(folder)


def test_a_file_where_the_folder_should_be_is_an_error_of_ours(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(LibraryError, match="can't make the library's folder"):
        open_library(tmp_path / "file")


# Another embedder


def test_another_embedder_is_refused_with_both_names_and_the_command(folder):
    with open_library(folder) as library:
        library.ingest(papers(2))
    with pytest.raises(LibraryError) as error:
        open_library(folder, name="other")
    message = str(error.value)
    assert "hashing" in message and "other" in message
    assert "paper-assistant library rebuild --reembed" in message


def test_an_embedder_of_another_length_under_the_same_name_is_refused(folder):
    with open_library(folder) as library:
        library.ingest(papers(2))
    with open_library(folder, dimension=48) as library:
        with pytest.raises(LibraryError, match=r"48.*32.*--reembed"):
            library.dense(library.embedder.embed(["clock"])[0], 1)
        with pytest.raises(LibraryError, match=r"48.*32.*--reembed"):
            library.ingest(papers(4))
    with open_library(folder) as library:
        assert_whole(library, range(2))


def test_a_library_without_papers_takes_any_embedder(folder):
    open_library(folder, name="one", dimension=16).close()
    with open_library(folder, name="other", dimension=48) as library:
        library.ingest(papers(2))
        assert_whole(library, range(2))
    assert 'embedder = "other"\ndimension = 48' in (folder / "library.toml").read_text()


def test_a_library_emptied_takes_an_embedder_of_another_length(folder):
    with open_library(folder, name="one", dimension=16) as library:
        library.ingest(papers(2))
        library.remove(["title:0", "title:1"])
    with open_library(folder, name="other", dimension=48) as library:
        library.ingest(papers(2))
        assert_whole(library, range(2))


def test_reembedding_changes_the_embedder_and_its_dimension(folder):
    with open_library(folder) as library:
        library.ingest(papers(3))
    embedder = HashingEmbedder("other", dimension=48)
    assert reembed(folder, embedder) == 3
    with Library(folder, embedder) as library:
        assert_whole(library, range(3))
        assert library.ingest(papers(3)).embedded == 0
    assert 'embedder = "other"\ndimension = 48' in (folder / "library.toml").read_text()
    with pytest.raises(LibraryError, match="made with the embedder other"):
        open_library(folder)


def test_reembedding_a_library_without_papers_takes_the_new_embedder(folder):
    open_library(folder).close()
    embedder = HashingEmbedder("other", dimension=48)
    assert reembed(folder, embedder) == 0
    with Library(folder, embedder) as library:
        library.ingest(papers(2))
        assert_whole(library, range(2))


def test_a_failing_reembedding_changes_nothing(folder):
    with open_library(folder) as library:
        library.ingest(papers(3))
    with pytest.raises(ProviderError):
        reembed(folder, HashingEmbedder("other", fail_after=5))
    with open_library(folder) as library:
        assert_whole(library, range(3))


def test_reembedding_nothing_names_the_folder(folder):
    with pytest.raises(LibraryError, match="no library in .*library; make one"):
        reembed(folder, HashingEmbedder())
    assert not folder.exists()


# Several at once


@contextmanager
def another_process(folder, step, argument=""):
    command = [sys.executable, str(PROCESS), str(folder), step, argument]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=dict(os.environ)
    ) as process:
        try:
            yield process
        finally:
            process.stdin.close()
            process.kill()


def said(process):
    return json.loads(process.stdout.readline())


def asked(process, words):
    process.stdin.write(words.replace("\n", " ") + "\n")
    process.stdin.flush()
    return said(process)


def test_a_reader_sees_what_another_process_writes(library):
    library.ingest(papers(2))
    with another_process(library.path, "read") as reader:
        assert said(reader) == "open"
        assert asked(reader, text_of(1)) == ["title:1"] * 2
        library.ingest(papers(4))
        assert asked(reader, text_of(3)) == ["title:3"] * 2
        library.remove(["title:3"])
        assert asked(reader, text_of(3))[0] != "title:3"
        library.rebuild()
        assert asked(reader, text_of(2)) == ["title:2"] * 2
        library.ingest(papers(5, start=20))
        assert asked(reader, text_of(22)) == ["title:22"] * 2


def test_a_reader_that_opened_before_the_first_paper_sees_it(library):
    with another_process(library.path, "read") as reader:
        assert said(reader) == "open"
        assert asked(reader, text_of(1)) == [None, None]
        library.ingest(papers(2))
        assert asked(reader, text_of(1)) == ["title:1"] * 2


def test_a_process_killed_in_the_middle_of_a_write_leaves_a_library_that_mends_itself(folder):
    with open_library(folder) as library:
        library.ingest(papers(3))
    with another_process(folder, "die", "0:20") as writer:
        assert writer.wait() == -signal.SIGKILL
    with open_library(folder) as library:
        assert library.embedder.texts == []
        assert_whole(library, range(20))
        assert library.ingest(papers(22)).added == 2
        assert_whole(library, range(22))


def test_a_process_killed_during_its_first_write_leaves_a_library_that_mends_itself(folder):
    with another_process(folder, "die", "0:6") as writer:
        assert writer.wait() == -signal.SIGKILL
    with open_library(folder) as library:
        assert_whole(library, range(6))


def test_a_second_writer_is_told_who_holds_the_lock(library):
    library.wait_for_writer_s = 0.05
    library.ingest(papers(2))
    with another_process(library.path, "hold") as holder:
        pid = said(holder)
        for write in (lambda: library.ingest(papers(3)), lambda: library.remove(["title:0"])):
            with pytest.raises(LibraryBusyError, match=f"process {pid} since"):
                write()
        assert_whole(library, range(2))
        holder.stdin.close()
        holder.wait()
        assert library.ingest(papers(3)).added == 1


def test_a_library_opens_while_another_process_writes(library):
    library.ingest(papers(2))
    with another_process(library.path, "hold") as holder:
        said(holder)
        with open_library(library.path) as reader:
            assert_whole(reader, range(2))


def test_two_processes_that_write_at_once_lose_nothing(folder):
    with (
        another_process(folder, "ingest", "0:8") as one,
        another_process(folder, "ingest", "8:8") as other,
    ):
        assert [said(one), said(other)] == [8, 8]
    with open_library(folder) as library:
        assert_whole(library, range(16))


def test_two_libraries_in_one_process_do_not_disturb_each_other(tmp_path):
    with open_library(tmp_path / "a") as a, open_library(tmp_path / "b", dimension=48) as b:
        for step in range(3):
            a.ingest(papers(2, start=2 * step))
            b.ingest(papers(2, start=100 + 2 * step))
            assert_whole(a, range(2 * step + 2))
            assert_whole(b, range(100, 102 + 2 * step))


def test_two_views_of_one_library_in_one_process_agree(library):
    with open_library(library.path) as other:
        for step in range(3):
            writer, reader = (library, other) if step % 2 else (other, library)
            writer.ingest(papers(2, start=2 * step))
            assert_whole(reader, range(2 * step + 2))
            assert_whole(writer, range(2 * step + 2))


def test_threads_may_ask_while_one_writes(library):
    library.ingest(papers(2))
    errors, stop = [], threading.Event()

    def ask():
        try:
            while not stop.is_set():
                assert found_by(library, text_of(1))[0] == "title:1"
        except Exception as error:
            errors.append(error)

    threads = [threading.Thread(target=ask) for _ in range(3)]
    for thread in threads:
        thread.start()
    with open_library(library.path) as writer:
        for step in range(1, 6):
            writer.ingest(papers(2, start=2 * step))
    stop.set()
    for thread in threads:
        thread.join()
    assert not errors
    assert_whole(library, range(12))


def test_threads_may_make_the_same_library_at_once(folder):
    errors = []

    def make():
        try:
            open_library(folder).close()
        except Exception as error:
            errors.append(error)

    threads = [threading.Thread(target=make) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not errors
