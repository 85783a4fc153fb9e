"""The bench of the verifier: the perturbation test over a suite's paraphrases."""

import argparse
from collections.abc import Sequence
from typing import TYPE_CHECKING

from assistant import __version__
from assistant.errors import UsageError
from assistant.views.text import printable
from eval.bench import Bench, Call
from eval.cases import SPLITS, Paraphrase
from eval.suite import find_suite, load_suite
from eval.table import align, value_and_interval

if TYPE_CHECKING:
    from assistant.ask import Assistant
    from assistant.sources import Source
    from eval.verifier_pairs import KindReport, Settings, SplitReport

SUITE = "golden"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add whose paraphrases, and whether what slips through is listed."""
    parser.epilog = "Pairs that slip through or alarm are listed for the development split only."
    parser.add_argument(
        "--suite", default=SUITE, metavar="SUITE", help=f"whose paraphrases ({SUITE})"
    )
    parser.add_argument("--misses", action="store_true", help="list what slips through, and alarms")


def run(call: Call) -> int:
    """Run the perturbation test over the library and print what was caught.

    Raises:
        UsageError: the suite has no paraphrase, or one of a paper that the library lacks.
        LibraryError: the library can't be read.
    """
    from eval.benches.working_checker import working_checker
    from eval.verifier_pairs import Pairs, Settings, judge_with, report_split

    suite = load_suite(find_suite(call.arguments.suite))
    with call.open() as assistant:
        sources = _sources(assistant, suite.paraphrases)
        library = assistant.library
        checker = working_checker(call.config)
        judge = judge_with(library.embedder, library.idf, checker.read)
        judged = Pairs(sources, judge)
        pairs = [pair for row in suite.paraphrases for pair in judged.of(row)]
        settings = Settings(
            suite=suite.folder.name,
            suite_sha256=suite.sha256,
            library_fingerprint=library.fingerprint,
            library_papers=library.count,
            embedder=library.embedder.name,
            checker=checker.name,
            version=__version__,
        )
    reports = [report_split(pairs, split) for split in SPLITS]
    facts = {"settings": settings.to_dict(), **{each.split: each.to_dict() for each in reports}}
    lines = [_settings_line(settings), *(_rendered(report) for report in reports)]
    if call.arguments.misses:
        listed = [pair for pair in pairs if pair.split == "dev" and not pair.caught]
        slipped = [f"{p.kind}  {p.row}  {p.text}" for p in listed if p.kind != "verbatim"]
        alarms = sorted({f"false alarm  {p.row}" for p in pairs if p.split == "dev" and p.alarm})
        lines.append("\n".join(["let through, development only", *slipped, *alarms]))
    return call.tell(facts, printable("\n\n".join(lines)))


def _sources(assistant: "Assistant", rows: Sequence[Paraphrase]) -> "list[Source]":
    """Return every paper of the library with its sentences.

    Raises:
        UsageError: a row's paper is not among them, or there is no row.
    """
    from assistant.sources import source_of

    library = assistant.library
    stored = [source_of(library, paper) for paper in library.papers()]
    sources = [source for source in stored if source.sentences]
    titles = {source.paper.title for source in sources}
    if lacking := [row for row in rows if row.title not in titles]:
        raise UsageError(
            f"the library lacks “{lacking[0].title}”, of which {lacking[0].id} speaks; "
            "name the suite's own library with --library"
        )
    if not rows or len(sources) < 2:
        raise UsageError("no paraphrase to change, or no second paper; name another --suite")
    return sources


def _settings_line(settings: "Settings") -> str:
    return (
        f"suite {settings.suite} sha256 {settings.suite_sha256[:12]}, "
        f"{settings.library_papers} papers {settings.library_fingerprint}, "
        f"embedder {settings.embedder}, checker {settings.checker}, version {settings.version}; "
        "95% intervals, papers resampled whole"
    )


def _rendered(report: "SplitReport") -> str:
    from eval.verifier_pairs import MOST_FALSE_ALARMS

    head = ("", "n", "caught", "", "false alarms", "told apart", "bar", "")
    rows = [head, *(_row(kind) for kind in report.kinds)]
    value, interval = value_and_interval(report.false_alarms)
    verbatim, _ = value_and_interval(report.verbatim_alarms)
    return "\n".join(
        [
            f"{report.split}",
            *align(rows),
            f"false alarms on {report.false_alarms.measured} reworded sentences {value} "
            f"({interval}), on {report.verbatim_alarms.measured} verbatim ones {verbatim}; "
            f"at most {MOST_FALSE_ALARMS:.2f} and 0: {_met(report.alarms_met)}",
        ]
    )


def _row(kind: "KindReport") -> tuple[str, ...]:
    caught, interval = value_and_interval(kind.caught)
    alarms, _ = value_and_interval(kind.false_alarms)
    apart, _ = value_and_interval(kind.told_apart)
    bar = "" if kind.bar is None else f"{kind.bar:.2f}"
    count = str(kind.caught.measured)
    return (kind.kind, count, caught, interval, alarms, apart, bar, _met(kind.met))


def _met(met: bool | None) -> str:
    return "" if met is None else "met" if met else "missed"


BENCH = Bench("the verifier: true sentences reworded, and each turned false", add_arguments, run)
