"""The options of the commands that search which say what papers may be found."""

import argparse
from collections.abc import Sequence
from typing import TYPE_CHECKING

from assistant.errors import UsageError
from assistant.filters import Filters, date_range, year_range

if TYPE_CHECKING:
    from assistant.store.record import Record


def add_arguments(command: argparse.ArgumentParser) -> None:
    """Offer an option for each kind of filter; all but the ranges may be repeated."""
    filters = command.add_argument_group("filters", "find only papers of which all of these hold")

    def offer(option: str, metavar: str, help: str) -> None:
        filters.add_argument(
            f"--{option}",
            dest=f"filter_{option}",
            action="append",
            default=[],
            metavar=metavar,
            help=help,
        )

    offer("year", "YEARS", "published in 2021, 2020-2023, 2020- or -2023")
    offer("author", "NAME", "with this author (Hinton, 'G. Hinton'); repeated: with each of them")
    offer("venue", "NAME", "with this in the venue's name; repeated: any of them")
    offer("source", "FILE", "read from this file; repeated: any of them")
    offer("tag", "NAME", "with this tag or keyword; repeated: with each of them")
    offer("paper", "ID", "this paper; repeated: any of them")
    offer("added", "DAYS", "taken in on 2026-01-31, 2026-01-01..2026-01-31, or an end left out")


def filters_of(arguments: argparse.Namespace) -> Filters:
    """Return what the options ask for.

    Raises:
        UsageError: a range can't be read, ends before it begins or comes twice, or a text is empty.
    """
    years = _only("year", arguments.filter_year)
    added = _only("added", arguments.filter_added)
    return Filters(
        years=(None, None) if years is None else year_range(years),
        authors=tuple(arguments.filter_author),
        venues=tuple(arguments.filter_venue),
        sources=tuple(arguments.filter_source),
        tags=tuple(arguments.filter_tag),
        paper_ids=tuple(arguments.filter_paper),
        added=(None, None) if added is None else date_range(added),
    )


def filters_in(record: "Record", arguments: argparse.Namespace) -> Filters:
    """Return what the options ask for, with papers by the ids that they have in a library.

    Raises:
        UsageError: as for `filters_of`, or a paper is not there.
    """
    from assistant.library_lookup import with_ids_of_papers

    return with_ids_of_papers(record, filters_of(arguments))


def _only(option: str, given: Sequence[str]) -> str | None:
    if len(given) > 1:
        raise UsageError(f"--{option} comes {len(given)} times; give one range that holds them all")
    return given[0] if given else None
