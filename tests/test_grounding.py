"""The verifier, held against verdicts that a reader gave by hand; no library is needed."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant import verify
from assistant.checker import NoChecker
from assistant.cli import SAMPLE
from assistant.embedding import MiniLM
from assistant.grounding import check
from assistant.passages import overlap_share
from assistant.readers import read_papers
from assistant.sentences import split_sentences
from assistant.sources import Source, read_sources
from assistant.types import Label, Paper, Verdict

EMBEDDER = MiniLM()
UNREAD = NoChecker("these are tests of what needs no model")
CLAIMS = Path(__file__).with_name("claims.txt")


def read_claims() -> list[tuple[str, str, str]]:
    """Return (title, verdict, claim) of each line of claims.txt."""
    rows, title = [], ""
    for line in CLAIMS.read_text("utf-8").splitlines():
        if line.startswith("## "):
            title = line[3:]
        elif line and not line.startswith("#"):
            verdict, _, claim = line.partition(": ")
            rows.append((title, verdict, claim))
    return rows


def claims(*verdicts: str) -> list[tuple[str, str, str]]:
    return [row for row in read_claims() if row[1] in verdicts]


@pytest.fixture(scope="module")
def papers():
    return list(read_papers(SAMPLE))


@pytest.fixture(scope="module")
def sources(papers):
    """Each paper of claims.txt as a source, by the beginning of its title."""
    named = {title for title, _, _ in read_claims()}
    found = {title: [p for p in papers if p.title.startswith(title)] for title in named}
    assert all(len(matches) == 1 for matches in found.values())
    return {title: read_sources(matches, EMBEDDER) for title, matches in found.items()}


def checked(claim: str, sources: list[Source]) -> Verdict:
    return check(claim, sources, EMBEDDER, lambda stem: 1.0, UNREAD.read)


def label_of(claim: str, *sources: Paper | str) -> Label:
    return verify(claim, sources, embedder=EMBEDDER, checker=UNREAD).label


@pytest.mark.parametrize(
    ("title", "verdict", "claim"),
    claims("supported", "attributed", "unsupported", "contradicted"),
    ids=lambda value: value[:60],
)
def test_the_verdict_is_that_of_a_reader(title, verdict, claim, sources):
    assert checked(claim, sources[title]).label == verdict


@pytest.mark.parametrize(("title", "verdict", "claim"), claims("refused"))
def test_what_a_reader_refuses_is_not_shown(title, verdict, claim, sources):
    assert not checked(claim, sources[title]).label.shown


@pytest.mark.parametrize(("title", "verdict", "claim"), claims("slips through"))
def test_what_slips_through_is_never_called_supported(title, verdict, claim, sources):
    assert checked(claim, sources[title]).label is Label.ATTRIBUTED


@pytest.mark.parametrize(("title", "verdict", "claim"), claims("supported", "attributed"))
def test_a_true_claim_stands_on_its_paper_among_others(title, verdict, claim, sources):
    everything = [source for found in sources.values() for source in found]
    found = checked(claim, everything)
    assert found.label == verdict
    assert found.evidence[0].paper.title.startswith(title)


def test_plain_strings_are_sources_enough():
    verdict = verify(
        "Clocks drift in cold water.", ["Nothing here.", "Clocks drift in cold water!"]
    )
    assert verdict.label is Label.ATTRIBUTED
    verdict = verify("Clocks drift in cold water.", ["Nothing here. Clocks drift in cold water."])
    assert verdict.label is Label.SUPPORTED
    (evidence,) = verdict.evidence
    assert (evidence.paper.paper_id, evidence.start, evidence.end) == ("source:1", 14, 41)
    assert evidence.quote == "Clocks drift in cold water."


def test_every_sentence_of_the_sample_quotes_itself(papers):
    for paper in papers[::10]:
        spans = split_sentences(paper.abstract)
        vectors = np.zeros((len(spans), 384), dtype=np.float32)
        source = Source(paper, tuple(spans), vectors)
        for span in spans:
            verdict = checked(span.of(paper.abstract), [source])
            assert verdict.label is Label.SUPPORTED
            assert verdict.evidence[0].quote == span.of(paper.abstract)


QUOTED = r"We find that R\'enyi entropy, in {\em all} cases, gains 85\% of $x^2$, not less."


@pytest.mark.parametrize(
    "claim",
    [
        QUOTED,
        "We find that Rényi entropy, in all cases, gains 85% of x^2, not less.",
        "“We find that Rényi entropy, in all cases, gains 85% of x^2, not less.”",
        "we find that  Rényi entropy, in all\ncases, gains 85% of x^2, not less",
    ],
)
def test_a_quotation_may_differ_in_space_case_and_latex(claim):
    assert label_of(claim, f"Before it. {QUOTED} After it.") is Label.SUPPORTED


@pytest.mark.parametrize(
    "claim",
    [
        "We find that Rényi entropy, in all cases, gains 85% of x^2.",
        "Rényi entropy, in all cases, gains 85% of x^2, not less.",
        "We find that Rényi entropy gains 85% of x^2, not less.",
        "We find that Rényi entropy, in all cases, gains 58% of x^2, not less.",
        "We find that Rényi entropy, in all cases, gains 85% of x^2, not less, ever.",
        "Before it. We find that Rényi entropy, in all cases, gains 85% of x^2, not less.",
    ],
)
def test_a_part_or_a_change_of_a_sentence_is_no_quotation(claim):
    assert label_of(claim, f"Before it. {QUOTED} After it.") is not Label.SUPPORTED


GLACIER = "As shown in [7], glacier calving raises sea level by 3 mm a year."


@pytest.mark.parametrize(
    ("claim", "label"),
    [
        (GLACIER, Label.SUPPORTED),
        ("As shown in, glacier calving raises sea level by 3 mm a year.", Label.SUPPORTED),
        ("Glacier calving raises sea level by 3 mm a year.", Label.ATTRIBUTED),
        ("Glacier calving raises sea level by 3 mm a year [7].", Label.ATTRIBUTED),
        ("Glacier calving raises sea level by 7 mm a year.", Label.UNSUPPORTED),
        ("As shown in [7], glacier calving raises sea level by 7 mm a year.", Label.UNSUPPORTED),
    ],
)
def test_the_number_of_a_reference_is_no_number_of_the_source(claim, label):
    assert label_of(claim, GLACIER) is label


@pytest.mark.parametrize("claim", ["", " ", "...", "?!", "It is.", "[1]", "“”"])
def test_a_claim_without_content_is_unsupported(claim):
    verdict = verify(claim, ["It is what it is about clocks."], embedder=EMBEDDER, checker=UNREAD)
    assert verdict.label is Label.UNSUPPORTED
    assert verdict.reasons


@pytest.mark.parametrize("sources", [[], [""], ["  \n "]])
def test_without_sources_nothing_is_supported(sources):
    verdict = verify("Clocks drift in cold water.", sources, embedder=EMBEDDER, checker=UNREAD)
    assert (verdict.label, verdict.evidence) == (Label.UNSUPPORTED, ())


def test_a_claim_may_stand_on_two_neighbouring_sentences():
    source = "We place forty clocks in cold water. After a year they drift by 3 seconds. Thanks."
    verdict = verify(
        "Forty clocks in cold water drift by 3 seconds after a year.", [source], embedder=EMBEDDER
    )
    assert verdict.label is Label.ATTRIBUTED
    assert verdict.evidence[0].quote == source.removesuffix(" Thanks.")


def test_a_not_in_the_next_sentence_hides_no_contradiction():
    source = (
        "Steel housings halve the drift of clocks in water. Wood does not help clocks in water."
    )
    claim = "Steel housings do not halve the drift of clocks in water."
    assert label_of(claim, source) is Label.CONTRADICTED


def test_a_not_in_the_next_sentence_makes_no_contradiction():
    source = (
        "Steel housings halve the drift of clocks in water. Wood does not help clocks in water."
    )
    claim = "Housings of steel halve the drift of clocks in water."
    assert label_of(claim, source) is Label.ATTRIBUTED


@pytest.mark.parametrize("part", ["not ", "1, ", "[1, ", "than ", "a@", "“", "at least ", "A-"])
def test_a_claim_without_end_is_judged_in_the_end(part):
    """At this size work that grows with the square takes minutes."""
    hostile = f"Clocks drift {part * 40_000} in water."
    source = f"Clocks drift in cold water. In water {part * 40_000} clocks drift."
    assert label_of(hostile, source) is not Label.SUPPORTED


def test_the_reasons_name_what_decided():
    source = "Steel housings halve the drift of 40 quartz clocks in cold water."

    def reasons(claim):
        return verify(claim, [source], embedder=EMBEDDER, checker=UNREAD).reasons

    def first(claim):
        return reasons(claim)[0]

    assert first(source) == "verbatim: a sentence of the source"
    assert first("Steel housings halve the drift of 50 quartz clocks.").startswith("numbers: 50")
    assert first("Steel housings halve the drift of IKEA quartz clocks.").startswith("names: IKEA")
    assert first("Steel housings never halve the drift of quartz clocks.").startswith("polarity:")
    assert first("Bread is baked at night.").startswith("relevance:")
    decided, *_, last = reasons("Steel housings halve the drift of quartz clocks.")
    assert decided.startswith("no disagreement found") and last.startswith("entailment: skipped")


WORDS = st.sampled_from(
    "The clock drifts not by 3 seconds in [1] cold Water GAN . ? 40% less".split()
)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(WORDS, max_size=12).map(" ".join),
    st.lists(st.lists(WORDS, max_size=12).map(" ".join), max_size=3),
)
def test_evidence_is_always_a_passage_of_a_source(claim, texts):
    verdict = verify(claim, texts, embedder=EMBEDDER, checker=UNREAD)
    assert 0 <= verdict.score <= 1
    assert verdict.reasons
    assert len(verdict.evidence) == 1 or not verdict.label.shown
    for evidence in verdict.evidence:
        assert evidence.paper.abstract in texts
        assert evidence.quote == evidence.paper.abstract[evidence.start : evidence.end]
        assert evidence.quote.strip()


def test_overlap_weighs_words_by_their_rarity():
    weights = {"vendi": 3.0, "score": 1.0}
    assert overlap_share(["vendi", "score"], {"vendi"}, weights.__getitem__) == 0.75
    assert overlap_share(["vendi", "score"], {"score"}, weights.__getitem__) == 0.25
    assert overlap_share([], {"score"}, weights.__getitem__) == 0.0


def test_a_word_that_has_others_of_its_meaning_overlaps_with_itself():
    assert overlap_share(["reach"], {"reach"}, lambda stem: 1.0) == 1.0
