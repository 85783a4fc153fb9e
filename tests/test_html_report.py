import base64
import hashlib
import re
from html.parser import HTMLParser

import pytest
from report_runs import (
    FLOORS,
    SEALED,
    SETTINGS,
    baseline_of,
    hostile_run,
    results_of,
    run_of,
)
from scripted_subject import DRIFT, MEDIAN, STEEL, answer, cite, quoting, refusal

from assistant.types import Label
from eval.gate import Threshold
from eval.reports.confidences import Sure, deciles
from eval.reports.html_report import html_report
from eval.suite_run import judge_run

VOID = {"meta", "input", "br", "img", "link"}


class Page(HTMLParser):
    """Reads a page: its tags with attributes, its text, and whether it is well nested."""

    def __init__(self, source):
        super().__init__()
        self.tags, self.text, self.open = [], [], []
        self.feed(source)
        self.close()

    def handle_starttag(self, name, attributes):
        self.tags.append((name, dict(attributes)))
        if name not in VOID:
            self.open.append(name)

    def handle_endtag(self, name):
        assert self.open.pop() == name

    def handle_data(self, data):
        if not self.open or self.open[-1] not in ("script", "style"):
            self.text.append(data)

    def names(self):
        return [name for name, _ in self.tags]

    def with_class(self, name):
        return [a for _, a in self.tags if name in (a.get("class") or "").split()]


def page_of(run, abstracts=None):
    page = Page(html_report(run, abstracts))
    assert page.open == []
    return page


def said(page):
    return " ".join(" ".join(page.text).split())


# Safety


def test_hostile_text_adds_no_tag_and_no_attribute():
    plain, hostile = page_of(hostile_run("plain words")), page_of(hostile_run())
    assert hostile.names() == plain.names()
    assert [sorted(a) for _, a in hostile.tags] == [sorted(a) for _, a in plain.tags]
    assert hostile.names().count("script") == 1
    assert "<img src=x onerror=alert(2)>" in said(hostile)


def test_control_characters_are_replaced():
    source = html_report(hostile_run("a\x00b\x1bc\ud800d"))
    assert "a\ufffdb\ufffdc\ufffdd" in source
    assert source.encode("utf-8")


def test_the_page_allows_itself_its_own_style_and_script_only():
    source = html_report(run_of())
    policy = re.search(r'Content-Security-Policy" content="([^"]+)"', source)[1]
    assert policy.startswith("default-src 'none'; ")
    assert "unsafe" not in policy
    for tag in ("style", "script"):
        inside = re.search(f"<{tag}>(.*?)</{tag}>", source, re.DOTALL)[1]
        digest = base64.b64encode(hashlib.sha256(inside.encode()).digest()).decode()
        assert f"{tag}-src 'sha256-{digest}'" in policy


def test_nothing_is_fetched_and_no_attribute_runs_or_styles():
    source = html_report(run_of())
    assert not re.search(r"https?://|url\(|@import", source)
    attributes = {name for _, given in page_of(run_of()).tags for name in given}
    assert not {"src", "srcset", "style", "action"} & attributes
    assert not [name for name in attributes if name.startswith("on")]


def test_of_test_cases_there_are_numbers_only():
    source = html_report(run_of(m1=refusal()), {paper.paper_id: "" for paper in (DRIFT,)})
    assert not [text for text in SEALED if text in source]
    assert "How far do they go off?" in source
    assert re.search("coverage 0( ·|<)", source)
    sealed = html_report(hostile_run())
    assert "case-s9" not in sealed


# Contents


def test_the_verdict_is_a_sign_and_a_word():
    assert "✓ PASS all 3 thresholds hold over 4 results" in said(page_of(run_of()))
    failed = said(page_of(run_of(Threshold("coverage", least=0.9), s1=refusal())))
    assert "✗ FAIL 1 of 1 thresholds missed" in failed
    assert "answers: coverage 0.500 is below 0.9" in failed


