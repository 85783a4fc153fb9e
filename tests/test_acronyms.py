"""Acronyms: found where a text defines them, and what they bring into a query."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.acronyms import acronyms_of, definitions, definitions_in


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("We train large language models (LLMs) here.", [("LLM", "large language models")]),
        ("the optimal transport (OT) problem", [("OT", "optimal transport")]),
        ("Vector Symbolic Designs (VSD; see below)", [("VSD", "Vector Symbolic Designs")]),
        ("a support-vector machine (SVM)", [("SVM", "support-vector machine")]),
        ("induced pluripotent stem cells (iPSCs)", [("iPSC", "induced pluripotent stem cells")]),
        ("adenosine triphosphate (ATP) and calcium", [("ATP", "adenosine triphosphate")]),
        ("interleukin 6 (IL-6) rose", [("IL-6", "interleukin 6")]),
        ("two (AB) and graph neural nets (GNN)", [("GNN", "graph neural nets")]),
    ],
)  # fmt: skip
def test_a_definition_is_found(text, found):
    assert list(definitions(text)) == found


@pytest.mark.parametrize(
    "text",
    [
        "as shown before (see Fig. 3)",
        "in the year (2021) we",
        "a good result (p < 0.05)",
        "the model (GPT-4) wins",
        "networks (networks)",
        "(LLM) begins it",
        "an author (Smith) said",
        "",
        "(((",
    ],
)
def test_no_definition_is_seen_where_there_is_none(text):
    assert list(definitions(text)) == []


@given(st.text(alphabet="AbcG T()12-,. ", max_size=60))
def test_a_long_form_always_stands_before_its_short_form(text):
    for short, long in definitions(text):
        assert 0 <= text.index(long.split()[0])
        letters = [c.lower() for c in short if c.isalnum()]
        assert long[0].lower() == letters[0]


def acronyms():
    return acronyms_of(
        {
            ("llm", ("larg", "languag", "model")): 3,
            ("llm", ("lazi", "local", "memori")): 1,
            ("ot", ("optim", "transport")): 2,
        }
    )


def test_an_acronym_brings_in_its_commonest_long_form_as_surely_as_it_is_that():
    related = acronyms().related(["llm", "train"])
    assert related == {"larg": 0.75, "languag": 0.75, "model": 0.75}


def test_a_long_form_brings_in_its_acronym():
    assert acronyms().related(["use", "optim", "transport"]) == {"ot": 1.0}


def test_what_the_query_says_already_is_not_brought_in():
    assert acronyms().related(["ot", "optim", "transport"]) == {}
    assert "model" not in acronyms().related(["llm", "model"])


def test_other_words_bring_in_nothing():
    assert acronyms().related(["transport", "optim"]) == {}
    assert acronyms().related([]) == {}


def test_definitions_as_stems_are_one_a_text():
    text = "Large language models (LLMs). Large language models (LLM). Neural nets (N-N)."
    assert definitions_in(text) == {("llm", ("larg", "languag", "model"))}
