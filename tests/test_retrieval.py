"""What a search finds: in a small library, under filters, by name, and in the sample."""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from doubles import HashingEmbedder, papers

import assistant.retrieval
from assistant.embedding import MiniLM
from assistant.filters import Filters, matches
from assistant.library import Library
from assistant.retrieval import find, retrieve


@pytest.fixture(scope="module")
def clocks(tmp_path_factory):
    with Library(tmp_path_factory.mktemp("clocks"), HashingEmbedder()) as library:
        library.ingest(papers(12))
        yield library


def ask(library, query, top_k=5):
    return retrieve(library, query, library.embedder.embed([query])[0], top_k)


def test_hits_are_papers_once_each_with_ranks_from_1(clocks):
    hits = ask(clocks, "drift of clock7 in water").hits
    assert [hit.rank for hit in hits] == [1, 2, 3, 4, 5]
    assert len({hit.paper.paper_id for hit in hits}) == 5
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)
    assert hits[0].paper.paper_id == "title:7"


def test_as_many_hits_as_are_wanted_where_there_are_so_many_papers(tmp_path):
    with Library(tmp_path, HashingEmbedder()) as library:
        library.ingest(papers(260))
        assert [len(ask(library, "clock9", top_k=k).hits) for k in (7, 250, 999)] == [7, 250, 260]


def test_no_more_hits_than_papers(clocks):
    assert len(ask(clocks, "clock water", top_k=500).hits) == 12


def test_equal_papers_come_in_the_same_order_each_time(clocks):
    assert ask(clocks, "water", 12) == ask(clocks, "water", 12)


def test_words_that_no_paper_holds_leave_the_order_to_the_vectors(clocks):
    vector = clocks.embedder.embed(["zebra"])[0]
    exact = dict(clocks.dense(vector, 300))
    found = [hit.paper.paper_id for hit in ask(clocks, "zebra", 1).hits]
    assert exact[found[0]] == pytest.approx(max(exact.values()), abs=1e-3)


def signals(library, query):
    vector = library.embedder.embed([query])[0]
    return library.consult(lambda indexes: (indexes, find(indexes, query, vector)))


def test_each_signal_is_what_its_index_says(clocks):
    indexes, found = signals(clocks, "drift of clock7 in water")
    lexical, chunk = dict(clocks.lexical("drift of clock7 in water", 99)), {}
    vector = clocks.embedder.embed(["drift of clock7 in water"])[0]
    for paper_id, cosine in clocks.dense(vector, 99):
        chunk[paper_id] = max(cosine, chunk.get(paper_id, -1))
    for row, place in enumerate(found.papers):
        paper_id = indexes.lexical.paper_ids[place]
        assert found.signals.lexical[row] == pytest.approx(lexical.get(paper_id, 0), rel=1e-5)
        assert found.signals.chunk[row] == pytest.approx(chunk[paper_id], abs=2e-3)
        _, vectors = clocks.sentences(paper_id)
        assert found.signals.sentence[row] == pytest.approx(max(vectors @ vector), abs=1e-5)


def test_scores_are_the_parts_summed_and_scaled(clocks):
    _, found = signals(clocks, "drift of clock7 in water")
    summed = sum(found.parts.values())
    assert (found.scores.min(), found.scores.max()) == (0, 1)
    assert np.argsort(found.scores).tolist() == np.argsort(summed).tolist()


def test_chroma_s_list_leads_to_the_same_hits_as_exact_search(clocks, monkeypatch):
    exact = ask(clocks, "drift of clock7 in water", 12)
    asked = []
    monkeypatch.setattr(assistant.retrieval, "IN_MEMORY_UP_TO", 0)
    monkeypatch.setattr(
        assistant.store.indexes.Indexes,
        "near",
        lambda indexes, vector, top_k: asked.append(top_k) or indexes.dense.near(vector, top_k),
    )
    assert ask(clocks, "drift of clock7 in water", 12) == exact
    assert asked == [1000]


# By name


@pytest.fixture(scope="module")
def shelf(tmp_path_factory):
    texts = papers(150)
    texts[3] = replace(texts[3], doi="10.1000/xyz", title="On sundials", year=1999)
    texts[4] = replace(texts[4], arxiv_id="2210.02410", year=2001, authors=("Ada Lind",))
    texts[5] = replace(texts[5], year=2002, authors=("Ada Lind", "Bo Ek"), tags=("tar",))
    with Library(tmp_path_factory.mktemp("shelf"), HashingEmbedder()) as library:
        library.ingest(texts)
        yield library


@pytest.mark.parametrize(
    ("query", "title"),
    [
        ("10.1000/xyz", "On sundials"),
        ("https://doi.org/10.1000/XYZ", "On sundials"),
        ("What does (arXiv:2210.02410v2) say about clock99?", papers(5)[4].title),
        ("on SUNDIALS", "On sundials"),
        (papers(80)[79].title.lower(), papers(80)[79].title),
    ],
)
def test_an_identifier_or_a_title_finds_its_paper_first(shelf, query, title):
    assert ask(shelf, query, 3).hits[0].paper.title == title


