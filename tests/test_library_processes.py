"""A library in several processes and threads at once."""

import json
import os
import re
import select
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest
from doubles import papers
from small_libraries import assert_whole, found_by, open_library, text_of

from assistant import library as library_module
from assistant.errors import LibraryBusyError
from assistant.store import writer as writer_module
from assistant.store.lock import short_lock

PROCESS = Path(__file__).with_name("library_process.py")


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "library"


@pytest.fixture
def library(folder):
    with open_library(folder) as library:
        yield library


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
    library.wait_s = 0.05
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


def test_a_writer_that_waits_says_once_for_whom_and_goes_on_when_it_is_its_turn(library):
    library.ingest(papers(2))
    told = []
    with another_process(library.path, "hold") as holder:
        pid = said(holder)

        def let_go(line):
            told.append(line)
            holder.stdin.close()

        library.notify = let_go
        library.wait_s = 60
        assert library.ingest(papers(3)).added == 1
    [line] = told
    assert re.fullmatch(
        rf"waiting for 60 s at most: process {pid} since [\d:]{{8}} is writing", line
    )


def test_a_writer_that_must_not_wait_fails_at_once(library):
    library.wait_s, library.notify = 0, pytest.fail
    with another_process(library.path, "hold") as holder:
        said(holder)
        started = time.monotonic()
        with pytest.raises(LibraryBusyError, match="waited 0 s.*--wait SECONDS"):
            library.rebuild()
        assert time.monotonic() - started < 0.4


def test_a_lock_left_by_a_killed_process_is_free(library):
    library.wait_s = 0
    with another_process(library.path, "hold") as holder:
        said(holder)
        holder.kill()
        holder.wait()
        assert library.ingest(papers(1)).added == 1


def test_a_reader_finds_a_new_paper_within_a_second(library):
    library.ingest(papers(200))
    with another_process(library.path, "read") as reader:
        assert said(reader) == "open"
        asked(reader, text_of(1))
        library.ingest(papers(5, start=1000))
        started = time.monotonic()
        assert asked(reader, text_of(1003)) == ["title:1003"] * 2
        assert time.monotonic() - started < 1


def test_a_reader_finds_what_a_long_ingest_has_stored_so_far(library, monkeypatch):
    monkeypatch.setattr(library_module, "BATCH_PAPERS", 10)
    monkeypatch.setattr(writer_module, "SHORTEST_S", 0)
    monkeypatch.setattr(writer_module, "TIMES_ITS_COST", 0)
    found = []

    def look(read):
        with open_library(library.path) as reader:
            found.append(found_by(reader, text_of(read - 1)))

    library.ingest(papers(30), progress=look)
    stored = found[1::2]  # it is called for each batch when that is embedded, and when it is stored
    assert stored == [(f"title:{n}",) * 2 for n in (9, 19, 29)]


def test_a_reader_that_is_behind_finds_what_is_left_while_papers_are_removed(library, monkeypatch):
    library.ingest(papers(30))
    with another_process(library.path, "read") as reader:
        assert said(reader) == "open"
        assert asked(reader, text_of(3)) == ["title:3"] * 2
        with library._writer() as writer:
            writer.drop(["title:3"])
            dense, _ = asked(reader, text_of(3))
            assert dense not in (None, "title:3")


def test_a_reader_waits_with_opening_chroma_until_a_write_is_done(library):
    library.ingest(papers(3))
    with another_process(library.path, "read") as reader:
        assert said(reader) == "open"
        with short_lock(library.path / "chroma.lock"):
            reader.stdin.write("The clock1 in cold water\n")
            reader.stdin.flush()
            assert not select.select([reader.stdout], [], [], 2)[0]
        assert said(reader) == ["title:1"] * 2


def test_a_reader_asks_on_while_another_process_rebuilds(library):
    library.ingest(papers(40))
    with another_process(library.path, "read") as reader:
        assert said(reader) == "open"
        with ThreadPoolExecutor() as pool:
            for _ in range(3):
                rebuilding = pool.submit(library.rebuild)
                answers = [asked(reader, text_of(7))]
                while not rebuilding.done():
                    answers.append(asked(reader, text_of(7)))
                rebuilding.result()
                assert all(answer == ["title:7"] * 2 for answer in answers), answers


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
