"""The list of references at the end of a text: where it begins, and its entries."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.reference_list import read_reference_list

BODY = "Clocks drift [1]. Steel halves it [2].\n\n"


def entries(text):
    return [(entry.number, entry.text) for entry in read_reference_list(text).entries]


TWO = [(1, "Lind. On Clocks. 2021."), (2, "Noor. On Steel.")]


@pytest.mark.parametrize(
    "listed",
    [
        "References\n[1] Lind. On Clocks. 2021.\n[2] Noor. On Steel.",
        "## References\n\n1. Lind. On Clocks. 2021.\n2. Noor. On Steel.\n",
        "**Bibliography**\n1) Lind. On Clocks. 2021.\n2) Noor. On Steel.",
        "**References:**\n- [1] Lind. On Clocks. 2021.\n- [2] Noor. On Steel.",
        "Sources:\n[^1]: Lind. On Clocks.\n    2021.\n[^2]: Noor. On Steel.",
        "WORKS CITED\n\nLind. On Clocks. 2021.\n\nNoor. On Steel.",
        "Literature\n* Lind. On Clocks. 2021.\n* Noor. On Steel.",
        "[^1]: Lind. On Clocks. 2021.\n[^2]: Noor. On Steel.",
        "[1] Lind. On Clocks. 2021.\n[2] Noor. On Steel.",
    ],
)
def test_lists_are_read_whatever_their_form(listed):
    found = read_reference_list(BODY + listed)
    assert (found.start, entries(BODY + listed)) == (len(BODY), TWO)


@pytest.mark.parametrize(
    "text",
    [
        BODY,
        "",
        "Clocks drift.\n\n[1] says that they do.",  # one such line may be a sentence
        "Clocks drift.\n[3] is old.\n[7] is new.",
        "References are listed by hand. We follow them.",
        "Clocks drift.\n\n## References\n",
    ],
)
def test_a_text_without_a_list_ends_where_it_ends(text):
    found = read_reference_list(text)
    assert (found.start, found.entries) == (len(text), ())


def test_a_year_that_begins_a_line_numbers_nothing():
    text = "References\n1. Lind. On Clocks.\n2021. Slow Time.\n2. Noor. On Steel."
    assert entries(text) == [(1, "Lind. On Clocks. 2021. Slow Time."), (2, "Noor. On Steel.")]


def test_the_last_heading_counts_and_a_blank_line_ends_an_entry():
    text = "Sources\n\nThey are old.\n\nReferences\n[4] Lind.\n   On Clocks.\n\nThanks to all."
    assert entries(text) == [(4, "Lind. On Clocks.")]
    assert text[read_reference_list(text).start :].startswith("References")


@given(st.text(alphabet="ab [1]^:.\n#References", max_size=60))
def test_entries_lie_in_the_text_behind_each_other(text):
    found = read_reference_list(text)
    places = [place for entry in found.entries for place in (entry.start, entry.end)]
    assert places == sorted(places)
    assert all(found.start <= place <= len(text) for place in places)
