"""The tests that the pytest plugin makes of a suite: one a row, and one a threshold."""

from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property, partial
from pathlib import Path
from typing import Any

import pytest

from assistant.commands.library import check_exists
from assistant.errors import AssistantError
from eval.baseline import load_baseline
from eval.evaluating import choose
from eval.gate import Threshold, breaches_of, load_thresholds
from eval.opening import open_library
from eval.reports.flaws import flaws_of
from eval.reports.gated import Gated, Standing, gated_rows
from eval.results import Result
from eval.row_run import RowRun
from eval.suite import THRESHOLDS
from eval.suite_run import thresholds_of
from eval.summary import METRICS

ONE_IS_TOO_MANY = (
    "invalid_citation_rate",
    "replay_invalid_citation_rate",
    "forbidden_effect_rate",
)
"""Held to 0 for each row, unless the suite's own ceiling leaves room."""


class Flawed(Exception):
    """What is wrong, in words: all that is shown of a test that fails."""


class SuiteNode(pytest.Collector):
    """A suite; its library is open while its tests run."""

    def collect(self) -> Iterator[pytest.Item]:
        """Yield a test a row, then a test a threshold.

        Raises:
            CollectError: the suite, a part of it, its thresholds, the baseline or the
                library is unusable.
        """
        option = self.config.getoption
        parts = [name.strip() for name in option("grounding_parts").split(",") if name.strip()]
        library, baseline = option("grounding_library"), option("grounding_baseline")
        try:
            named = choose(self.name, parts)
            thresholds = load_thresholds(named.suite.folder / THRESHOLDS, METRICS)
            self.baseline = load_baseline(baseline) if baseline else None
            if library:
                check_exists(library)
        except AssistantError as error:
            raise self.CollectError(str(error)) from error
        self.rows = RowRun(named, partial(open_library, library))
        self.thresholds = thresholds_of(thresholds, named.parts)
        for row_id in self.rows.ids:
            yield RowItem.from_parent(self, name=row_id)
        for threshold in self.thresholds:
            yield GateItem.from_parent(self, name=f"gate::{threshold.metric}")

    @cached_property
    def gated(self) -> tuple[Gated, ...]:
        """What all rows come to, a row a threshold."""
        return gated_rows(self.rows.judge(self.thresholds, self.baseline))

    def chosen(self) -> frozenset[str]:
        """Return the ids of the rows whose tests are run."""
        items = self.session.items
        return frozenset(
            each.name for each in items if isinstance(each, RowItem) and each.suite is self
        )

    def teardown(self) -> None:
        """Let go of the library."""
        self.rows.close()


class SuiteItem(pytest.Item):
    """A test of a suite: fails in words, without a traceback of ours.

    A warning of a vendor is no flaw of a row: none is shown, and none an error.
    """

    def __init__(self, **given: Any) -> None:
        super().__init__(**given)
        self.add_marker("grounding")
        self.add_marker(pytest.mark.filterwarnings("ignore"))

    @property
    def suite(self) -> SuiteNode:
        """The suite that it is of."""
        assert isinstance(self.parent, SuiteNode)
        return self.parent

    def reportinfo(self) -> tuple[Path, None, str]:
        """Return its name as the head of what is told of it."""
        return self.path, None, self.name

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """Return what is wrong, in words; a traceback only of what nobody foresaw."""
        if isinstance(excinfo.value, Flawed | AssistantError):
            return str(excinfo.value)
        return super().repr_failure(excinfo, style)


class RowItem(SuiteItem):
    """A row: fails by what is one too many in itself, and tells what the floors tolerate."""

    def runtest(self) -> None:
        """Run the row, and of those before it what was chosen and is not done.

        Raises:
            Flawed: an error, or a bound that each row has to keep.
        """
        suite = self.suite
        results = suite.rows.results_of(self.name, suite.chosen())
        strict = strict_thresholds(suite.thresholds)
        if wrong := [told for each in results if (told := told_wrong(each, strict))]:
            raise Flawed("\n\n".join(wrong))
        if flaws := [told for each in results if (told := told_flaws(each))]:
            self.add_report_section("call", "grounding", "\n\n".join(flaws))


class GateItem(SuiteItem):
    """A threshold: fails as the gate does."""

    def runtest(self) -> None:
        """Hold all rows against the threshold; skipped if only some are run.

        Raises:
            Flawed: a bound is missed, nothing was measured, or it is worse than the baseline.
        """
        suite = self.suite
        if not suite.chosen() >= set(suite.rows.ids):
            pytest.skip("not all rows were run")
        metric = self.name.removeprefix("gate::")
        (row,) = (each for each in suite.gated if each.metric == metric)
        if wrong := told_gated(row):
            raise Flawed("\n".join(wrong))


def strict_thresholds(thresholds: Iterable[Threshold]) -> list[Threshold]:
    """Return the bounds that each row has to keep.

    Those are the suite's own that say so, and a ceiling of 0 for what is one too many,
    unless the suite's ceiling is higher.
    """
    given = {threshold.metric: threshold for threshold in thresholds}
    roomy = {name for name, each in given.items() if each.most}
    own = [each for each in given.values() if each.each]
    always = [name for name in ONE_IS_TOO_MANY if name not in {*roomy, *(t.metric for t in own)}]
    return [*own, *(Threshold(name, most=0.0, each=True) for name in always)]


def told_wrong(result: Result, strict: Iterable[Threshold]) -> str:
    """Say what of a result fails its test; empty if nothing does."""
    missed = [
        told
        for each in strict
        if (score := result.scores.get(each.metric))
        for told in breaches_of(each, score.value)
    ]
    if not missed and not result.error:
        return ""
    return "\n".join([_head(result), *missed, *_words(result)])


def told_flaws(result: Result) -> str:
    """Say what of a result is not as it should be; empty if all is."""
    return "\n".join([_head(result), *flaws_of(result)]) if flaws_of(result) else ""


def told_gated(row: Gated) -> Sequence[str]:
    """Say what fails a threshold, with the words of the gate."""
    if row.standing is Standing.UNMEASURED:
        return [f"not measured: {row.metric} ({row.aggregate.reason})"]
    if row.change is None or not row.change.worse:
        return row.breaches
    part = f"{row.part}: " if row.part else ""
    return [*row.breaches, f"worse than the baseline: {part}{row.change}"]


def _head(result: Result) -> str:
    """Name a result; of the test split without what was asked."""
    asked = f": {result.asked}" if result.split == "dev" else ""
    return f"{result.id} ({result.kind}, {result.split}){asked}"


def _words(result: Result) -> list[str]:
    """Return the error, which is the worst flaw, and of dev what there is to remark."""
    error = [*flaws_of(result)][:1] if result.error else []
    return [*error, result.remark] if result.remark and result.split == "dev" else error
