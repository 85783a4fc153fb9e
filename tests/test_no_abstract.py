"""Papers without an abstract: found by their titles, never quoted, in nobody's way."""

from dataclasses import replace

import pytest
from doubles import HashingEmbedder, paper, papers
from small_libraries import assert_whole, found_by, open_library

from assistant.ask import Assistant
from assistant.chunking import chunk_paper
from assistant.config import Config
from assistant.grounding import verify
from assistant.ingestion import embed_papers
from assistant.sources import read_sources
from assistant.types import Label, Paper, Span
from ui.sources import render_nearest

BARE = Paper("title:bare", "Hourglasses under pressure", "", source="list.csv")


@pytest.fixture
def library(tmp_path):
    with open_library(tmp_path / "library") as library:
        yield library


@pytest.fixture
def assistant(library):
    return Assistant(library, Config())


def test_it_is_stored_by_title_and_counted(library):
    report = library.ingest([BARE, *papers(2), replace(paper(2), abstract=" \n")])
    assert (report.added, report.without_abstract, report.embedded) == (4, 2, 2 + 2 * 3)
    assert library.paper("title:bare") == BARE
    assert found_by(library, BARE.title) == ("title:bare",) * 2
    spans, vectors = library.sentences("title:bare")
    assert (spans, vectors.shape) == ([], (0, 32))
    again = library.ingest([BARE])
    assert (again.unchanged, again.without_abstract, again.embedded) == (1, 1, 0)


def test_it_survives_a_rebuild_and_reopening(library):
    library.ingest([BARE, paper(0)])
    library.rebuild()
    with open_library(library.path) as other:
        assert found_by(other, BARE.title) == ("title:bare",) * 2
        other.remove(["title:bare"])
        assert_whole(other, [0])


def test_a_source_with_the_abstract_fills_it_in(library):
    library.ingest([replace(BARE, authors=("Ada Lind",), year=2020)])
    full = replace(BARE, abstract="Sand runs slower.", authors=("Lind, A.",), year=2020, source="b")
    report = library.ingest([full])
    assert (report.merged, report.without_abstract, library.count) == (1, 0, 1)
    assert library.paper("title:bare").abstract == "Sand runs slower."
    assert len(library.sentences("title:bare")[0]) == 1


def test_its_only_chunk_is_its_title():
    (chunk,) = chunk_paper(BARE, HashingEmbedder().fits)
    assert (chunk.text, chunk.span) == (BARE.title, Span(0, 0))
    (entry,) = embed_papers([BARE], HashingEmbedder())
    assert (entry.chunks, entry.sentences) == ((chunk,), ())


def test_a_library_of_titles_alone_refuses_and_names_the_nearest(assistant):
    assistant.library.ingest([BARE, replace(BARE, paper_id="x", title="Sundials under pressure")])
    answer = assistant.ask("What are hourglasses under pressure?")
    assert answer.refused and answer.citations == ()
    assert answer.retrieved[0].paper_id == "title:bare"


def test_it_is_found_and_never_quoted(assistant):
    assistant.library.ingest([BARE, *papers(3)])
    assert assistant.search("hourglasses under pressure")[0].paper.paper_id == "title:bare"
    for question in ("Where is the clock1 kept?", "What is known of hourglasses under pressure?"):
        answer = assistant.ask(question)
        assert "title:bare" not in {citation.paper_id for citation in answer.citations}
    (check,) = assistant.check("Hourglasses under pressure run slower than others do.")
    assert check.verdict.label is Label.UNSUPPORTED


def test_the_verifier_finds_nothing_in_it():
    embedder = HashingEmbedder()
    verdict = verify("Hourglasses run under pressure.", [BARE], embedder=embedder)
    assert verdict.label is Label.UNSUPPORTED and verdict.evidence == ()
    (source,) = read_sources([BARE], embedder)
    assert source.sentences == () and source.passages == ()


def test_its_card_says_that_there_is_no_abstract():
    card = render_nearest(1, [BARE])
    assert "No abstract is stored" in card and BARE.title in card
