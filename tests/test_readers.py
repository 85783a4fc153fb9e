"""Files to papers: what is kept to the letter, what is skipped, and what is said about it."""

import gzip
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.errors import ReadError
from assistant.identity import bare_arxiv_id, paper_id
from assistant.ingest_report import Skipped
from assistant.readers import detect, read_papers, read_paths
from assistant.readers.record import to_paper
from assistant.readers.text import Text
from assistant.types import Paper

PAGE = Path(__file__).parent.parent / "eval" / "data" / "library" / "papers-page.txt"

ABSTRACTS = [
    f"We study the {word} of clocks in cold water. " + f"The {word} grows with depth. " * 8
    for word in ("drift", "noise", "wear", "sound")
]
TITLES = ["Drift of Clocks", "Noise of Clocks", "Wear of Clocks", "Sound of Clocks"]


def page(*lines: str, end: str = "\n") -> bytes:
    return end.join((*lines, "")).encode()


def pairs() -> list[str]:
    return [line for pair in zip(TITLES, ABSTRACTS, strict=True) for line in pair]


def read_bytes(tmp_path: Path, data: bytes, name: str = "papers.txt") -> list[Paper | Skipped]:
    (tmp_path / name).write_bytes(data)
    return list(read_papers(tmp_path / name))


def papers_of(items: list[Paper | Skipped]) -> list[tuple[str, str]]:
    return [(item.title, item.abstract) for item in items if isinstance(item, Paper)]


def skipped_of(items: list[Paper | Skipped]) -> list[tuple[str, str]]:
    return [(item.place, item.reason) for item in items if isinstance(item, Skipped)]


def records(*rows: object) -> bytes:
    return "\n".join(row if isinstance(row, str) else json.dumps(row) for row in rows).encode()


GOOD = {"title": "Drift of Clocks", "abstract": "Clocks drift."}
ALSO_GOOD = {"title": "Wear of Clocks", "abstract": "Clocks wear."}


# The sample page


def sample_papers() -> list[Paper]:
    found = list(read_papers(PAGE))
    assert all(isinstance(item, Paper) for item in found)
    return found


def test_the_sample_page_has_its_195_papers_from_first_to_last():
    papers = sample_papers()
    assert len(papers) == 195
    assert papers[0].title == "A Functional Information Perspective on Model Interpretation"
    assert papers[-1].title == "Further Generalizations of the Jaccard Index"
    assert len({paper.paper_id for paper in papers}) == 195
    assert sum("Ω" in paper.title for paper in papers) == 1


def test_the_sample_is_kept_to_the_letter():
    lines = PAGE.read_bytes().split(b"\n")[2:]
    raw_titles, raw_abstracts = lines[0:390:2], lines[1:390:2]
    papers = sample_papers()
    assert [paper.abstract.encode() for paper in papers] == raw_abstracts
    assert [paper.title.encode() for paper in papers[1:]] == raw_titles[1:]
    assert raw_titles[0] == b"Subscribe" + papers[0].title.encode()


# Listing pages


