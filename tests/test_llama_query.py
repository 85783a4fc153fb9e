"""Search as a LlamaIndex retriever and answers as its query engine, composed with its parts."""

import asyncio
import json
import re
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from llama_index.core import Settings
from llama_index.core.base.base_query_engine import BaseQueryEngine
from llama_index.core.base.base_retriever import BaseRetriever
from llama_index.core.llms import MockLLM
from llama_index.core.query_engine import RetrieverQueryEngine
from llama_index.core.retrievers import QueryFusionRetriever
from llama_index.core.schema import MetadataMode, QueryBundle
from scripted_model import ScriptedModel

from assistant.errors import UsageError
from assistant.llama_query import to_citation_node, to_paper_node
from assistant.types import Citation, Paper

README = Path(__file__).parent.parent / "README.md"
QUESTION = "What is the Vendi Score and how is it defined?"
OFF_TOPIC = "What is the capital of France?"
WORDS = "diversity metrics"
PAPER = Paper(
    paper_id="quartz",
    title="Quartz Clocks",
    abstract="Clocks drift. Steel halves it.",
    authors=("Ada Lind", "Bo Marsh"),
    year=2021,
    url="https://example.org/quartz",
)


@pytest.fixture(autouse=True)
def untouchable_settings(monkeypatch):
    """Fail whoever asks LlamaIndex's global settings for a model: it would make OpenAI's."""

    def refuse(settings):
        raise AssertionError("the global Settings were asked for a model")

    for name in ("llm", "embed_model"):
        monkeypatch.setattr(type(Settings), name, property(refuse))


def test_a_node_stands_for_each_hit_in_order(assistant):
    hits = assistant.search(WORDS, 7)
    retriever = assistant.as_retriever(top_k=7)
    found = retriever.retrieve(WORDS)
    assert isinstance(retriever, BaseRetriever)
    assert [each.node.node_id for each in found] == [hit.paper.paper_id for hit in hits]
    assert [each.score for each in found] == [hit.score for hit in hits]
    assert [each.node.get_content() for each in found] == [hit.paper.abstract for hit in hits]
    assert found[0].node.ref_doc_id == hits[0].paper.paper_id


def test_ten_papers_are_found_unless_told_otherwise(assistant):
    assert len(assistant.as_retriever().retrieve(WORDS)) == 10


def test_one_paper_is_one_node_whatever_is_searched_for(assistant):
    """Parts of LlamaIndex tell nodes apart by their hash."""
    found = [assistant.as_retriever(50).retrieve(words) for words in (WORDS, "Vendi Score")]
    first, second = ({each.node.node_id: each.node.hash for each in nodes} for nodes in found)
    both = first.keys() & second.keys()
    assert both
    assert [first[paper_id] for paper_id in both] == [second[paper_id] for paper_id in both]


def test_a_paper_node_tells_what_is_known_and_nothing_else():
    assert to_paper_node(PAPER).metadata == {
        "paper_id": "quartz",
        "title": "Quartz Clocks",
        "authors": "Ada Lind; Bo Marsh",
        "year": 2021,
        "url": "https://example.org/quartz",
    }
    bare = replace(PAPER, authors=(), year=None, url=None)
    assert to_paper_node(bare).metadata == {"paper_id": "quartz", "title": "Quartz Clocks"}


def test_an_embedder_reads_title_and_abstract():
    text = to_paper_node(PAPER).get_content(MetadataMode.EMBED)
    assert text == "title: Quartz Clocks\n\nClocks drift. Steel halves it."


def test_a_query_bundle_is_searched_by_its_text(assistant):
    bundle = QueryBundle(WORDS, embedding=[1.0, 0.0])
    retriever = assistant.as_retriever()
    assert retriever.retrieve(bundle) == retriever.retrieve(WORDS)


def test_several_searches_at_a_time_find_what_each_finds_alone(assistant):
    queries = [WORDS, "optimal transport", "molecules", "Vendi Score"]
    retriever = assistant.as_retriever(5)

    async def all_at_once():
        return await asyncio.gather(*map(retriever.aretrieve, queries))

    assert asyncio.run(all_at_once()) == [retriever.retrieve(query) for query in queries]


def test_fusion_with_itself_keeps_the_order(assistant):
    retriever = assistant.as_retriever(8)
    fusion = QueryFusionRetriever(
        [retriever, retriever],
        llm=MockLLM(),
        num_queries=1,
        mode="reciprocal_rerank",
        similarity_top_k=8,
        use_async=False,
    )
    alone = [each.node.node_id for each in retriever.retrieve(WORDS)]
    assert [each.node.node_id for each in fusion.retrieve(WORDS)] == alone


def test_a_model_of_llama_index_reads_the_papers(assistant):
    engine = RetrieverQueryEngine.from_args(assistant.as_retriever(1), llm=MockLLM())
    prompt = str(engine.query("Vendi Score"))  # the mock says what it was told
    (hit,) = assistant.search("Vendi Score", 1)
    assert hit.paper.abstract in prompt
    assert f"title: {hit.paper.title}" in prompt


