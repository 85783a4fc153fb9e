"""Runs jobs so that a run that was stopped is taken up where it was."""

import json
from collections import deque
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

from assistant.errors import UsageError
from eval.jobs import Job
from eval.result_rows import result_of, whole_row
from eval.results import Result

UNFINISHED = "unfinished.jsonl"
"""Stands in the folder of the reports until the run is through."""

Done = dict[str, tuple[Result, ...]]
"""The results of each job by its id, in the order in which they were run."""

JobsBut = Callable[[Collection[str]], Iterator[Job]]
"""Gives the jobs of a run, but for those whose ids it is told."""


class Unfinished:
    """The file in which a run keeps what it has done, a line a job.

    A run of other settings leaves nothing to take up: it is begun anew.
    """

    def __init__(self, folder: Path, settings: Mapping[str, Any]) -> None:
        """Read what was done under the same settings, and be ready to add to it.

        Raises:
            UsageError: the folder can't be written.
        """
        self._path = folder / UNFINISHED
        self._settings = json.dumps(settings, sort_keys=True)
        self.done = self._read()
        try:
            folder.mkdir(parents=True, exist_ok=True)
            self._begin()
        except OSError as error:
            raise UsageError(
                f"{folder}: can't be written ({error}); give another folder"
            ) from error

    def add(self, job: Job, results: Sequence[Result]) -> None:
        """Keep the results of a job."""
        with self._path.open("a", encoding="utf-8") as file:
            file.write(_line(job.id, results))

    def end(self) -> None:
        """Remove the file: the run is through."""
        self._path.unlink(missing_ok=True)

    def _read(self) -> Done:
        """Return what stands in the file; a last line that was cut off counts as not done."""
        try:
            settings, *lines = self._path.read_text("utf-8").splitlines()
        except (OSError, ValueError):
            return {}
        if settings != self._settings:
            return {}
        done: Done = {}
        for line in lines:
            try:
                row = json.loads(line)
            except ValueError:
                break
            done[row["job"]] = tuple(map(result_of, row["results"]))
        return done

    def _begin(self) -> None:
        """Write the settings, and what is done under them."""
        lines = [_line(job_id, results) for job_id, results in self.done.items()]
        self._path.write_text("".join([self._settings + "\n", *lines]), "utf-8")


def _line(job_id: str, results: Sequence[Result]) -> str:
    rows = [whole_row(result) for result in results]
    return json.dumps({"job": job_id, "results": rows}) + "\n"


def run_jobs(
    jobs: JobsBut,
    rows: Mapping[str, str],
    unfinished: Unfinished | None = None,
    at_once: int = 1,
) -> tuple[Result, ...]:
    """Run what is not done yet, and return the results of all in order.

    Args:
        jobs: gives the jobs.
        rows: the hash of the row that a job puts, by the job's id: it goes with the results.
        unfinished: where what is done is kept; without, a stopped run is lost.
        at_once: how many jobs run side by side, each in a thread.
    """
    done: Done = dict(unfinished.done) if unfinished else {}
    for job, results in _run_each(jobs(frozenset(done)), at_once):
        found = tuple(replace(each, row=rows.get(job.id, "")) for each in results)
        done[job.id] = found
        if unfinished:
            unfinished.add(job, found)
    return tuple(result for results in done.values() for result in results)


def _run_each(jobs: Iterator[Job], at_once: int) -> Iterator[tuple[Job, tuple[Result, ...]]]:
    """Yield each job with its results in order; the next ones run while it is waited for."""
    if at_once == 1:
        yield from ((job, job.run()) for job in jobs)
        return
    with ThreadPoolExecutor(at_once) as threads:
        running: deque[tuple[Job, Future[tuple[Result, ...]]]] = deque()
        try:
            for job in jobs:
                running.append((job, threads.submit(job.run)))
                if len(running) > at_once:
                    yield _finished(running)
            while running:
                yield _finished(running)
        finally:
            threads.shutdown(cancel_futures=True)


def _finished(
    running: "deque[tuple[Job, Future[tuple[Result, ...]]]]",
) -> tuple[Job, tuple[Result, ...]]:
    job, future = running.popleft()
    return job, future.result()
