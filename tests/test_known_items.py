"""Collections made of papers: each query comes from the one paper that it must find."""

import argparse
import json
import random

import pytest

from assistant.config import Config
from assistant.errors import UsageError
from assistant.types import Paper
from assistant.words import STOP_WORDS, words
from eval.bench import Call
from eval.benches import known_items
from eval.benches.beir import read_dataset
from eval.benches.known_items import STYLES, make_queries

CLOCK = Paper(
    paper_id="clock",
    title="The Drift of Clocks in Cold Water",
    abstract="Clocks drift. In cold water they drift more. Steel halves it. We say why.",
)


def made(style, paper=CLOCK, seed=0):
    return make_queries([paper], STYLES[style], random.Random(seed)).get(paper.paper_id)


def call(papers, output, **arguments):
    settings = {"count": 10, "queries": 4, "seed": 0, "json": True, **arguments}
    namespace = argparse.Namespace(papers=[papers], output=output, **settings)
    told = []
    known_items.run(Call(namespace, Config(), None, told.append, told.append))
    return json.loads(told[-1])


@pytest.fixture
def papers_file(tmp_path):
    path = tmp_path / "papers.jsonl"
    rows = [
        {
            "title": f"Clock {name} under snow and ice",
            "abstract": f"Clock {name} drifts in cold water. It is old. Nobody wound it up.",
        }
        for name in "Ash Birch Cedar Elm Fir Hazel Larch Maple Oak Pine Rowan Yew".split()
    ]
    rows.append({"title": "Clocks without an abstract"})
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    return path


def test_a_title_and_the_first_half_of_an_abstract_are_taken_as_they_are():
    assert made("title") == CLOCK.title
    assert made("passage") == "Clocks drift. In cold water they drift more."


@pytest.mark.parametrize("seed", range(5))
def test_words_and_sentences_are_the_papers_own(seed):
    title_words = made("title-words", seed=seed).split()
    assert len(set(title_words)) == 3
    assert set(title_words) <= {"drift", "clocks", "cold", "water"}
    keywords = made("keywords", seed=seed).split()
    assert len(set(keywords)) == 4
    assert set(keywords) <= set(words(CLOCK.abstract)) - STOP_WORDS
    assert made("sentence", seed=seed) in CLOCK.abstract
    assert set((made("rest", seed=seed) or "").split()) <= set(words(CLOCK.abstract))


def test_a_paper_with_too_few_words_gets_no_query_of_that_style():
    bare = Paper(paper_id="bare", title="On Clocks", abstract="They drift.")
    assert made("title-words", bare) is None
    assert made("keywords", bare) is None
    assert made("title", bare) == "On Clocks"


def test_each_style_is_a_collection_that_the_bench_of_retrieval_reads(papers_file, tmp_path):
    report = call(papers_file, tmp_path / "out")
    assert report["papers"] == 10
    for style in STYLES:
        dataset = read_dataset(tmp_path / "out" / style, None)
        assert len(dataset.corpus.documents) == 10
        assert 0 < len(dataset.queries) == report["queries"][style] <= 4
        for query, grades in dataset.qrels.items():
            assert grades == {query: 1}
            assert query in dataset.corpus.documents


def test_the_same_seed_draws_the_same(papers_file, tmp_path):
    for name, seed in (("one", 1), ("same", 1), ("other", 2)):
        call(papers_file, tmp_path / name, seed=seed)
    one, same, other = (
        {path.name: path.read_bytes() for path in (tmp_path / name / "keywords").glob("*.jsonl*")}
        for name in ("one", "same", "other")
    )
    assert one == same
    assert one != other


def test_more_than_the_files_hold_is_refused(papers_file, tmp_path):
    with pytest.raises(UsageError, match="the files hold 12 with an abstract"):
        call(papers_file, tmp_path / "out", count=13)
    assert not (tmp_path / "out").exists()


def test_a_folder_that_can_not_be_written_is_named(papers_file, tmp_path):
    (tmp_path / "out").write_text("a file")
    with pytest.raises(UsageError, match="out/title can't be written"):
        call(papers_file, tmp_path / "out")
