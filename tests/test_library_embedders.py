"""A library and embedders other than its own."""

import numpy as np
import pytest
from doubles import HashingEmbedder, papers
from small_libraries import assert_whole, open_library

from assistant.errors import LibraryError, ProviderError
from assistant.library import Library
from assistant.reembedding import SCRATCH, reembed


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "library"


@pytest.fixture
def library(folder):
    with open_library(folder) as library:
        yield library


def test_another_embedder_is_refused_with_both_names_and_the_command(folder):
    with open_library(folder) as library:
        library.ingest(papers(2))
    with pytest.raises(LibraryError) as error:
        open_library(folder, name="other")
    message = str(error.value)
    assert "hashing" in message and "other" in message
    assert "paper-assistant library rebuild --reembed" in message


def test_an_embedder_of_another_length_under_the_same_name_is_refused(folder):
    with open_library(folder) as library:
        library.ingest(papers(2))
    with open_library(folder, dimension=48) as library:
        with pytest.raises(LibraryError, match=r"48.*32.*--reembed"):
            library.dense(library.embedder.embed(["clock"])[0], 1)
        with pytest.raises(LibraryError, match=r"48.*32.*--reembed"):
            library.ingest(papers(4))
    with open_library(folder) as library:
        assert_whole(library, range(2))


def test_a_library_without_papers_takes_any_embedder(folder):
    open_library(folder, name="one", dimension=16).close()
    with open_library(folder, name="other", dimension=48) as library:
        library.ingest(papers(2))
        assert_whole(library, range(2))
    assert 'embedder = "other"\ndimension = 48' in (folder / "library.toml").read_text()


def test_a_library_emptied_takes_an_embedder_of_another_length(folder):
    with open_library(folder, name="one", dimension=16) as library:
        library.ingest(papers(2))
        library.remove(["title:0", "title:1"])
    with open_library(folder, name="other", dimension=48) as library:
        library.ingest(papers(2))
        assert_whole(library, range(2))


def test_reembedding_changes_the_embedder_and_its_dimension(folder):
    with open_library(folder) as library:
        library.ingest(papers(3))
    embedder = HashingEmbedder("other", dimension=48)
    assert reembed(folder, embedder) == 3
    with Library(folder, embedder) as library:
        assert_whole(library, range(3))
        assert library.ingest(papers(3)).embedded == 0
    assert 'embedder = "other"\ndimension = 48' in (folder / "library.toml").read_text()
    with pytest.raises(LibraryError, match="made with the embedder other"):
        open_library(folder)


def test_reembedding_goes_batch_by_batch_to_what_an_ingest_gives(folder, tmp_path, monkeypatch):
    monkeypatch.setattr("assistant.reembedding.BATCH_PAPERS", 2)
    with open_library(folder) as library:
        library.ingest(papers(5))
    (folder / SCRATCH).mkdir()
    (folder / SCRATCH / "library.sqlite").write_text("left by a process that was killed")
    embedder = HashingEmbedder("other", dimension=48)
    assert reembed(folder, embedder) == 5
    assert not (folder / SCRATCH).exists()
    with Library(folder, embedder) as mine, Library(tmp_path / "new", embedder) as new:
        new.ingest(papers(5))
        for each in papers(5):
            one, other = mine.record.embedded(each), new.record.embedded(each)
            assert (one.chunks, one.sentences) == (other.chunks, other.sentences)
            assert np.array_equal(one.chunk_vectors, other.chunk_vectors)
            assert np.array_equal(one.sentence_vectors, other.sentence_vectors)


def test_reembedding_a_library_without_papers_takes_the_new_embedder(folder):
    open_library(folder).close()
    embedder = HashingEmbedder("other", dimension=48)
    assert reembed(folder, embedder) == 0
    with Library(folder, embedder) as library:
        library.ingest(papers(2))
        assert_whole(library, range(2))


def test_a_failing_reembedding_changes_nothing(folder):
    with open_library(folder) as library:
        library.ingest(papers(3))
    with pytest.raises(ProviderError):
        reembed(folder, HashingEmbedder("other", fail_after=5))
    assert not (folder / SCRATCH).exists()
    with open_library(folder) as library:
        assert_whole(library, range(3))


def test_reembedding_nothing_names_the_folder(folder):
    with pytest.raises(LibraryError, match="no library in .*library; make one"):
        reembed(folder, HashingEmbedder())
    assert not folder.exists()
