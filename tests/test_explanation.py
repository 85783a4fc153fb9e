"""Explanations: the numbers of the search itself, for each hit."""

import pytest
from doubles import HashingEmbedder, papers

from assistant import Assistant
from assistant.ask import Assistant as Asking
from assistant.config import Config
from assistant.library import Library
from assistant.sentences import split_sentences
from assistant.types import Paper
from assistant.views.json import explanation_rows
from assistant.views.text import explanations_text


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    folder = tmp_path_factory.mktemp("explained")
    with Library(folder, HashingEmbedder()) as library:
        library.ingest([*papers(12), Paper("bare", "Clocks without an abstract", "")])
        yield Asking(library, Config(library=folder))


QUERY = "What is the drift of clock7?"


def test_explained_hits_are_those_of_the_search(small):
    assert [found.hit for found in small.explain(QUERY, 5)] == small.search(QUERY, 5)


def test_words_add_up_to_the_lexical_score_and_parts_order_the_hits(small):
    explained = small.explain(QUERY, 12)
    for found in explained:
        assert sum(found.terms.values()) == pytest.approx(found.lexical, rel=1e-5)
    sums = [sum(found.parts.values()) for found in explained]
    assert sums == sorted(sums, reverse=True)


def test_the_sentence_is_the_nearest_of_the_abstract(small):
    best = small.explain(QUERY, 1)[0]
    sentences = [
        span.of(best.hit.paper.abstract) for span in split_sentences(best.hit.paper.abstract)
    ]
    query, *vectors = small.library.embedder.embed([QUERY, *sentences])
    cosines = {text: float(vector @ query) for text, vector in zip(sentences, vectors, strict=True)}
    assert best.sentence.quote == max(cosines, key=cosines.get)
    assert best.sentence.score == pytest.approx(max(cosines.values()), abs=0.01)
    assert set(best.terms) == {"drift", "clock7"}


def test_a_paper_without_an_abstract_has_no_sentence(small):
    bare = next(f for f in small.explain("clocks without", 12) if f.hit.paper.paper_id == "bare")
    assert bare.sentence is None
    assert explanation_rows([bare])[0]["sentence"] is None


def test_rows_hold_all_that_the_text_shows(small):
    found = small.explain(QUERY, 1)
    (row,) = explanation_rows(found)
    text = explanations_text(found, 80)
    assert row["sentence"]["quote"] in " ".join(text.split())
    assert f"{row['chunk_cosine']:.3f}" in text
    assert all(f"{stem} {value:.2f}" in text for stem, value in row["terms"].items())
    assert explanations_text([], 80) == "Nothing found."


def test_the_public_assistant_explains(assistant):
    assert isinstance(assistant, Assistant)
    (found,) = assistant.explain("Vendi Score", 1)
    assert "Vendi" in found.hit.paper.title and found.terms
