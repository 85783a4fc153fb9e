"""The ten questions of docs/questions.md: answered to the point, in at most five sentences."""

from pathlib import Path

import pytest

from assistant import Label

QUESTIONS = {
    "What is the Vendi Score and how is it defined?": "exponential of the Shannon entropy",
    "Does temperature make language models more creative?": "slightly more novel outputs",
    "Why do neural networks need negative weights?": "not universal approximators",
    "On which datasets was Mamba-FSCIL evaluated?": "miniImageNet, CUB-200, and CIFAR-100",
    "How does grokking arise in transformers trained on modular addition?": "gradual amplification",
    "By how much does TRADES improve over earlier market simulators?": "x3.27 and x3.47",
    "Do recurrent networks and state-space models share a limit on memory?": "exponential decaying",
    "What share of feed-forward parameters does MoEfication need, and how much faster is it?": (
        "10% to 30% of FFN parameters"
    ),
    "Are accuracy cliffs under quantization unavoidable at scale?": "not an inherent product",
    "Which papers estimate mutual information with neural networks?": "mutual information",
}
DOCUMENT = Path(__file__).parents[1] / "docs" / "questions.md"


@pytest.mark.parametrize(("question", "point"), QUESTIONS.items())
def test_the_first_sentence_of_the_answer_is_to_the_point(assistant, question, point):
    answer = assistant.ask(question)
    claims = [each for each in answer.sentences if each.verdict is not Label.CONNECTIVE]
    assert point in claims[0].text
    assert len(claims) <= 5


def test_a_question_about_several_papers_gets_several(assistant):
    answer = assistant.ask("Which papers estimate mutual information with neural networks?")
    assert len({citation.paper_id for citation in answer.citations}) >= 3


def test_the_document_shows_these_questions():
    shown = [line[3:] for line in DOCUMENT.read_text("utf-8").splitlines() if line[:3] == "## "]
    assert shown == list(QUESTIONS)
