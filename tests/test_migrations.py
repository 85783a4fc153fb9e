"""Libraries of earlier versions open without loss, and nothing is embedded for it.

`library_version_1.sql` is the record of a library that version 1 of the tables was
current for, as ``.dump`` writes it; and so for the other versions.
"""

import json
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from doubles import HashingEmbedder, paper
from small_libraries import found_by, keep_turn, open_library

from assistant.errors import LibraryBusyError, LibraryError
from assistant.library import Library
from assistant.store import database, schema
from assistant.store.lock import writer_lock
from assistant.store.record import Record
from assistant.types import Paper

DUMPS = {
    version: Path(__file__).with_name(f"library_version_{version}.sql") for version in (1, 2, 3, 4)
}

TIDE = Paper(
    "arxiv:2101.00001",
    "Tide Clocks: O(n) gears + Ω",
    "  Odd \u00a0 spaces,\r\nΩ and L_2circ. A tide clock\nhas 30 teeth; it's slow. ",
    ("Ada Lind", "Bo Ñandú"),
    2021,
    "Journal of Slow Time",
    "https://example.org/t?a=1;b=2",
    "10.1/X",
    "2101.00001",
    "papers.jsonl",
)
TAR = replace(
    paper(3),
    paper_id="doi:10.2/y",
    abstract="We keep it in tar. " * 30,
    doi="10.2/y",
    source="papers.jsonl",
)
LAST = max(schema.MIGRATIONS)
PAPERS = [*(replace(paper(n), source="list.txt") for n in (0, 1)), TIDE, TAR, paper(4)]


def old_record(folder, version):
    """Make the record of an earlier version in a folder."""
    folder.mkdir()
    script = DUMPS[version].read_bytes().decode()
    with closing(sqlite3.connect(folder / "library.sqlite")) as connection:
        connection.executescript(script)
    return folder


@pytest.fixture(params=DUMPS)
def folder(request, tmp_path):
    return old_record(tmp_path / "library", request.param)


def schema_version(folder):
    with closing(sqlite3.connect(folder / "library.sqlite")) as connection:
        return connection.execute(
            "SELECT value FROM meta WHERE name = 'schema_version'"
        ).fetchone()[0]


def tables(path):
    with closing(sqlite3.connect(path)) as connection:
        names = connection.execute("SELECT name FROM sqlite_schema WHERE name NOT LIKE 'sqlite%'")
        return {
            name: {row[1:6] for row in connection.execute(f"PRAGMA table_xinfo({name})")}
            for (name,) in names.fetchall()
        }


def test_there_is_a_step_from_every_earlier_version():
    assert list(schema.MIGRATIONS) == list(DUMPS) == list(range(1, schema.SCHEMA_VERSION))


def test_an_old_library_opens_with_all_that_it_held(folder):
    with open_library(folder, dimension=8) as library:
        assert library.embedder.texts == []
        assert list(library.papers()) == PAPERS
        assert library.fingerprint == "12ba74009ad7c7ce"
        assert library.record.count_chunks() == 7
        assert library.record.talks.turns("talk") == [("The clock0 in cold water", "{}")]
        for each in PAPERS:
            assert found_by(library, f"{each.title}\n{each.abstract}")[1] == each.paper_id
            spans, vectors = library.sentences(each.paper_id)
            expected = HashingEmbedder(dimension=8).embed([s.of(each.abstract) for s in spans])
            assert np.sum(vectors * expected, axis=1) == pytest.approx(1, abs=2e-3)
    assert schema_version(folder) == str(schema.SCHEMA_VERSION)


def test_what_an_old_library_held_is_unchanged_and_known_by_its_identifiers(folder):
    published = Paper("doi:10.1/x", "Tides", "Short.", doi="10.1/x", source="new.bib")
    with open_library(folder, dimension=8) as library:
        report = library.ingest([*PAPERS, published])
        assert (report.unchanged, report.merged, report.embedded) == (5, 1, 0)
        assert library.paper(TIDE.paper_id).other_sources == ("new.bib",)
        assert library.remove(["list.txt"]).removed == 2


def test_an_old_library_has_the_tables_of_a_new_one(folder, tmp_path):
    Record(folder / "library.sqlite").close()
    Record(tmp_path / "new.sqlite").close()
    assert tables(folder / "library.sqlite") == tables(tmp_path / "new.sqlite")


def test_indexes_of_version_2_are_kept_and_its_papers_take_tags(tmp_path):
    folder = old_record(tmp_path / "library", 2)
    record = Record(folder / "library.sqlite")
    assert (record.generation, record.meta("indexed_generation")) == (1, "1")
    record.close()
    with open_library(folder, dimension=8) as library:
        tagged = [replace(each, tags=("tides",)) for each in PAPERS]
        report = library.ingest(tagged)
        assert (report.updated, report.embedded) == (5, 0)
        assert list(library.papers()) == tagged


