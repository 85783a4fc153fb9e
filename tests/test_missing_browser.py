"""Without a Chromium: the browser tests are left out aloud, or fail where one is required."""

from pathlib import Path

import pytest

pytest_plugins = ["pytester"]


@pytest.fixture
def suite_without_browser(pytester, monkeypatch):
    """A suite of one browser test and one other, on a machine with no programs at all."""
    monkeypatch.setenv("PATH", "")
    monkeypatch.delenv("CHROMIUM", raising=False)
    pytester.makeconftest(Path(__file__).with_name("conftest.py").read_text("utf-8"))
    pytester.makeini("[pytest]\nmarkers = browser")
    pytester.makepyfile(
        """
        import pytest

        @pytest.mark.browser
        def test_page(): ...

        def test_other(): ...
        """
    )
    return pytester


def test_browser_tests_are_left_out_in_one_line(suite_without_browser):
    result = suite_without_browser.runpytest_subprocess()
    result.assert_outcomes(passed=1, deselected=1)
    result.stdout.fnmatch_lines(["left out 1 browser tests (*.py): no Chromium; install one *"])
    assert result.ret == pytest.ExitCode.OK


def test_a_required_browser_that_is_missing_is_a_failure(suite_without_browser, monkeypatch):
    monkeypatch.setenv("PAPER_ASSISTANT_REQUIRE_BROWSER", "1")
    result = suite_without_browser.runpytest_subprocess()
    result.stderr.fnmatch_lines(["*no Chromium found, and PAPER_ASSISTANT_REQUIRE_BROWSER=1*"])
    assert result.ret == pytest.ExitCode.USAGE_ERROR
