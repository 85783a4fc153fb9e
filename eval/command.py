"""The subcommand ``paper-assistant eval``: which bench, and what is handed to it."""

import argparse
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Any

from assistant.config import Config
from eval import (
    checker_bench,
    checker_fit_bench,
    claims_bench,
    drafts_bench,
    gate_bench,
    ingest_bench,
    known_items,
    latency_bench,
    retrieval_bench,
    speed_bench,
    suite_bench,
    verifier_bench,
)
from eval.bench import Bench, Call

if TYPE_CHECKING:
    from assistant.ask import Assistant

SUITE_BENCH = "golden"
"""The bench that is run where none is named, and whose arguments a suite of one's own takes."""

BENCHES: Mapping[str, Bench] = {
    SUITE_BENCH: suite_bench.BENCH,
    "drafts": drafts_bench.BENCH,
    "checker": checker_bench.BENCH,
    "checker-fit": checker_fit_bench.BENCH,
    "claims": claims_bench.BENCH,
    "gate-fit": gate_bench.BENCH,
    "ingest": ingest_bench.BENCH,
    "known-items": known_items.BENCH,
    "latency": latency_bench.BENCH,
    "retrieval": retrieval_bench.BENCH,
    "speed": speed_bench.BENCH,
    "verifier": verifier_bench.BENCH,
}
"""Each bench by its name. To add one, write its module and name it here."""


class _BenchOrSuite(argparse._SubParsersAction):  # type: ignore[type-arg]  # has none at run time
    """Takes the name of a bench, or of a suite: any name that no bench has."""

    def __init__(self, *arguments: Any, **settings: Any) -> None:
        super().__init__(*arguments, **settings)
        self.choices = None  # type: ignore[assignment]  # a suite may have any name

    def __call__(
        self,
        parser: argparse.ArgumentParser,
        namespace: argparse.Namespace,
        values: Any,
        option_string: str | None = None,
    ) -> None:
        """Hand the arguments behind the name to the parser of its bench."""
        name, *rest = values
        bench = name if name in BENCHES else SUITE_BENCH
        early = [each for each in suite_bench.OPTIONS if getattr(namespace, each)]
        if bench != SUITE_BENCH and early:
            parser.error(f"--{early[0]} is for a suite, not for {name}; leave it out")
        namespace.bench, namespace.suite = bench, name
        super().__call__(parser, namespace, [bench, *rest], option_string)


def add_arguments(parser: argparse.ArgumentParser, shared: argparse.ArgumentParser) -> None:
    """Add the benches; each takes the `shared` options and its own.

    Those of a suite go before its name as well: it may be left out.
    """
    parser.set_defaults(
        bench=SUITE_BENCH, suite=SUITE_BENCH, **dict.fromkeys(suite_bench.OPTIONS, None)
    )
    suite_bench.add_arguments(parser)
    benches = parser.add_subparsers(
        title="what to measure",
        metavar="BENCH",
        action=_BenchOrSuite,
        description="One of these, or a folder with a suite of your own, which takes the options "
        f"of `{SUITE_BENCH}` (the default). Options: paper-assistant eval BENCH --help",
    )
    for name, bench in BENCHES.items():
        added = benches.add_parser(
            name,
            help=bench.help,
            description=bench.help,
            parents=[shared],
            argument_default=argparse.SUPPRESS if name == SUITE_BENCH else None,
        )
        bench.add_arguments(added)


def run(
    arguments: argparse.Namespace,
    config: Config,
    open: Callable[[], AbstractContextManager["Assistant"]],
    write: Callable[[str], None],
    say: Callable[[str], None],
) -> int:
    """Run a bench and return the exit code.

    Args:
        arguments: as parsed.
        config: the settings.
        open: opens the library that the person named, or else the sample library.
        write: prints results.
        say: prints what goes beside them.

    Raises:
        AssistantError: what it is to measure is unusable; see the bench.
    """
    return BENCHES[arguments.bench].run(Call(arguments, config, open, write, say))
