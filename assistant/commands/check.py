"""The command ``check``: its options, and what it prints."""

import argparse
import json
from collections.abc import Callable
from typing import TYPE_CHECKING

from assistant.commands import terminal
from assistant.errors import UsageError
from assistant.views.json import check_dict
from assistant.views.markdown import checks_markdown
from assistant.views.text import checks_text

if TYPE_CHECKING:
    from assistant.ask import Assistant

Write = Callable[[str], None]

EXIT_FAILED_CHECK = 1


def add_arguments(check: argparse.ArgumentParser) -> None:
    """Add the options of ``check``."""
    check.add_argument("file", help="a text file, or - for standard input")
    check.add_argument(
        "--markdown", action="store_true", help="give the text back, marked, with its citations"
    )
    check.add_argument(
        "--strict", action="store_true", help="exit with 1 if a sentence or a citation fails"
    )


def run(arguments: argparse.Namespace, open: Callable[[], "Assistant"], write: Write) -> int:
    """Check a text; with --strict, return 1 if a sentence or a citation of it fails.

    Raises:
        UsageError: the file can't be read or is empty, or two forms of output are asked for.
    """
    if arguments.json and arguments.markdown:
        raise UsageError("--json and --markdown exclude each other; give one")
    text = terminal.read_text(arguments.file)
    if not text.strip():
        raise UsageError(f"{arguments.file}: the text is empty; give sentences to check")
    with open() as assistant:
        references = assistant.references(text)
        checks = assistant.check(text, references)
    if arguments.json:
        write(json.dumps(check_dict(checks, references), ensure_ascii=False, indent=2))
    elif arguments.markdown:
        write(checks_markdown(text, checks, references))
    else:
        write(checks_text(checks, terminal.width(), references))
    failed = any(check.remarks or not check.verdict.label.shown for check in checks)
    return EXIT_FAILED_CHECK if arguments.strict and failed else 0
