"""Each format as the services and programs export it: every field, read as a person would."""

from pathlib import Path

import pytest

from assistant.ingest_report import Skipped
from assistant.readers import READERS, ReadOptions, options, read_papers, read_paths
from assistant.readers.text import Text
from assistant.types import Paper

EXPORTS = Path(__file__).parent / "exports"


def read(name: str) -> list[Paper]:
    found = list(read_papers(EXPORTS / name))
    assert all(isinstance(item, Paper) for item in found), found
    assert all(item.source == str(EXPORTS / name) for item in found)
    return found


FORMATS = {
    "arxiv-snapshot.json": "jsonl",
    "arxiv.atom": "arxiv",
    "beir-corpus.jsonl": "jsonl",
    "biblatex.bib": "bibtex",
    "crossref.json": "json",
    "excel-german-cp1252.csv": "csv",
    "openalex.json": "json",
    "prose.txt": "text",
    "pubmed.nbib": "nbib",
    "pubmed.xml": "pubmed",
    "scifact-corpus.jsonl": "jsonl",
    "scopus.csv": "csv",
    "scopus.ris": "ris",
    "semantic-scholar.jsonl": "jsonl",
    "wos.tsv": "csv",
    "zotero-csl.json": "csl-json",
    "zotero.bib": "bibtex",
    "zotero.csv": "csv",
    "zotero.ris": "ris",
}


def test_every_export_here_has_its_format_named():
    assert set(FORMATS) == {path.name for path in EXPORTS.iterdir()}


@pytest.mark.parametrize("name", FORMATS)
def test_a_format_is_told_by_content_and_by_one_reader_before_the_last_resorts(name):
    text = Text([(EXPORTS / name).read_bytes().decode("utf-8-sig", "replace")], name)
    last_resorts = {"json", "jsonl", "listing", "text"}
    claimed = [reader.KEY for reader in READERS if reader.recognises(text)]
    assert claimed[0] == FORMATS[name]
    assert set(claimed[1:]) <= last_resorts


def test_zotero_bibtex():
    drift, wear, noether = read("zotero.bib")
    assert drift == Paper(
        paper_id="doi:10.1000/jst.2021.0042",
        title="Drift of Quartz Clocks in Cold Water: A 50% Slow-Down at $-1^{\\circ}$C",
        abstract=(
            "We study the drift of clocks in cold water. The drift grows with depth & salinity "
            "— by 3.4% per metre. Crystals by François & Søren (“the cold ones”) drift least, "
            "with $\\alpha_{1} < 0.5$ in all cases."
        ),
        authors=("Åda Lind", "José Müller", "Bo van der Berg", "World Clock Organization"),
        year=2021,
        venue="Journal of Slow Time",
        url="https://journals.example.org/jst/article_view/12%2F34",
        doi="10.1000/jst.2021.0042",
        source=str(EXPORTS / "zotero.bib"),
        tags=("clocks", "water"),
    )
    assert (wear.arxiv_id, wear.doi) == ("2201.00042", "10.48550/arxiv.2201.00042")
    assert wear.authors == ("Bo Marsh", "Martin Luther King Jr.")
    assert (noether.title, noether.abstract, noether.year) == (
        "Invariante Variationsprobleme",
        "",
        1918,
    )


def test_biblatex_with_macros_parentheses_and_prose_around():
    online, knuth, one_line = read("biblatex.bib")
    assert online.title == "The NASA clock: Étude d'un very slow clock á la Brønsted: A study"
    assert online.abstract == 'A clock that says “tick” and "tock" – for 10 years.'
    assert online.authors == ("Ada Lünd", "Jan Kowalski-Łukáš", "Pál Erdős")
    assert (online.year, online.arxiv_id) == (2023, "2304.01234")
    assert (knuth.title, knuth.year) == ("Literate Clocks", 1984)
    assert knuth.authors == ("Donald E. Knuth", "Ludwig van Beethoven")
    assert knuth.venue == "Journal of Slow Time, Series 2"
    assert (one_line.title, one_line.venue) == ("One Line", "Proc. CLOCK")
    assert one_line.doi == "10.1000/one_line"


def test_zotero_ris():
    drift, wear = read("zotero.ris")
    assert drift.title == "Drift of Quartz Clocks"
    assert drift.authors == ("Åda Lind", "Martin Luther King Jr.", "World Clock Organization")
    assert drift.abstract == (
        "We study the drift of clocks in cold water. The drift grows with depth and salinity."
    )
    assert (drift.year, drift.venue) == (2021, "Journal of Slow Time")
    assert drift.url == "https://journals.example.org/jst/12?a=1;b=2"
    assert drift.doi == "10.1000/jst.2021.0042"
    assert (wear.arxiv_id, wear.doi) == ("2201.00042", None)


