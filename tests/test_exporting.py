"""Exports: what a library holds goes out in each format, and our own readers take it back."""

import csv
import io
import json
import re
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from assistant.errors import UsageError
from assistant.exporting import EXPORTERS, bibtex, choose, jsonl, ris, table
from assistant.exporting.files import write_file
from assistant.readers import READERS, read_papers
from assistant.readers.record import Record, to_paper
from assistant.types import Paper

FORMATS = pytest.mark.parametrize("exporter", EXPORTERS, ids=lambda each: each.KEY)

CLOCKS = Paper(
    paper_id="arxiv:2101.00042",
    title='{Drift} of "Quartz" Clocks: 50% \u2013 Å & _more_, at $-1^{\\circ}$C #1',
    abstract="We study $\\alpha_{1} < 0.5$; it's 5 % -- not ``6''. Łódź, 漢字; @misc{x, $5.",
    authors=("Ada Lind", "Ludwig van Beethoven", "World Clock Organization", "Martin King Jr."),
    year=2021,
    venue="Journal of Slow & Steady Time",
    url="https://journals.example.org/jst/12%2F34?a=1;b=2&c=~d_e#f",
    doi="10.1002/(sici)1097-4636(1998)43:4<338::aid-jbm16>3.0.co;2-b",
    arxiv_id="2101.00042",
    tags=("R&D", "Neoplasms, Experimental", "{cold} $5 @water"),
)
BARE = Paper("title:0", "Sundials", "")


def text_of(exporter, *papers: Paper) -> str:
    return "".join(f"{block}\n" for block in exporter.blocks(papers))


def taken_back(exporter, *papers: Paper) -> list[Paper]:
    """The papers that the readers find in an export, without the name of its file."""
    with TemporaryDirectory() as folder:
        file = Path(folder) / "export"
        with file.open("w", encoding=exporter.ENCODING, newline="") as out:
            out.write(text_of(exporter, *papers))
        return [replace(item, source=None) for item in read_papers(file)]


SIGNS = st.sampled_from([*"{}\\\"'`$%&#_^~@,;:|=-<>()[]/ \t\n", "--", "$x$", "TY  - ", "@misc{a,"])
WORDS = st.sampled_from(
    ["and", "others", "I", "Ada", "van", "Łódź", "漢字", "e\u0301", "𝔘", "null"]
)
LETTERS = st.characters(codec="utf-8", exclude_categories=["Cs"], exclude_characters="\0\r")
TEXTS = st.lists(SIGNS | WORDS | LETTERS, max_size=12).map("".join)
NAMES = st.lists(st.sampled_from("Ada Lind van der Åsa O'Neill Jean-Luc M. 漢字 II".split()))
DOIS = st.from_regex(r"\A10\.[0-9]{4,6}/[a-z0-9.()<>;:_{}\\%\"-]{1,12}[a-z0-9]\Z")
LINKS = st.from_regex(r"\Ahttps?://[a-z]+\.org/[a-zA-Z0-9~_%&=?#$;,.-]{0,12}\Z")
ARXIV_IDS = st.from_regex(r"\A(2[0-5]0[1-9]\.[0-9]{5}|(math|cs)\.GT/[0-9]{7})\Z")


@st.composite
def read_from_somewhere(draw) -> Paper:
    """A paper as a reader gives it, of a page kept to the letter or of any other."""
    exact = draw(st.booleans())
    record = Record(
        place="",
        title=draw(TEXTS),
        abstract=draw(TEXTS | st.none()),
        authors=draw(st.lists(NAMES.map(" ".join), max_size=3)),
        year=draw(st.none() | st.integers(1500, 2099)),
        venue=None if exact else draw(st.none() | TEXTS),
        url=draw(st.none() | LINKS),
        doi=draw(st.none() | DOIS),
        arxiv_id=draw(st.none() | ARXIV_IDS),
        other_urls=draw(st.lists(LINKS, max_size=2)),
        tags=draw(st.lists(TEXTS, max_size=3)),
        exact=exact,
    )
    paper = to_paper(record, "somewhere")
    assume(isinstance(paper, Paper))
    assume(paper.url or not paper.other_urls)
    assume(paper.abstract.strip() or not paper.abstract)
    return replace(paper, source=None)


def test_there_is_a_reader_for_each_format():
    assert {exporter.KEY for exporter in EXPORTERS} <= {reader.KEY for reader in READERS}


@FORMATS
def test_a_paper_full_of_signs_comes_back_as_it_was(exporter):
    assert taken_back(exporter, CLOCKS, BARE) == [CLOCKS, taken_back(jsonl, BARE)[0]]


@FORMATS
@pytest.mark.parametrize(
    "tags", [("a",), ("a, b",), ("a", "b"), ("a, b", "c"), ("cs.LG stat.ML",), ("TY - x", "&lt")]
)
def test_tags_come_back_one_by_one(exporter, tags):
    (paper,) = taken_back(exporter, replace(CLOCKS, tags=tags))
    assert paper.tags == tags


def test_keywords_are_parted_as_each_program_expects():
    plain = replace(BARE, tags=("slow time", "water"))
    assert "keywords = {slow time, water}," in text_of(bibtex, plain)
    assert '"slow time; water"' in text_of(table, plain)
    assert "KW  - slow time\nKW  - water\n" in text_of(ris, plain)


@FORMATS
@given(papers=st.lists(read_from_somewhere(), min_size=1, max_size=4))
def test_whatever_a_reader_gave_comes_back_to_the_letter(exporter, papers):
    assert taken_back(exporter, *papers) == papers


