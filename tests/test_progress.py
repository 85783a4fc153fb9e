import pytest

from assistant.commands.progress import SMALL_BYTES, IngestProgress, progress_line, size_of


@pytest.mark.parametrize(
    ("records", "seconds", "share", "line"),
    [
        (0, 0.0, None, "0 records"),
        (0, 0.0, 0.5, "0 records"),
        (1, 0.0, None, "1 record"),
        (1280, 64.0, None, "1,280 records, 20 a second"),
        (100, 10.0, 0.25, f"[{'#' * 6}{'.' * 18}] 25%  100 records, 10 a second, 30 s left"),
        (100, 100.0, 0.5, f"[{'#' * 12}{'.' * 12}] 50%  100 records, 1 a second, 2 min left"),
        (100, 3600.0, 0.25, f"[{'#' * 6}{'.' * 18}] 25%  100 records, 0 a second, 3.0 h left"),
        (100, 99.0, 1.0, f"[{'#' * 24}] 99%  100 records, 1 a second, 1 s left"),
    ],
)
def test_a_line_tells_records_rate_and_the_time_that_is_left(records, seconds, share, line):
    assert progress_line(records, seconds, share) == line


def test_the_share_is_that_of_the_bytes_read():
    told, now = [], iter([0.0, 10.0, 20.0])
    progress = IngestProgress(4 * SMALL_BYTES, told.append, clock=lambda: next(now))
    progress.take(SMALL_BYTES)
    progress(50)
    progress.take(SMALL_BYTES)
    progress(100)
    assert [line.partition("]")[2] for line in told] == [
        " 25%  50 records, 5 a second, 30 s left",
        " 50%  100 records, 5 a second, 20 s left",
    ]


def test_of_small_files_only_the_records_are_told():
    told, now = [], iter([0.0, 10.0])
    progress = IngestProgress(SMALL_BYTES - 1, told.append, clock=lambda: next(now))
    progress.take(SMALL_BYTES - 1)
    progress(50)
    assert told == ["50 records, 5 a second"]


def test_the_size_of_files_is_known_only_if_all_are(tmp_path):
    for name, text in (("a", "12"), ("b", "345")):
        (tmp_path / name).write_text(text)
    assert size_of([tmp_path / "a", tmp_path / "b"]) == 5
    assert size_of([tmp_path / "a", tmp_path / "-"]) == 0
    assert size_of([]) == 0
