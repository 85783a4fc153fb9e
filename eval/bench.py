"""What ``paper-assistant eval`` and its benches are called with, and what a bench is."""

import argparse
import json
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from assistant.config import Config

if TYPE_CHECKING:
    from assistant.ask import Assistant


class Call(NamedTuple):
    """What a command is given: arguments, settings, the library to measure, and ways to tell.

    `open` opens the library that the person named, or else the sample library; a bench
    that brings its own papers has no need of it. `write` prints results, `say` what goes
    beside them.
    """

    arguments: argparse.Namespace
    config: Config
    open: Callable[[], AbstractContextManager["Assistant"]]
    write: Callable[[str], None]
    say: Callable[[str], None]

    def tell(self, facts: dict[str, Any], text: str) -> int:
        """Print what was measured, as JSON or as text; return the exit code for "fine"."""
        as_json = self.arguments.json
        self.write(json.dumps(facts, ensure_ascii=False, indent=2) if as_json else text)
        return 0


class Bench(NamedTuple):
    """One line of help, what adds the arguments, and what runs it and returns the exit code."""

    help: str
    add_arguments: Callable[[argparse.ArgumentParser], None]
    run: Callable[[Call], int]


def add_abstracts(parser: argparse.ArgumentParser) -> None:
    """Add where the abstracts are that rows are written about."""
    add_papers(parser, "of arXiv, among them those that rows are written about")
    parser.add_argument(
        "--scifact", type=Path, metavar="DIR", required=True, help="folder of SciFact's corpus"
    )


def add_papers(parser: argparse.ArgumentParser, use: str) -> None:
    """Add the files of papers that a bench takes, and what it takes them for."""
    parser.add_argument(
        "--papers",
        type=Path,
        metavar="FILE",
        action="append",
        required=True,
        help=f"papers {use}, in any format; may be given again",
    )
