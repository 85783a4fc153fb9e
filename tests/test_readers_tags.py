"""Tags: the keywords of each format, and those that a person adds to what is read."""

import json
from pathlib import Path

import pytest

from assistant.errors import UsageError
from assistant.ingest_report import Skipped
from assistant.readers import AS_FOUND, ReadOptions, options, read_papers
from assistant.readers.keywords import listed, parted
from assistant.readers.record import MAX_TAG_CHARACTERS, MAX_TAGS, Record, to_paper
from assistant.types import Paper

EXPORTS = Path(__file__).parent / "exports"


@pytest.fixture
def tags_of(tmp_path):
    def tags_of(text: str, with_options: ReadOptions = AS_FOUND) -> tuple[str, ...]:
        (tmp_path / "file").write_text(text, encoding="utf-8")
        (paper,) = read_papers(tmp_path / "file", with_options)
        assert isinstance(paper, Paper), paper
        return paper.tags

    return tags_of


@pytest.mark.parametrize(
    ("text", "tags"),
    [
        ("clocks, slow  time", ["clocks", "slow  time"]),
        ("Neoplasms, Experimental; Mice", ["Neoplasms, Experimental", "Mice"]),
        ("R&amp;D, clocks", ["R&D", "clocks"]),
        ("cs.LG stat.ML", ["cs.LG", "stat.ML"]),
        ("hep-th", ["hep-th"]),
        ("astro-ph.CO cond-mat.dis-nn physics.ao-ph q-bio.NC math", "by spaces"),
        ("optimal transport", ["optimal transport"]),
        ("statistics physics", ["statistics physics"]),
    ],
)
def test_keywords_in_one_text(text, tags):
    found = [tag.strip() for tag in parted(text)]
    assert found == (text.split() if tags == "by spaces" else tags)


def test_keywords_of_our_own_exports_are_parted_by_nothing_else():
    assert parted("cs.LG stat.ML", exact=True) == ["cs.LG stat.ML"]
    assert parted("R&amp;D", exact=True) == ["R&amp", "D"]
    assert listed(["cs.LG stat.ML"], exact=True) == ["cs.LG stat.ML"]


def test_bibtex(tags_of):
    entry = "@article{a, title={Clocks}, %s}"
    assert tags_of(entry % r"keywords = {Caf{\'e} clocks, R\&D,, Slow Time}") == (
        "Café clocks",
        "R&D",
        "Slow Time",
    )
    both = entry % 'author_keywords = "a; b, c", keywords = {B, d}'
    assert tags_of(both) == ("B", "d", "a", "b, c")


def test_ris_has_a_line_or_a_tag_for_each(tags_of):
    text = "TY  - JOUR\nTI  - Clocks\nKW  - Mice, Inbred\nKW  - slow time\ncold water\nER  - \n"
    assert tags_of(text) == ("Mice, Inbred", "slow time", "cold water")


def test_medline(tags_of):
    text = (
        "PMID- 31000001\nTI  - Clocks\nMH  - *Water/chemistry\nMH  - Cold Temperature\n"
        "MH  - Mice, Inbred BALB C\nOT  - *clocks\nOT  - cold\n      water\n"
    )
    assert tags_of(text) == (
        *("clocks", "cold water", "Water", "Cold Temperature", "Mice, Inbred BALB C"),
    )


def test_pubmed_xml(tags_of):
    heading = "<MeshHeading><DescriptorName UI='D1'>{}</DescriptorName>{}</MeshHeading>"
    text = (
        "<PubmedArticleSet><PubmedArticle><MedlineCitation><PMID>1</PMID>"
        "<Article><ArticleTitle>Clocks</ArticleTitle></Article><MeshHeadingList>"
        + heading.format("Water", "<QualifierName>chemistry</QualifierName>")
        + heading.format("Mice, Inbred BALB C", "")
        + "</MeshHeadingList><KeywordList Owner='NOTNLM'><Keyword>CO<sub>2</sub> clocks</Keyword>"
        "<Keyword>water</Keyword></KeywordList></MedlineCitation></PubmedArticle></PubmedArticleSet>"
    )
    assert tags_of(text) == ("CO2 clocks", "water", "Mice, Inbred BALB C")


