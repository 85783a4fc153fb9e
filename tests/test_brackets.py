"""References and intervals of a text's own: told apart, blanked, and respelled."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.assembly import Assembly, Frame, build_answer, refuse
from assistant.brackets import as_compared, blank_references, spell_references
from assistant.types import (
    Coverage,
    DraftSentence,
    Evidence,
    Hit,
    Label,
    LibraryStamp,
    Paper,
    Verdict,
)

REFERENCES = ["[7]", "[ 7 ]", "[7, 8]", "[7-9]", "[7; 12]", "[^1]", "【7】", "⟦7⟧", "[vii]", "[x]"]
INTERVALS = ["[0,1]^d", "[0, 1]", "in the interval [2, 5]", "x ∈ [2, 5]", "[2, 5]^n"]


@pytest.mark.parametrize("written", REFERENCES)
def test_references_are_blanked(written):
    assert blank_references(f"As shown in {written}, it grows {written}.") == (
        "As shown in, it grows."
    )


@pytest.mark.parametrize("written", INTERVALS)
def test_intervals_stay(written):
    text = f"We map {written} to it."
    assert blank_references(text) == spell_references(text) == text


@pytest.mark.parametrize("written", ["x[i,j]", "[a]", "[12.5]", "[-1, 1]", "[see below]", "[MASK]"])
def test_other_brackets_stay(written):
    text = f"We write {written} here."
    assert blank_references(text) == spell_references(text, []) == text


def test_a_reference_of_the_quote_is_respelled_and_one_of_nobody_left_out():
    text = "It grows [2, 3] and [4] falls [vii]."
    assert spell_references(text, ["Here [2,3] and [vii]."]) == "It grows (2, 3) and falls (vii)."
    assert spell_references(text) == "It grows (2, 3) and (4) falls (vii)."


def test_a_quotation_may_leave_its_references_out():
    assert as_compared("As shown in [7], it grows.") == as_compared("“As shown in, it  grows”")
    assert as_compared("It grows [7].") == as_compared("It grows.")
    assert as_compared("It grows by [0, 1].") != as_compared("It grows by.")


PIECES = st.lists(
    st.sampled_from(
        ["[1]", "[2]", "[1, 2]", "[1-3]", "x[3]", "[0, 1]", "【2】", "grows", "by", "7"]
    ),
    max_size=8,
).map(" ".join)


@given(st.lists(st.tuples(PIECES, PIECES, st.booleans()), min_size=1, max_size=4))
def test_every_marker_in_an_answer_is_a_citation_of_it(rows):
    assembly = Assembly()
    for number, (claim, source, verbatim) in enumerate(rows):
        text = f"Ice {source} melts."
        paper = Paper(f"p{number}", "Ice [2]", text)
        draft = DraftSentence(text if verbatim else f"Ice {claim} is lost.")
        evidence = Evidence(paper, 0, len(text))
        assembly.show(draft, Verdict(Label.ATTRIBUTED, 1.0, (evidence,), ("so",)))
        assert assembly.repeats(draft)
    answer = build_answer(assembly, frame())
    own = {citation.marker for citation in answer.citations}
    end = 0
    for sentence in answer.sentences:
        assert answer.text[sentence.start : sentence.end] == sentence.text
        assert not re.search(r"\[\d+\]|【", answer.text[sentence.start : sentence.end])
        end = sentence.end
    assert {int(n) for n in re.findall(r"\[(\d+)\]", answer.text)} == own
    assert answer.text[end:].strip()
    assert all(
        c.quote == f"Ice {row[1]} melts." for c, row in zip(answer.citations, rows, strict=True)
    )


def frame(*hits):
    stamp = LibraryStamp(fingerprint="", papers=1)
    return Frame("?", "extractive", None, hits, Coverage(), stamp, {}, {})


def test_a_refusal_names_titles_without_anything_like_a_marker():
    answer = refuse(frame(Hit(Paper("p", "A reply to [2]", ""), 1.0, 1)), "it is so")
    assert "“A reply to (2)”" in answer.text


def test_a_quotation_is_shown_in_the_words_of_its_source():
    source = "As shown in [7], Ice  melts."
    evidence = Evidence(Paper("p", "", source), 0, len(source))
    assembly = Assembly()
    assembly.show(
        DraftSentence("as shown in, ice melts"), Verdict(Label.SUPPORTED, 1.0, (evidence,), ())
    )
    assert assembly.text == "As shown in (7), Ice melts. [1]"
    assert assembly.citations[0].quote == source
