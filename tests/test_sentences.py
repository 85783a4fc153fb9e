"""Sentences: nothing lost, offsets exact, and a full stop is not always an end."""

from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from assistant.readers import read_papers
from assistant.sentences import split_sentences

PAGE = Path(__file__).parent.parent / "eval" / "data" / "library" / "papers-page.txt"

FRAGMENTS = st.lists(
    st.sampled_from(
        [". ", "! ", "? ", ".", "...", " ", "\n\n", "\r\n\r\n", "\u00a0", ")", '"', "’", "e.g. ",
         "et al. ", "Fig. ", "J. ", "The ", "we ", "A", "x", "3.14", "methods.Empirical tests"]
    )
).map("".join)  # fmt: skip


def sentences(text: str) -> list[str]:
    return [span.of(text) for span in split_sentences(text)]


@given(st.text() | FRAGMENTS)
@example("")
@example(" \n ")
@example(".")
@example("\u2028. A")
def test_spans_are_in_order_and_leave_only_whitespace_between(text):
    end = 0
    for span in split_sentences(text):
        assert end <= span.start < span.end <= len(text)
        assert not text[end : span.start].strip()
        assert span.of(text) == span.of(text).strip()
        end = span.end
    assert not text[end:].strip()


@given(st.lists(st.sampled_from(["Clocks drift.", "Why so?", "It is cold!", "So “it” says."])))
def test_plain_sentences_come_back_one_by_one(written):
    assert sentences(" ".join(written)) == written


ONE_SENTENCE = [
    "Some models, e.g. Transformers, need depth.",
    "The mean, i.e. The first moment, is zero.",
    "As shown by Nitanda et al. (2022) this converges.",
    "We follow Entezari et al. Kuramoto's name for it is a basin.",
    "See Fig. 3 and Figs. 4 to 6 for the curves.",
    "By Eq. 2 and Sec. A the bound is tight.",
    "The value 3.14 is below 10.5 % of it.",
    "It holds by a theorem of J. Kleinberg and D. E. Knuth.",
    "We compare CNNs vs. Transformers.",
    "Data are i.i.d. and the loss is smooth.",
    "Gradients w.r.t. A are small.",
    "It is known (cf. Theorem 1) that it holds.",
    "St. Petersburg is a paradox of Dr. Bernoulli.",
    "Version 2.0.1 of torch.nn is at https://example.org/a.b?c=D and mirrors.",
    "It ran approx. 3 hours, resp. Two days.",
]


@pytest.mark.parametrize("text", ONE_SENTENCE)
def test_a_full_stop_inside_a_sentence_does_not_end_it(text):
    assert sentences(text) == [text]


SEVERAL = {
    "a plain pair": ["Clocks drift.", "We ask why."],
    "question and exclamation": ["Is depth needed?", "No!", "Width does."],
    "ellipsis": ["It goes on...", "Then it stops."],
    "a decimal at the end": ["The error is 0.5.", "We halve it."],
    "a year at the end": ["It was found in 2021.", "Since then, much changed."],
    "a list of authors at the end": ["This is due to Lind et al.", "We extend it."],
    "and so on": ["It has gears, springs, etc.", "These wear out."],
    "an initial at the end": ["It lacks vitamin C.", "The effect is small."],
    "an acronym at the end": ["We study FL in the U.S.", "However, it is rare."],
    "a web address": ["Code is at https://example.org/x.y.", "We thank all."],
    "a web address, no full stop": ["Code: http://example.org/a.b Data follow."],
    "the stop inside quotes": ['We dub it "apparent complexity."', "We study this."],
    "the stop after quotes": ["We dub it “deep”.", "We study this."],
    "LaTeX quotes": ["It is ``grokking.''", "We explain it."],
    "a sentence in parentheses": ["It works.", "(See the appendix.)", "We prove it."],
    "parentheses at the end": ["We use networks (RNNs).", "This is new."],
    "an abbreviation before a parenthesis": ["It holds (by Eq. 3).", "We stop."],
    "a list with numbers": ["It has parts: 1) gears.", "2) Springs.", "3) Dials."],
    "digits begin": ["It is deep.", "3D models follow."],
    "mathematics begins": ["It is bounded.", "$O(n)$ steps suffice.", "\\emph{All} of it."],
    "a symbol at the end": ["We bound f by Psi.", "We consider x."],
}


@pytest.mark.parametrize("expected", SEVERAL.values(), ids=SEVERAL)
def test_sentences_end_where_a_reader_says(expected):
    assert sentences(" ".join(expected)) == expected


def test_a_lost_space_is_a_boundary_without_whitespace():
    text = "We use new methods.Empirical tests follow."
    assert sentences(text) == ["We use new methods.", "Empirical tests follow."]


@pytest.mark.parametrize("gap", ["\n\n", "\n \t\n", "\r\n\r\n"])
def test_an_empty_line_ends_a_sentence(gap):
    assert sentences(f"Summary{gap}clocks drift") == ["Summary", "clocks drift"]


def test_a_line_break_alone_does_not():
    assert sentences("Clocks\ndrift.") == ["Clocks\ndrift."]


def sample() -> dict[str, str]:
    return {paper.title: paper.abstract for paper in read_papers(PAGE)}


def abstract_with(words: str) -> list[str]:
    (found,) = [abstract for abstract in sample().values() if words in abstract]
    return sentences(found)


@pytest.mark.parametrize(
    "whole",
    [
        "introduced in Nitanda et al. (2022).",
        "theorems analogous to one of J. Kleinberg, in which",
        "arbitrary representations; e.g. compute graphs, i",
        "online learning with non-i.i.d. processes and",
        "to the parameter cost) w.r.t. a new kerne",
        "is an additive one (cf. the triangle",
        "a la Entezari et al. 2021.",
        "attacks (FGSM, step l.l., PGD).",
        "radius mismatch of approximately 10.03%.",
        "at z=0.",
    ],
)
def test_hard_places_of_the_sample_stay_within_one_sentence(whole):
    assert sum(whole in sentence for sentence in abstract_with(whole)) == 1


@pytest.mark.parametrize(
    ("end", "start"),
    [
        ("two liquids (\"coffee\" and \"cream\").", "A plausible complexity measure"),
        ("which we dub the \"apparent complexity.\"", "We study this complexity measure"),
        ("CIFAR10.", "Our resulting architecture"),
        ("in ML.", "In this paper, we address the"),
        ("E[z mid x,y] = f_star(x) +g_{star}(y).", "We study the performance of em"),
        ("without any extra efforts.}", "In addition, the encoding prop"),
        ("solely a factor of scale?\"", "Against a backdrop of increase"),
        ("[Makkuva'20, Korotin'20].", "We propose a new model"),
    ],
)  # fmt: skip
def test_hard_places_of_the_sample_end_a_sentence(end, start):
    found = abstract_with(f"{end} {start}")
    place = next(n for n, sentence in enumerate(found) if sentence.endswith(end))
    assert found[place + 1].startswith(start)


def test_the_sample_has_sentences_of_a_human_length():
    found = [sentence for abstract in sample().values() for sentence in sentences(abstract)]
    assert 1350 < len(found) < 1450
    assert min(map(len, found)) >= 25
    assert max(map(len, found)) < 900


@pytest.mark.parametrize(
    "text", ["." * 200_000, "!" * 200_000 + "a", "J. " * 70_000, "x" * 200_000, "\n " * 100_000],
    ids=["stops", "calls", "initials", "one word", "blank lines"],
)  # fmt: skip
def test_endless_punctuation_is_read_in_one_pass(text):
    assert "".join(sentences(text)).replace(" ", "") == text.replace(" ", "").strip()
