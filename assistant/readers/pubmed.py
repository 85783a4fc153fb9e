"""PubMed's XML, as its downloads, E-utilities and yearly baseline files have it."""

from collections.abc import Iterator
from xml.etree.ElementTree import Element

from assistant.readers.record import Broken, Record
from assistant.readers.text import Text
from assistant.readers.xml_pieces import found, inner_text, text_at, xml_records

KEY = "pubmed"
NAME = "PubMed XML"


def recognises(text: Text) -> bool:
    """Whether the document holds PubMed's articles."""
    return text.head.lstrip().startswith("<") and (
        "<PubmedArticleSet" in text.head or "<PubmedArticle>" in text.head
    )


def read(text: Text) -> Iterator[Record | Broken]:
    """Yield one record an article."""
    for place, article in xml_records(text, "PubmedArticle"):
        yield article if isinstance(article, Broken) else _record(article, place)


def _record(root: Element, place: str) -> Record:
    citation = next(iter(found(root, "MedlineCitation")), None)
    article = next(iter(found(citation, "Article")), None)
    number = text_at(citation, "PMID")
    return Record(
        place=f"{place}, PMID {number}" if number else place,
        title=text_at(article, "ArticleTitle") or text_at(article, "VernacularTitle"),
        abstract=" ".join(map(_labelled, found(article, "Abstract", "AbstractText"))),
        authors=[_name(author) for author in found(article, "AuthorList", "Author")],
        year=_year(article),
        venue=text_at(article, "Journal", "Title")
        or text_at(article, "Journal", "ISOAbbreviation"),
        url=f"https://pubmed.ncbi.nlm.nih.gov/{number}/" if number.isdecimal() else None,
        doi=_doi(root, article),
        tags=[
            *map(inner_text, found(citation, "KeywordList", "Keyword")),
            *map(inner_text, found(citation, "MeshHeadingList", "MeshHeading", "DescriptorName")),
        ],
    )


def _labelled(section: Element) -> str:
    """Return a section of an abstract, led by its label: ``METHODS: We ...``."""
    label = section.get("Label", "")
    text = inner_text(section)
    return f"{label}: {text}" if label and label != "UNLABELLED" and text else text


def _name(author: Element) -> str:
    parts = [text_at(author, name) for name in ("ForeName", "LastName", "Suffix")]
    return text_at(author, "CollectiveName") or " ".join(part for part in parts if part)


def _year(article: Element | None) -> str:
    date = next(iter(found(article, "Journal", "JournalIssue", "PubDate")), None)
    return (
        text_at(date, "Year")
        or text_at(date, "MedlineDate")
        or text_at(article, "ArticleDate", "Year")
    )


def _doi(root: Element, article: Element | None) -> str | None:
    places = [
        *((each, "EIdType") for each in found(article, "ELocationID")),
        *((each, "IdType") for each in found(root, "PubmedData", "ArticleIdList", "ArticleId")),
    ]
    return next((inner_text(each) for each, kind in places if each.get(kind) == "doi"), None)
