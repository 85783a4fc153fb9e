"""However large, packed or strange an input is: bounded memory, an end, and the records kept."""

import contextlib
import gzip
import io
import json
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from assistant.errors import ReadError
from assistant.ingest_report import Skipped
from assistant.readers import READERS, options, read_papers, read_paths, source, text
from assistant.types import Paper

ON_LINUX = pytest.mark.skipif(sys.platform != "linux", reason="measures by /proc")
GOOD = '{"title": "Drift", "abstract": "Clocks drift."}\n'
ALSO_GOOD = '{"title": "Wear", "abstract": "Clocks wear."}\n'


def titles(items) -> list[str]:
    return [item.title for item in items if isinstance(item, Paper)]


# Packed files


def test_gzip_is_undone_whatever_the_name_and_in_several_parts(tmp_path):
    packed = gzip.compress(GOOD.encode()) + gzip.compress(ALSO_GOOD.encode())
    (tmp_path / "papers.jsonl").write_bytes(packed)
    assert titles(read_papers(tmp_path / "papers.jsonl")) == ["Drift", "Wear"]


def test_papers_before_the_damage_in_a_gzip_go_in_and_the_damage_is_told(tmp_path):
    rows = "".join(json.dumps({"title": f"Title {n}"}) + "\n" for n in range(50_000))
    packed = gzip.compress(rows.encode(), compresslevel=1)
    (tmp_path / "half.gz").write_bytes(packed[: len(packed) // 2])
    *papers, last = read_paths([tmp_path / "half.gz"])
    assert 10_000 < len(titles(papers)) < 50_000
    assert last.place == "file" and "damaged gzip" in last.reason


def test_a_gzip_that_unpacks_beyond_all_proportion_is_given_up(tmp_path, monkeypatch):
    monkeypatch.setattr(source, "GZIP_RATIO_FROM_BYTES", 1 << 20)
    (tmp_path / "bomb.gz").write_bytes(gzip.compress(GOOD.encode() * 200_000))
    with pytest.raises(ReadError, match="more than 200 times its size"):
        list(read_papers(tmp_path / "bomb.gz"))


def test_more_data_than_the_bound_is_given_up(tmp_path, monkeypatch):
    monkeypatch.setattr(source, "MAX_STREAM_BYTES", 1 << 20)
    (tmp_path / "long.jsonl").write_text(GOOD * 40_000)
    with pytest.raises(ReadError, match="split it"):
        list(read_papers(tmp_path / "long.jsonl"))


# Encodings

SENTENCES = {
    "French": "Étude de la dérive des horloges à quartz: les résultats suggèrent une légère "
    "hétérogénéité, et François Müller, à Besançon, répète l'expérience près de la mer.",
    "German": "Größe und Überprüfung der Wärmeausdehnung von Uhren in der Schweiz für Jürgen Groß.",
    "Spanish": "El diseño de relojes pequeños en España: años de observación y medición continúan.",
    "Czech": "Příliš žluťoučký kůň úpěl ďábelské ódy; hodiny ve studené vodě měří čas pomaleji.",
    "Russian": "Исследование дрейфа часов в холодной воде показывает рост шума с глубиной моря.",
    "Greek": "Μελετάμε τη μετατόπιση των ρολογιών σε κρύο νερό και τη μεταβολή της.",
    "Chinese": "我们研究了冷水中时钟的漂移,结果表明噪声随深度增加,而且与盐度有关。",
    "Japanese": "冷たい水の中の時計のドリフトを研究し、ノイズは深さとともに増加することを示す。",
    "Hungarian": "Az idő múlása: a hideg vízben az órák lassabban járnak, és az űrben gyorsabban.",
    "Polish": "Zegary w zimnej wodzie późnią się, a ich błąd rośnie z głębokością i zasoleniem.",
    "Portuguese": "A medição do tempo em relógios de água fria: não há estações, só corações.",
    "Danish": "Målinger af ure i koldt vand viser, at fejlen øges på større dybder i Østersøen.",
    "Romanian": "Măsurăm întârzierea ceasurilor în apă rece; eroarea creşte cu adâncimea mării.",
    "Turkish": "Soğuk suda saatlerin sürüklenmesi üzerine çalıştık; gürültü derinlikle artıyor.",
    "one name": "José",
    "one sign": "50 µm",
}
ENCODINGS = [
    *("cp1252", "latin-1", "mac_roman", "cp1250", "iso8859_2", "cp1251", "koi8_r", "cp1253"),
    *("iso8859_7", "cp1254", "gb18030", "big5", "shift_jis", "euc_jp"),
]


def can_say(encoding: str, language: str) -> bool:
    with contextlib.suppress(UnicodeEncodeError):
        return bool(SENTENCES[language].encode(encoding))
    return False


WRITTEN = [(e, language) for e in ENCODINGS for language in SENTENCES if can_say(e, language)]


@pytest.mark.parametrize(("encoding", "language"), WRITTEN)
@pytest.mark.parametrize("english", [0, 30], ids=["alone", "among English"])
def test_an_old_encoding_is_read_rightly_or_not_at_all(tmp_path, language, encoding, english):
    rows = [f"Title {n},We study the drift of clocks in cold water." for n in range(english)]
    table = "\n".join(["title,abstract", *rows, f'Last,"{SENTENCES[language]}"'])
    (tmp_path / "table.csv").write_bytes(table.encode(encoding))
    items = list(read_paths([tmp_path / "table.csv", Path(__file__).parent / "exports/prose.txt"]))
    last = [item for item in items if isinstance(item, Paper) and item.title == "Last"]
    if last:
        assert last[0].abstract == SENTENCES[language]
    else:
        (skipped,) = [item for item in items if isinstance(item, Skipped)]
        assert "UTF-8" in skipped.reason and "--encoding" in skipped.reason
    named = read_papers(tmp_path / "table.csv", options(encoding=encoding))
    assert [item.abstract for item in named][-1] == SENTENCES[language]


def test_the_common_case_of_western_text_from_windows_is_read(tmp_path):
    table = f'title,abstract\nLast,"{SENTENCES["French"]}"'
    (tmp_path / "table.csv").write_bytes(table.encode("cp1252"))
    (paper,) = read_papers(tmp_path / "table.csv")
    assert paper.abstract == SENTENCES["French"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32"])
def test_unicode_is_told_by_its_mark(tmp_path, encoding):
    rows = json.dumps({"title": "Ω Größe 漢字 😀"}, ensure_ascii=False) + "\n" + GOOD
    (tmp_path / "rows").write_bytes(rows.encode(encoding))
    assert titles(read_papers(tmp_path / "rows")) == ["Ω Größe 漢字 😀", "Drift"]


def test_xml_in_the_encoding_that_it_declares(tmp_path):
    feed = (
        '<?xml version="1.0" encoding="ISO-8859-2"?><feed xmlns="http://www.w3.org/2005/Atom">'
        "<entry><title>Łódź</title></entry></feed>"
    )
    (tmp_path / "feed").write_bytes(feed.encode("iso8859_2"))
    assert titles(read_papers(tmp_path / "feed")) == ["Łódź"]


def test_line_ends_of_the_old_macintosh(tmp_path):
    (tmp_path / "table.csv").write_bytes(b"title,abstract\rDrift,It drifts.\rWear,It wears.\r")
    assert titles(read_papers(tmp_path / "table.csv")) == ["Drift", "Wear"]


# Bounded memory


def measured(code: str, stdin=subprocess.DEVNULL, **more) -> subprocess.Popen:
    """A process in which reading may take `MEMORY_BYTES` on top of what the program takes."""
    prelude = """
import resource, sys, time
from pathlib import Path
import bibtexparser.entrypoint, rispy, defusedxml.ElementTree, charset_normalizer
from assistant.readers import MEMORY_BYTES, read_papers, read_paths
from assistant.types import Paper
def kib(name):
    return next(int(l.split()[1]) for l in open("/proc/self/status") if l.startswith(name))
limit = (kib("VmSize") << 10) + MEMORY_BYTES
resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
"""
    return subprocess.Popen(
        [sys.executable, "-c", prelude + code],
        cwd=Path(__file__).parent.parent,
        stdin=stdin,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        **more,
    )


def pubmed(inner: str) -> str:
    return f"<PubmedArticle>{inner}</PubmedArticle>"


def articles(inner: str) -> str:
    titled = "<MedlineCitation><Article><ArticleTitle>Wear</ArticleTitle></Article>"
    last = pubmed(f"{titled}</MedlineCitation>")
    return f"<PubmedArticleSet>{pubmed(inner)}{last}</PubmedArticleSet>"


MANY = text.MAX_RECORD_CHARACTERS
JSON_END = ",\n" + ALSO_GOOD + "]"
BIB_END = "\n@misc{z, title={Wear}}\n"
RIS_END = "ER  - \nTY  - JOUR\nTI  - Wear\n"
NESTED = MANY // 2 - 20
GIGANTIC = {
    "line.jsonl": lambda: '{"title": "' + "x" * 10 * MANY + '"}\n' + ALSO_GOOD,
    "wide.jsonl": lambda: '{"title": "' + "\U0001f600" * (MANY - 20) + '"}\n' + ALSO_GOOD,
    "names.jsonl": lambda: (
        '{"title":"x","authors":[' + '"a",' * (MANY // 4 - 10) + '"b"]}\n' + ALSO_GOOD
    ),
    "words.jsonl": lambda: (
        '{"title":"x","abstract_inverted_index":{"a":[' + "1," * NESTED + "1]}}\n" + ALSO_GOOD
    ),
    "objects.json": lambda: '[{"title":"x","a":[' + "{}," * (MANY // 3 - 20) + "{}]}" + JSON_END,
    "depth.json": lambda: '[{"title":"x","a":' + "[" * NESTED + "]" * NESTED + "}" + JSON_END,
    "string.json": lambda: '[{"title":"' + "x" * 10 * MANY + '"}' + JSON_END,
    "columns.csv": lambda: "title,abstract" + ",a" * NESTED + "\nWear,Clocks wear.\n",
    "quotes.csv": lambda: "title,abstract\n" + '"' * 2 * MANY + "\nWear,Clocks wear.\n",
    "braces.bib": lambda: "@misc{a, title={" + "{" * 480_000 + "x" + "}" * 480_000 + "}}" + BIB_END,
    "fields.bib": lambda: (
        "@misc{a, title={x}," + ",".join(f"a{n}=1" for n in range(99_000)) + "}" + BIB_END
    ),
    "macros.bib": lambda: '@string{a="a"}\n' + "@string{a=a#a}\n" * 99 + BIB_END,
    "tags.ris": lambda: "TY  - JOUR\nTI  - x\n" + "KW  - a\n" * (MANY // 12) + RIS_END,
    "lines.ris": lambda: "TY  - JOUR\nTI  - x\nAB  - a\n" + "a\n" * (MANY // 10) + RIS_END,
    "depth.xml": lambda: articles("<a>" * (MANY // 8) + "</a>" * (MANY // 8)),
    "attributes.xml": lambda: articles('<a b=""/>' * (MANY // 10)),
    "record.xml": lambda: articles("x" * 10 * MANY),
    "page.txt": lambda: f"Title\n{'b' * 300}\n{'c' * 5 * MANY}\nWear\n{'d' * 300}\n",
}


@ON_LINUX
def test_gigantic_records_are_read_or_skipped_within_the_bound(tmp_path):
    for name, make in GIGANTIC.items():
        (tmp_path / name).write_text(make())
    code = f"""
for name in {list(GIGANTIC)}:
    started, last = time.monotonic(), None
    for item in read_papers(Path({str(tmp_path)!r}) / name):
        last = item
    assert isinstance(last, Paper) and last.title == "Wear", (name, str(last)[:300])
    assert time.monotonic() - started < 30, name
print("done")
"""
    out, err = measured(code).communicate(timeout=200)
    assert out == b"done\n", err.decode()[-2000:]


ENDLESS = {
    "nothing but NULs": (b"", b"\0" * 4096),
    "a line": (b"", b"a" * 4096),
    "a JSON string": (b'{"title": "', b"a" * 4096),
    "a JSON list in a record": (b'[{"title": "x", "a": [', b"[1, 2], " * 512),
    "a BibTeX entry": (b"@article{a, title = {x}, abstract = {", b"a line of words\n" * 256),
    "a RIS record": (
        b"TY  - JOUR\nTI  - x\nAB  - ",
        b"a line of many words and no more tags\n" * 99,
    ),
    "a PubMed article": (b"<PubmedArticleSet><PubmedArticle>", b"<a>x</a>" * 512),
    "an Atom entry": (b'<feed xmlns="http://www.w3.org/2005/Atom"><entry>', b"x" * 4096),
    "bad records": (b"", b'{"title": 7}\n' * 300),
    "white space": (b" ", b"     \t   \r\n" * 400),
}


@ON_LINUX
@pytest.mark.parametrize(("start", "more"), ENDLESS.values(), ids=ENDLESS)
def test_endless_standard_input_ends_in_an_error_within_the_bound(start, more):
    code = """
from assistant.errors import ReadError
items = 0
try:
    for item in read_papers(Path("-")):
        items += 1
except ReadError as error:
    print(items, error)
"""
    process = measured(code, stdin=subprocess.PIPE)

    def feed() -> None:
        try:
            process.stdin.write(start)
            while True:
                process.stdin.write(more * 16)
        except BrokenPipeError:
            pass

    feeder = threading.Thread(target=feed, daemon=True)
    feeder.start()
    process.wait(timeout=100)
    feeder.join(timeout=10)
    out, err = process.stdout.read(), process.stderr.read()
    process.stdout.close()
    process.stderr.close()
    with contextlib.suppress(BrokenPipeError):
        process.stdin.close()
    assert b"standard input: " in out or b"standard input:1:" in out, (out, err[-2000:])


def row_of(format: str, number: int) -> str:
    title, abstract = f"Clock {number}", f"We study clock {number}. It drifts."
    return {
        "jsonl": json.dumps({"title": title, "abstract": abstract}) + "\n",
        "json": json.dumps({"title": title, "abstract": abstract}) + ",\n",
        "csv": f'"{title}","{abstract}"\n',
        "bibtex": f"@misc{{k{number},\n title = {{{title}}},\n abstract = {{{abstract}}}\n}}\n",
        "ris": f"TY  - JOUR\nTI  - {title}\nAB  - {abstract}\nER  - \n\n",
        "nbib": f"PMID- {number}\nTI  - {title}\nAB  - {abstract}\n\n",
        "pubmed": pubmed(
            f"<MedlineCitation><Article><ArticleTitle>{title}</ArticleTitle><Abstract>"
            f"<AbstractText>{abstract}</AbstractText></Abstract></Article></MedlineCitation>"
        )
        + "\n",
        "arxiv": f"<entry><title>{title}</title><summary>{abstract}</summary></entry>\n",
        "listing": f"{title}\n{abstract}{' It drifts.' * 20}\n",
    }[format]


AROUND = {
    "json": ("[", GOOD + "]"),
    "csv": ("title,abstract\n", ""),
    "pubmed": ("<PubmedArticleSet>", "</PubmedArticleSet>"),
    "arxiv": ('<feed xmlns="http://www.w3.org/2005/Atom">', "</feed>"),
}
ROWS = {"jsonl": 60_000, "csv": 60_000, "listing": 60_000}


@ON_LINUX
@pytest.mark.parametrize("key", sorted({reader.KEY for reader in READERS} - {"text", "csl-json"}))
def test_memory_does_not_grow_with_the_number_of_records(tmp_path, key):
    rows = ROWS.get(key, 15_000)
    start, end = AROUND.get(key, ("", ""))
    with (tmp_path / "papers").open("w") as file:
        file.write(start)
        file.writelines(row_of(key, number) for number in range(1, rows + 1))
        file.write(end)
    code = f"""
for number, item in enumerate(read_papers(Path({str(tmp_path / "papers")!r}))):
    assert isinstance(item, Paper), item
    if number == 2000:
        before = kib("VmRSS")
print(number + 1, (kib("VmHWM") - before) / 1024)
"""
    out, err = measured(code).communicate(timeout=100)
    assert out, err.decode()[-2000:]
    count, grown_mib = out.split()
    assert int(count) == rows + (key == "json")
    assert float(grown_mib) < 4, "MiB more at the end than after 2,000 records"


# Standard input and globs


class Stdin:
    def __init__(self, data: bytes) -> None:
        self.buffer = io.BytesIO(data)


def test_a_hyphen_is_standard_input(monkeypatch):
    monkeypatch.setattr(sys, "stdin", Stdin(gzip.compress(GOOD.encode())))
    (paper,) = read_paths([Path("-")])
    assert (paper.title, paper.source) == ("Drift", "standard input")
    assert not sys.stdin.buffer.closed


def test_a_program_without_standard_input_is_told_so(monkeypatch):
    monkeypatch.setattr(sys, "stdin", None)
    with pytest.raises(ReadError, match="standard input: can't be read"):
        list(read_paths([Path("-")]))


def test_globs_and_what_matches_nothing(tmp_path):
    (tmp_path / "deep" / "er").mkdir(parents=True)
    for name in ("a.jsonl", "b.jsonl", "deep/er/c.jsonl", "deep/d.txt"):
        (tmp_path / name).write_text(json.dumps({"title": name}) + "\n")
    assert titles(read_paths([tmp_path / "*.jsonl"])) == ["a.jsonl", "b.jsonl"]
    assert titles(read_paths([tmp_path / "**" / "*.jsonl"])) == [
        "a.jsonl",
        "b.jsonl",
        "deep/er/c.jsonl",
    ]
    assert titles(read_paths([tmp_path / "d*"])) == ["deep/d.txt", "deep/er/c.jsonl"]
    with pytest.raises(ReadError, match="no-such"):
        list(read_paths([tmp_path / "no-such*.bib"]))


def test_a_file_whose_name_looks_like_a_glob_is_that_file(tmp_path):
    (tmp_path / "a[1].jsonl").write_text(GOOD)
    assert titles(read_paths([tmp_path / "a[1].jsonl"])) == ["Drift"]


def test_a_folder_that_links_to_itself_is_read_once(tmp_path):
    (tmp_path / "a.jsonl").write_text(GOOD)
    (tmp_path / "loop").symlink_to(tmp_path)
    assert titles(read_paths([tmp_path])) == ["Drift"]
