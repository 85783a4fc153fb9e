"""The bench of search speed: what it compares and how it counts; times are no test's matter."""

import argparse
import json

import numpy as np
import pytest
from doubles import HashingEmbedder

from assistant.config import Config
from assistant.errors import AssistantError, UsageError
from assistant.library import Library
from assistant.store.collection import DenseIndex
from assistant.store.vectors import PaperVectors
from assistant.types import Paper
from eval.bench import Call
from eval.benches import cold_start, nearest, speed_bench
from eval.benches.made_up import MadeUp, TimedAsModel
from eval.benches.nearest import searched
from eval.benches.speed_bench import measure_speed, sizes_of
from eval.benches.speed_calls import open_compared
from eval.benches.speed_library import YEARS, Query, grow, queries_of, read_papers
from eval.benches.speed_report import Ratio, Settings, Share, SpeedReport, render_speed
from eval.benches.timing import Times, time_in_turn

SUBJECTS = ("tides of the moon", "birds in winter", "proteins that fold", "bridges of steel")


def paper(number):
    subject = SUBJECTS[number % len(SUBJECTS)]
    return Paper(
        paper_id=f"p{number}",
        title=f"Study {number} on {subject}",
        abstract=f"We look at {subject}. Sample {number} differs. Its mass is {number} grams.",
    )


def papers(count):
    return map(paper, range(count))


@pytest.fixture
def papers_file(tmp_path):
    path = tmp_path / "papers.jsonl"
    rows = [{"id": p.paper_id, "title": p.title, "abstract": p.abstract} for p in papers(60)]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    return path


@pytest.fixture
def made_up():
    return MadeUp(HashingEmbedder(), list(papers(40)))


# Timing


def test_each_input_goes_through_every_call_before_the_next_in_changing_order():
    now, made = 0.0, []

    def call(name, seconds):
        def run(number):
            nonlocal now
            made.append((number, name))
            now += seconds[len(made) > 12] * number

        return run

    calls = {"slow": call("slow", (100, 2)), "fast": call("fast", (100, 1))}
    times = time_in_turn(calls, [1, 2, 3, 4, 5, 6], clock=lambda: now)
    assert times == {"slow": Times(7000, 11000), "fast": Times(3500, 5500)}
    assert [number for number, _ in made] == 2 * [1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6]
    assert {name for _, name in made[::2]} == {"slow", "fast"}


def test_percentiles_lie_between_the_nearest_two_times():
    assert Times.of_seconds([0.001 * n for n in range(11)]) == pytest.approx((5, 9))
    assert Times.of_seconds([0.002, 0.004]) == pytest.approx((3, 3.8))


# Report

SETTINGS = Settings(
    model="m",
    chunks={10: 20, 50: 100, 60: 120},
    queries=7,
    words_per_query=12.4,
    top_k=10,
    years=25,
    exact_up_to_chunks=40,
    in_memory_up_to_chunks=400,
    cold_rounds=3,
    cores=2,
    chromadb="1.5",
    version="0.1",
)
FAST = Ratio("search", "raw query", 10, Times(6.0, 9.0), Times(5.0, 7.0), 1.3)
SLOW = Ratio("filtered", "raw where", 50, Times(250.0, 300.0), Times(100.0, 110.0), 2.0)
ALL = Share("recall@10", "all vectors", 60, 0.9985, 0.999)
REPORT = SpeedReport(SETTINGS, (FAST, SLOW), (ALL,))


def test_a_ratio_is_of_medians_and_a_bar_is_met_at_the_bar():
    assert (FAST.value, FAST.is_met) == (1.2, True)
    assert (SLOW.value, SLOW.is_met) == (2.5, False)
    assert Ratio("a", "b", 1, Times(2.0, 9.0), Times(1.0, 1.0), 2.0).is_met
    assert Share("a", "b", 1, 1.0, 1.0).is_met
    assert not ALL.is_met