def test_scopus_ris_and_the_older_tags():
    noise, sound = read("scopus.ris")
    assert noise.title == "Noise of clocks: a review of H2O effects"
    assert noise.authors == ("A. Lind", "B. Marsh")
    assert noise.abstract == "Noise is what clocks make. © 2019 Clockwork Society."
    assert (noise.year, noise.venue, noise.doi) == (
        2019,
        "Annals of Clockwork",
        "10.1000/annals.7.1",
    )
    assert (sound.title, sound.abstract) == ("Sound of clocks", "An older way of writing.")
    assert (sound.authors, sound.year, sound.venue) == (("Cy Noor",), 2018, "Proc. Clock")


def test_scopus_csv():
    noise, sound = read("scopus.csv")
    assert noise.title == 'Noise of clocks, a "review"'
    assert noise.abstract == (
        "Noise is what clocks make.\nIt has a second line, with a comma; and a semicolon."
    )
    assert noise.authors == ("Ada Lind", "Bo Marsh")
    assert (noise.year, noise.venue, noise.doi) == (
        2019,
        "Annals of Clockwork",
        "10.1000/annals.7.1",
    )
    assert (sound.title, sound.abstract, sound.doi) == ("Sound of clocks", "", None)


def test_zotero_csv():
    drift, wear = read("zotero.csv")
    assert drift.authors == ("Åda Lind", "Bo Marsh")
    assert (drift.year, drift.venue) == (2021, "Journal of Slow Time")
    assert drift.url == "https://journals.example.org/jst/12"
    assert (wear.abstract, wear.arxiv_id) == ("", "2201.00042")


def test_web_of_science_tab_delimited():
    (drift,) = read("wos.tsv")
    assert (drift.title, drift.abstract) == ("Drift of clocks", "We study drift. It grows.")
    assert drift.authors == ("Ada Lind", "Bo Marsh")
    assert (drift.year, drift.venue) == (2021, "JOURNAL OF SLOW TIME")


def test_a_german_excel_table_with_semicolons_in_the_windows_encoding():
    noise, cold = read("excel-german-cp1252.csv")
    assert (noise.title, noise.year) == ("Lärm der Uhren", 2020)
    assert noise.abstract == (
        'Uhren machen Lärm; das "Ticken" stört die Größe.\n'
        "Überall, natürlich, für die Menschen und die Tiere."
    )
    assert noise.authors == ("Ada Lind", "Bo Mörsch")
    assert (cold.title, cold.authors) == ("Kälte und Uhren", ("Jörg Müller",))


def test_pubmed_xml_keeps_the_labels_of_sections():
    drift, letter = read("pubmed.xml")
    assert drift == Paper(
        paper_id="doi:10.1000/jst.2021.0042",
        title="Effect of CO2 on Drosophila clocks: <5 μs & more.",
        abstract=(
            "BACKGROUND: Clocks drift in cold water. METHODS AND RESULTS: We measured 12 clocks "
            "(n = 12). Drift was 3.4%. It grows with depth."
        ),
        authors=("Åda M Lind", "Martin King Jr", "Slow Clock Group"),
        year=2021,
        venue="Journal of slow time",
        url="https://pubmed.ncbi.nlm.nih.gov/31000001/",
        doi="10.1000/jst.2021.0042",
        source=str(EXPORTS / "pubmed.xml"),
    )
    assert (letter.title, letter.abstract) == ("[A letter about clocks].", "")
    assert (letter.year, letter.authors) == (1998, ("Cy Noor",))


def test_pubmed_nbib_says_the_same_of_a_paper_as_the_xml():
    drift, letter = read("pubmed.nbib")
    assert drift.title == (
        "Effect of CO(2) on Drosophila clocks: a title that is so long that it goes on in the "
        "next line."
    )
    assert drift.abstract == (
        "BACKGROUND: Clocks drift in cold water. METHODS AND RESULTS: We measured 12 clocks "
        "(n = 12). Drift was 3.4%. CONCLUSIONS: It grows with depth - and AB  - is a tag that "
        "is none here."
    )
    assert drift.authors == ("Åda M Lind", "Martin King Jr")
    assert (drift.doi, drift.year) == ("10.1000/jst.2021.0042", 2021)
    in_xml = read("pubmed.xml")[1]
    assert (letter.paper_id, letter.url, letter.year, letter.venue) == (
        in_xml.paper_id,
        in_xml.url,
        in_xml.year,
        in_xml.venue,
    )


def test_arxiv_atom():
    wear, ten = read("arxiv.atom")
    assert wear == Paper(
        paper_id="arxiv:2201.00042",
        title="Wear of Clocks: An Information-Theoretic View",
        abstract=(
            "Clocks wear out, at rates $\\lambda < 1$. We bound how fast, and find that the bound "
            "is tight."
        ),
        authors=("Bo Marsh", "Åda Lind"),
        year=2022,
        venue="J. Slow Time 13 (2022) 1-12",
        url="https://arxiv.org/abs/2201.00042v3",
        doi="10.1000/jst.2022.0001",
        arxiv_id="2201.00042",
        source=str(EXPORTS / "arxiv.atom"),
    )
    assert (ten.arxiv_id, ten.year) == ("hep-th/9901001", 1999)


