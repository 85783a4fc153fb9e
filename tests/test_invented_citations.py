"""Whatever a model writes, no citation reaches the reader that code has not checked."""

import pytest
from answer_rules import assert_grounded
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from scripted_model import ask_scripted

from assistant.types import Label

QUESTION = "What is the Vendi Score and how is it defined?"
TRUE = [
    "The Vendi Score is defined as the exponential of the Shannon entropy of the eigenvalues of "
    "a similarity matrix.",
    "This matrix is induced by a user-defined similarity function applied to the sample to be "
    "evaluated for diversity.",
    "We found that the Vendi Score addresses shortcomings of the current diversity metric of "
    "choice in that domain.",
]
NEARLY = [
    "The Vendi Score is the exponential of the Shannon entropy of a similarity matrix's "
    "eigenvalues.",
    "The Vendi Score does not need a reference dataset.",
]
FALSE = [
    "The Vendi Score is not defined as the exponential of the Shannon entropy of the eigenvalues "
    "of a similarity matrix.",
    "The Vendi Score requires a reference dataset or distribution over samples or labels.",
    "The Vendi Score is defined as the exponential of the Tsallis entropy of the eigenvalues of a "
    "similarity matrix.",
    "The Vendi Score is defined as 7 times the Shannon entropy of the eigenvalues of a similarity "
    "matrix.",
    "The Vendi Score was introduced by Gauss and Euler in Paris",
    "The capital of France is Paris.",
    "I am a helpful assistant and I would love to help you with that!",
]
MARKERS = [
    *("[0]", "[7]", "[999]", "[1,2]", "[1, 2]", "[1-3]", "[^1]", "【1】", "【4†source】", "[1]"),
    *("(source 2)", "¹", "[[2]]", "[3](https://example.org)", "<sup>2</sup>", "[Source: 3]"),
    *("[1][2]", "[12] [13]", "et al. [12]", "(Smith et al., 2019)", ""),
]


@st.composite
def drafts(draw) -> str:
    """A draft of true and false sentences with any markers, before or after the full stop."""
    written = []
    for text in draw(st.lists(st.sampled_from(TRUE + NEARLY + FALSE), max_size=6)):
        marker = draw(st.sampled_from(MARKERS))
        place = draw(st.sampled_from(["before", "after", "glued", "first"]))
        bare = text.rstrip(".!")
        written.append(
            {
                "before": f"{bare} {marker}.",
                "after": f"{text} {marker}",
                "glued": f"{text}{marker}",
                "first": f"{marker} {text}",
            }[place]
        )
    return draw(st.sampled_from([" ", "\n", "\n\n- "])).join(written)


def cut(text: str, places: list[int]) -> list[str]:
    bounds = sorted({0, len(text), *(place for place in places if place < len(text))})
    return [text[a:b] for a, b in zip(bounds, bounds[1:], strict=False)]


