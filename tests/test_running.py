"""A run that is stopped is taken up where it was; one of other settings is begun anew."""

import json
from dataclasses import replace

import pytest
from scripted_subject import CASES, perfect_subject

from assistant.errors import UsageError
from eval.jobs import Job
from eval.result_rows import result_of, whole_row
from eval.runner import case_jobs
from eval.running import UNFINISHED, Unfinished, run_jobs

SETTINGS = {"library": "abc", "parts": ["answers"]}


class Stopped(BaseException):
    """Ends a run as Ctrl-C does."""


def jobs_that_note(ran, stop_at=None):
    subject = perfect_subject()

    def jobs(done):
        for job in case_jobs(subject, [case for case in CASES if case.id not in done]):
            yield Job(job.id, lambda job=job: noting(job))

    def noting(job):
        if job.id == stop_at:
            raise Stopped
        ran.append(job.id)
        return job.run()

    return jobs


def timeless(results):
    return [replace(result, latency_s=None) for result in results]


def test_a_stopped_run_is_taken_up_without_repeating_what_is_done(tmp_path):
    whole, first, second = [], [], []
    at_once = run_jobs(jobs_that_note(whole), {})
    with pytest.raises(Stopped):
        run_jobs(jobs_that_note(first, stop_at="n1"), {}, Unfinished(tmp_path, SETTINGS))
    unfinished = Unfinished(tmp_path, SETTINGS)
    taken_up = run_jobs(jobs_that_note(second), {}, unfinished)
    assert (first, second) == (["s1", "m1"], ["n1", "o1"])
    assert timeless(taken_up) == timeless(at_once)


def test_a_line_that_was_cut_off_is_run_again(tmp_path):
    run_jobs(jobs_that_note([]), {}, Unfinished(tmp_path, SETTINGS))
    kept = tmp_path / UNFINISHED
    kept.write_text(kept.read_text("utf-8")[:-40], "utf-8")
    assert list(Unfinished(tmp_path, SETTINGS).done) == ["s1", "m1", "n1"]


@pytest.mark.parametrize("other", [{**SETTINGS, "library": "xyz"}, {}])
def test_a_run_of_other_settings_leaves_nothing_to_take_up(tmp_path, other):
    run_jobs(jobs_that_note([]), {}, Unfinished(tmp_path, SETTINGS))
    assert Unfinished(tmp_path, other).done == {}


def test_the_file_is_gone_once_the_run_is_through(tmp_path):
    unfinished = Unfinished(tmp_path, SETTINGS)
    run_jobs(jobs_that_note([]), {}, unfinished)
    assert (tmp_path / UNFINISHED).exists()
    unfinished.end()
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_written_is_a_usage_error(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(UsageError, match="can't be written"):
        Unfinished(tmp_path / "file", SETTINGS)


def test_a_result_survives_being_written_and_read():
    for result in run_jobs(jobs_that_note([]), {"s1": "abcd"}):
        assert result_of(json.loads(json.dumps(whole_row(result)))) == result
        assert result.row == ("abcd" if result.id == "s1" else "")


def test_jobs_side_by_side_give_the_same_in_the_same_order():
    one, three = [], []
    alone = run_jobs(jobs_that_note(one), {})
    together = run_jobs(jobs_that_note(three), {}, at_once=3)
    assert timeless(together) == timeless(alone)
    assert sorted(three) == sorted(one)
