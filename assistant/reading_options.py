"""The options of ``paper-assistant ingest`` that say how to read."""

import argparse
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from assistant.readers import ReadOptions


def add_arguments(ingest: argparse.ArgumentParser) -> None:
    """Offer ``--format``, ``--map`` and ``--encoding``."""
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


def read_options(arguments: argparse.Namespace) -> "ReadOptions":
    """Return what a person says about the inputs.

    Raises:
        UsageError: a format, field or encoding is unknown.
    """
    from assistant.readers import options

    return options(arguments.format, arguments.map, arguments.encoding)
