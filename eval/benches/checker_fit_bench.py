"""The bench ``bench checker-fit``: when a claim is called supported, attributed, contradicted."""

import argparse
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from assistant.errors import LibraryError, UsageError
from eval.bench import Bench, Call, add_abstracts
from eval.suite import find_suite, load_suite

if TYPE_CHECKING:
    from assistant.checker import Checker
    from assistant.embedding import Embedder
    from assistant.sources import Idf, Source
    from eval.benches.checker_fit import Statement

SUITE = "golden"
REFUSED = 0.3
SUPPORTED = 0.05
CONTRADICTED = 0.03
_TOLD = 500


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add where the abstracts are, the error rates, and whether what was fitted is kept."""
    parser.epilog = (
        "Fitted on the hand-written statements whose abstracts the checker was not trained on, "
        "and on a suite's development half about the library that --library names."
    )
    add_abstracts(parser)
    parser.add_argument(
        "--suite", metavar="SUITE", default=SUITE, help=f"whose development half ({SUITE})"
    )
    for name, share, what in (
        ("refused", REFUSED, "hand-written true statements that may be refused"),
        ("supported", SUPPORTED, "hand-written false ones that may be called supported"),
        ("contradicted", CONTRADICTED, "true ones that the checker alone may call contradicted"),
    ):
        parser.add_argument(
            f"--{name}", type=float, metavar="SHARE", default=share, help=f"{what} ({share})"
        )
    parser.add_argument("--write", action="store_true", help="keep the weights in the package")


def run(call: Call) -> int:
    """Fit the verdict, print what it is worth, and with ``--write`` keep the weights.

    Raises:
        UsageError: a file or share is unusable, or the checker can't be read.
        LibraryError: the library can't be read, or the weights can't be written.
    """
    from assistant.weighing import FILE
    from eval.benches.checker_fit_report import render, report_on
    from eval.benches.working_checker import working_checker

    arguments = call.arguments
    rates = (arguments.refused, arguments.supported, arguments.contradicted)
    if not all(0 < share < 1 for share in rates):
        raise UsageError("give shares between 0 and 1")
    checker = working_checker(call.config)
    if checker.skips:
        raise UsageError(f"the checker reads nothing: {checker.skips}")
    statements = list(_statements(call, checker))
    report = report_on(statements, checker.name, *rates)
    if arguments.write:
        kept = json.dumps(_rounded(asdict(report.fitted)), indent=2) + "\n"
        try:
            FILE.write_text(kept, "utf-8")
        except OSError as error:
            raise LibraryError(f"{FILE}: can't be written ({error}); leave out --write") from error
        call.say(f"written: {FILE}")
    return call.tell(report.to_dict(), render(report))


def _statements(call: Call, checker: "Checker") -> "Iterator[Statement]":
    """Yield the written statements on abstracts held out, and the suite's development half."""
    from assistant.embedding import load_embedder
    from assistant.sources import source_of
    from eval.benches.checker_fit import MOVED, TRUE

    embedder = load_embedder(call.config)
    (sources, idf), rows = _written(call, embedder)
    yield from _read_each(call, rows, sources, idf, embedder, checker)
    moved = [(name, text, MOVED) for name, text, kind in rows if kind == TRUE]
    yield from _read_each(call, moved, nearest_other(sources), idf, embedder, checker)
    suite = load_suite(find_suite(call.arguments.suite))
    asked = [
        *((row.title, row.text, "true") for row in suite.paraphrases if row.split == "dev"),
        *((row.title, row.text, "false") for row in suite.falsehoods if row.split == "dev"),
    ]
    with call.open() as assistant:
        library = assistant.library
        sources = {
            paper.title: source_of(library, paper)
            for paper in library.papers()
            if paper.title in {title for title, _, _ in asked}
        }
        if lacking := {title for title, _, _ in asked} - sources.keys():
            raise UsageError(f"the library lacks “{min(lacking)}”; name the suite's with --library")
        yield from _read_each(call, asked, sources, library.idf, library.embedder, checker)


Rows = Sequence[tuple[str, str, str]]
"""The abstract's name, the statement, its kind."""


def _written(call: Call, embedder: "Embedder") -> "tuple[tuple[Mapping[str, Source], Idf], Rows]":
    from assistant.sources import read_sources
    from assistant.store.lexical import build_lexical
    from eval.benches.checker_twists import made_by_code
    from eval.benches.written import find_abstracts
    from eval.checker import written_pairs

    rows = [
        (row["id"], row["text"], row["kind"])
        for row in written_pairs.read_rows()
        if "text" in row and written_pairs.held_out(row["id"])
    ]
    names = list(dict.fromkeys(name for name, _, _ in rows))
    held = find_abstracts(names, call.arguments.papers, call.arguments.scifact)
    rows += list(made_by_code(rows, {name: held[name].abstract for name in names}))
    index = build_lexical(held[name] for name in names)
    call.say(f"{len(names)} abstracts, {len(rows)} statements")
    sources = read_sources([held[name] for name in names], embedder)
    return (dict(zip(names, sources, strict=True)), index.idf), rows


def nearest_other(sources: "Mapping[str, Source]") -> "dict[str, Source]":
    """Return for each name, in place of its own abstract, the nearest of the others."""
    from eval.verifier_pairs import nearest_to, topics_of

    held = list(sources.values())
    topics = topics_of(held)
    return {name: held[nearest_to(topics, place)] for place, name in enumerate(sources)}


def _read_each(
    call: Call,
    rows: Rows,
    sources: "Mapping[str, Source]",
    idf: "Idf",
    embedder: "Embedder",
    checker: "Checker",
) -> "Iterator[Statement]":
    from assistant.grounding import findings_of, read_open
    from eval.benches.checker_fit import Statement

    for done, (name, text, kind) in enumerate(rows, start=1):
        findings = findings_of(text, [sources[name]], embedder, idf)
        readings = read_open(findings, text, checker.read)
        yield Statement(name, kind, tuple(findings), tuple(readings))
        if done % _TOLD == 0:
            call.say(f"{done} of {len(rows)} statements read")


def _rounded(values: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: _rounded(value)
        if isinstance(value, Mapping)
        else round(value, 4)
        if isinstance(value, float)
        else value
        for name, value in values.items()
    }


BENCH = Bench("the verdict: its weights and thresholds, by a stated error", add_arguments, run)