def test_arxiv_atom(tags_of):
    text = (
        '<feed xmlns="http://www.w3.org/2005/Atom" xmlns:arxiv="http://arxiv.org/schemas/atom">'
        "<entry><id>http://arxiv.org/abs/2201.00042v3</id><title>Clocks</title>"
        '<arxiv:primary_category term="cs.IT"/><category term="cs.IT"/>'
        '<category term="math.IT" scheme="http://arxiv.org/schemas/atom"/>'
        '<category term="94A17; 62B10"/><category/></entry></feed>'
    )
    assert tags_of(text) == ("cs.IT", "math.IT", "94A17", "62B10")


@pytest.mark.parametrize(
    ("fields", "tags"),
    [
        ({"tags": ["a", " b  c ", "A"]}, ("a", "b c")),
        ({"keywords": "a; b, c"}, ("a", "b, c")),
        ({"keyword": "a, b"}, ("a", "b")),
        ({"categories": "cs.LG stat.ML"}, ("cs.LG", "stat.ML")),
        ({"categories": ["cs.LG stat.ML", "math.OC"]}, ("cs.LG", "stat.ML", "math.OC")),
        ({"keywords": [{"id": "https://openalex.org/keywords/x", "display_name": "X"}]}, ("X",)),
        ({"tags": [{"tag": "to read"}, {"term": "cs.CL"}]}, ("to read", "cs.CL")),
        ({"fieldsOfStudy": ["Physics"], "tags": ["mine"]}, ("mine", "Physics")),
        ({"tags": None, "keywords": {"a": 1}, "categories": [1, None, ["x"], {}]}, ()),
        ({"keywords": ["<i>Mus musculus</i>", "R&amp;D"]}, ("Mus musculus", "R&D")),
    ],
)
def test_json(tags_of, fields, tags):
    assert tags_of(json.dumps({"title": "Clocks", **fields})) == tags


def test_csl_json(tags_of):
    item = {"title": "Clocks", "container-title": "Time", "keyword": "slow time, water"}
    assert tags_of(json.dumps([item])) == ("slow time", "water")


@pytest.mark.parametrize(
    ("header", "cell"),
    [
        ("Manual Tags", "slow time; water"),
        ("Author Keywords", "slow time; water"),
        ("keywords", '"slow time, water"'),
        ("tags", "slow time;water;"),
    ],
)
def test_tables(tags_of, header, cell):
    assert tags_of(f"title,{header}\nClocks,{cell}\n") == ("slow time", "water")


def test_a_field_that_a_person_names(tags_of):
    row = json.dumps({"title": "Clocks", "topics": {"main": ["a", "b"]}, "keywords": ["c"]})
    assert tags_of(row, options(columns=["tags=topics.main"])) == ("a", "b")
    assert tags_of("title,Topics\nClocks,a;b\n", options(columns=["tags=Topics"])) == ("a", "b")


def test_exports_of_reference_managers():
    for name in ("zotero.bib", "zotero.ris"):
        (first, *_) = read_papers(EXPORTS / name)
        assert first.tags == ("clocks", "water")


def test_a_person_adds_tags_to_every_paper_behind_its_own(tmp_path):
    rows = [{"title": "One", "keywords": ["Water", "Thesis"]}, {"title": "Two"}]
    (tmp_path / "a.jsonl").write_text("\n".join(map(json.dumps, rows)))
    given = options(tags=["thesis", " chapter  2; to read"])
    one, two = read_papers(tmp_path / "a.jsonl", given)
    assert one.tags == ("Water", "Thesis", "chapter 2", "to read")
    assert two.tags == ("thesis", "chapter 2", "to read")


@pytest.mark.parametrize(
    ("tags", "words"),
    [
        (["x" * (MAX_TAG_CHARACTERS + 1)], "tag of 1,001 characters; 1,000 at most"),
        ([str(number) for number in range(MAX_TAGS + 1)], "501 tags; 500 at most"),
        (["half \ud800"], "half a character"),
    ],
)
def test_too_many_or_too_long_tags_cost_their_record_and_are_refused_of_a_person(tags, words):
    skipped = to_paper(Record("line 1", "Clocks", tags=tags), "a.bib")
    assert isinstance(skipped, Skipped) and words in skipped.reason
    with pytest.raises(UsageError, match=words):
        options(tags=tags)


@pytest.mark.parametrize("tag", ["", "  ", " ; "])
def test_a_tag_without_a_name_is_refused(tag):
    with pytest.raises(UsageError, match="a tag is empty; name one, such as --tag thesis"):
        options(tags=["thesis", tag])
