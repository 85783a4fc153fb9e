"""The bench ``bench gate-fit``: the weights of the decision to refuse, fitted anew."""

import argparse
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from assistant.errors import LibraryError, UsageError
from eval.bench import Bench, Call, add_abstracts
from eval.benches.corpus_library import ingest_corpus
from eval.benches.written import OTHERS, ROWS, Written, collect, read_written
from eval.suite import find_suite, load_suite

if TYPE_CHECKING:
    from assistant.library import Library

SUITE = "golden"
REFUSED = 0.06
"""Share of the suite's answerable questions that may be refused."""
_TOLD = 500
_KINDS = {"single": True, "near_miss": False}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add where the abstracts are, and whether what was fitted is kept."""
    parser.epilog = (
        "The threshold is set on the development questions of a suite about the library that "
        "--library names, by default the sample library."
    )
    add_abstracts(parser)
    parser.add_argument(
        "--rows", type=Path, metavar="FILE", default=ROWS, help="the written questions (shipped)"
    )
    parser.add_argument(
        "--others",
        type=int,
        metavar="N",
        default=OTHERS,
        help=f"further papers among them, of which no question is ({OTHERS})",
    )
    parser.add_argument(
        "--keep", type=Path, metavar="DIR", help="keep the abstracts' library here, for a next run"
    )
    parser.add_argument(
        "--suite", metavar="SUITE", default=SUITE, help=f"what the threshold is set on ({SUITE})"
    )
    parser.add_argument(
        "--refused",
        type=float,
        metavar="SHARE",
        default=REFUSED,
        help=f"share of the suite's answered questions that may be refused ({REFUSED})",
    )
    parser.add_argument("--write", action="store_true", help="keep the weights in the package")


def run(call: Call) -> int:
    """Fit the gate, print what it is worth, and with ``--write`` keep the weights.

    Raises:
        UsageError: a file or a share is unusable, or the library holds other papers.
        LibraryError: the library or the file of the weights can't be written.
    """
    from assistant.sufficiency import FILE, as_text
    from eval.benches.gate_reading import checker_for
    from eval.benches.gate_report import render_gate, report_on
    from eval.benches.gate_rows import read_rows
    from eval.benches.working_checker import working_checker

    arguments = call.arguments
    if not 0 < arguments.refused < 1:
        raise UsageError(f"--refused is {arguments.refused:g}; give a share between 0 and 1")
    if arguments.others < 0:
        raise UsageError(f"--others is {arguments.others}; give 0 or more")
    questions = read_written(arguments.rows)
    corpus = collect(questions, arguments.papers, arguments.scifact, arguments.others)
    asked = development_questions(arguments.suite)
    with call.open() as assistant:
        checker = working_checker(call.config)
        development = list(
            read_rows(assistant.library, asked, lambda written: checker, lambda done: None)
        )
    with _open(call) as library:
        ingest_corpus(library, corpus, lambda done: None)
        call.say(f"{len(corpus.documents)} abstracts, {len(questions)} questions")
        unseen = partial(checker_for, checker)
        rows = list(read_rows(library, questions, unseen, lambda done: _told(call, done)))
        report = report_on(rows, development, library.embedder.name, arguments.refused)
    if arguments.write:
        _write(FILE, as_text(report.fitted))
        call.say(f"written: {FILE}")
    return call.tell(report.to_dict(), render_gate(report))


def development_questions(suite: str) -> list[Written]:
    """Return the questions about one paper and the near misses of a suite's development half.

    Raises:
        UsageError: there is no such suite, or it has no such questions.
    """
    cases = [case for case in load_suite(find_suite(suite)).cases if case.split == "dev"]
    found = [
        Written((*case.gold, *case.near, case.id)[0], case.question, _KINDS[case.kind], "")
        for case in cases
        if case.kind in _KINDS
    ]
    if len({each.answered for each in found}) < 2:
        raise UsageError(f"{suite}: needs development questions of kind single and near_miss")
    return found


def _write(path: Path, text: str) -> None:
    try:
        path.write_text(text, "utf-8")
    except OSError as error:
        raise LibraryError(f"{path}: can't be written ({error}); leave out --write") from error


def _told(call: Call, done: int) -> None:
    if done % _TOLD == 0:
        call.say(f"{done} questions asked")


@contextmanager
def _open(call: Call) -> Iterator["Library"]:
    """Open the library for the abstracts; one that nobody named is gone afterwards."""
    from assistant.library import open_library

    with TemporaryDirectory(prefix="paper-assistant-eval-") as temporary:
        folder = call.arguments.keep or Path(temporary) / "library"
        library = open_library(replace(call.config, library=folder, chroma_url=None))
        try:
            library.notify = call.say
            yield library
        finally:
            library.close()


BENCH = Bench(
    "the decision to refuse: its weights, fitted on written questions", add_arguments, run
)