def test_a_file_for_reference_managers_reads_as_one_written_by_hand():
    assert text_of(bibtex, CLOCKS).splitlines() == [
        "@article{lind2021drift,",
        '  title = {{\\{Drift\\} of "Quartz" Clocks: 50\\% \u2013 Å \\& \\_more\\_, at '
        "$-1^{\\circ}$C \\#1}},",
        "  author = {Ada Lind and Ludwig van Beethoven and World Clock Organization and "
        "Martin King Jr.},",
        "  year = {2021},",
        "  journal = {Journal of Slow \\& Steady Time},",
        "  doi = {10.1002/(sici)1097-4636(1998)43:4<338::aid-jbm16>3.0.co;2-b},",
        "  eprint = {2101.00042},",
        "  archiveprefix = {arXiv},",
        "  url = {https://journals.example.org/jst/12%2F34?a=1;b=2&c=~d_e#f},",
        "  keywords = {R\\&D; Neoplasms, Experimental; \\{cold\\} \\$5 @water},",
        "  abstract = {We study $\\alpha_{1} < 0.5$; it's 5 \\% -\\/- not `\\/`6'\\/'. "
        "Łódź, 漢字; @misc\\textbraceleft{}x, \\$5.},",
        "  database = {paper-assistant},",
        "}",
        "",
    ]


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("Ada Lind", "Lind, Ada"),
        ("Bo van der Berg", "van der Berg, Bo"),
        ("Martin Luther King Jr.", "King, Martin Luther, Jr."),
        ("Plato", "Plato"),
        ("II Ada", "II Ada"),
        ("Lind, Ada", "Lind, Ada"),
    ],
)
def test_ris_has_the_family_name_first(name, written):
    assert ris.family_first(name) == written


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("50%", r"50\%"),
        ("$x_1$ costs $5", r"$x_1$ costs \$5"),
        ("from $5 to $6", r"from \$5 to \$6"),
        ("a {b} c", r"a \{b\} c"),
        ("a { b", r"a \textbraceleft{} b"),
        (r"\emph{x}", r"\textbackslash{}emph\{x\}"),
        ("one -- two", r"one -\/- two"),
        ("a\r\n@misc{x", "a\n{}@misc\\textbraceleft{}x"),
        ("$a{$ and $b$", r"\$a\textbraceleft{}\$ and $b$"),
    ],
)
def test_bibtex_prints_what_the_text_says(text, written):
    assert bibtex.latex(text) == written


def test_citation_keys_are_short_steady_and_never_twice_the_same():
    papers = [replace(CLOCKS, paper_id=f"title:{number}") for number in range(30)]
    papers += [replace(BARE, title="漢字"), replace(BARE, title="The Ångström")]
    keys = re.findall(r"^@\w+\{(.*),$", text_of(bibtex, *papers), re.MULTILINE)
    assert len(set(keys)) == 32
    assert keys[0] == "lind2021drift" and keys[1].startswith("lind2021drift-")
    assert keys[-2:] == ["paper", "angstrom"]
    assert re.findall(r"^@\w+\{(.*),$", text_of(bibtex, *papers[:5]), re.MULTILINE) == keys[:5]


def test_json_lines_have_every_field_that_is_known_and_one_line_a_paper():
    both = replace(
        CLOCKS,
        abstract="One.\u2028Two.\x85Three.\x00",
        source="a.bib",
        other_urls=("https://arxiv.org/abs/2101.00042",),
        other_sources=("b.ris",),
        tags=("clocks", "physics.ins-det"),
    )
    lines = text_of(jsonl, both, BARE).splitlines()
    assert len(lines) == 2
    row = json.loads(lines[0])
    assert row.pop("database") == "paper-assistant"
    assert row == {
        name: list(value) if isinstance(value, tuple) else value
        for name in Paper.__slots__
        if (value := getattr(both, name)) is not None
    }


def test_a_spreadsheet_has_a_row_a_paper():
    header, row, bare = csv.reader(io.StringIO(text_of(table, CLOCKS, BARE)))
    assert dict(zip(header, row, strict=True))["title"] == CLOCKS.title
    assert row[3] == "Ada Lind; Ludwig van Beethoven; World Clock Organization; Martin King Jr."
    assert len(header) == len(row) == len(bare)


@pytest.mark.parametrize(
    ("format", "file", "key"),
    [
        (None, None, "jsonl"),
        (None, "a.BIB", "bibtex"),
        (None, "a.ris", "ris"),
        (None, "a.csv", "csv"),
        ("csv", "a.txt", "csv"),
        ("ris", "a.bib", "ris"),
    ],
)
def test_the_format_is_what_one_says_or_what_the_files_name_says(format, file, key):
    assert choose(format, file and Path(file)).KEY == key


@pytest.mark.parametrize(("format", "file"), [("pdf", None), (None, "a.txt"), (None, "bib")])
def test_an_unknown_format_is_named_with_those_that_are_known(format, file):
    with pytest.raises(UsageError, match="jsonl, bibtex, ris, csv"):
        choose(format, file and Path(file))


@FORMATS
def test_papers_are_written_as_they_come(exporter):
    taken = []

    def papers():
        for number in range(100):
            taken.append(number)
            yield replace(BARE, paper_id=f"title:{number}")

    blocks = exporter.blocks(papers())
    next(blocks), next(blocks)
    assert len(taken) <= 2


@pytest.mark.parametrize("suffix", ["ris", "csv", "bib", "jsonl"])
def test_an_abstract_that_looks_like_another_format_does_not_mislead(tmp_path, suffix):
    looks = "We parse\n@article{x,\n  title = {Y},\n}\nand lines such as\nTY  - JOUR\nby hand."
    paper = Paper("title:1", "Of Formats", looks)
    path = tmp_path / f"out.{suffix}"
    write_file(path, choose(None, path), [paper])
    assert [each.abstract for each in read_papers(path)] == [looks]
