"""Damaged files: the good records before and after survive, the bad one says where and why."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from assistant.errors import ReadError
from assistant.ingest_report import Skipped
from assistant.readers import READERS, detect, options, read_papers, read_paths
from assistant.readers.encoding import decode
from assistant.readers.record import to_paper
from assistant.readers.text import Text
from assistant.types import Paper

HERE = Path(__file__).parent
MALFORMED = sorted((HERE / "malformed").iterdir())
EXPORTS = sorted((HERE / "exports").iterdir())


@pytest.mark.parametrize("path", MALFORMED, ids=lambda path: path.name)
def test_what_stands_around_a_broken_record_survives(path):
    items = list(read_papers(path))
    assert [item.title for item in items if isinstance(item, Paper)] == ["Drift", "Wear"]
    skipped = [item for item in items if isinstance(item, Skipped)]
    assert skipped
    for item in skipped:
        assert item.source == str(path)
        assert item.place.split()[0] in ("line", "record")
        assert 0 < len(item.reason) < 200


REFUSED = {
    "entities that multiply": (
        b'<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY lol "lol"><!ENTITY lol2 "&lol;&lol;">]>'
        b"<PubmedArticleSet><PubmedArticle>&lol2;</PubmedArticle></PubmedArticleSet>",
        "defines XML entities",
    ),
    "an entity that is a file": (
        b'<!DOCTYPE feed [<!ENTITY secret SYSTEM "file:///etc/passwd">]>'
        b'<feed xmlns="http://www.w3.org/2005/Atom"><entry><title>&secret;</title></entry></feed>',
        "defines XML entities",
    ),
}


@pytest.mark.parametrize(("data", "words"), REFUSED.values(), ids=REFUSED)
def test_xml_that_defines_entities_is_refused(tmp_path, data, words):
    (tmp_path / "bomb.xml").write_bytes(data)
    with pytest.raises(ReadError, match=words):
        list(read_papers(tmp_path / "bomb.xml"))


def test_entities_defined_out_of_sight_are_never_resolved(tmp_path):
    secret = tmp_path / "secret.txt"
    secret.write_text("a secret")
    (tmp_path / "late.xml").write_text(
        "<!-- " + "x" * 100_000 + f' --><!DOCTYPE PubmedArticleSet [<!ENTITY s SYSTEM "{secret}">]>'
        "<PubmedArticleSet><PubmedArticle><MedlineCitation><Article><ArticleTitle>&s;"
        "</ArticleTitle></Article></MedlineCitation></PubmedArticle></PubmedArticleSet>"
    )
    (item,) = read_paths([tmp_path / "late.xml"], options(format="pubmed"))
    assert isinstance(item, Skipped) and "undefined entity" in item.reason


def test_an_input_that_only_seems_to_be_of_a_format_is_given_up(tmp_path):
    (tmp_path / "wrong.csv").write_text("title,abstract\n" + ",x\n" * 20_000)
    items = read_paths([tmp_path / "wrong.csv", HERE / "exports" / "prose.txt"])
    *skipped, last, prose = items
    assert len(skipped) == 10_000
    assert last.place == "file" and "10,000 records in a row" in last.reason
    assert isinstance(prose, Paper)


def test_a_quotation_mark_that_is_never_closed_costs_its_row_only(tmp_path):
    rows = [f"Title {number},Text {number}." for number in range(20_000)]
    rows[7] = 'Title 7,"Text 7.'
    (tmp_path / "table.csv").write_text("\n".join(["title,abstract", *rows]))
    items = list(read_papers(tmp_path / "table.csv"))
    assert [item.place for item in items if isinstance(item, Skipped)] == ["line 9"]
    assert len(items) == 20_000


def test_a_record_inside_a_broken_one_is_found_by_how_far_it_is_set_in(tmp_path):
    rows = [{"title": f"Title {n}", "cites": [{"title": "not mine"}]} for n in range(4)]
    text = json.dumps(rows, indent=2)
    broken = text.replace('"title": "Title 1",', '"title": "Title 1" "cites" {', 1)
    assert broken != text
    (tmp_path / "list.json").write_text(broken)
    items = list(read_papers(tmp_path / "list.json"))
    titles = [item.title for item in items if isinstance(item, Paper)]
    assert titles == ["Title 0", "Title 2", "Title 3"]


# Whatever comes, a reader gives papers, says what it skips, or refuses the file.


def read_all(data: bytes, format: str | None = None) -> Iterator[Paper | Skipped]:
    text = Text(decode(iter([data] if data else []), "fuzz"), "fuzz")
    for record in detect(text, format).read(text):
        yield to_paper(record, "fuzz")


def check(data: bytes, format: str | None) -> None:
    try:
        items = list(read_all(data, format))
    except ReadError as error:
        assert "fuzz" in str(error)
        return
    for item in items:
        if isinstance(item, Skipped):
            assert item.place and item.reason
            continue
        assert isinstance(item, Paper) and item.title.strip()
        json.dumps([item.title, item.abstract, *item.authors]).encode()
        for text in (item.title, item.abstract, item.venue or "", *item.authors):
            text.encode()
            assert "\0" not in text
        assert item.year is None or 0 < item.year <= 9999
        assert item.url is None or item.url.lower().startswith(("http", "ftp"))
        assert item.doi is None or item.doi.startswith("10.")


KEYS = [reader.KEY for reader in READERS]
SEEDS = [path.read_bytes() for path in (*EXPORTS, *MALFORMED)]
SYNTAX = [
    *(b"{", b"}", b"[", b"]", b'"', b"'", b",", b":", b";", b"\\", b"\n", b"\r\n", b"\t", b"#"),
    *(b"@article{a,", b"title", b"abstract", b" = ", b"@string{", b"$", b"%", b"\\'{e}", b" and "),
    *(b"TY  - JOUR\n", b"TI  - ", b"AB  - ", b"ER  - \n", b"PMID- 1\n", b"      "),
    *(b"<PubmedArticle>", b"</PubmedArticle>", b"<entry>", b"</entry>", b"<ArticleTitle>", b"<p>"),
    *(b'<feed xmlns="http://www.w3.org/2005/Atom">', b"<![CDATA[", b"&lt;", b"&#0;", b"-->"),
    *(
        b"\xef\xbb\xbf",
        b"\xff\xfe",
        b"\xc3\xa9",
        b"\xe9",
        b"\0",
        b"\x1b",
        b"\\ud800",
        b"\xed\xa0\x80",
    ),
    *(b"Drift of Clocks", b"year", b"2020", b"1e999", b"null", b"true", b"title,abstract\n"),
]
pieces = st.lists(st.sampled_from(SYNTAX) | st.binary(max_size=6), max_size=40).map(b"".join)


@st.composite
def mutated(draw: st.DrawFn) -> bytes:
    """One of the files, with stretches of it cut out, doubled or overwritten."""
    data = draw(st.sampled_from(SEEDS))
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(data)))
        end = min(len(data), start + draw(st.integers(0, 60)))
        change = draw(st.sampled_from(["cut", "double", "insert", "swap"]))
        middle = {
            "cut": b"",
            "double": data[start:end] * 2,
            "insert": draw(pieces) + data[start:end],
            "swap": data[start:end][::-1],
        }[change]
        data = data[:start] + middle + data[end:]
    return data


quick = settings(
    max_examples=150,
    deadline=5000,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


@quick
@given(data=mutated())
def test_mutated_files_end_well(data):
    check(data, None)


@pytest.mark.parametrize("key", KEYS)
@quick
@given(data=st.binary(max_size=300) | pieces | mutated())
@example(data=b"")
@example(data=b"\n")
@example(data=b"@string{a=a#a}@article{b,title=a}")
def test_any_bytes_end_well_in_every_reader(key, data):
    check(data, key)


class Crumbs(Text):
    """A text that hands out its characters a few at a time."""

    size = 1

    def chunks(self) -> Iterator[str]:
        whole = "".join(super().chunks())
        return (whole[start : start + self.size] for start in range(0, len(whole), self.size))


@pytest.mark.parametrize("reader", READERS, ids=lambda reader: reader.KEY)
@quick
@given(data=mutated(), size=st.integers(1, 50))
def test_where_an_input_is_cut_into_chunks_changes_nothing(reader, data, size):
    characters = data.decode("utf-8", "replace")
    crumbs = Crumbs([characters], "fuzz")
    crumbs.size = size
    try:
        whole = list(reader.read(Text([characters], "fuzz")))
    except ReadError:
        return
    assert list(reader.read(crumbs)) == whole