def test_every_drawing_says_in_words_what_it_shows():
    page = page_of(run_of(baseline=baseline_of(results_of(), fact_recall=0.5)))
    drawings = [a for name, a in page.tags if name == "svg"]
    ids = [a["id"] for _, a in page.tags if "id" in a]
    assert drawings
    assert len(ids) == len(set(ids))
    for each in drawings:
        assert each["role"] == "img"
        assert set(each["aria-labelledby"].split()) <= set(ids)
    assert page.names().count("title") == len(drawings) + 1
    assert page.names().count("desc") == len(drawings)


def test_what_was_not_measured_is_said_to_be_so():
    told = said(page_of(judge_run([], SETTINGS, FLOORS)))
    assert "✗ FAIL incomplete" in told
    assert told.count("Not measured: ") == 4
    assert "No dev case was run." in told


def test_a_case_shows_sentences_with_their_verdicts_and_what_was_left_out():
    plain = said(page_of(hostile_run("plain words")))
    assert "≈ attributed plain words; score 1.00" in plain
    assert "Left out of the answer plain words ? unsupported plain words" in plain
    assert "citation_recall" in plain
    assert "error: plain words" in plain
    assert "not applicable (plain words): citation_recall" in plain


def test_a_quotation_is_marked_in_its_abstract():
    run = run_of(s1=quoting((DRIFT, STEEL), (DRIFT, MEDIAN)))
    source = html_report(run, {DRIFT.paper_id: DRIFT.abstract})
    place = '<blockquote>Clocks drift. <span class="markers">[2] </span><mark>The median drift'
    assert place in source
    assert source.count("<blockquote>") == 1
    assert f"<mark>{STEEL}</mark></blockquote>" in source


def test_without_its_abstract_or_beside_it_a_quotation_stands_alone():
    run = run_of(s1=quoting((DRIFT, MEDIAN)))
    alone = f'<blockquote><span class="markers">[1] </span><mark>{MEDIAN}</mark></blockquote>'
    assert alone in html_report(run)
    assert alone in html_report(run, {DRIFT.paper_id: "Another abstract by now."})


def test_cases_can_be_told_apart_by_kind_and_flaw():
    page = page_of(run_of(s1=refusal()))
    (worst, other) = page.with_class("case")
    assert (worst["id"], worst["data-kind"], worst["data-flawed"]) == ("case-s1", "single", "true")
    assert (other["id"], other["data-flawed"]) == ("case-o1", "false")


def test_a_changed_score_stands_beside_what_it_was():
    run = run_of(baseline=baseline_of(results_of(), fact_recall=0.5, answer_words=2.0))
    page = page_of(run)
    told = said(page)
    assert "fact_recall before 0.500, now 1.000" in told
    assert "s1 single fact_recall 0.500 1.000 ✓ better" in told
    assert [a["data-moved"] for a in page.with_class("case")] == ["true", "false"]


def test_only_scores_that_differ_have_moved():
    run = run_of(baseline=baseline_of(results_of(), fact_recall=0.5))
    assert {(each.id, each.before, each.after) for each in run.comparison.moved} == {
        ("s1", 0.5, 1.0),
        ("m1", 0.5, 1.0),
    }


def test_what_a_test_case_was_answered_is_not_told():
    wrong = answer(("Drifting atoms.", (cite(DRIFT, MEDIAN),)), label=Label.SUPPORTED)
    assert "Drifting atoms." not in html_report(run_of(n1=wrong))


# What the calibration plot is drawn from


def test_deciles_hold_equally_many_and_keep_equal_confidences_together():
    spread = deciles([Sure(place / 40, wrong=place % 2 == 0) for place in range(40)])
    assert [group.size for group in spread] == [4] * 10
    assert {group.right for group in spread} == {0.5}
    (tied,) = deciles([Sure(0.7, wrong=False)] * 30)
    assert (tied.size, tied.confidence) == (30, pytest.approx(0.7))
    assert len(deciles([Sure(0.1, wrong=True), Sure(0.9, wrong=False)])) == 2
