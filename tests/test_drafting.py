"""Drafts: sentences chosen word for word, and the evidence that a model gets to read."""

import pytest
from doubles import HashingEmbedder
from hypothesis import given
from hypothesis import strategies as st
from scripted_model import ScriptedModel

from assistant.drafting import (
    MAX_SENTENCES,
    MOST_PAPERS,
    draft_by_model,
    draft_extractive,
    number_evidence,
)
from assistant.errors import ProviderError
from assistant.evidence import rank_sentences
from assistant.question import read_question
from assistant.sources import read_sources
from assistant.tokens import count_tokens
from assistant.types import Evidence, Hit, Paper

QUARTZ = Paper(
    "quartz",
    "Quartz Clocks",
    "Clocks matter. A quartz clock holds a crystal. We place 40 quartz clocks in water. "
    "They drift by 3 seconds a month. A quartz clock holds a crystal. Steel housings help quartz.",
)
OTHERS = [
    Paper(f"p{n}", f"Quartz {n}", f"Quartz clocks drift in water number {n}. {name} housings help.")
    for n, name in enumerate(["Steel", "Brass", "Wood", "Glass", "Stone"])
]


def prepared(question, *papers):
    embedder = HashingEmbedder()
    hits = [Hit(paper, 1.0, rank) for rank, paper in enumerate(papers, 1)]
    asked = read_question(question, embedder)
    return asked, rank_sentences(asked, hits, read_sources(papers, embedder), lambda stem: 1.0)


def extracted(question, *papers):
    return list(draft_extractive(*prepared(question, *papers)))


@pytest.mark.parametrize(
    "question",
    [
        "What is a quartz clock?",
        "Which papers study the drift of quartz clocks?",
        "How many seconds a month do they drift?",
        "Bread?",
    ],
)
def test_every_drafted_sentence_is_a_quotation_with_its_evidence(question):
    drafts = extracted(question, QUARTZ, *OTHERS)
    assert 1 <= len(drafts)
    for draft in drafts:
        (evidence,) = draft.hints
        assert draft.text == evidence.quote
        assert not draft.invented and draft.complete
    assert len({draft.hints[0].key for draft in drafts}) == len(drafts)


def test_nothing_to_choose_from_is_no_draft():
    assert extracted("What is it?") == []
    assert extracted("Which papers study clocks?") == []


def test_a_question_for_several_papers_gets_a_paragraph_each():
    drafts = extracted("Which papers study the drift of quartz clocks in water?", *OTHERS)
    papers = [draft.hints[0].paper.paper_id for draft in drafts]
    assert 2 <= len(set(papers)) <= MOST_PAPERS
    assert [draft.new_paragraph for draft in drafts] == [
        n > 0 and papers[n] != papers[n - 1] for n in range(len(papers))
    ]


@pytest.mark.parametrize("count", [2, 3, 4])
def test_each_paper_that_is_chosen_has_its_lead(count):
    drafts = extracted("Which papers study the drift of quartz clocks?", *OTHERS[:count])
    leads = {draft.hints[0].paper.paper_id for draft in drafts if "drift" in draft.text}
    assert leads == {paper.paper_id for paper in OTHERS[:count]}
    assert len(drafts) <= MAX_SENTENCES


def test_one_paper_gives_no_more_than_an_answer_holds():
    drafts = extracted("How do quartz clocks drift in water?", QUARTZ)
    assert len(drafts) <= MAX_SENTENCES
    assert {draft.hints[0].paper for draft in drafts} == {QUARTZ}


def test_what_an_abstract_says_twice_is_drafted_once():
    drafts = extracted("Which crystal does a quartz clock hold?", QUARTZ)
    assert [d.text for d in drafts].count("A quartz clock holds a crystal.") == 1


def test_a_sentence_that_points_back_follows_the_one_it_points_to():
    texts = [d.text for d in extracted("By how many seconds a month do they drift?", QUARTZ)]
    place = texts.index("They drift by 3 seconds a month.")
    assert texts[place - 1] == "We place 40 quartz clocks in water."


def test_evidence_is_numbered_under_the_titles_of_its_papers():
    first = Evidence(QUARTZ, 0, 14)
    second = Evidence(QUARTZ, 15, 46)
    other = Evidence(OTHERS[0], 0, 39)
    assert number_evidence([first, second, other]) == (
        "Paper: Quartz Clocks\n[1] Clocks matter.\n[2] A quartz clock holds a crystal.\n\n"
        "Paper: Quartz 0\n[3] Quartz clocks drift in water number 0."
    )


def model_drafts(question, said, budget=3000, papers=(QUARTZ,)):
    model = ScriptedModel([said])
    asked, ranked = prepared(question, *papers)
    return list(draft_by_model(asked.text, ranked, model, budget)), model.prompts[0]


def test_markers_become_hints_at_the_evidence_that_was_numbered():
    drafts, prompt = model_drafts("What is a quartz clock?", "It holds a crystal [2, 1, 99, 0].")
    (draft,) = drafts
    lines = {line[1:].split("] ")[0]: line.split("] ", 1)[1] for line in prompt.splitlines()
             if line.startswith("[") and "] " in line}  # fmt: skip
    assert draft.text == "It holds a crystal."
    assert [hint.quote for hint in draft.hints] == [lines["2"], lines["1"]]
    assert draft.invented == ("[99]", "[0]")


@pytest.mark.parametrize("said", ["NOT COVERED", "not covered.", "**NOT COVERED** by any."])
def test_a_model_that_declines_drafts_nothing(said):
    assert model_drafts("What is a clock?", said)[0] == []


def test_what_a_model_said_before_it_declined_stays():
    drafts, _ = model_drafts("What is a clock?", "A clock tells time. NOT COVERED. More words.")
    assert [draft.text for draft in drafts] == ["A clock tells time."]


@given(st.integers(230, 600))
def test_a_prompt_keeps_to_its_budget(budget):
    _, prompt = model_drafts("What is a quartz clock?", "", budget, (QUARTZ, *OTHERS))
    assert count_tokens(prompt) <= budget
    assert any(line[:2] in NUMBERS for line in prompt.splitlines())


@pytest.mark.parametrize("budget", [0, 20, 100])
def test_a_budget_without_room_for_evidence_is_a_model_that_failed(budget):
    with pytest.raises(ProviderError, match=f"prompt of {budget} tokens has no room.*raise"):
        model_drafts("What is a quartz clock?", "", budget, (QUARTZ, *OTHERS))


NUMBERS = {f"[{digit}" for digit in range(10)}


def test_evidence_of_a_paper_stands_in_the_order_of_its_abstract():
    paper = Paper("one", "One", "Clocks tick. Quartz drifts by 3 seconds. Steel helps. Wood rots.")
    _, prompt = model_drafts("By how many seconds does quartz drift?", "", papers=(paper,))
    quotes = [line.split("] ", 1)[1] for line in prompt.splitlines() if line[:2] in NUMBERS]
    assert " ".join(quotes) == paper.abstract
