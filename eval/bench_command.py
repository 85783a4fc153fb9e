"""The subcommand ``paper-assistant bench``: which bench, and what is handed to it."""

import argparse
from collections.abc import Mapping

from eval.bench import Bench, Call
from eval.benches import (
    checker_bench,
    checker_fit_bench,
    claims_bench,
    compare_bench,
    drafts_bench,
    gate_bench,
    ingest_bench,
    known_items,
    latency_bench,
    retrieval_bench,
    speed_bench,
    verifier_bench,
)

BENCHES: Mapping[str, Bench] = {
    "checker": checker_bench.BENCH,
    "checker-fit": checker_fit_bench.BENCH,
    "claims": claims_bench.BENCH,
    "compare": compare_bench.BENCH,
    "drafts": drafts_bench.BENCH,
    "gate-fit": gate_bench.BENCH,
    "ingest": ingest_bench.BENCH,
    "known-items": known_items.BENCH,
    "latency": latency_bench.BENCH,
    "retrieval": retrieval_bench.BENCH,
    "speed": speed_bench.BENCH,
    "verifier": verifier_bench.BENCH,
}
"""Each bench by its name. To add one, write its module and name it here."""


def add_arguments(parser: argparse.ArgumentParser, shared: argparse.ArgumentParser) -> None:
    """Add the benches; each takes the `shared` options and its own."""
    benches = parser.add_subparsers(
        title="what to measure", metavar="BENCH", dest="bench", required=True
    )
    for name, bench in BENCHES.items():
        added = benches.add_parser(name, help=bench.help, description=bench.help, parents=[shared])
        bench.add_arguments(added)


def run(call: Call) -> int:
    """Run a bench and return the exit code.

    Raises:
        AssistantError: what it is to measure is unusable; see the bench.
    """
    return BENCHES[call.arguments.bench].run(call)
