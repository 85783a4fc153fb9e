import pytest
from report_runs import HOSTILE, baseline_of, hostile_run, results_of, run_of

from eval.reports.html_report import html_report

pytestmark = pytest.mark.browser


@pytest.fixture
def open_report(browser, tmp_path):
    """Open the report of a run from the disk; afterwards the page has had no error."""
    context = browser.new_context(viewport={"width": 390, "height": 800})
    context.set_default_timeout(20_000)
    errors = []

    def open_one(run, fragment=""):
        file = tmp_path / "report.html"
        file.write_text(html_report(run), "utf-8")
        page = context.new_page()
        page.on("console", lambda message: errors.append(message.text))
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on("dialog", lambda dialog: errors.append(dialog.message))
        page.goto(file.as_uri() + fragment)
        return page

    yield open_one
    context.close()
    assert not errors


def shown(page):
    return page.locator(".case:visible").evaluate_all("rows => rows.map(row => row.id)")


def test_cases_are_filtered_by_kind_flaw_change_and_words(open_report):
    gone = RuntimeError("gone")
    baseline = baseline_of(results_of(o1=gone), fact_recall=0.5)
    page = open_report(run_of(baseline=baseline, o1=gone))
    assert shown(page) == ["case-o1", "case-s1"]
    page.select_option("#kind", "single")
    assert (shown(page), page.inner_text("#shown")) == (["case-s1"], "1 of 2 cases")
    page.select_option("#kind", "")
    page.check("#flawed")
    assert shown(page) == ["case-o1"]
    page.uncheck("#flawed")
    page.check("#moved")
    assert shown(page) == ["case-s1"]
    page.uncheck("#moved")
    page.fill("#search", "MATCH who")
    assert shown(page) == ["case-o1"]


def test_a_link_opens_its_case(open_report):
    page = open_report(run_of(), "#case-o1")
    assert page.locator(".case[open]").get_attribute("id") == "case-o1"


def test_hostile_text_is_shown_and_runs_nothing(open_report):
    page = open_report(hostile_run())
    page.locator(".case").evaluate_all("rows => rows.forEach(row => row.open = true)")
    assert HOSTILE.split(" |")[0] in page.locator("p.question").first.inner_text()
    assert page.locator("img, .case script").count() == 0


def test_a_phone_shows_the_page_without_scrolling_sideways(open_report):
    baseline = baseline_of(results_of(), fact_recall=0.5)
    page = open_report(run_of(baseline=baseline))
    page.locator("details").evaluate_all("rows => rows.forEach(row => row.open = true)")
    assert page.evaluate("document.documentElement.scrollWidth") == 390