def assert_cites(response, library):
    """The source nodes are quotations of stored abstracts, one a marker of the text, in order."""
    nodes = [source.node for source in response.source_nodes]
    markers = sorted({int(number) for number in re.findall(r"\[(\d+)\]", str(response))})
    assert [node.metadata["marker"] for node in nodes] == markers
    for node in nodes:
        stored = library.paper(node.metadata["paper_id"])
        start, end = node.metadata["start"], node.metadata["end"]
        assert node.text == node.metadata["quote"] == stored.abstract[start:end]
        assert (node.start_char_idx, node.end_char_idx) == (start, end)
        assert (node.ref_doc_id, node.metadata["title"]) == (stored.paper_id, stored.title)
    assert len({node.node_id for node in nodes}) == len(nodes)


def test_a_response_carries_the_checked_answer(assistant):
    engine = assistant.as_query_engine()
    response, answer = engine.query(QUESTION), assistant.ask(QUESTION)
    assert isinstance(engine, BaseQueryEngine)
    assert str(response) == answer.text
    assert [source.node.text for source in response.source_nodes] == [
        citation.quote for citation in answer.citations
    ]
    assert len(response.source_nodes) >= 2
    assert_cites(response, assistant.library)


def test_the_score_of_a_source_is_that_of_its_paper(assistant):
    response = assistant.as_query_engine().query(QUESTION)
    scores = {row.paper_id: row.score for row in assistant.ask(QUESTION).retrieved}
    for source in response.source_nodes:
        assert source.score == scores[source.node.metadata["paper_id"]]


def test_the_whole_answer_is_in_the_metadata_as_json_takes_it(assistant):
    metadata = assistant.as_query_engine().query(QUESTION).metadata
    answer = assistant.ask(QUESTION).to_dict()
    kept = json.loads(json.dumps(metadata))
    assert (kept["refused"], kept["reason"]) == (False, answer["reason"])
    own = {"timings": {}, "record_id": None}
    assert {**kept["answer"], **own} == {**answer, **own}


def test_a_refusal_says_so_and_has_no_sources(assistant):
    response = assistant.as_query_engine().query(OFF_TOPIC)
    assert str(response) == assistant.ask(OFF_TOPIC).text
    assert response.source_nodes == []
    assert response.metadata["refused"]
    assert "France" in response.metadata["reason"]


def test_it_answers_asynchronously(assistant):
    engine = assistant.as_query_engine()

    async def both():
        return await asyncio.gather(engine.aquery(QUESTION), engine.aquery(OFF_TOPIC))

    answered, refused = asyncio.run(both())
    assert str(answered) == str(engine.query(QUESTION))
    assert_cites(answered, assistant.library)
    assert refused.metadata["refused"]


def test_what_a_model_invents_is_no_source(assistant):
    assistant.config = replace(assistant.config, engine="openai")
    said = "The Vendi Score is a diversity evaluation metric for machine learning. [7]"
    definition = assistant.ask(QUESTION, engine="extractive").sentences[0].text
    assistant.model = lambda engine: ScriptedModel([f"{said} {definition} [99] Paris is big. [1]"])
    response = assistant.as_query_engine().query(QUESTION)
    assert definition in str(response)
    assert "Paris" not in str(response)
    assert not {"[7]", "[99]"} & set(re.findall(r"\[\d+\]", str(response)))
    assert_cites(response, assistant.library)


def test_a_citation_node_shows_a_model_the_paper_and_the_quotation():
    citation = Citation(3, "quartz", "Quartz Clocks", "Clocks drift.", 0, 13, ("Ada Lind",), 2021)
    text = to_citation_node(citation).get_content(MetadataMode.LLM)
    shown = "paper_id: quartz\ntitle: Quartz Clocks\nauthors: Ada Lind\nyear: 2021"
    assert text == f"{shown}\n\nClocks drift."


def test_errors_stay_ours(assistant):
    with pytest.raises(UsageError, match="the question is empty"):
        assistant.as_query_engine().query(" ")
    with pytest.raises(UsageError, match="the question is empty"):
        assistant.as_retriever().retrieve(" ")


def test_the_readme_s_example_runs_as_it_stands(sample_library, tmp_path, monkeypatch, capsys):
    blocks = re.findall(r"```python\n(.*?)```", README.read_text("utf-8"), re.DOTALL)
    (example,) = (block for block in blocks if "llama_index" in block)
    shutil.copytree(sample_library, tmp_path / ".library")
    monkeypatch.chdir(tmp_path)
    exec(compile(example, "README.md", "exec"), {})
    printed = capsys.readouterr().out
    assert re.match(r"[01]\.\d\d The Vendi Score: .*\n", printed)
    assert "is defined as the exponential of the Shannon entropy" in printed
    assert "\n1 The Vendi Score: A Diversity Evaluation Metric for Machine Learning " in printed