def test_the_text_has_settings_times_ratios_bars_and_verdicts():
    lines = render_speed(REPORT).splitlines()
    assert lines[0].split() == "papers 10 (20), 50 (100), 60 (120) (chunks)".split()
    text = "\n".join(lines)
    for said in ("those of m do", "7 titles", "12 words", "top 10", "one year of 25: 4 %"):
        assert said in text
    for said in ("3 processes", "up to 40 chunks", "0.1, chromadb 1.5, 2 cores"):
        assert said in text
    rows = [" ".join(line.split()) for line in lines]
    assert "search / raw query 10 6.00 9.00 5.00 7.00 1.20 1.3 met" in rows
    assert "filtered / raw where 50 250 300 100 110 2.50 2 missed" in rows
    assert "recall@10 / all vectors 60 0.9985 0.999 missed" in rows


def test_json_holds_what_the_text_does():
    found = json.loads(json.dumps(REPORT.to_dict()))
    assert found["settings"]["queries"] == 7
    assert found["ratios"][1] == {
        "what": "filtered",
        "against": "raw where",
        "papers": 50,
        "ours": {"p50_ms": 250.0, "p90_ms": 300.0},
        "theirs": {"p50_ms": 100.0, "p90_ms": 110.0},
        "ratio": 2.5,
        "bar": 2.0,
        "met": False,
    }
    assert (found["shares"][0]["value"], found["shares"][0]["met"]) == (0.9985, False)


# Made-up vectors


def test_made_up_vectors_are_unit_and_a_matter_of_the_text(made_up):
    texts = ["Tides of the moon", "birds", "words unknown entirely", ""]
    vectors = made_up.embed(texts)
    assert vectors.shape == (4, 32) and vectors.dtype == np.float32
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(1)
    assert made_up.embed(texts[:1])[0] == pytest.approx(vectors[0], abs=1e-6)
    again = MadeUp(HashingEmbedder(), list(papers(40)))
    assert np.array_equal(again.embed(texts), vectors)
    assert made_up.embed([]).shape == (0, 32)


def test_texts_on_one_matter_are_nearer_than_others(made_up):
    moon, tides, birds = made_up.embed(
        ["Study on tides of the moon", "We look at the moon and its tides", "birds in winter"]
    )
    assert moon @ tides > 0.5 > moon @ birds


def test_words_that_go_together_are_near_though_they_are_not_the_same(made_up):
    tides, moon, steel = made_up.embed(["tides", "moon", "steel"])
    assert tides @ moon > tides @ steel + 0.2


def test_rare_words_count_more_than_common_ones(made_up):
    both, rare, common = made_up.embed(["study proteins", "proteins", "study"])
    assert both @ rare > both @ common


def test_a_sample_of_one_paper_is_enough(made_up):
    one = MadeUp(HashingEmbedder(), [paper(1)])
    assert np.linalg.norm(one.embed(["birds", "other"]), axis=1) == pytest.approx(1)


def test_a_query_takes_the_models_time_and_gets_a_made_up_vector(made_up):
    model = HashingEmbedder()
    timed = TimedAsModel(model, made_up)
    found = timed.embed(["birds in winter"])
    assert np.array_equal(found, made_up.embed(["birds in winter"]))
    timed.embed(["birds in winter"])
    assert model.texts == ["birds in winter"] * 2
    assert np.array_equal(timed.made_up("birds in winter"), found[0])
    assert len(model.texts) == 2
    assert (timed.name, timed.dimension) == (model.name, model.dimension)


# Libraries and queries


def test_queries_are_titles_and_sentences_in_turn():
    queries = queries_of(papers(4))
    assert [query.text for query in queries] == [
        "Study 0 on tides of the moon",
        "Sample 1 differs.",
        "Study 2 on proteins that fold",
        "Sample 3 differs.",
    ]
    assert queries[1].where == {"year": queries[0].year + 1}
    assert queries[1].filters.years == (queries[1].year, queries[1].year)
    assert queries_of([paper(0), Paper("x", "Bare\n title", "")])[1].text == "Bare title"


