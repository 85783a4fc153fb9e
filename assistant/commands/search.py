"""The command ``search``: its options, and what it prints."""

import argparse
import json
from collections.abc import Callable
from typing import TYPE_CHECKING

from assistant.commands import filter_options, terminal
from assistant.errors import UsageError
from assistant.views.json import explanation_rows, hit_rows
from assistant.views.text import explanations_text, hits_text

if TYPE_CHECKING:
    from assistant.ask import Assistant

Write = Callable[[str], None]


def add_arguments(search: argparse.ArgumentParser) -> None:
    """Add the options of ``search``."""
    search.add_argument("query", help="words, a title, a DOI or an arXiv id")
    search.add_argument("--top-k", type=int, default=10, metavar="N", help="how many (10)")
    search.add_argument("--explain", action="store_true", help="say why each paper was found")
    filter_options.add_arguments(search)


def run(
    arguments: argparse.Namespace, open: Callable[[], "Assistant"], write: Write, say: Write
) -> int:
    """List the papers nearest to a query.

    Raises:
        UsageError: a number or a filter can't be used.
    """
    if arguments.top_k < 1:
        raise UsageError(f"--top-k is {arguments.top_k}; give a number above 0")
    with open() as assistant:
        filters = filter_options.filters_in(assistant.library.record, arguments)
        if (searched := assistant.spelled(arguments.query)) != arguments.query:
            say(f"searched for: {searched}")
        if arguments.explain:
            found = assistant.explain(arguments.query, arguments.top_k, filters=filters)
            rows, text = explanation_rows(found), explanations_text(found, terminal.width())
        else:
            hits = assistant.search(arguments.query, arguments.top_k, filters=filters)
            rows, text = hit_rows(hits), hits_text(hits, terminal.width())
        if filters and not assistant.library.count_of(filters):
            say(f"the library holds no {filters.scope()}")
    write(json.dumps(rows, ensure_ascii=False, indent=2) if arguments.json else text)
    return 0