@pytest.mark.parametrize("end", ["\n", "\r\n"], ids=["unix", "windows"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"], ids=["plain", "byte-order mark"])
def test_line_ends_and_byte_order_mark_belong_to_no_paper(tmp_path, end, mark):
    items = read_bytes(tmp_path, mark + page(*pairs(), end=end))
    assert papers_of(items) == list(zip(TITLES, ABSTRACTS, strict=True))


def test_subscription_lines_and_empty_lines_are_left_out(tmp_path):
    lines = ["Get trending papers in your email inbox once a day!", "", *pairs()[:4], " ", ""]
    items = read_bytes(tmp_path, page(*lines))
    assert papers_of(items) == list(zip(TITLES[:2], ABSTRACTS[:2], strict=True))
    assert not skipped_of(items)


def test_a_stuck_caption_is_taken_from_the_first_title_only(tmp_path):
    lines = pairs()
    lines[0], lines[2] = "Subscribe" + lines[0], "Subscribe" + lines[2]
    titles = [title for title, _ in papers_of(read_bytes(tmp_path, page(*lines)))]
    assert titles[:2] == [TITLES[0], "Subscribe" + TITLES[1]]


def test_a_title_that_begins_with_the_word_subscribe_keeps_it(tmp_path):
    items = read_bytes(tmp_path, page("Subscribers to Journals", ABSTRACTS[0], *pairs()[2:]))
    assert papers_of(items)[0][0] == "Subscribers to Journals"


@pytest.mark.parametrize("missing", range(4))
def test_a_missing_abstract_costs_one_paper_and_names_its_line(tmp_path, missing):
    lines = pairs()
    del lines[2 * missing + 1]
    items = read_bytes(tmp_path, page(*lines))
    left = [number for number in range(4) if number != missing]
    assert papers_of(items) == [(TITLES[number], ABSTRACTS[number]) for number in left]
    assert skipped_of(items) == [
        (f"line {2 * missing + 1}", "no abstract of 200 characters or more follows this title")
    ]


@pytest.mark.parametrize("missing", range(1, 4))
def test_a_missing_title_costs_one_paper_and_names_its_line(tmp_path, missing):
    lines = pairs()
    lines[2 * missing] = ""
    lines[2 * missing + 1] += "More. " * 30
    items = read_bytes(tmp_path, page(*lines))
    left = [number for number in range(4) if number != missing]
    assert papers_of(items) == [(TITLES[number], ABSTRACTS[number]) for number in left]
    assert skipped_of(items) == [
        (f"line {2 * missing + 2}", "no title before this line, and too long to be one")
    ]


def test_spaces_inside_and_around_an_abstract_are_kept(tmp_path):
    abstract = "  Two  spaces,\ta tab, and a no-break\u00a0space. " + ABSTRACTS[0] + " "
    items = read_bytes(tmp_path, page(TITLES[0], abstract, *pairs()[2:]))
    assert papers_of(items)[0] == (TITLES[0], abstract)


@given(
    st.lists(
        st.tuples(
            st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), min_size=1)
            .map(lambda text: "T" + text[:40])
            .filter(lambda text: not text.startswith("Subscribe")),
            st.text(st.characters(codec="utf-8", exclude_characters="\n\r\0"), max_size=300).map(
                lambda text: "A" + text + "b" * 300
            ),
        ),
        min_size=1,
        max_size=5,
    )
)
def test_any_page_of_titles_and_abstracts_comes_back_as_written(rows):
    text = "".join(f"{title}\n{abstract}\n" for title, abstract in rows)
    page = Text([text], "page")
    assert papers_of([to_paper(each, "page") for each in detect(page).read(page)]) == rows


# JSON Lines


def test_json_lines_keep_all_that_is_known_of_a_paper(tmp_path):
    row = GOOD | {
        "authors": ["Ada Lind", "Bo Marsh"],
        "year": "2021",
        "venue": "Journal of Slow Time",
        "url": "https://example.org/drift",
        "doi": "10.1000/Slow.1",
        "arxiv_id": "https://arxiv.org/abs/2101.00001v3",
    }
    (paper,) = read_bytes(tmp_path, records(row), "papers.jsonl")
    assert paper == Paper(
        paper_id="arxiv:2101.00001",
        title="Drift of Clocks",
        abstract="Clocks drift.",
        authors=("Ada Lind", "Bo Marsh"),
        year=2021,
        venue="Journal of Slow Time",
        url="https://example.org/drift",
        doi="10.1000/slow.1",
        arxiv_id="2101.00001",
        source=str(tmp_path / "papers.jsonl"),
    )


BAD_ROWS = {
    "broken": '{"title": "Noise',
    "list": "[1, 2]",
    "nested beyond measure": "[" * 100_000,
    "no title": {"abstract": "Clocks."},
    "blank title": {"title": " ", "abstract": "Clocks."},
    "number for a title": {"title": 7, "abstract": "Clocks."},
    "half a surrogate": '{"title": "Noise", "abstract": "Clocks \\ud800 tick."}',
    "half a surrogate in a name": '{"title": "N", "abstract": "A.", "authors": ["\\udfff"]}',
    "year as a list of nothing": GOOD | {"year": [[{}]]},
    "year as a truth": GOOD | {"year": True},
    "year without bounds": '{"title": "Noise", "abstract": "Clocks.", "year": Infinity}',
    "year of too many digits": '{"title": "Noise", "abstract": "Clocks.", "year": 1e30}',
    "a long wrong title": {"title": [0] * 1000, "abstract": "Clocks."},
    "authors as numbers": GOOD | {"authors": [1, 2]},
}


@pytest.mark.parametrize("bad", BAD_ROWS.values(), ids=BAD_ROWS)
@pytest.mark.parametrize("place", [0, 1, 2])
def test_a_bad_record_among_good_ones_loses_nothing_else(tmp_path, bad, place):
    rows: list[object] = [GOOD, ALSO_GOOD]
    rows.insert(place, bad)
    if place == 0 and not records(bad).startswith(b"{"):
        rows.insert(0, rows.pop(1))
        place = 1
    items = read_bytes(tmp_path, records(*rows), "papers.jsonl")
    assert papers_of(items) == [tuple(GOOD.values()), tuple(ALSO_GOOD.values())]
    ((where, reason),) = skipped_of(items)
    assert where == f"line {place + 1}"
    assert reason and len(reason) < 200


