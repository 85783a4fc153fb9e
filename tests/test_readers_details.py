"""The small print of records: LaTeX, markup, DOIs, years and names."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pylatexenc.latex2text import LatexNodes2Text

from assistant.ingest_report import Skipped
from assistant.readers.latex import plain, plain_link
from assistant.readers.markup import without_markup
from assistant.readers.record import OURS, Record, bare_doi, family_last, to_paper
from assistant.types import Paper

# LaTeX


@pytest.mark.parametrize("accent", "'`^\"~=.")
@pytest.mark.parametrize("letter", "aeiouncszyAEIOUNCSZY")
@pytest.mark.parametrize("shape", ["\\{a}{l}", "\\{a}{{{l}}}", "{{\\{a}{l}}}", "{{\\{a}{{{l}}}}}"])
def test_accents_are_what_another_decoder_makes_of_them(accent, letter, shape):
    latex = f"x{shape.format(a=accent, l=letter)}x"
    expected = unicodedata.normalize("NFC", LatexNodes2Text().latex_to_text(latex))
    assert plain(latex) == expected


@pytest.mark.parametrize("accent", "Hcvukdbr")
@pytest.mark.parametrize("shape", ["\\{a}{{s}}", "{{\\{a}{{s}}}}", "\\{a} s"])
def test_accents_with_a_name_as_well(accent, shape):
    latex = f"x{shape.format(a=accent)}x"
    expected = unicodedata.normalize("NFC", LatexNodes2Text().latex_to_text(latex))
    assert plain(latex) == expected


@pytest.mark.parametrize(
    ("latex", "text"),
    [
        (r"S{\o}ren \O stergaard \AA{}ngstr\"om", "Søren Østergaard Ångström"),
        (r"\L{}ukasz Stra{\ss}e {\ae}on {\OE}uvre", "Łukasz Straße æon Œuvre"),
        (r"na{\"\i}ve \'{\i} {\'\i}", "naïve í í"),
        (r"the {GPU} and {{NASA}}", "the GPU and NASA"),
        (r"\emph{very} \textbf{bold {\em nested}} {\it x}", "very bold nested x"),
        (r"5\% of \$3 \& R\&D \#1 a\_b", "5% of $3 & R&D #1 a_b"),
        ("50% of all", "50% of all"),
        ("AT&T & sons", "AT&T & sons"),
        ("``so'' -- and --- 1--2", "“so” – and — 1–2"),
        ("10~years\\,and\\ more", "10 years and more"),
        (r"soft\-hyphen", "softhyphen"),
        (r"$\alpha_{1} < \frac{1}{2}$ of {\'e}", r"$\alpha_{1} < \frac{1}{2}$ of é"),
        (r"\(x_{1}\) and \[y_{2}\]", r"\(x_{1}\) and \[y_{2}\]"),
        (r"\unknown{argument} stays", r"\unknown{argument} stays"),
        (r"{a} \foo{b {c}} {d}", r"a \foo{b c} d"),
        (r"C:\new\dir", r"C:\new\dir"),
        (r"set \{1, 2\}", "set {1, 2}"),
        ("unbalanced } and {", "unbalanced  and "),
        (r"{\textquotedblleft}x{\textquotedblright}", "“x”"),
        ("plain text, untouched", "plain text, untouched"),
        ("\\", "\\"),
    ],
)
def test_latex_of_bibliographies(latex, text):
    assert plain(latex) == text


@given(st.text(st.characters(codec="utf-8", exclude_characters="\\{}~`'-$"), max_size=80))
def test_text_without_latex_stays_as_it_is(text):
    assert plain(text) == text


@given(st.lists(st.sampled_from([*"{}\\$~'\" q", "\\'", "\\foo", "{x}"]), max_size=40).map("".join))
def test_no_letter_is_lost_from_any_latex(text):
    """An accent is a letter and its mark: taken apart, the letter is still there."""
    apart = unicodedata.normalize("NFD", plain(text))
    assert apart.count("q") == text.count("q")


def test_links_lose_braces_and_escapes_only():
    assert plain_link(r"\url{https://a.org/x\_y\%20z~w}") == "https://a.org/x_y%20z~w"
    assert plain_link(r"10.1000/a{\_}b") == "10.1000/a_b"


# Markup


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("<jats:p>Clocks drift.</jats:p>", "Clocks drift."),
        ("<p>One.</p>\n<p>Two.</p>", "One. Two."),
        ("H<sub>2</sub>O in <i>E. coli</i>", "H2O in E. coli"),
        ("<jats:title>Abstract</jats:title><jats:p>Text.</jats:p>", "Text."),
        ("<title>Methods:</title><p>We did.</p>", "Methods: We did."),
        ("line<br/>break<br>here", "line break here"),
        ("R&amp;D &lt; 5 &#956;s &nosuch; &", "R&D < 5 μs &nosuch; &"),
        ("a < b and c > d", "a < b and c > d"),
        ("the mean momentum <p> is 3", "the mean momentum <p> is 3"),
        ("x<y and <z>", "x<y and <z>"),
        ("<mml:math><mml:mi>x</mml:mi></mml:math>", "x"),
        ('<a href="javascript:x">link</a> <b class="x">bold</b>', "link bold"),
        ("&lt;p&gt;escaped&lt;/p&gt;", "escaped"),
    ],
)
def test_markup_becomes_text(markup, text):
    assert " ".join(without_markup(markup).split()) == text


# Identifiers, years, names


@pytest.mark.parametrize(
    ("value", "doi"),
    [
        ("10.1000/ABC.1", "10.1000/abc.1"),
        ("https://doi.org/10.1000/ABC", "10.1000/abc"),
        ("http://dx.doi.org/10.1000/abc", "10.1000/abc"),
        ("doi:10.1000/abc", "10.1000/abc"),
        ("DOI 10.1000/abc", "10.1000/abc"),
        ("doi.org/10.1002/(SICI)1097%3C1::AID%3E", "10.1002/(sici)1097<1::aid>"),
        ("10.1000/abc.", "10.1000/abc"),
        ("10.1000/100%25", "10.1000/100%25"),
        ("not a doi", None),
        ("https://example.org/10.1000/abc", None),
        ("", None),
        (None, None),
    ],
)
def test_dois_in_every_dress(value, doi):
    assert bare_doi(value) == doi


@pytest.mark.parametrize(
    ("value", "year"),
    [
        ("2021", 2021),
        (2021, 2021),
        ("2021-03-05", 2021),
        ("20210305", 2021),
        ("5 March 2021", 2021),
        ("Mon, 2 Apr 2007 19:18:42 GMT", 2007),
        ("1998 Nov-Dec", 1998),
        ("2018///", 2018),
        ("2020a", 2020),
        ("in press", None),
        ("12345", None),
        ("", None),
        (None, None),
        (0, None),
        (-44, None),
        (99999, None),
    ],
)
def test_years_in_every_dress(value, year):
    paper = to_paper(Record("line 1", "Drift", year=value), "file")
    assert isinstance(paper, Paper) and paper.year == year


@pytest.mark.parametrize(
    ("written", "spoken"),
    [
        ("Lind, Ada", "Ada Lind"),
        ("van der Berg, Bo", "Bo van der Berg"),
        ("King, Martin Luther, Jr.", "Martin Luther King Jr."),
        ("King, Jr., Martin Luther", "Martin Luther King Jr."),
        ("King, Martin Jr", "Martin King Jr"),
        ("Ford, Henry III", "Henry Ford III"),
        ("World Clock Organization", "World Clock Organization"),
        ("Ada Lind", "Ada Lind"),
        ("Lind, ", "Lind"),
        (
            "Institute of Time, Cold Harbour, Sea, Land",
            "Institute of Time, Cold Harbour, Sea, Land",
        ),
    ],
)
def test_names_as_they_are_spoken(written, spoken):
    assert family_last(written) == spoken


def paper(**fields) -> Paper | Skipped:
    return to_paper(Record("line 1", fields.pop("title", "Drift"), **fields), "file")


def test_an_arxiv_id_is_found_wherever_it_stands():
    for fields in (
        {"arxiv_id": "arXiv:2201.00042v3"},
        {"url": "https://arxiv.org/abs/2201.00042v1"},
        {"doi": "10.48550/arXiv.2201.00042"},
        {"venue": "arXiv preprint arXiv:2201.00042"},
    ):
        assert paper(**fields).arxiv_id == "2201.00042", fields


def test_a_link_that_is_a_doi_gives_the_doi():
    assert paper(url="https://doi.org/10.1000/ABC").doi == "10.1000/abc"


@pytest.mark.parametrize("url", ["javascript:alert(1)", "data:text/html,x", "file:///etc", "x"])
def test_only_links_to_the_web_are_kept(url):
    assert paper(url=url).url is None


def test_control_characters_and_white_space_go_from_titles():
    assert paper(title=" A\x1b[31m\tclock\n is\x07 red ").title == "A [31m clock is red"
    assert paper(abstract="It\x00").reason.startswith("holds a NUL character")
    assert "surrogate" in paper(abstract="half \ud83d").reason


def test_what_is_too_long_is_said_with_its_bound():
    assert paper(title="x" * 2001).reason == "title of 2,001 characters; 2,000 at most, shorten it"
    assert "200,000 at most" in paper(abstract="x" * 200_001).reason


def test_our_own_exports_are_kept_to_the_letter(tmp_path):
    import json

    from assistant.exporting.fields import DATABASE
    from assistant.readers import read_papers

    assert DATABASE == OURS
    row = {"title": "On <i>p</i>", "abstract": " 1 < 2;  <b>x</b> &amp; y", "database": OURS}
    (tmp_path / "ours.jsonl").write_text(json.dumps(row))
    (ours,) = read_papers(tmp_path / "ours.jsonl")
    assert (ours.title, ours.abstract) == (row["title"], row["abstract"])
