"""The LlamaIndex face: its own index opens a library's folder and finds the right paper."""

import asyncio

import chromadb
import chromadb.config
import pytest
from doubles import HashingEmbedder, paper, papers
from llama_index.core import VectorStoreIndex
from llama_index.core.schema import MetadataMode
from llama_index.vector_stores.chroma import ChromaVectorStore

from assistant.embedding import MiniLM
from assistant.library import Library
from assistant.llama import LlamaEmbedding, PaperNodeParser, to_document
from assistant.store.chroma import COLLECTION


def llama_retriever(folder, embedder, top_k=3):
    client = chromadb.PersistentClient(
        path=str(folder / "chroma"), settings=chromadb.config.Settings(anonymized_telemetry=False)
    )
    store = ChromaVectorStore(chroma_collection=client.get_collection(COLLECTION))
    index = VectorStoreIndex.from_vector_store(store, embed_model=LlamaEmbedding(embedder))
    return index.as_retriever(similarity_top_k=top_k)


@pytest.fixture
def folder(tmp_path):
    with Library(tmp_path / "library", HashingEmbedder()) as library:
        library.ingest(papers(12))
    return tmp_path / "library"


def test_llama_index_opens_a_library_and_finds_the_paper(folder):
    for number in (0, 7, 11):
        best = llama_retriever(folder, HashingEmbedder()).retrieve(paper(number).title)[0]
        assert best.node.ref_doc_id == f"title:{number}"
        assert best.node.metadata["title"] == paper(number).title


def test_its_nodes_point_into_the_stored_abstract(folder):
    with Library(folder, HashingEmbedder()) as library:
        for found in llama_retriever(folder, HashingEmbedder(), 12).retrieve("water"):
            meta = found.node.metadata
            quote = library.paper(meta["paper_id"]).abstract[meta["start"] : meta["end"]]
            text = found.node.get_content(metadata_mode=MetadataMode.NONE)
            assert text == f"{meta['title']}\n{quote}"


def test_its_order_is_ours(folder):
    words = "the drift of a clock5 in cold water"
    with Library(folder, HashingEmbedder()) as library:
        ours = [paper_id for paper_id, _ in library.dense(HashingEmbedder().embed([words])[0], 12)]
    theirs = llama_retriever(folder, HashingEmbedder(), 12).retrieve(words)
    assert [found.node.ref_doc_id for found in theirs] == ours


def test_a_library_still_answers_while_llama_index_has_it_open(folder):
    with Library(folder, HashingEmbedder()) as library:
        vector = HashingEmbedder().embed(["clock3"])[0]
        before = library.dense(vector, 1)
        retriever = llama_retriever(folder, HashingEmbedder())
        assert library.dense(vector, 1) == before
        library.ingest(papers(14))
        assert library.dense(vector, 1) == before
    assert retriever.retrieve("clock3")[0].node.ref_doc_id == "title:3"


def test_the_sample_opens_with_its_real_embedder(sample_library):
    retriever = llama_retriever(sample_library, MiniLM())
    best = retriever.retrieve("a diversity metric from the eigenvalues of a similarity matrix")[0]
    assert best.node.metadata["title"].startswith("The Vendi Score")


def test_the_embedding_gives_what_the_embedder_gives():
    ours, theirs = HashingEmbedder(), LlamaEmbedding(HashingEmbedder())
    (expected,) = ours.embed(["clock"]).tolist()
    assert theirs.get_query_embedding("clock") == expected
    assert theirs.get_text_embedding("clock") == expected
    assert theirs.get_text_embedding_batch(["water", "clock"])[1] == expected
    assert asyncio.run(theirs.aget_query_embedding("clock")) == expected
    assert asyncio.run(theirs.aget_text_embedding("clock")) == expected


def test_the_parser_cuts_documents_into_nodes_that_name_their_source():
    items = papers(3)
    parser = PaperNodeParser(items, HashingEmbedder().fits)
    nodes = parser.get_nodes_from_documents([to_document(each) for each in items])
    assert [node.ref_doc_id for node in nodes] == [each.paper_id for each in items]
    assert all(node.get_content(MetadataMode.EMBED) == node.get_content() for node in nodes)
