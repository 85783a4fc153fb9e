"""Who wrote a paper and when, as far as a query says so."""

from dataclasses import replace

import pytest
from doubles import HashingEmbedder, paper

from assistant.authorship import Authorship, read_authorship
from assistant.library import Library
from assistant.retrieval import retrieve

IN_TEXT = {"adam": 20, "filter": 40, "kalman": 9, "young": 30, "score": 50, "li": 3, "brown": 100}
IN_NAMES = {"adam": 30, "kalman": 1, "young": 25, "li": 300, "friedman": 2, "brown": 60, "dieng": 1}


def read(query):
    return read_authorship(query, lambda s: IN_TEXT.get(s, 0), lambda w: IN_NAMES.get(w, 0))


@pytest.mark.parametrize(
    ("query", "names", "year"),
    [
        ("Friedman Dieng vendi score", ("friedman", "dieng"), None),
        ("friedman 2022", ("friedman",), 2022),
        ("li diversity", ("li",), None),
        ("Adam et al. optimizer", ("adam",), None),  # said to be an author
        ("work by Young on light", (), None),  # more papers have it in their text
        ("Which scores did Friedman and Dieng et al. propose for data in 2022?",
         ("friedman", "dieng"), 2022),
    ],
)  # fmt: skip
def test_names_are_read(query, names, year):
    assert read(query) == Authorship(names, year)


@pytest.mark.parametrize(
    "query",
    [
        "Adam optimizer",  # a word of the field first
        "Kalman filter",
        "brown young score",
        "cases of 2010",  # a year alone says nothing of who wrote
        "how does the score that Friedman defines behave on blurred images",  # long, no "et al."
        "",
    ],
)
def test_words_of_the_field_are_no_names(query):
    assert read(query) == Authorship()


@pytest.fixture(scope="module")
def library(tmp_path_factory):
    shelf = [paper(number) for number in range(30)]
    shelf[3] = replace(shelf[3], authors=("Ada Lind", "Bo Ek"), year=2001)
    shelf[4] = replace(shelf[4], authors=("Lind, Ada",), year=2002)
    with Library(tmp_path_factory.mktemp("authors"), HashingEmbedder()) as library:
        library.ingest(shelf)
        yield library


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("lind ek", ["title:3", "title:4"]),
        ("Lind 2002", ["title:4", "title:3"]),
        ("Ada Lind water 2001", ["title:3", "title:4"]),
    ],
)
def test_papers_of_the_authors_and_year_come_first(library, query, found):
    vector = library.embedder.embed([query])[0]
    hits = retrieve(library, query, vector, 2).hits
    assert [hit.paper.paper_id for hit in hits] == found
