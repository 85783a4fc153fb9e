"""The options that say what papers a search may find."""

import argparse
from datetime import date

import pytest

from assistant.commands.filter_options import add_arguments, filters_of
from assistant.errors import UsageError
from assistant.filters import NO_FILTERS, Filters


def filters_from(*argv: str) -> Filters:
    parser = argparse.ArgumentParser()
    parser.add_argument("query")
    add_arguments(parser)
    return filters_of(parser.parse_args(["clocks", *argv]))


def test_nothing_said_asks_for_nothing():
    assert filters_from() == NO_FILTERS


def test_every_kind_and_several_of_those_that_may_be_repeated():
    given = "--year 2020-2023 --author Hinton --author Lind --venue ICML --venue NeurIPS"
    given += " --source a.bib --source b.ris --tag thesis --tag cs.LG --paper p1 --paper p2"
    given += " --added 2026-01-01..2026-02-01"
    assert filters_from(*given.split()) == Filters(
        years=(2020, 2023),
        authors=("Hinton", "Lind"),
        venues=("ICML", "NeurIPS"),
        sources=("a.bib", "b.ris"),
        tags=("thesis", "cs.LG"),
        paper_ids=("p1", "p2"),
        added=(date(2026, 1, 1), date(2026, 2, 1)),
    )


@pytest.mark.parametrize("argv", [["--year", "-2023"], ["--year=-2023"]])
def test_a_range_without_a_beginning_is_no_option(argv):
    assert filters_from(*argv) == Filters(years=(None, 2023))


@pytest.mark.parametrize(
    ("argv", "words"),
    [
        (["--year", "2020", "--year", "2022"], "--year comes 2 times; give one range"),
        (["--added", "..2026-01-01", "--added", "2026-01-01"], "--added comes 2 times"),
        (["--year", "soon"], "no years 'soon'; write 2021"),
        (["--added", "soon"], "no days 'soon'; write 2026-01-31"),
        (["--author", "?"], "author '\\?' holds no word"),
        (["--tag", ""], "one of tags is empty"),
    ],
)
def test_what_can_not_be_read_is_told(argv, words):
    with pytest.raises(UsageError, match=words):
        filters_from(*argv)


def test_the_help_says_how_each_is_written_and_what_several_mean():
    parser = argparse.ArgumentParser()
    add_arguments(parser)
    text = " ".join(parser.format_help().split())
    for words in ("2020-2023", "'G. Hinton'", "with each of them", "any of them", "2026-01-01.."):
        assert words in text