def test_a_library_grows_to_the_size_that_is_wanted(tmp_path, made_up):
    twice = (each for each in papers(60) for _ in range(2))  # every other one is known already
    assert grow(tmp_path / "library", made_up, twice, 5) == 5  # one chunk a paper
    assert grow(tmp_path / "library", made_up, twice, 8) == 8
    with Library(tmp_path / "library", made_up) as library:
        assert [each.title for each in library.papers()] == [each.title for each in papers(8)]


def test_the_papers_of_a_library_have_one_year_after_the_other(tmp_path, made_up):
    stream = papers(60)
    for size in (10, YEARS, 2 * YEARS):
        grow(tmp_path / "library", made_up, stream, size)
    with Library(tmp_path / "library", made_up) as library:
        years = [each.year for each in library.papers()]
    assert years == 2 * list(range(years[0], years[0] + YEARS))


def test_too_few_papers_are_told_before_anything_is_made(papers_file, tmp_path, made_up):
    with pytest.raises(UsageError, match="hold 60 papers, and sizes and queries take 61"):
        read_papers([papers_file], 61)
    with pytest.raises(UsageError, match="only 3 differ"):
        grow(tmp_path / "library", made_up, iter([*papers(3), *papers(3)]), 4)


# What is found


@pytest.fixture
def compared(tmp_path, made_up):
    """A library of 50 papers beside its bare Chroma, two of them a year."""
    library = tmp_path / "library"
    grow(library, made_up, papers(60), 2 * YEARS)
    embedder = TimedAsModel(HashingEmbedder(), made_up)
    with open_compared(library, embedder, queries_of(papers(6))) as opened:
        yield opened


def test_filtered_search_weighs_the_nearest_papers_of_the_year(compared, made_up):
    query = Query("birds in winter", compared.queries[0].year)
    vector = compared.embedder.made_up(query.text)
    of_year = [each for each in compared.library.papers() if each.year == query.year]
    texts = [f"{each.title}\n{each.abstract}" for each in of_year]  # one chunk each
    cosines = made_up.embed(texts) @ vector
    expected = [of_year[row].paper_id for row in np.argsort(-cosines)]
    assert len(expected) == 2
    assert searched(compared.library, query, vector, 10) == expected


def test_all_filtered_queries_agree_with_exact_search_and_with_chroma(compared):
    assert [share.value for share in compared.filtered_agreement()] == [1, 1]


def test_a_filtered_query_that_finds_others_is_counted_as_such(compared, monkeypatch):
    right = nearest.searched
    wrong = compared.queries[0]
    monkeypatch.setattr(
        nearest,
        "searched",
        lambda library, query, *rest: right(library, query, *rest)[query is wrong :],
    )
    shares = [share.value for share in compared.filtered_agreement()]
    assert shares == [pytest.approx(5 / 6)] * 2


def test_recall_counts_what_search_and_what_the_graph_leave_out(compared, monkeypatch):
    assert [each.value for each in compared.recalls()] == [1, 1]
    best_of = DenseIndex.near
    monkeypatch.setattr(DenseIndex, "near", lambda *asked: best_of(*asked)[:9])
    assert [each.value for each in compared.recalls()] == [1, pytest.approx(0.9)]
    listed = PaperVectors.nearest
    monkeypatch.setattr(
        PaperVectors, "nearest", lambda vectors, query, _: listed(vectors, query, 8)
    )
    assert [each.value for each in compared.recalls()] == [pytest.approx(0.8), pytest.approx(0.9)]


def test_papers_that_are_equal_but_for_rounding_may_stand_for_each_other():
    cosines = {"a": 0.9, "b": 0.5, "c": 0.49999, "d": 0.4}
    assert nearest._are_the_same(["b", "a"], ["a", "b"], cosines)
    assert nearest._are_the_same(["a", "c"], ["a", "b"], cosines)
    assert not nearest._are_the_same(["a", "d"], ["a", "b"], cosines)
    assert not nearest._are_the_same(["b", "c"], ["a", "b"], cosines)
    assert not nearest._are_the_same(["a"], ["a", "b"], cosines)
    assert not nearest._are_the_same(["a", "of another year"], ["a", "b"], cosines)


# Cold starts


