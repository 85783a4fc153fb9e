"""A library in several processes and threads at once."""

import json
import os
import signal
import subprocess
import sys
import threading
from contextlib import contextmanager
from pathlib import Path

import pytest
from doubles import papers
from small_libraries import assert_whole, found_by, open_library, text_of

from assistant.errors import LibraryBusyError

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
