"""The dense index, embedded and on a server: exact cosines, upserts that replace, and traps."""

import sqlite3
from contextlib import closing
from uuid import uuid4

import chromadb
import chromadb.config
import numpy as np
import pytest

from assistant.errors import LibraryError
from assistant.store.chroma import COLLECTION, PAGE_BYTES, EmbeddedStore, open_index
from assistant.store.chroma_server import ServerStore
from assistant.store.collection import PAPER_KEY


def row(number, text="text", paper_id=None):
    return f"p{number}#0", {PAPER_KEY: paper_id or f"p{number}", "text": text}


def unit(vectors):
    vectors = np.asarray(vectors, dtype=np.float32)
    return vectors / np.linalg.norm(vectors, axis=-1, keepdims=True)


def random_units(count, dimension=16, seed=0):
    return unit(np.random.default_rng(seed).standard_normal((count, dimension)))


@pytest.fixture
def embedded(tmp_path):
    return EmbeddedStore(tmp_path)


@pytest.fixture
def on_server(chroma_url):
    return ServerStore(chroma_url, f"test-{uuid4().hex}", timeout_s=30)


@pytest.fixture(params=["embedded", "on_server"])
def store(request):
    """Nearly every test runs on both stores."""
    return request.getfixturevalue(request.param)


@pytest.fixture
def index(store):
    with closing(store.open(create=True)) as index:
        yield index


def test_an_empty_index_finds_nothing(index):
    assert (index.count(), index.query(unit([1, 0]), 5)) == (0, [])


def test_a_hand_worked_query(index):
    index.upsert([row(0), row(1), row(2)], unit([[1, 0], [0, 1], [-1, 0]]))
    found = index.query(unit([1, 1]), 5)
    assert [paper_id for paper_id, _ in found][2] == "p2"
    assert [score for _, score in found] == pytest.approx([0.5**0.5, 0.5**0.5, -(0.5**0.5)])


def test_results_are_those_of_exact_search(index):
    vectors = random_units(300)
    index.upsert([row(number) for number in range(300)], vectors)
    for query in random_units(20, seed=1):
        exact = np.argsort(-(vectors @ query))[:10]
        found = index.query(query, 10)
        assert [paper_id for paper_id, _ in found] == [f"p{number}" for number in exact]
        assert [score for _, score in found] == pytest.approx(
            list((vectors @ query)[exact]), abs=1e-5
        )


def test_every_vector_finds_itself(index):
    vectors = random_units(500)
    index.upsert([row(number) for number in range(500)], vectors)
    assert [index.query(vector, 1)[0][0] for vector in vectors] == [f"p{n}" for n in range(500)]


def test_an_upsert_replaces_text_vector_and_metadata(index):
    index.upsert([row(0, "old", "old")], unit([[1, 0]]))
    index.upsert([row(0, "new", "new")], unit([[0, 1]]))
    assert index.count() == 1
    assert index.query(unit([0, 1]), 1) == [("new", pytest.approx(1))]


def test_what_is_deleted_is_not_found_and_unknown_ids_do_not_matter(index):
    index.upsert([row(0), row(1)], unit([[1, 0], [0, 1]]))
    index.delete(["p0#0", "never there"])
    index.delete([])
    assert [paper_id for paper_id, _ in index.query(unit([1, 0]), 5)] == ["p1"]


def test_a_paper_occurs_once_for_each_of_its_chunks(index):
    rows = [("a#0", {PAPER_KEY: "a"}), ("a#1", {PAPER_KEY: "a"})]
    index.upsert(rows, unit([[1, 0], [1, 1]]))
    assert [paper_id for paper_id, _ in index.query(unit([1, 0]), 9)] == ["a", "a"]


def test_more_rows_than_one_call_takes_go_in(index, monkeypatch):
    monkeypatch.setattr(index._client, "get_max_batch_size", lambda: 7)
    vectors = random_units(40)
    index.upsert([row(number) for number in range(40)], vectors)
    assert index.count() == 40
    assert index.query(vectors[39], 1)[0][0] == "p39"
    index.delete([f"p{number}#0" for number in range(39)])
    assert index.count() == 1


def test_another_client_sees_what_was_written_before_it_opened(index, store):
    index.upsert([row(0)], unit([[1, 0]]))
    other = store.open()
    assert other.query(unit([1, 0]), 1)[0][0] == "p0"
    index.close()
    assert other.query(unit([1, 0]), 1)[0][0] == "p0", "closing one leaves the other"
    other.close()
    other.close()