def test_arxiv_snapshot():
    (paper,) = read("arxiv-snapshot.json")
    assert paper.title == (
        "Calculation of prompt diphoton production cross sections at Tevatron and LHC energies"
    )
    assert paper.abstract == (
        "A calculation in perturbative quantum chromodynamics (QCD) is presented for\n"
        "the production of photon pairs."
    )
    assert paper.authors == ("C. Balázs", "E. L. Berger", "M. L. King Jr.")
    assert (paper.year, paper.arxiv_id) == (2007, "0704.0001")
    assert (paper.venue, paper.doi) == (
        "Phys.Rev.D76:013009,2007",
        "10.1103/physrevd.76.013009",
    )


def test_openalex_puts_the_words_of_the_index_in_order():
    (paper,) = read("openalex.json")
    assert paper.abstract == "Clocks drift. Cold Clocks drift more."
    assert paper.authors == ("Åda Lind", "Bo Marsh")
    assert (paper.year, paper.venue) == (2021, "Journal of Slow Time")
    assert paper.doi == "10.1000/jst.2021.0042"


def test_crossref_loses_its_markup_and_keeps_its_headings():
    paper, issue = read_papers(EXPORTS / "crossref.json")
    assert paper.title == "Drift of Clocks & Watches"
    assert paper.abstract == "Background: Clocks drift at p < 0.05 in H2O. Methods: We measured."
    assert paper.authors == ("Åda Lind", "Slow Clock Group")
    assert (paper.year, paper.venue) == (2021, "Journal of Slow Time")
    assert isinstance(issue, Skipped)
    assert (issue.place, issue.reason[:9]) == ("record 2", "no title;")


def test_csl_json():
    drift, wear = read("zotero-csl.json")
    assert drift.title == "Drift of Quartz Clocks"
    assert drift.authors == ("Åda Lind", "Bo van der Berg", "World Clock Organization")
    assert (drift.year, drift.venue) == (2021, "Journal of Slow Time")
    assert (wear.year, wear.arxiv_id, wear.abstract) == (2022, "2201.00042", "")


def test_semantic_scholar():
    wear, noise = read("semantic-scholar.jsonl")
    assert (wear.arxiv_id, wear.doi) == ("2201.00042", "10.1000/jst.2022.0001")
    assert (wear.authors, wear.year) == (("Bo Marsh", "Åda Lind"), 2022)
    assert wear.venue == "Journal of Slow Time"
    assert (noise.abstract, noise.year, noise.venue) == ("", None, "CLOCK")


def test_scifact_and_beir_corpora():
    (scifact,) = read("scifact-corpus.jsonl")
    (beir,) = read("beir-corpus.jsonl")
    assert scifact.abstract == (
        "Alterations of clocks can result in delays. A line scan was applied."
    )
    assert beir.abstract == "Alterations of clocks can result in delays."
    assert scifact.title == beir.title == "Microstructural development of clocks."


def test_a_plain_text_is_a_title_and_paragraphs():
    (paper,) = read("prose.txt")
    assert paper.title == "Drift of Clocks in Cold Water"
    first, second = paper.abstract.split("\n")
    assert first.startswith("We study") and first.endswith("foreseen.")
    assert second.startswith("Twelve clocks") and second.endswith("(see the appendix).")


# What a person says about the file


def test_names_of_fields_can_be_given_for_json_and_tables(tmp_path):
    (tmp_path / "a.jsonl").write_text('{"Name": "Drift", "info": {"text": "It drifts."}}\n')
    (tmp_path / "b.csv").write_text("Nr,Name,Was\n1,Wear,It wears.\n")
    names = options(columns=["title=Name", "abstract=info.text"])
    (drift,) = read_papers(tmp_path / "a.jsonl", names)
    (wear,) = read_papers(tmp_path / "b.csv", options(columns=["title=Name", "abstract=Was"]))
    assert (drift.title, drift.abstract) == ("Drift", "It drifts.")
    assert (wear.title, wear.abstract) == ("Wear", "It wears.")


def test_a_format_can_be_forced(tmp_path):
    (tmp_path / "short.txt").write_text("Drift of Clocks\nThey drift.\n")
    (tmp_path / "titles.csv").write_text("title\nDrift\n\nWear\n")
    (short,) = read_papers(tmp_path / "short.txt", ReadOptions(format="text"))
    assert (short.title, short.abstract) == ("Drift of Clocks", "They drift.")
    titles = read_papers(tmp_path / "titles.csv", ReadOptions(format="csv"))
    assert [paper.title for paper in titles] == ["Drift", "Wear"]


FORCED = {format: name for name, format in FORMATS.items()} | {"listing": "prose.txt"}


@pytest.mark.parametrize("key", [reader.KEY for reader in READERS])
@pytest.mark.parametrize("name", FORMATS)
def test_a_wrongly_forced_format_ends_well(name, key):
    items = list(read_paths([EXPORTS / name, EXPORTS / FORCED[key]], ReadOptions(format=key)))
    assert items and all(isinstance(item, Paper | Skipped) for item in items)
    assert {item.source for item in items} >= {str(EXPORTS / name)}, "nothing goes unsaid"
