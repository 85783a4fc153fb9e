"""A pytest plugin: the rows of a suite and its thresholds as tests.

``pytest -p eval.plugin --grounding SUITE`` runs them after the tests that pytest finds by
itself; ``-m grounding`` runs them alone. It is loaded only when it is asked for, and without
``--grounding`` it does nothing.
"""

from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add what is run, over which library, and what it is held against."""
    group = parser.getgroup("grounding", "answers and their citations")
    group.addoption(
        "--grounding",
        action="append",
        default=[],
        metavar="SUITE",
        help="run the rows of a suite, a folder or golden, as tests; may be given again",
    )
    group.addoption(
        "--grounding-library",
        type=Path,
        metavar="DIR",
        help="the library's folder (the sample library, made if it is missing)",
    )
    group.addoption(
        "--grounding-parts", default="", metavar="A,B", help="which parts are run (all)"
    )
    group.addoption(
        "--grounding-baseline",
        type=Path,
        metavar="FILE",
        help="an earlier run: a threshold's test fails also where it is significantly worse",
    )


def pytest_configure(config: pytest.Config) -> None:
    """Make the marker known that all tests of suites have."""
    config.addinivalue_line("markers", "grounding: a row or a threshold of a suite")


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(
    collector: pytest.Collector,
) -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """Add the suites to what the session collects."""
    report = yield
    if isinstance(collector, pytest.Session) and report.passed and report.result is not None:
        report.result.extend(_suites(collector))
    return report


def _suites(session: pytest.Session) -> list[Any]:
    if not (names := session.config.getoption("grounding")):
        return []
    from eval.plugin_items import SuiteNode

    return [SuiteNode.from_parent(session, name=name, nodeid=name) for name in dict.fromkeys(names)]
