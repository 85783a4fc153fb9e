"""The fields that say which papers may be found: read into filters, and told in a line. Pure."""

from collections.abc import Callable
from dataclasses import dataclass

from assistant.errors import AssistantError
from assistant.filters import NO_FILTERS, Filters, date_range, year_range
from ui.markup import counted

SECTION = "Only papers"
"""How the section of the fields begins, whatever it holds."""


PARTED_BY = ";"
"""What stands between the values of a field."""


@dataclass(frozen=True, slots=True)
class FilterFields:
    """What stands in each field, as it was typed; several values are separated by semicolons."""

    years: str = ""
    authors: str = ""
    venues: str = ""
    tags: str = ""
    sources: str = ""
    papers: str = ""
    added: str = ""

    def read(self) -> Filters:
        """Return what the fields ask for; an empty one asks for nothing.

        Papers are called what they were called in the field.

        Raises:
            UsageError: years or days are none, or end before they begin; or an author holds no
                word.
        """
        return Filters(
            years=year_range(self.years) if self.years.strip() else NO_FILTERS.years,
            authors=_values(self.authors),
            venues=_values(self.venues),
            tags=_values(self.tags),
            sources=_values(self.sources),
            paper_ids=_values(self.papers),
            added=date_range(self.added) if self.added.strip() else NO_FILTERS.added,
        )


@dataclass(frozen=True, slots=True)
class Summary:
    """The line that stands for the fields, how it looks, and what the question box invites to.

    `kind` is ``unset``, ``narrowed``, or ``wrong`` where no question could be answered.
    """

    line: str
    kind: str
    invitation: str = "Ask about the papers"


UNSET = Summary(f"{SECTION} of a year, author, venue …", "unset")
"""What stands for fields that are all empty."""


def summarise(read: Callable[[], Filters], count: Callable[[Filters], int], papers: int) -> Summary:
    """Say what the fields ask for, or what is wrong with them.

    Args:
        read: reads the fields as they stand; raises what is wrong with them.
        count: how many papers the filters let through.
        papers: how many papers the library holds.
    """
    try:
        filters = read()
        if not filters:
            return UNSET
        found = count(filters)
    except AssistantError as error:
        return Summary(f"{SECTION} …: {error}", "wrong")
    if not found:
        return Summary(f"Only {filters.scope()}: the library holds none", "wrong")
    share = f"{found:,} of {counted(papers, 'paper')}"
    return Summary(f"Only {filters.scope()}: {share}", "narrowed", f"Ask {share}")


def _values(text: str) -> tuple[str, ...]:
    return tuple(value for part in text.split(PARTED_BY) if (value := part.strip()))