def test_a_view_that_is_behind_says_so_instead_of_finding_what_is_gone(embedded):
    with closing(embedded.open(create=True)) as writer:
        writer.upsert([row(0), row(1)], unit([[1, 0], [0, 1]]))
        with closing(embedded.open()) as reader:
            assert reader.query(unit([1, 0]), 1)[0][0] == "p0"
            writer.delete(["p0#0"])
            with pytest.raises(LibraryError, match="deleted meanwhile"):
                reader.query(unit([1, 0]), 1)
        with closing(embedded.open()) as reader:
            assert reader.query(unit([1, 0]), 1)[0][0] == "p1"


def test_an_index_that_is_missing_is_an_error_unless_it_is_to_be_made(store):
    with pytest.raises(LibraryError, match="does not exist.*library rebuild"):
        store.open()
    with closing(store.open(create=True)) as index:
        assert index.count() == 0


def test_a_new_index_takes_the_place_of_the_old_one_at_once(index, store):
    index.upsert([row(0)], unit([[1, 0]]))
    with closing(store.make()) as made:
        made.upsert([row(1), row(2)], unit([[1, 0, 0], [0, 1, 0]]))
        with closing(store.open()) as old:
            assert (old.count(), old.query(unit([1, 0]), 1)[0][0]) == (1, "p0")
    index.close()
    store.adopt()
    with closing(store.open()) as new:
        assert (new.count(), new.query(unit([1, 0, 0]), 1)[0][0]) == (2, "p1")


def test_what_an_interrupted_rebuild_left_is_in_nobodys_way(index, store):
    store.make().close()
    with closing(store.make()) as made:
        made.upsert([row(1)], unit([[1, 0]]))
    store.adopt()
    with closing(store.open()) as new:
        assert new.count() == 1
    store.discard()


def test_an_index_remembers_its_generation(index, store):
    assert index.generation is None
    index.mark(7)
    with closing(store.open()) as other:
        assert other.generation == 7
        other.upsert([row(0)], unit([[1, 0]]))
    with closing(store.open()) as other:
        assert (other.generation, other.count()) == (7, 1)


def test_only_a_server_may_hold_what_another_record_wrote(embedded, on_server):
    assert not on_server.is_of_another(5)
    for store in (embedded, on_server):
        with closing(store.open(create=True)) as index:
            index.mark(7)
    assert on_server.is_of_another(6)
    assert not on_server.is_of_another(7)
    assert not embedded.is_of_another(6)


def test_a_vector_of_another_length_is_an_error_of_ours(index):
    index.upsert([row(0)], unit([[1, 0]]))
    with pytest.raises(LibraryError, match="dimension of 2, got 3"):
        index.query(unit([1, 0, 0]), 1)
    with pytest.raises(LibraryError, match="dimension of 2, got 3"):
        index.upsert([row(1)], unit([[1, 0, 0]]))


def make_a_collection_of_another_measure(client, name):
    with closing(client):
        client.create_collection(name, embedding_function=None)


def test_a_collection_that_measures_otherwise_is_refused(tmp_path):
    settings = chromadb.config.Settings(anonymized_telemetry=False)
    client = chromadb.PersistentClient(str(tmp_path / "chroma"), settings=settings)
    make_a_collection_of_another_measure(client, COLLECTION)
    with pytest.raises(LibraryError, match="measures by l2, not cosine; run: .*rebuild"):
        open_index(tmp_path / "chroma")


def test_a_collection_on_a_server_that_measures_otherwise_is_refused(chroma_url):
    name = f"test-{uuid4().hex}"
    settings = chromadb.config.Settings(anonymized_telemetry=False)
    client = chromadb.HttpClient(host=chroma_url, settings=settings)
    make_a_collection_of_another_measure(client, name)
    with pytest.raises(LibraryError, match="measures by l2, not cosine; run: .*rebuild"):
        ServerStore(chroma_url, name, timeout_s=30).open()


def test_a_file_where_the_folder_should_be_is_an_error_of_ours(tmp_path):
    (tmp_path / "chroma").write_text("x")
    with pytest.raises(LibraryError, match="chroma: Chroma can't use it"):
        open_index(tmp_path / "chroma")


def test_a_new_index_has_pages_that_hold_a_chunk_whole(tmp_path):
    open_index(tmp_path / "chroma").close()
    with sqlite3.connect(tmp_path / "chroma" / "chroma.sqlite3") as connection:
        assert connection.execute("PRAGMA page_size").fetchone() == (PAGE_BYTES,)
    connection.close()
    open_index(tmp_path / "chroma").close()  # and one that is there is opened as it is
