"""A full disk, a folder that can't be written, a damaged page: a clear error, and no loss."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from doubles import HashingEmbedder, papers
from small_libraries import found_by, open_library, text_of

from assistant.errors import LibraryError
from assistant.store import doctor

PROCESS = Path(__file__).with_name("no_room_process.py")
COUNT = 30

only_linux = pytest.mark.skipif(sys.platform != "linux", reason="limits as Linux has them")


def ran(*command, shell=()):
    """Run no_room_process.py; return what it said, a line for each notice and error."""
    done = subprocess.run(
        [*shell, sys.executable, str(PROCESS), *map(str, command)], capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


@only_linux
def test_a_folder_that_can_not_be_written_is_read_and_the_ingest_says_what_to_do(tmp_path):
    tmp_path.chmod(0o755)
    said = ran("read-only", tmp_path)
    assert any(line.startswith("searching without indexes") for line in said)
    assert all("allow writing to" in line for line in said)


@only_linux
def test_files_that_can_not_grow_end_an_ingest_and_lose_nothing(tmp_path):
    said = ran("small", tmp_path, 0, 280, 400, 800)
    errors = [line for line in said if not line.startswith("searching")]
    assert len(errors) == 4 and all("disk I/O error" in line for line in errors)


def may_mount():
    command = ["unshare", "--mount", "sh", "-c", "mount -t tmpfs -o size=1m tmpfs /mnt"]
    try:
        return subprocess.run(command, capture_output=True).returncode == 0
    except OSError:
        return False


@only_linux
def test_a_full_disk_ends_an_ingest_and_loses_nothing(tmp_path):
    if not may_mount():
        pytest.skip("a small disk takes the right to mount one")
    mount = 'mount -t tmpfs -o size=8m tmpfs "$0" && exec "$@"'
    shell = ["unshare", "--mount", "sh", "-c", mount, str(tmp_path)]
    said = ran("full", tmp_path, 0, 30, 100, 300, 700, 1200, shell=shell)
    assert len([line for line in said if not line.startswith("searching")]) == 6
    assert all("make room" in line for line in said)


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    folder = tmp_path_factory.mktemp("made") / "library"
    with open_library(folder) as library:
        library.ingest(papers(COUNT))
    return folder


def readable(folder):
    """The papers that can be read, and what each index finds for them; errors must be ours."""
    found = {}
    try:
        library = open_library(folder)
    except LibraryError as error:
        check(error, folder)
        return found
    with library:
        for number in range(COUNT):
            for what, read in {
                "paper": lambda n: library.paper(f"title:{n}"),
                "sentences": lambda n: library.sentences(f"title:{n}")[0],
                "search": lambda n: found_by(library, text_of(n)),
            }.items():
                try:
                    found[what, number] = read(number)
                except LibraryError as error:
                    check(error, folder)
    return found


def check(error, folder):
    message = str(error)
    assert "\n" not in message and str(folder) in message and ";" in message, message


def attempts(folder):
    """What a person may try next."""
    for attempt in (
        lambda library: library.ingest(papers(COUNT + 5)),
        lambda library: library.remove(["title:29"]),
        lambda library: library.rebuild(),
    ):
        try:
            with open_library(folder) as library:
                attempt(library)
        except LibraryError as error:
            check(error, folder)


def pages(data):
    size = int.from_bytes(data[16:18], "big")
    return size, len(data) // size


@pytest.mark.parametrize("part", range(8))
@pytest.mark.parametrize("damage", ["kind", "zeros"])
def test_a_damaged_page_is_an_error_of_ours_and_nothing_else_becomes_unreadable(
    made, tmp_path, damage, part
):
    data = bytearray((made / "library.sqlite").read_bytes())
    size, count = pages(data)
    place = part * count // 8 * size
    if damage == "zeros":
        data[place : place + size] = bytes(size)
    else:  # the first page begins with what makes it a database
        data[place + (100 if place == 0 else 0)] ^= 0xFF
    folder = shutil.copytree(made, tmp_path / "library")
    (folder / "library.sqlite").write_bytes(data)
    before = readable(folder)
    diagnosis = doctor.diagnose(folder, HashingEmbedder())
    attempts(folder)
    after = readable(folder)
    lost = {key for key, value in before.items() if after.get(key) != value}
    assert lost <= {(what, 29) for what in ("paper", "sentences", "search")}, "but for the removed"
    if len(before) < 3 * COUNT:
        assert diagnosis.exit_code == 3
