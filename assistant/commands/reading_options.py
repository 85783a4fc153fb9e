"""The options of ``paper-assistant ingest`` that say how to read."""

import argparse
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from assistant.readers import ReadOptions


def add_arguments(ingest: argparse.ArgumentParser) -> None:
    """Offer ``--format``, ``--map``, ``--encoding`` and ``--tag``."""
    ingest.add_argument(
        "--format",
        help="read all as one format: arxiv, bibtex, csl-json, csv, json, jsonl, listing, nbib, "
        "pubmed, ris or text (told by content)",
    )
    ingest.add_argument(
        "--map",
        action="append",
        default=[],
        metavar="FIELD=NAME",
        help="what JSON or a table calls a field: --map title=Name --map abstract=info.text",
    )
    ingest.add_argument("--encoding", metavar="NAME", help="such as cp1252 (told by content)")
    ingest.add_argument(
        "--tag",
        dest="tags",
        action="append",
        default=[],
        metavar="NAME",
        help="tag every paper read, beside its own keywords; may be repeated. Like all that a file "
        "says it is replaced when that file is read again: name the tag again to keep it",
    )


def read_options(arguments: argparse.Namespace) -> "ReadOptions":
    """Return what a person says about the inputs.

    Raises:
        UsageError: a format, field or encoding is unknown, or a tag unusable.
    """
    from assistant.readers import options

    return options(arguments.format, arguments.map, arguments.encoding, arguments.tags)