def test_json_lines_may_have_windows_line_ends_and_empty_lines(tmp_path):
    data = b"\xef\xbb\xbf\r\n" + records(GOOD, "", ALSO_GOOD).replace(b"\n", b"\r\n")
    assert len(papers_of(read_bytes(tmp_path, data, "papers.jsonl"))) == 2


def test_a_record_longer_than_what_is_looked_at_is_still_recognised(tmp_path):
    long = GOOD | {"abstract": "Clocks drift. " * 3000 + "So it is."}
    for data in (records(long), b"\n" + records(long, ALSO_GOOD)):
        assert papers_of(read_bytes(tmp_path, data, "papers.jsonl"))[0][1] == long["abstract"]


def test_line_separators_of_unicode_stay_inside_an_abstract(tmp_path):
    row = GOOD | {"abstract": "Clocks\u2028drift\x85away."}
    data = json.dumps(row, ensure_ascii=False).encode()
    assert papers_of(read_bytes(tmp_path, data))[0][1] == row["abstract"]


def test_a_record_without_an_abstract_or_with_a_year_in_words_is_a_paper_all_the_same(tmp_path):
    rows = records({"title": "Noise"}, {"title": "Wear", "abstract": None, "year": "in press"})
    found = read_bytes(tmp_path, rows, "papers.jsonl")
    assert papers_of(found) == [("Noise", ""), ("Wear", "")]
    assert [paper.year for paper in found] == [None, None]


# What is no list of papers


UNKNOWN = {
    "prose": b"A letter.\nShort lines only.\nNothing here is an abstract.\n",
    "one line": b"Just one line of text",
    "html": b"<html><body>" + b"<p>A paper</p>" * 50 + b"</body></html>",
    "markdown": b"# About\n\n" + b"This folder holds papers. " * 20 + b"\n",
    "a program": b"import os\n\n" + b"def read(path):\n    return open(path).read()\n" * 9,
    "a log": b"Server log\n\n" + b"2021-03-04 12:00:01 INFO request 12 took 31 ms.\n" * 9,
    "a table without titles": b"name,size\nDrift,7\nWear,9\n",
    "html in capitals": b"<HTML><TITLE>feed</TITLE>" + b"<P>text</P>" * 40,
}


@pytest.mark.parametrize("data", UNKNOWN.values(), ids=UNKNOWN)
def test_an_unknown_format_is_named_with_what_is_known(tmp_path, data):
    with pytest.raises(ReadError, match="none of the known formats") as error:
        read_bytes(tmp_path, data, "what.dat")
    message = str(error.value)
    assert str(tmp_path / "what.dat") in message
    for word in ("JSON Lines", "BibTeX", "listing page", "--format"):
        assert word in message


UNREADABLE = {
    "empty": (b"", "the file is empty"),
    "blank": (b" \n\r\n\t", "the file is empty"),
    "only a byte-order mark": (b"\xef\xbb\xbf\n", "the file is empty"),
    "binary": (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "a binary file"),
    "utf-16 without a mark": ("Drift of Clocks\n".encode("utf-16-le"), "--encoding utf-16-le"),
    "latin-1": (b"Drift of Clocks\nRe\xf1\xe9", ":2: not UTF-8 text"),
    "zip": (b"PK\x03\x04\x14\0", "a ZIP archive or an office document; unpack it"),
    "pdf": (b"%PDF-1.7\n%\xe2\xe3", "a PDF; give the records"),
    "bzip2": (b"BZh91AY&SY", "packed with bzip2; unpack it"),
    "xz": (b"\xfd7zXZ\0\0", "packed with xz; unpack it"),
    "damaged gzip": (b"\x1f\x8b\x08\0garbage", "damaged gzip"),
    "gzip that breaks off": (gzip.compress(records(GOOD))[:-9], "damaged gzip"),
    "gzip twice": (gzip.compress(gzip.compress(records(GOOD))), "packed with gzip twice"),
}


