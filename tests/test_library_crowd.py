"""Several writers and readers over one library, embedded and on a server: nothing is lost."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from queue import SimpleQueue

import pytest
from doubles import DistinctEmbedder
from small_libraries import text_of
from test_library_processes import another_process, asked, said

from assistant.library import Library
from assistant.store.dense import dense_store

PAPERS_A_TIME = 125


def follow(writer, questions):
    """Pass the first, a middle and the last paper of each reported ingest on to the readers."""
    while line := writer.stdout.readline():
        first = int(line)
        for each in questions:
            each.put([first, first + PAPERS_A_TIME // 2, first + PAPERS_A_TIME - 1])


def ask_all(reader, questions):
    """Ask for papers as they are reported; return those that were not found at once."""
    missed = []
    while numbers := questions.get():
        found = {number: asked(reader, text_of(number)) for number in numbers}
        missed += [(n, each) for n, each in found.items() if each != [f"title:{n}"] * 2]
    return missed


def crowd(folder, url, writers, readers, count):
    """Let all of them loose; return what the readers missed."""
    share = count // writers
    with ExitStack() as stack:

        def start(step, argument):
            return stack.enter_context(another_process(folder, step, argument))

        reading = [start("read_distinct", url) for _ in range(readers)]
        shares = [f"{n * share}:{share}:{PAPERS_A_TIME}:{url}" for n in range(writers)]
        writing = [start("ingest_often", each) for each in shares]
        assert {said(process) for process in (*reading, *writing)} == {"open"}
        questions = [SimpleQueue() for _ in reading]
        with ThreadPoolExecutor() as pool:
            asking = [pool.submit(ask_all, *pair) for pair in zip(reading, questions, strict=True)]
            following = [pool.submit(follow, writer, questions) for writer in writing]
            for each in following:
                each.result()
            for each in questions:
                each.put([])
            return [missed for each in asking for missed in each.result()]


CROWDS = {"embedded": (4, 2, 2000), "server": (2, 1, 500)}


@pytest.mark.parametrize("where", CROWDS)
def test_a_crowd_of_writers_and_readers_loses_nothing(where, tmp_path, request):
    writers, readers, count = CROWDS[where]
    folder = tmp_path / "library"
    url = request.getfixturevalue("chroma_url") if where == "server" else None
    Library(folder, DistinctEmbedder(), chroma_url=url).close()
    assert crowd(folder, url or "", writers, readers, count) == []
    with Library(folder, DistinctEmbedder(), chroma_url=url) as library:
        assert library.embedder.texts == [], "nothing had to be mended"
        assert {paper.paper_id for paper in library.papers()} == {
            f"title:{number}" for number in range(count)
        }
        lost = [
            chunk.chunk_id
            for _, chunks, vectors in library.record.chunks(500)
            for chunk, vector in zip(chunks, vectors, strict=True)
            if library.dense(vector, 1)[0][0] != chunk.paper_id
        ]
        assert lost == []
        with closing(dense_store(folder, library.record, url, 30).open()) as index:
            assert index.count() == library.record.count_chunks() == count