@pytest.mark.parametrize("query", ["10.9999/none", "2210.99999", "10.1000/", "arXiv:", "#"])
def test_an_identifier_that_is_not_there_finds_no_other_one(shelf, query):
    assert ask(shelf, query, 3).hits  # the nearest, as for any words
    assert assistant.retrieval.named_papers(shelf.record, query) == []


# Under filters

FILTERS = {
    "year": Filters(years=(2000, None)),
    "author": Filters(authors=("lind",)),
    "both": Filters(years=(2002, None), authors=("lind",)),
    "tag": Filters(tags=("TAR",)),
    "ids": Filters(paper_ids=("doi:10.1000/xyz", "title:9", "title:120")),
    "none": Filters(years=(2050, None)),
    "added": Filters(added=(date(2000, 1, 1), None)),
}


@pytest.mark.parametrize("filters", FILTERS.values(), ids=FILTERS)
def test_a_filter_lets_all_papers_through_that_match_and_no_other(shelf, filters):
    query = "clock50 in water"  # which is none of the few that match
    vector = shelf.embedder.embed([query])[0]
    found = {hit.paper.paper_id for hit in retrieve(shelf, query, vector, 1000, filters).hits}
    today = date.today()
    assert found == {p.paper_id for p in shelf.papers() if matches(p, today, filters)}


def test_under_a_filter_the_nearest_are_the_exact_nearest(shelf):
    filters = Filters(paper_ids=tuple(f"title:{n}" for n in range(10, 140)))
    vector = shelf.embedder.embed(["water and light"])[0]
    indexes = shelf.consult(lambda indexes: indexes)
    mask = indexes.view.catalogue.mask(filters)
    cosines = np.where(mask, indexes.view.vectors.chunk_cosines(vector), -2)
    near = assistant.retrieval._nearest(indexes, indexes.view, vector, 100, mask)
    assert set(np.argsort(-cosines, kind="stable")[:10]) <= set(near)
    assert len(near) == 100


def test_a_paper_that_is_named_but_filtered_out_is_not_found(shelf):
    vector = shelf.embedder.embed(["10.1000/xyz"])[0]
    found = retrieve(shelf, "10.1000/xyz", vector, 5, FILTERS["author"]).hits
    assert "On sundials" not in {hit.paper.title for hit in found}


# In a library


def test_each_paper_has_the_cosine_of_its_nearest_chunk(clocks):
    paper = next(clocks.papers())
    found = ask(clocks, f"{paper.title}\n{paper.abstract}")
    assert found.cosines[paper.paper_id] == pytest.approx(1, abs=1e-3)
    assert max(found.cosines.values()) == found.cosines[paper.paper_id]


def test_an_empty_library_finds_nothing(tmp_path):
    with Library(tmp_path, HashingEmbedder()) as library:
        found = ask(library, "clock")
    assert (found.hits, found.cosines) == ((), {})


def test_new_papers_are_searched_at_once_by_their_vectors_too(tmp_path):
    with Library(tmp_path, HashingEmbedder()) as library:
        library.ingest(papers(3))
        assert len(ask(library, "water", 99).hits) == 3
        library.ingest(papers(5))
        assert len(ask(library, "water", 99).hits) == 5
        library.remove(["title:4"])
        assert len(ask(library, "water", 99).hits) == 4


@pytest.fixture(scope="module")
def sample(sample_library):
    with Library(sample_library, MiniLM()) as library:
        yield library


# Questions in other words than the titles', with the paper that answers each.
ASKED = {
    "metric of dataset diversity from eigenvalues of a similarity matrix": "Vendi Score",
    "training by two forward passes instead of backpropagation, layers working together":
        "Layer Collaboration in the Forward-Forward Algorithm",
    "generalising set similarity to real-valued vectors and multisets": "Jaccard Index",
    "which features contribute information to a decision, via log-Sobolev bounds":
        "A Functional Information Perspective on Model Interpretation",
    "string representation of molecules in which every string is valid": "SELFIES",
    "holographic vectors that replace self-attention for long sequences":
        "Holographic Reduced Representations",
    "mean-field dynamics of two-layer networks with entropy, primal and dual":
        "Entropic Fictitious Play",
}  # fmt: skip


@pytest.mark.parametrize(("query", "title"), ASKED.items(), ids=ASKED.values())
def test_the_sample_answers_questions_in_other_words(sample, query, title):
    hits = ask(sample, query, 3).hits
    assert any(title.lower() in hit.paper.title.lower() for hit in hits), [
        hit.paper.title for hit in hits
    ]