@settings(
    max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(draft=drafts(), places=st.lists(st.integers(1, 900), max_size=12))
def test_an_answer_holds_only_what_was_checked(assistant, draft, places):
    answer, model = ask_scripted(assistant, QUESTION, *cut(draft, places))
    assert_grounded(answer, assistant.library)
    assert len(model.prompts) == 1
    shown = [sentence.text for sentence in answer.sentences]
    assert not {text.rstrip(".!") for text in shown} & {text.rstrip(".!") for text in FALSE}
    for sentence in answer.sentences:
        if any(reason.startswith("verbatim") for reason in sentence.reasons):
            quotes = {c.quote for c in answer.citations if c.marker in sentence.citations}
            assert sentence.text in quotes


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(text=st.text("The Vendi Score is defined.[]0123456789,^-【】()¹²\n ", max_size=120))
def test_any_text_at_all_is_survived(assistant, text):
    answer, _ = ask_scripted(assistant, QUESTION, *text)
    assert_grounded(answer, assistant.library)


@pytest.mark.parametrize("marker", [marker for marker in MARKERS if "et al" not in marker])
@pytest.mark.parametrize("place", ["{bare} {marker}.", "{bare}. {marker}", "{bare}.{marker} "])
def test_a_true_sentence_is_cited_from_its_source_whatever_its_marker(assistant, marker, place):
    draft = place.format(bare=TRUE[0].rstrip("."), marker=marker)
    answer, _ = ask_scripted(assistant, QUESTION, draft)
    assert answer.text == f"{TRUE[0]} [1]"
    assert answer.citations[0].quote == TRUE[0]
    assert answer.sentences[0].verdict is Label.SUPPORTED


@pytest.mark.parametrize("text", FALSE)
def test_a_false_sentence_with_a_true_marker_is_dropped_with_its_reason(assistant, text):
    answer, _ = ask_scripted(assistant, QUESTION, f"{TRUE[0]} [1] {text} [1]")
    assert [sentence.text for sentence in answer.sentences] == [TRUE[0]]
    (dropped,) = answer.dropped
    assert dropped.text.rstrip(".") == text.rstrip(".")
    assert dropped.reasons


def test_a_marker_that_names_nothing_is_on_record(assistant):
    answer, _ = ask_scripted(assistant, QUESTION, f"{TRUE[0]} [999]")
    assert "[999]" not in answer.text
    assert any("[999]" in reason for reason in answer.sentences[0].reasons)


def test_a_marker_of_the_wrong_paper_is_replaced(assistant):
    _, model = ask_scripted(assistant, QUESTION, "")
    numbered = model.prompts[0].split("\nPaper: ")
    other = next(block for block in numbered[1:] if "Vendi" not in block)
    number = other.split("[", 1)[1].split("]")[0]
    answer, _ = ask_scripted(assistant, QUESTION, f"{TRUE[0]} [{number}]")
    assert answer.citations[0].title.startswith("The Vendi Score")


def test_an_invented_reference_list_is_dropped(assistant):
    answer, _ = ask_scripted(
        assistant,
        QUESTION,
        f"{TRUE[0]} [1]\n\nReferences:\n[1] J. Doe and A. Nother, The Vendi Score Revisited, 2021."
        "\n[2] https://example.org/vendi\n",
    )
    assert answer.text == f"{TRUE[0]} [1]"
    assert_grounded(answer, assistant.library)


def test_what_is_said_twice_is_shown_once(assistant):
    answer, _ = ask_scripted(assistant, QUESTION, f"{TRUE[0]} [1] " * 3 + TRUE[1])
    assert [sentence.text for sentence in answer.sentences] == TRUE[:2]
    assert [row.reasons[0].partition(":")[0] for row in answer.dropped] == ["repetition"] * 2


def test_two_sentences_on_one_passage_share_its_marker(assistant):
    answer, _ = ask_scripted(assistant, QUESTION, f"{NEARLY[0]} [2] {TRUE[0]} [9]")
    assert [sentence.citations for sentence in answer.sentences] == [(1,), (1,)]
    assert len(answer.citations) == 1


def test_an_answer_ends_after_five_sentences(assistant):
    abstract = next(p for p in assistant.library.papers() if p.title.startswith("The Vendi"))
    answer, _ = ask_scripted(assistant, QUESTION, abstract.abstract)
    assert len(answer.sentences) == 5
    assert_grounded(answer, assistant.library)


@pytest.mark.parametrize(
    "question",
    [
        QUESTION,
        "How does the Vendi Score compare with other diversity metrics?",
        "Which papers study the entropy of attention?",
        "How is the Riemann Hypothesis analysed?",
        "What can compositions of a fixed-size ReLU network approximate?",
        "Does temperature make language models more creative?",
        "What generalizations of the Jaccard index are proposed?",
    ],
)
def test_extractive_answers_keep_the_same_rules(assistant, question):
    answer = assistant.ask(question)
    assert_grounded(answer, assistant.library)
    assert not answer.refused
    assert all(each.verdict is Label.SUPPORTED for each in answer.sentences if each.citations)
