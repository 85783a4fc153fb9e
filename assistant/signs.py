"""What speaks for and against an answer in the papers found, read before anything is drafted."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from assistant.asks import Unmet, unmet_asks
from assistant.embedding import Vectors
from assistant.evidence import Candidate
from assistant.facts import Facts, facts_of, missing_names, missing_numbers
from assistant.passages import overlap_share
from assistant.question import Question
from assistant.sources import Idf
from assistant.words import stems

_NEAREST = 2
"""How many of the best sentences are looked at for a comparison."""

_RIDGE = 1e-3
"""Keeps the projection finite where sentences say the same."""


@dataclass(frozen=True, slots=True)
class Signs:
    """What speaks for and against an answer; but for the last three all lie in [0, 1] or nearly.

    Of all papers found: `nearest_chunk` and `nearest_sentence` are the best cosines with the
    question, `unknown` is the share of its words, by rarity, that no paper of the library
    holds. Of the best paper: `covered` is the share that it holds; `explained` the length of
    the question's vector within the space that its sentences span, `left_over` what of it lies
    outside; `missing` the names and numbers of the question that it doesn't mention, `unmet`
    the kinds of answer that it doesn't give. `answering` is what the checker makes of the best
    sentences, in log-odds; None if it read none.
    """

    nearest_chunk: float
    nearest_sentence: float
    covered: float
    unknown: float
    explained: float
    left_over: Vectors
    missing: tuple[str, ...]
    unmet: tuple[Unmet, ...]
    answering: float | None = None


def read_signs(
    question: Question,
    papers: Sequence[Sequence[Candidate]],
    cosines: Mapping[str, float],
    idf: Idf,
    knows: Callable[[str], bool],
    answering: float | None = None,
) -> Signs:
    """Return the signs for one question; `papers` are ranked and not empty.

    Args:
        question: what is asked.
        papers: the ranked sentences of the retrieved papers, the best paper first.
        cosines: the cosine of each paper's nearest chunk with the question, by paper id.
        idf: rarity of a stem in the library.
        knows: whether any paper of the library holds a stem.
        answering: the log-odds, by the checker, that the best paper answers.
    """
    source = papers[0][0].source
    text = f"{source.paper.title}. {source.paper.abstract}"
    asked, told = facts_of(question.text), facts_of(text)
    wanted = [*question.stems, *stems(question.about)]
    known = {stem for stem in wanted if knows(stem)}
    left_over = outside(question.query_vector, source.vectors)
    return Signs(
        nearest_chunk=max(cosines.get(group[0].source.paper.paper_id, 0.0) for group in papers),
        nearest_sentence=max(candidate.cosine for group in papers for candidate in group),
        covered=overlap_share(wanted, set(stems(text)), idf),
        unknown=1 - overlap_share(wanted, known, idf),
        explained=math.sqrt(max(0.0, 1 - float(left_over @ left_over))),
        left_over=left_over,
        missing=(*missing_names(asked, told), *_as_written(missing_numbers(asked, told), asked)),
        unmet=unmet_asks(question.text, text, [each.text for each in papers[0][:_NEAREST]]),
        answering=answering,
    )


def _as_written(numbers: Sequence[str], asked: Facts) -> list[str]:
    """Return numbers of a question in its own words where it has any: "a thousand", not 1000."""
    in_words = {}
    for mention in asked.mentions:
        words = asked.text[mention.start : mention.end]
        if not any(map(str.isdigit, words)):
            article = f"a {words}"
            in_words[str(mention.quantity)] = article if article in asked.text else words
    return [in_words.get(number, number) for number in numbers]


def outside(vector: Vectors, sentences: Vectors) -> Vectors:
    """Return the part of a unit vector that lies outside the space which `sentences` span.

    Args:
        vector: shape (dimension,).
        sentences: their unit vectors, shape (sentences, dimension).
    """
    rows = np.asarray(sentences, dtype=np.float64)
    query = np.asarray(vector, dtype=np.float64)
    gram = rows @ rows.T + _RIDGE * np.eye(len(rows))
    shares = np.linalg.solve(gram, rows @ query)
    return np.asarray(query - rows.T @ shares, dtype=np.float32)
