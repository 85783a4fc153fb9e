"""The terminal that the command runs in: what it reads, how wide it is, what it can show."""

import io
import os
import shutil
import sys
from pathlib import Path

from assistant.errors import UsageError


def print_what_it_can() -> None:
    """Replace what its encoding lacks, rather than fail in the middle of an answer."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")


def discard_output() -> None:
    """Send what is still to be printed nowhere, so that the interpreter ends in peace."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    os.close(nowhere)


def read_text(file: str) -> str:
    """Return the text of a file, or of standard input for ``-``.

    Raises:
        UsageError: it can't be read, or is not UTF-8.
    """
    try:
        text = sys.stdin.read() if file == "-" else Path(file).read_text("utf-8")
        return text.removeprefix("\ufeff")
    except OSError as error:
        raise UsageError(
            f"{file}: can't be read ({error.strerror}); name a text file, or give - and the text "
            "on standard input"
        ) from error
    except UnicodeDecodeError as error:
        name = "standard input" if file == "-" else file
        raise UsageError(f"{name}: not UTF-8 text; save or send it as UTF-8") from error


def width() -> int:
    """Return how many characters a line holds."""
    return shutil.get_terminal_size().columns


def line_width() -> int:
    """Return how long a line of a list may be: what goes to a file or a program is not cut."""
    return width() if sys.stdout.isatty() else sys.maxsize


def print_utf8() -> None:
    """Print UTF-8 whatever the terminal has: what goes to a file or a program must be whole."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(encoding="utf-8", errors="strict")
