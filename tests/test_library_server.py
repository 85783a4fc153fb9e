"""A library whose chunks and vectors are on a Chroma server: moved there, lost there, shared."""

import shutil
import time
from contextlib import closing

import pytest
from chroma_server import broken_server, free_port, running_server
from doubles import HashingEmbedder, papers
from small_libraries import assert_whole, found_by, open_library, text_of
from test_library_processes import another_process, asked, said

from assistant import Assistant
from assistant.errors import LibraryError, ProviderError
from assistant.library import Library
from assistant.reembedding import reembed
from assistant.store.collection import DenseIndex
from assistant.store.dense import dense_store


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "library"


def open_on(url, folder, **options):
    return Library(folder, HashingEmbedder(), chroma_url=url, **options)


def collection_of(library, url):
    return dense_store(library.path, library.record, url, 30)


@pytest.fixture
def library(chroma_url, folder):
    with open_on(chroma_url, folder) as library:
        yield library


def test_a_library_lives_on_a_server(library):
    library.ingest(papers(5))
    assert_whole(library, range(5))
    library.remove(["title:3"])
    library.ingest(papers(2, start=10))
    assert_whole(library, [0, 1, 2, 4, 10, 11])
    assert not (library.path / "chroma").exists()


def test_the_start_up_line_says_that_chunks_are_on_a_server(chroma_url, folder):
    with Assistant.open(folder, chroma_url=chroma_url) as assistant:
        assert f"chunks and vectors on {chroma_url}" in assistant.status()


def test_it_is_whole_when_opened_again_and_by_another_process(library, chroma_url):
    library.ingest(papers(3))
    with another_process(library.path, "read", chroma_url) as reader:
        assert said(reader) == "open"
        assert asked(reader, text_of(2)) == ["title:2"] * 2
        library.ingest(papers(5))
        assert asked(reader, text_of(4)) == ["title:4"] * 2
        library.rebuild()
        assert asked(reader, text_of(4)) == ["title:4"] * 2
    with open_on(chroma_url, library.path) as again:
        assert_whole(again, range(5))


def test_libraries_on_one_server_do_not_disturb_each_other(library, chroma_url, tmp_path):
    with open_on(chroma_url, tmp_path / "other") as other:
        library.ingest(papers(3))
        other.ingest(papers(3, start=10))
        assert_whole(library, range(3))
        assert_whole(other, range(10, 13))


def test_a_library_moves_to_a_server_and_back_without_embedding(chroma_url, folder):
    with open_library(folder) as library:
        library.ingest(papers(4))
    for url in (chroma_url, None, chroma_url):
        with open_on(url, folder) as library:
            assert library.embedder.texts == []
            assert_whole(library, range(4))


def test_an_open_library_that_was_moved_away_says_where_it_is(library, chroma_url):
    library.ingest(papers(2))
    with open_on(None, library.path) as embedded:
        embedded.ingest(papers(3))
        with pytest.raises(LibraryError, match=f"vectors are in chroma.*{chroma_url}.*rebuild"):
            found_by(library, text_of(1))


def test_what_the_server_loses_is_refilled_from_the_record(library, chroma_url):
    library.ingest(papers(4))
    store = collection_of(library, chroma_url)
    with closing(store.open()) as index:
        index._client.delete_collection(index._collection.name)
    with open_on(chroma_url, library.path) as again:
        with pytest.raises(LibraryError, match="does not exist.*library rebuild"):
            found_by(again, text_of(1))
        again.rebuild()
        assert again.embedder.texts == []
        assert_whole(again, range(4))


def test_chunks_that_went_missing_are_noticed(library, chroma_url):
    library.ingest(papers(4))
    with closing(collection_of(library, chroma_url).open()) as index:
        index.delete(index._collection.get(limit=1)["ids"])
    with open_on(chroma_url, library.path) as again:
        with pytest.raises(LibraryError, match="3 of 4 chunks.*library rebuild"):
            found_by(again, text_of(1))
        again.rebuild()
        assert_whole(again, range(4))