def test_first_queries_run_in_processes_of_their_own(sample_library):
    times = cold_start.time_cold_starts(sample_library, ["What is the Vendi Score?"], rounds=1)
    assert set(times) == {cold_start.SEARCH, cold_start.BARE}
    assert all(each.p50_ms > 0 for each in times.values())


def test_a_first_query_that_fails_is_an_error(monkeypatch, tmp_path):
    monkeypatch.setattr(cold_start, "FIRST_QUERIES", {"other": None})
    with pytest.raises(AssistantError, match=r"first query \(other\) ended with exit code 1 "):
        cold_start.time_cold_starts(tmp_path, ["a query"], rounds=1)


# The whole


@pytest.fixture
def bench(monkeypatch):
    """Run the bench with these arguments; give what it wrote."""
    monkeypatch.setattr(speed_bench, "load_embedder", lambda config: HashingEmbedder())
    cold = Ratio("first query of a process", "bare parts", 6, Times(1, 1), Times(1, 1), 1.2)
    monkeypatch.setattr(speed_bench, "cold_start", lambda *rest: cold)

    def run(*options):
        parser = argparse.ArgumentParser(exit_on_error=False)
        parser.add_argument("--json", action="store_true")
        speed_bench.add_arguments(parser)
        written = []
        arguments = parser.parse_args([*map(str, options)])
        assert speed_bench.run(Call(arguments, Config(), None, written.append, print)) == 0
        return written[0]

    return run


def test_the_bench_prints_all_that_is_asked(bench, papers_file):
    options = ["--papers", papers_file, "--sizes", "6,9,12", "--queries", "4"]
    found = json.loads(bench(*options, "--json"))
    assert found["settings"]["chunks"] == {"6": 6, "9": 9, "12": 12}
    assert [(row["what"], row["against"], row["papers"]) for row in found["ratios"]] == [
        ("whole query", "embedding + lean raw query", 6),
        ("whole query", "embedding + raw query", 6),
        ("first query of a process", "bare parts", 6),
        ("query without embedding", "lean raw query", 9),
        ("query without embedding", "raw query", 9),
        ("filtered query without embedding", "lean raw query with where", 9),
        ("filtered query without embedding", "raw query with where", 9),
        ("whole query", "whole query at 6", 12),
    ]
    assert [row["bar"] for row in found["ratios"]] == [1.3, 1.3, 1.2, 2, 2, 0.3, 0.3, 3]
    assert [(row["papers"], row["value"], row["bar"]) for row in found["shares"]] == [
        *2 * [(9, 1, 1)],
        *2 * [(9, 1, 0.999)],
        *2 * [(12, 1, 0.999)],
    ]
    assert bench(*options).startswith("papers      6 (6), 9 (9), 12 (12) (chunks)\n")


def test_the_papers_of_queries_are_not_ingested(papers_file, monkeypatch):
    ingested = []
    right = Library.ingest
    monkeypatch.setattr(
        Library, "ingest", lambda self, items: (ingested.extend(items), right(self, items))[1]
    )
    monkeypatch.setattr(speed_bench, "cold_start", lambda *rest: FAST)
    measure_speed([papers_file], (5, 6, 7), 4, HashingEmbedder(), print)
    assert [each.title for each in ingested] == [paper(number).title for number in range(4, 11)]


@pytest.mark.parametrize(
    "sizes", ["", "1,2", "1,2,3,4", "3,2,1", "0,1,2", "1,1,2", "a,b,c", "1,-2,3"]
)
def test_other_than_three_rising_sizes_are_refused(sizes):
    with pytest.raises(UsageError, match="give three rising numbers"):
        sizes_of(sizes)


def test_bad_numbers_are_refused_by_the_bench(bench, papers_file):
    with pytest.raises(UsageError, match="--queries is 0; give a number above 0"):
        bench("--papers", papers_file, "--queries", "0")
    with pytest.raises(UsageError, match="--sizes is '5'"):
        bench("--papers", papers_file, "--sizes", "5")
    with pytest.raises(UsageError, match="hold 60 papers, and sizes and queries take 60200"):
        bench("--papers", papers_file)
