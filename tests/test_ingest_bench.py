"""The bench of ingestion: that it counts what it says; its times are no test's matter."""

import argparse
import json

import numpy as np
import pytest
from doubles import HashingEmbedder

from assistant.config import Config
from assistant.errors import UsageError
from eval.bench import Call
from eval.benches import ingest_bench
from eval.benches.ingest_bench import (
    IngestCosts,
    PairedEmbedder,
    StandIn,
    measure_ingest,
    render_costs,
)


@pytest.fixture
def papers_file(tmp_path):
    path = tmp_path / "papers.jsonl"
    rows = [
        {"title": f"Clock number {n}", "abstract": f"Clock {n} drifts. It is old."}
        for n in range(12)
    ]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    return path


def test_the_same_texts_are_embedded_for_the_ingest_and_bare():
    ticks = iter([0, 1, 10, 13, 20, 24, 30, 35])  # bare 1, within 3; within 4, bare 5
    paired = PairedEmbedder(HashingEmbedder(), clock=lambda: next(ticks))
    assert np.array_equal(paired.embed(["a", "b"]), HashingEmbedder().embed(["a", "b"]))
    paired.embed(["c"])
    assert (paired.texts, paired.within_s, paired.bare_s) == (3, 7, 6)


def test_an_ingest_is_measured_whole(papers_file):
    seen = []
    costs = measure_ingest([papers_file], 10, HashingEmbedder(), seen.append)
    assert (costs.papers, seen[-1]) == (10, 10)
    assert costs.texts == 10 * 3  # a chunk and two sentences
    assert costs.raw_bytes == sum(
        len(f"Clock number {n}Clock {n} drifts. It is old.") for n in range(10)
    )
    assert costs.vector_bytes == 10 * HashingEmbedder().dimension * 4
    assert costs.disk_bytes > costs.raw_bytes
    assert costs.ingest_s > 0 < costs.again_s


def test_more_papers_than_there_are_is_an_error(papers_file):
    with pytest.raises(UsageError, match="hold 12 papers"):
        measure_ingest([papers_file], 13, HashingEmbedder())


COSTS = IngestCosts(
    "m", 10, 30, 20.0, 19.0, 0.1, 1_000_000, 2_000_000, 9_000_000, ((0, 5_000_000),)
)


def test_ratios_are_what_is_printed():
    assert (COSTS.rate, COSTS.again, COSTS.disk) == (0.95, 0.005, 3.0)
    shown = render_costs(COSTS)
    assert "0.950 of its rate" in shown
    assert "0.50 % of the first" in shown
    assert "9.0 MB, 3.00 times raw text (1.0 MB) and float32 chunk vectors (2.0 MB)" in shown
    assert "rate" not in render_costs(COSTS, with_times=False)
    row = COSTS.to_dict()
    assert (row["rate"], row["again"], row["disk"], row["papers"]) == (0.95, 0.005, 3.0, 10)


def test_stand_in_vectors_are_unit_and_a_matter_of_the_text():
    stand_in = StandIn(HashingEmbedder())
    first, again, other = stand_in.embed(["a", "a", "b"])
    assert np.array_equal(first, again) and not np.allclose(first, other)
    assert np.linalg.norm(first) == pytest.approx(1)


@pytest.fixture
def bench(monkeypatch):
    """Run the bench with these arguments; give what it wrote."""
    monkeypatch.setattr(ingest_bench, "load_embedder", lambda config: HashingEmbedder())

    def run(*options):
        parser = argparse.ArgumentParser(exit_on_error=False)
        parser.add_argument("--json", action="store_true")
        ingest_bench.add_arguments(parser)
        written = []
        call = Call(parser.parse_args([*map(str, options)]), Config(), None, written.append, print)
        assert ingest_bench.run(call) == 0
        return written[0]

    return run


def test_the_bench_prints_the_costs(bench, papers_file):
    options = ["--papers", papers_file, "--count", "4", "--stand-in"]
    assert bench(*options).startswith("papers     4, 12 texts embedded by stand-in\ndisk ")
    assert json.loads(bench(*options, "--json"))["texts"] == 12


@pytest.mark.parametrize("count", ["0", "-1"])
def test_a_count_below_one_is_refused(bench, papers_file, count):
    with pytest.raises(UsageError, match=f"--count is {count}; give a number above 0"):
        bench("--papers", papers_file, "--count", count)