def test_two_copies_of_a_library_are_told_apart_and_keep_what_is_theirs(
    library, chroma_url, tmp_path
):
    library.ingest(papers(3))
    library.close()
    shutil.copytree(library.path, tmp_path / "copy")
    with open_on(chroma_url, library.path) as first, open_on(chroma_url, tmp_path / "copy") as copy:
        first.ingest(papers(4))
        with pytest.raises(LibraryError, match="holds 4 of 3 chunks|a copy of the library"):
            copy.ingest(papers(2, start=10))
        copy.rebuild()
        copy.ingest(papers(2, start=10))
        assert_whole(copy, [0, 1, 2, 10, 11])
        assert_whole(first, range(4))
        first.ingest(papers(5))
        assert_whole(first, range(5))


def test_a_copy_with_as_many_chunks_is_told_apart_by_its_generation(library, chroma_url, tmp_path):
    library.ingest(papers(3))
    library.close()
    shutil.copytree(library.path, tmp_path / "copy")
    with open_on(chroma_url, library.path) as first:
        first.ingest(papers(4))
        first.remove(["title:0"])
    with open_on(chroma_url, tmp_path / "copy") as copy:
        with pytest.raises(LibraryError, match="a copy of the library writes there too"):
            found_by(copy, text_of(1))


def test_reembedding_fills_the_server(library, chroma_url):
    library.ingest(papers(3))
    library.close()
    embedder = HashingEmbedder("other", dimension=48)
    reembed(library.path, embedder, chroma_url=chroma_url)
    with Library(library.path, embedder, chroma_url=chroma_url) as again:
        assert_whole(again, range(3))


def test_a_server_that_is_down_is_an_error_and_the_record_is_there(folder, tmp_path):
    port = free_port()
    with running_server(tmp_path / "server", port) as url:
        with open_on(url, folder) as library:
            library.ingest(papers(3))
    with open_on(url, folder) as library:
        assert len(list(library.papers())) == 3
        for ask in (lambda: found_by(library, text_of(1)), lambda: library.ingest(papers(5))):
            started = time.monotonic()
            with pytest.raises(ProviderError, match=f"{url}.*no Chroma server answers.*chroma run"):
                ask()
            assert time.monotonic() - started < 10
        assert library.count == 3
        with running_server(tmp_path / "server", port):
            assert library.ingest(papers(5)).added == 2, "and goes on when it is back"
            assert_whole(library, range(5))


def test_a_server_that_dies_during_an_ingest_loses_nothing(folder, chroma_url, monkeypatch):
    with open_on(chroma_url, folder) as library:
        library.ingest(papers(2))
        with monkeypatch.context() as patch:
            patch.setattr(DenseIndex, "upsert", gone)
            with pytest.raises(ProviderError, match="went away"):
                library.ingest(papers(4))
    with open_on(chroma_url, folder) as library:
        assert library.embedder.texts == []
        assert_whole(library, range(4))


def gone(self, rows, vectors):
    raise ProviderError("the server went away")


def test_without_its_server_a_library_that_needs_mending_is_searched_without_indexes(folder):
    with open_library(folder) as library:
        library.ingest(papers(3))
    with open_on(f"http://127.0.0.1:{free_port()}", folder) as library:
        assert "searching without indexes" in library.notice
        assert found_by(library, text_of(2)) == ("title:2",) * 2
        with pytest.raises(ProviderError):
            library.ingest(papers(4))
    with open_library(folder) as library:
        assert_whole(library, range(3))


PAGE = b"HTTP/1.1 200 OK\r\nContent-Length: 22\r\n\r\n<html>Welcome!</html>\r\n"
NONSENSE = {
    "a page": PAGE,
    "an error": PAGE.replace(b"200 OK", b"500 Oh"),
    "other JSON": b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n[]",
    "no HTTP": b"220 mail.example.org ESMTP\r\n",
    "nothing": b"",
}


@pytest.mark.parametrize("reply", NONSENSE.values(), ids=NONSENSE)
def test_a_server_that_answers_nonsense_is_an_error_of_ours(library, reply):
    library.ingest(papers(1))
    with broken_server(reply) as url:
        with pytest.raises(ProviderError, match=f"{url}.*no Chroma server answers as it should"):
            collection_of(library, url).open()


@pytest.mark.parametrize("pause_s", [0.05, 60])
def test_a_server_that_is_slow_is_an_error_in_time(library, pause_s):
    endless = b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n" + b" " * 100_000
    with broken_server(endless, pause_s) as url:
        started = time.monotonic()
        with pytest.raises(ProviderError, match="took longer than 0.5 s"):
            dense_store(library.path, library.record, url, 0.5).open()
        assert time.monotonic() - started < 5
