"""Source cards and lists: exact highlighting, what is known of a paper, links to the web only."""

from dataclasses import replace

import pytest
from html_outline import outline, plain
from hypothesis import given
from hypothesis import strategies as st
from scripted_assistant import CLOUD, DRIFT, PAPERS, QUARTZ, STEEL, SUNDIAL, cite, lookup_in

from assistant.types import Citation
from ui.markup import web_link
from ui.sources import highlight, render_cards, render_source_list


@given(plain, plain, plain)
def test_the_highlighted_part_is_exactly_the_quotation(before, quote, after):
    quote = quote or "q"
    shown = Citation(1, "p", "T", quote, len(before), len(before) + len(quote))
    parsed = outline(highlight(before + quote + after, shown, []))
    assert parsed.texts("mark", "quoted") == [quote]
    assert parsed.text() == before + quote + after


spans = st.lists(st.tuples(st.integers(0, 30), st.integers(1, 12)), min_size=1, max_size=6)


@given(spans)
def test_overlapping_quotations_never_break_the_shown_one(places):
    abstract = "".join(chr(ord("a") + i % 26) for i in range(45))
    citations = [
        Citation(n, "p", "T", abstract[start : start + length], start, start + length)
        for n, (start, length) in enumerate(places, 1)
    ]
    for shown in citations:
        parsed = outline(highlight(abstract, shown, [c for c in citations if c is not shown]))
        assert parsed.texts("mark", "quoted") == [shown.quote]
        assert parsed.text() == abstract


def test_a_card_marks_its_own_quotation_and_softly_the_other_of_the_same_paper():
    citations = [cite(QUARTZ, DRIFT, 1), cite(QUARTZ, STEEL, 2), cite(SUNDIAL, CLOUD, 3)]
    parsed = outline(render_cards(1, citations, lookup_in(*PAPERS)))
    assert parsed.texts("mark", "quoted") == [DRIFT, STEEL, CLOUD]
    assert parsed.texts("mark", "also") == [STEEL, DRIFT]
    assert parsed.texts("p", "abstract") == [QUARTZ.abstract, QUARTZ.abstract, SUNDIAL.abstract]


def test_a_card_says_what_is_known_of_the_paper():
    parsed = outline(render_cards(1, [cite(QUARTZ, DRIFT)], lookup_in(QUARTZ)))
    known = "Ada Lind, Bo Marsh, Cy Noor and 2 others · 2021 · Journal of Slow Time"
    assert parsed.texts("p", "small-print") == [known]
    links = [a["href"] for tag, a in parsed.elements if tag == "a"]
    assert links == ["https://example.org/quartz", "https://doi.org/10.1000/slow.(1)"]


@pytest.mark.parametrize("stored", [None, replace(QUARTZ, abstract="Rewritten since.")])
def test_a_card_of_a_changed_or_removed_paper_keeps_the_quotation_and_says_so(stored):
    html = render_cards(1, [cite(QUARTZ, DRIFT)], lambda _: stored)
    parsed = outline(html)
    assert parsed.texts("mark", "quoted") == [DRIFT]
    assert "has changed since" in parsed.text()
    assert "Rewritten" not in parsed.text()


def test_sources_are_listed_once_a_paper_in_order_of_first_use():
    citations = [cite(SUNDIAL, CLOUD, 1), cite(QUARTZ, DRIFT, 2), cite(SUNDIAL, "Sundials", 3)]
    parsed = outline(render_source_list(1, citations))
    assert parsed.texts("a", "source-title") == [SUNDIAL.title, QUARTZ.title]
    assert parsed.texts("span", "source-markers") == ["[1][3]", "[2]"]


def test_the_list_has_each_quotation_and_the_address_for_paper_alone():
    hostile = Citation(3, "p", "T", "<b>{{x}}</b>", 0, 12, url="javascript:alert(1)")
    citations = [cite(QUARTZ, DRIFT, 1), cite(QUARTZ, STEEL, 2), hostile]
    parsed = outline(render_source_list(1, citations))
    assert parsed.texts("div", "quotations") == [
        f"[1] “{DRIFT}”[2] “{STEEL}”https://doi.org/10.1000/slow.(1)",
        "[3] “<b>{{x}}</b>”javascript:alert(1)",
    ]
    hidden = [each for _, each in parsed.elements if each.get("class") == "quotations"]
    assert all("hidden" in each for each in hidden) and len(hidden) == 2
    assert "javascript" not in "".join(each.get("href", "") for _, each in parsed.elements)


@pytest.mark.parametrize("url", ["javascript:alert(1)", "data:text/html,x", "//x", "http://[", ""])
def test_only_web_addresses_become_links(url):
    assert "<a" not in web_link(url, "paper")