def test_indexes_of_version_3_are_kept_and_answers_are_kept_from_then_on(tmp_path):
    folder = old_record(tmp_path / "library", 3)
    record = Record(folder / "library.sqlite")
    assert (record.generation, record.meta("indexed_generation")) == (1, "1")
    assert record.answers.listed(9) == []
    assert [(talk.conversation_id, talk.turns) for talk in record.talks.listed()] == [("talk", 1)]
    keep_turn(record, "talk", "", {"question": "Why?"})
    assert [each.conversation_id for each in record.answers.listed(9)] == ["talk"]
    assert record.talks.turns("talk")[1:] == [("", '{"question": "Why?"}')]
    assert record.problems() == []
    record.close()


def test_conversations_of_version_4_are_found_by_their_words_and_take_names(tmp_path):
    folder = old_record(tmp_path / "library", 4)
    answer = {"question": "Do *Ñandús* drift?", "text": "They drift in cold water. [1]"}
    with closing(sqlite3.connect(folder / "library.sqlite")) as connection, connection:
        connection.execute(
            "INSERT INTO turns VALUES ('birds', 1, '2026-11-24 08:00:00', '', ?)",
            (json.dumps(answer),),
        )
    record = Record(folder / "library.sqlite")
    assert (record.generation, record.meta("indexed_generation")) == (1, "1")
    assert record.talks.found() == ["birds", "talk"]
    assert record.talks.found("COLD nandus") == ["birds"]
    assert [talk.name for talk in record.talks.listed()] == [None, None]
    assert record.talks.rename("talk", "Clocks")
    assert record.talks.found("clocks") == ["talk"]
    keep_turn(record, "talk", "", {"question": "Why?"})
    assert record.talks.found("why") == ["talk"]
    assert record.problems() == []
    record.close()


def test_two_papers_of_version_1_that_say_the_same_both_stay(tmp_path):
    folder = old_record(tmp_path / "library", 1)
    with closing(sqlite3.connect(folder / "library.sqlite")) as connection, connection:
        connection.execute(
            "INSERT INTO papers SELECT 'twin', content_hash, title, abstract, authors, year, venue,"
            " url, doi, arxiv_id, source, added_at FROM papers WHERE paper_id = 'title:4'"
        )
    record = Record(folder / "library.sqlite")
    assert record.count() == 6 and record.records("twin")
    record.close()


def test_a_migration_that_fails_leaves_the_library_as_it_was(folder, monkeypatch):
    def failing(cursor):
        schema.MIGRATIONS[LAST](cursor)
        raise sqlite3.OperationalError("database or disk is full")

    before, version = tables(folder / "library.sqlite"), schema_version(folder)
    with monkeypatch.context() as patched:
        patched.setattr(database, "MIGRATIONS", {**schema.MIGRATIONS, LAST: failing})
        with pytest.raises(LibraryError, match="disk is full"):
            open_library(folder, dimension=8)
    assert (tables(folder / "library.sqlite"), schema_version(folder)) == (before, version)
    with open_library(folder, dimension=8) as library:
        assert list(library.papers()) == PAPERS


def test_a_process_killed_while_migrating_leaves_the_library_as_it_was(folder):
    script = """
import os, signal, sys
from pathlib import Path
from assistant.store import database, schema
from assistant.store.record import Record

def dying(cursor):
    schema.MIGRATIONS[last](cursor)
    os.kill(os.getpid(), signal.SIGKILL)

last = max(schema.MIGRATIONS)
database.MIGRATIONS = {**schema.MIGRATIONS, last: dying}
Record(Path(sys.argv[1]))
"""
    path = folder / "library.sqlite"
    before, version = tables(path), schema_version(folder)
    assert subprocess.run([sys.executable, "-c", script, str(path)]).returncode == -9
    assert (tables(path), schema_version(folder)) == (before, version)
    with open_library(folder, dimension=8) as library:
        assert list(library.papers()) == PAPERS


def test_an_old_library_waits_for_who_writes_to_it(folder, monkeypatch):
    monkeypatch.setattr(database, "WAIT_FOR_WRITER_S", 0.05)
    version = schema_version(folder)
    with writer_lock(folder, 0), pytest.raises(LibraryBusyError, match="is writing"):
        Record(folder / "library.sqlite")
    assert schema_version(folder) == version


def test_another_embedder_is_refused_after_a_migration_as_before(folder):
    with pytest.raises(LibraryError, match="made with the embedder hashing, opened with other"):
        Library(folder, HashingEmbedder("other", dimension=8))


@pytest.mark.parametrize("version", ["6", "8", "0", "x"])
def test_a_newer_schema_is_an_error_that_names_both_and_the_command(tmp_path, version):
    folder = tmp_path / "library"
    open_library(folder).close()
    with closing(sqlite3.connect(folder / "library.sqlite")) as connection, connection:
        connection.execute("UPDATE meta SET value = ? WHERE name = 'schema_version'", (version,))
    before = shutil.copy(folder / "library.sqlite", tmp_path / "before")
    expected = f"schema version {version}, this program reads up to 5; run: pip install --upgrade"
    with pytest.raises(LibraryError, match=expected):
        open_library(folder)
    assert tables(folder / "library.sqlite") == tables(before)
