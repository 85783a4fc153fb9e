"""Backups: whole while others write, never half, and a library again in a new folder."""

import sqlite3
import threading
from contextlib import closing
from pathlib import Path

import pytest
from doubles import papers
from small_libraries import assert_whole, keep_turn, open_library

from assistant.errors import LibraryBusyError, LibraryError, UsageError
from assistant.store import backup
from assistant.store.backup import back_up, import_backup
from assistant.store.lock import writer_lock


@pytest.fixture
def library(tmp_path):
    with open_library(tmp_path / "library") as library:
        library.ingest(papers(20))
        yield library


def restored(file: Path, folder: Path):
    import_backup(file, folder)
    return open_library(folder)


def test_a_backup_is_one_file_and_becomes_the_same_library(library, tmp_path):
    assert back_up(library.path, tmp_path / "b.sqlite") == 20
    assert sorted(each.name for each in tmp_path.iterdir()) == ["b.sqlite", "library"]
    with restored(tmp_path / "b.sqlite", tmp_path / "new") as new:
        assert_whole(new, range(20))
        assert new.fingerprint == library.fingerprint
        assert not new.embedder.texts[2 * 20 :]  # the vectors came with it: only queries are new


def test_a_backup_holds_conversations_too(library, tmp_path):
    keep_turn(library.record, "talk", "Clocks", {})
    back_up(library.path, tmp_path / "b.sqlite")
    with restored(tmp_path / "b.sqlite", tmp_path / "new") as new:
        assert new.record.talks.turns("talk") == [("Clocks", "{}")]
        assert [each.conversation_id for each in new.record.answers.listed(9)] == ["talk"]


def test_what_becomes_of_a_backup_is_another_library_than_the_first(library, tmp_path):
    """On a Chroma server, two libraries of one name would write over each other."""
    library.record.set_meta("library_id", "first")
    back_up(library.path, tmp_path / "b.sqlite")
    with restored(tmp_path / "b.sqlite", tmp_path / "new") as new:
        assert new.record.meta("library_id") not in (None, "first")


def test_a_backup_made_while_another_writes_is_of_one_moment(library, tmp_path):
    done = threading.Event()

    def write():
        for start in range(20, 120, 5):
            library.ingest(papers(5, start))
        done.set()

    writer = threading.Thread(target=write)
    writer.start()
    counts = []
    while not done.is_set():
        counts.append(back_up(library.path, tmp_path / f"{len(counts)}.sqlite"))
    writer.join()
    assert len(counts) > 2 and counts == sorted(counts)
    assert all(count % 5 == 0 for count in counts)
    for number in (0, len(counts) // 2, len(counts) - 1):
        with restored(tmp_path / f"{number}.sqlite", tmp_path / f"new-{number}") as new:
            assert_whole(new, range(counts[number]))


def test_a_backup_that_fails_leaves_the_one_before(library, tmp_path, monkeypatch):
    file = tmp_path / "b.sqlite"
    back_up(library.path, file)
    before = file.read_bytes()

    def fail(*given):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(backup, "_make_one_file", fail)
    with pytest.raises(LibraryError, match=r"b\.sqlite: can't be written \(No space left"):
        back_up(library.path, file)
    assert file.read_bytes() == before
    assert sorted(each.name for each in tmp_path.iterdir()) == ["b.sqlite", "library"]


def damage(file: Path) -> None:
    """Overwrite the middle of a file, beyond the pages that say what tables there are."""
    content = bytearray(file.read_bytes())
    middle = len(content) // 2
    content[middle : middle + 8192] = b"\xa5" * 8192
    file.write_bytes(content)


def test_a_damaged_record_makes_no_backup(library, tmp_path):
    file = tmp_path / "b.sqlite"
    back_up(library.path, file)
    before = file.read_bytes()
    library.close()
    damage(library.path / "library.sqlite")
    with pytest.raises(LibraryError, match=r"library\.sqlite: damaged"):
        back_up(library.path, file)
    assert file.read_bytes() == before


def test_a_damaged_backup_makes_no_library(library, tmp_path):
    file = tmp_path / "b.sqlite"
    back_up(library.path, file)
    damage(file)
    with pytest.raises(LibraryError, match=r"b\.sqlite: damaged"):
        import_backup(file, tmp_path / "new")
    assert not (tmp_path / "new" / "library.sqlite").exists()


def test_an_import_goes_into_an_empty_library_and_not_into_one_with_papers(library, tmp_path):
    file = tmp_path / "b.sqlite"
    back_up(library.path, file)
    with open_library(tmp_path / "empty") as emptied:
        emptied.ingest(papers(3, 50))
        emptied.remove([each.paper_id for each in papers(3, 50)])
        import_backup(file, tmp_path / "empty")
        open_library(tmp_path / "empty").close()  # which makes the indexes
        assert_whole(emptied, range(20))  # though it was open all the while
    with pytest.raises(LibraryError, match="holds 20 papers"):
        import_backup(file, tmp_path / "empty")


def test_an_import_does_not_write_beside_another_writer(library, tmp_path):
    file = tmp_path / "b.sqlite"
    back_up(library.path, file)
    (tmp_path / "new").mkdir()
    with writer_lock(tmp_path / "new", 0), pytest.raises(LibraryBusyError):
        import_backup(file, tmp_path / "new", wait_s=0)


def test_a_backup_of_an_earlier_version_is_brought_up_to_date(tmp_path):
    file = tmp_path / "b.sqlite"
    script = (Path(__file__).parent / "library_version_1.sql").read_text("utf-8")
    with closing(sqlite3.connect(file)) as old:
        old.executescript(script)
        (count,) = old.execute("SELECT count(*) FROM papers").fetchone()
    before = file.read_bytes()
    assert import_backup(file, tmp_path / "new") == count
    assert file.read_bytes() == before
    with closing(sqlite3.connect(tmp_path / "new" / "library.sqlite")) as new:
        assert new.execute("SELECT count(*) FROM records").fetchone()[0] >= count


@pytest.mark.parametrize("name", ["nowhere", ""])
def test_what_is_no_file_is_named(tmp_path, name):
    with pytest.raises(UsageError, match="no file"):
        import_backup(tmp_path / name, tmp_path / "new")
