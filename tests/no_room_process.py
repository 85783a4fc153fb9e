"""A library whose disk is full, or whose folder can't be written, for test_library_disk.py.

Run as: python no_room_process.py HOW FOLDER [KIB]; it ends well if all holds that must:
an ingest ends in an error of ours, what could be found before still can, and once there is
room again the ingest completes.
"""

import ctypes
import os
import resource
import shutil
import sys
from contextlib import contextmanager
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parent), str(Path(__file__).parent.parent)]

from doubles import papers  # noqa: E402
from small_libraries import assert_whole, found_by, open_library, text_of  # noqa: E402

from assistant import library as library_module  # noqa: E402
from assistant.errors import LibraryError  # noqa: E402

library_module.BATCH_PAPERS = 8
BEFORE, AFTER = 20, 150
DIMENSION = 384


def check(folder: Path, no_room) -> None:
    """Ingest without room, search, and ingest again with it."""
    with open_library(folder, dimension=DIMENSION) as library:
        library.ingest(papers(BEFORE))
    with no_room:
        said = error_of_ingest(folder)
        assert "\n" not in said and str(folder) in said, said
        assert "room" in said or "allow writing" in said, said
        find_all(folder)
        find_all(folder)
    find_all(folder)
    with open_library(folder, dimension=DIMENSION) as library:
        assert not library.notice
        library.ingest(papers(AFTER))
        assert_whole(library, range(AFTER))
    sys.stdout.write(said + "\n")


def error_of_ingest(folder: Path) -> str:
    try:
        with open_library(folder, dimension=DIMENSION) as library:
            library.ingest(papers(AFTER))
    except LibraryError as error:
        return str(error)
    raise AssertionError("there was room for all")


def find_all(folder: Path) -> None:
    """Open the library and find each paper that was there before, by both indexes."""
    with open_library(folder, dimension=DIMENSION) as library:
        assert library.count >= BEFORE
        for number in range(BEFORE):
            assert found_by(library, text_of(number)) == (f"title:{number}",) * 2
        if library.notice:
            sys.stdout.write(f"{library.notice}\n")


@contextmanager
def full_disk(folder: Path, left_kib: int):
    """Fill the disk of `folder` up to so many KiB."""
    state = os.statvfs(folder.parent)
    free = state.f_bavail * state.f_frsize
    ballast = folder.parent / "ballast"
    ballast.write_bytes(bytes(max(0, free - left_kib * 1024)))
    yield
    ballast.unlink()


@contextmanager
def small_files(limit_kib: int):
    """Let no file grow beyond so many KiB: writes fail as on a full disk, for every user."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit_kib * 1024, hard))
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@contextmanager
def read_only(folder: Path):
    """Take away the right to write, from the superuser too."""
    for path in (folder, *folder.rglob("*")):
        path.chmod(path.stat().st_mode & ~0o222)
    yield
    for path in (folder, *sorted(folder.rglob("*"))):
        path.chmod(path.stat().st_mode | 0o200)


def give_up_privileges() -> None:
    """Give up the superuser's right to write whatever a file's mode says (Linux)."""
    header = (ctypes.c_uint32 * 2)(0x20080522, 0)  # version 3, this thread
    ctypes.CDLL(None).capset(header, (ctypes.c_uint32 * 6)())


if __name__ == "__main__":
    how, folder, *numbers = sys.argv[1], Path(sys.argv[2]), *map(int, sys.argv[3:])
    for number in numbers or [0]:
        here = folder / f"{how}-{number}"
        if how == "full":
            check(here, full_disk(here, number))
            shutil.rmtree(here)  # the next begins with an empty disk
        elif how == "small":
            check(here, small_files(number))
        else:
            give_up_privileges()
            check(here, read_only(here))
