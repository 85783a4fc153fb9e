"""Which sentences bear on a question, and in which order."""

import math

import pytest
from doubles import HashingEmbedder
from hypothesis import given
from hypothesis import strategies as st

from assistant.evidence import fit, rank_sentences, telling_overlaps
from assistant.question import read_question
from assistant.sources import read_sources
from assistant.types import Hit, Paper

QUARTZ = Paper(
    "quartz",
    "Quartz Clocks",
    "Clocks matter. A quartz clock is a clock with a crystal. We place 40 quartz clocks in water. "
    "Do they drift? It shows that they drift by 3 seconds a month. "
    "Code is available at https://example.org.",
)
SUNDIAL = Paper("sundial", "Sundials", "Sundials need light. Their error grows under cloud.")


def ranked(question, *papers, scores=None):
    embedder = HashingEmbedder()
    hits = [Hit(p, s, 1) for p, s in zip(papers, scores or [1.0] * len(papers), strict=True)]
    sources = read_sources(papers, embedder)
    return rank_sentences(read_question(question, embedder), hits, sources, lambda stem: 1.0)


def best(question, *papers):
    return ranked(question, *papers)[0][0].text


@pytest.mark.parametrize(
    ("question", "sentence"),
    [
        ("What is a quartz clock?", "A quartz clock is a clock with a crystal."),
        ("How many quartz clocks were placed?", "We place 40 quartz clocks in water."),
        ("Where is the code available?", "Code is available at https://example.org."),
        (
            "By how many seconds a month do they drift?",
            "It shows that they drift by 3 seconds a month.",
        ),
    ],
)
def test_the_sentence_that_has_what_is_asked_comes_first(question, sentence):
    assert best(question, QUARTZ) == sentence


def test_a_question_of_the_abstract_is_no_answer():
    assert best("Do quartz clocks drift?", QUARTZ) != "Do they drift?"


def test_the_paper_that_fits_best_comes_first():
    groups = ranked("How large is the error of sundials under cloud?", QUARTZ, SUNDIAL)
    assert groups[0][0].source.paper == SUNDIAL
    assert [fit(group) for group in groups] == sorted(map(fit, groups), reverse=True)


def test_a_paper_that_the_search_found_better_fits_better():
    twin = Paper("twin", SUNDIAL.title, SUNDIAL.abstract)
    groups = ranked("What do sundials need?", SUNDIAL, twin, scores=[0.2, 0.9])
    assert [group[0].source.paper.paper_id for group in groups] == ["twin", "sundial"]


def test_every_sentence_is_a_candidate_once_in_its_exact_place():
    groups = ranked("What drifts?", QUARTZ, SUNDIAL)
    for group in groups:
        abstract = group[0].source.paper.abstract
        places = sorted((c.evidence.start, c.evidence.end) for c in group)
        assert " ".join(abstract[start:end] for start, end in places) == abstract
        assert all(c.text == c.evidence.quote for c in group)


def test_a_paper_without_sentences_is_left_out():
    assert ranked("What drifts?", Paper("empty", "Empty", " ")) == []
    assert len(ranked("What drifts?", Paper("empty", "Empty", ""), SUNDIAL)) == 1


def test_a_sentence_that_points_back_knows_the_one_before():
    group = ranked("Do quartz clocks drift?", QUARTZ)[0]
    leaning = {c.text: c.before.quote for c in group if c.leans_on_the_one_before}
    assert leaning == {"It shows that they drift by 3 seconds a month.": "Do they drift?"}
    first = next(c for c in group if c.position == 0)
    assert first.before is None


def test_a_word_that_every_sentence_holds_tells_little():
    texts = ["clock water", "clock steel", "clock cloud"]
    water, steel, cloud = telling_overlaps(["clock", "water"], texts, lambda stem: 1.0)
    assert water > steel == cloud > 0
    assert water - steel == pytest.approx(0.5 * math.log(4 / 1.5) / math.log(4))
    assert steel == pytest.approx(0.5 * math.log(4 / 3.5) / math.log(4))


WORDS = st.sampled_from("clock water steel cloud light".split())


@given(
    st.lists(WORDS, unique=True, max_size=5),
    st.lists(st.lists(WORDS, max_size=6).map(" ".join), min_size=1, max_size=6),
    st.dictionaries(WORDS, st.floats(0, 9), max_size=5),
)
def test_overlap_lies_between_none_and_all(wanted, texts, weights):
    overlaps = telling_overlaps(wanted, texts, lambda stem: weights.get(stem, 1.0))
    assert len(overlaps) == len(texts)
    for text, overlap in zip(texts, overlaps, strict=True):
        assert 0 <= overlap <= 1
        assert not overlap or set(text.split()) & set(wanted)
