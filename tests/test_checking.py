"""A text with a list of references: markers that carry, mislead or stand for nothing."""

import pytest

from assistant import Assistant
from assistant.types import Label, Paper
from assistant.views.text import checks_text

DRIFT = Paper(
    "drift",
    "Quartz Clocks in Cold Water",
    "Quartz clocks drift 3 seconds a month in cold water. Steel housings halve the drift.",
    authors=("Ada Lind",),
    doi="10.1000/drift",
)
CLOUD = Paper(
    "cloud",
    "Sundials",
    "Under cloud the error of a sundial grows to 20 minutes.",
    authors=("Cy Noor",),
)
SAID = "Quartz clocks drift 3 seconds a month in cold water"


@pytest.fixture(scope="module")
def assistant(tmp_path_factory):
    with Assistant.open(tmp_path_factory.mktemp("checking") / "library") as assistant:
        assistant.library.ingest([DRIFT, CLOUD])
        yield assistant


def text(sentence, *references):
    listed = (f"[{number}] {each}" for number, each in enumerate(references, start=1))
    return "\n".join([sentence, "", "References", *listed])


def reference(assistant, entry):
    (found,) = assistant.references(text("Clocks drift [1].", entry))
    return found.paper and found.paper.title, found.problem


LIND = "Lind, A. Quartz Clocks in Cold Water. Slow Time, 2021."
NOOR = "C. Noor: Sundials. 2020."


def test_a_marker_that_carries_its_sentence_is_in_order(assistant):
    (check,) = assistant.check(text(f"{SAID} [1].", LIND, NOOR))
    assert (check.verdict.label, check.cited, check.remarks) == (Label.SUPPORTED, (1,), ())


def test_a_marker_of_the_wrong_paper_is_named_with_the_one_that_says_it(assistant):
    (check,) = assistant.check(text(f"{SAID} [2].", LIND, NOOR))
    assert check.verdict.label is Label.SUPPORTED
    assert check.remarks == (f"not said by [2]; said by “{DRIFT.title}”",)


def test_one_of_several_markers_is_enough(assistant):
    (check,) = assistant.check(text(f"{SAID} [1, 2].", LIND, NOOR))
    assert (check.verdict.label, check.cited, check.remarks) == (Label.SUPPORTED, (1, 2), ())


def test_what_nobody_says_stays_unsupported(assistant):
    (check,) = assistant.check(text("Hourglasses never drift at all [2].", LIND, NOOR))
    assert (check.verdict.label, check.remarks) == (Label.UNSUPPORTED, ())


def test_what_another_paper_contradicts_is_contradicted_whatever_is_cited(assistant):
    claim = "Quartz clocks do not drift 3 seconds a month in cold water"
    verdicts = [assistant.check(text(f"{claim} [{n}].", LIND, NOOR))[0].verdict for n in (1, 2)]
    assert [verdict.label for verdict in verdicts] == [Label.CONTRADICTED] * 2


def test_markers_that_stand_for_nothing_and_references_that_are_not_here(assistant):
    (check,) = assistant.check(text(f"{SAID} [2][7].", LIND, "Doe, J. Invented Clocks. 2022."))
    assert check.verdict.label is Label.SUPPORTED
    assert check.remarks == ("[2] is not in the library", "[7] is not in the list of references")


@pytest.mark.parametrize(
    "entry",
    [
        LIND,
        "https://doi.org/10.1000/drift",
        "Lind (2021), “Quartz clocks in cold water”, doi:10.1000/drift",
        "“Steel housings halve the drift.”",
    ],
)
def test_a_reference_is_found_by_title_identifier_or_quotation(assistant, entry):
    assert reference(assistant, entry) == (DRIFT.title, "")


def test_a_short_title_needs_an_author_as_well(assistant):
    assert reference(assistant, NOOR) == (CLOUD.title, "")
    assert reference(assistant, "J. Doe: Sundials. 2020.") == (None, "not in the library")


def test_a_real_identifier_under_an_invented_title_is_told(assistant):
    entry = "Doe, J. Deep Learning of Everything. doi:10.1000/drift"
    assert reference(assistant, entry) == (
        DRIFT.title,
        f"its identifier is that of “{DRIFT.title}”",
    )


def test_a_heading_of_markdown_claims_nothing(assistant):
    (check,) = assistant.check(f"## Related work\n\n{SAID}.")
    assert check.text == f"{SAID}."


def test_without_a_list_numbers_say_nothing(assistant):
    (check,) = assistant.check(f"{SAID} [9].")
    assert (check.verdict.label, check.cited, check.remarks) == (Label.SUPPORTED, (), ())
    assert assistant.references(f"{SAID} [9].") == []


def test_a_checked_text_tells_remarks_and_references(assistant):
    written = text(f"{SAID} [2].", LIND, NOOR, "Doe, J. Invented Clocks. 2022.")
    told = checks_text(assistant.check(written), 200, assistant.references(written))
    assert "not said by [2]; said by “Quartz Clocks in Cold Water”" in told
    assert told.endswith(
        "References\n[1] in the library: Quartz Clocks in Cold Water\n"
        "[2] in the library: Sundials\n[3] NOT IN THE LIBRARY: Doe, J. Invented Clocks. 2022."
    )


def test_a_citation_by_author_and_year_is_the_entry_that_holds_both(assistant):
    (check,) = assistant.check(text(f"{SAID} (Lind, 2021).", LIND, NOOR))
    assert (check.verdict.label, check.cited, check.remarks) == (Label.SUPPORTED, (1,), ())


def test_each_of_several_is_looked_for_and_what_has_no_entry_is_named(assistant):
    (check,) = assistant.check(text(f"{SAID} (Noor, 2020; Smith et al., 1999).", LIND, NOOR))
    assert check.cited == (2,)
    assert check.remarks == (
        f"not said by [2]; said by “{DRIFT.title}”",
        "(Smith et al., 1999) is not in the list of references",
    )


def test_the_year_of_a_citation_is_no_number_of_the_sentence(assistant):
    (check,) = assistant.check(f"{SAID} (Lind, 2021).")
    assert (check.verdict.label, check.remarks) == (Label.SUPPORTED, ())


def test_a_short_line_above_the_text_is_a_heading(assistant):
    (check,) = assistant.check(f"Clocks in the cold\n\n{SAID}.")
    assert check.text == f"{SAID}."
