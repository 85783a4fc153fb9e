"""The rows of a suite run one at a time, as each is asked for."""

from collections.abc import Collection, Iterator
from contextlib import ExitStack
from dataclasses import replace

from assistant.errors import AssistantError
from eval.baseline import Baseline
from eval.evaluating import Named, Open
from eval.gate import Threshold
from eval.jobs import Job
from eval.parts import job_ids, jobs_of
from eval.results import Result
from eval.suite import row_hashes
from eval.suite_run import Run, judge_run, of_parts, settings_of
from eval.summary import Settings


class RowRun:
    """Runs a row and those before it when it is asked for, and none twice.

    The library is open from the first row on until `close`; a row that is asked for
    later opens it again. What failed to open is not tried again.
    """

    def __init__(self, named: Named, open: Open) -> None:
        """Be ready to run what is named over the library that `open` opens."""
        self._named = named
        self._open = open
        self._rows = row_hashes(named.suite)
        self._done: dict[str, tuple[Result, ...]] = {}
        self._jobs: Iterator[Job] = iter(())
        self._held = ExitStack()
        self._settings: Settings | None = None
        self._failure: AssistantError | None = None
        self._is_open = False
        self.ids = job_ids(*named)

    def results_of(self, row_id: str, wanted: Collection[str]) -> tuple[Result, ...]:
        """Return what a row gives; of the rows before it, the `wanted` ones are run.

        Raises:
            AssistantError: the library can't be opened.
        """
        if row_id in self._done:
            return self._done[row_id]
        if not self._is_open:
            self._begin(wanted)
        for job in self._jobs:
            found = (replace(each, row=self._rows.get(job.id, "")) for each in job.run())
            self._done[job.id] = tuple(of_parts(each, self._named.parts) for each in found)
            if job.id == row_id:
                break
        return self._done[row_id]

    def judge(self, thresholds: Collection[Threshold], baseline: Baseline | None) -> Run:
        """Run what is left, and hold all of it against the thresholds and the baseline.

        Raises:
            AssistantError: the library can't be opened.
        """
        found = [result for each in self.ids for result in self.results_of(each, self.ids)]
        settings = self._settings or self._begin(self.ids)
        return judge_run(found, settings, list(thresholds), baseline)

    def close(self) -> None:
        """Let go of the library."""
        self._is_open = False
        self._held.close()

    def _begin(self, wanted: Collection[str]) -> Settings:
        if self._failure:
            raise self._failure
        try:
            assistant = self._held.enter_context(self._open())
            self._settings = settings_of(*self._named, assistant)
        except AssistantError as error:
            self._failure = error
            raise
        left = {*wanted} - {*self._done}
        self._jobs = jobs_of(*self._named, assistant, self._held, {*self.ids} - left)
        self._is_open = True
        return self._settings