@pytest.mark.parametrize(("data", "words"), UNREADABLE.values(), ids=UNREADABLE)
def test_an_unreadable_file_is_named_with_the_fix(tmp_path, data, words):
    with pytest.raises(ReadError) as error:
        read_bytes(tmp_path, data)
    message = str(error.value)
    assert message.startswith(str(tmp_path / "papers.txt")) and words in message
    assert ";" in message, "says what to do"


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(ReadError, match=r"nowhere\.txt: can't be read \(No such file"):
        list(read_papers(tmp_path / "nowhere.txt"))


def test_a_name_too_long_for_a_file_is_an_error_of_ours(tmp_path):
    with pytest.raises(ReadError, match="can't be read"):
        list(read_paths([tmp_path / ("x" * 5000)]))


# Folders


def test_a_folder_gives_what_can_be_read_and_says_what_can_not(tmp_path):
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "page.txt").write_bytes(page(*pairs()))
    (tmp_path / "b.jsonl").write_bytes(records(GOOD, "{broken", ALSO_GOOD))
    (tmp_path / "picture.png").write_bytes(b"\x89PNG\0")
    (tmp_path / ".hidden").mkdir()
    (tmp_path / ".hidden" / "secret.jsonl").write_bytes(records(GOOD))
    items = list(read_paths([tmp_path]))
    assert [title for title, _ in papers_of(items)] == [*TITLES, GOOD["title"], ALSO_GOOD["title"]]
    assert [(Path(s.source).name, s.place) for s in items if isinstance(s, Skipped)] == [
        ("b.jsonl", "line 2"),
        ("picture.png", "file"),
    ]


def test_a_bad_file_among_good_ones_is_skipped_wherever_it_stands(tmp_path):
    (tmp_path / "bad.txt").write_bytes(b"")
    (tmp_path / "good.jsonl").write_bytes(records(GOOD))
    paths = [tmp_path / "bad.txt", tmp_path / "good.jsonl", tmp_path / "missing.txt"]
    items = list(read_paths(paths))
    assert len(papers_of(items)) == 1
    assert [Path(s.source).name for s in items if isinstance(s, Skipped)] == [
        "bad.txt",
        "missing.txt",
    ]


def test_nothing_readable_at_all_is_an_error_that_names_the_first(tmp_path):
    (tmp_path / "one.txt").write_bytes(b"")
    (tmp_path / "two.bin").write_bytes(b"\0")
    with pytest.raises(ReadError, match=r"one\.txt: the file is empty"):
        list(read_paths([tmp_path / "one.txt", tmp_path / "two.bin"]))


def test_an_empty_folder_is_an_error(tmp_path):
    with pytest.raises(ReadError, match="no files in"):
        list(read_paths([tmp_path]))


# Which paper it is


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("2101.00001", "2101.00001"),
        ("2101.00001v12", "2101.00001"),
        ("arXiv:2101.00001", "2101.00001"),
        ("https://arxiv.org/abs/2101.00001v2", "2101.00001"),
        ("http://arxiv.org/pdf/2101.00001v2.pdf", "2101.00001"),
        ("https://www.arxiv.org/abs/2101.00001", "2101.00001"),
        ("hep-th/9901001", "hep-th/9901001"),
        ("math.GT/0309136v1", "math.GT/0309136"),
        (" 2101.00001 ", "2101.00001"),
        ("10.1000/slow", None),
        ("2101", None),
        ("", None),
    ],
)
def test_arxiv_ids_lose_their_dress_and_version(value, expected):
    assert bare_arxiv_id(value) == expected


def test_the_same_title_in_another_dress_is_the_same_paper():
    same = {
        paper_id("The Vendi Score: A Metric"),
        paper_id("the vendi score - a metric"),
        paper_id(" The  Vendi\u00a0Score: a metric. "),
    }
    assert len(same) == 1
    assert paper_id("The Vendi Score") not in same


def test_titles_without_a_letter_stay_apart():
    assert paper_id("∑") != paper_id("?!")


def test_an_arxiv_id_says_more_than_a_doi_and_a_doi_more_than_a_title():
    assert paper_id("T", "10.1/A", "2101.00001") == "arxiv:2101.00001"
    assert paper_id("T", "10.1/A") == paper_id("other", "10.1/a") == "doi:10.1/a"


def test_a_paper_remembers_the_same_source_however_its_file_is_named(tmp_path, monkeypatch):
    path = tmp_path / "papers.jsonl"
    path.write_text('{"title": "Drift", "abstract": "Clocks drift."}\n{"abstract": "x"}\n', "utf-8")
    monkeypatch.chdir(tmp_path)
    paper, skipped = read_papers(Path("papers.jsonl"))
    assert paper.source == str(path)
    assert skipped.source == "papers.jsonl"  # reports call it as the person does
