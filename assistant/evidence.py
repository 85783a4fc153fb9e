"""Evidence selection: which sentences of the retrieved papers bear on the question."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from assistant.grounding import Idf, Source, overlap_share
from assistant.question import Asked, Question
from assistant.types import Evidence, Hit
from assistant.words import stems

_ANSWERS = {
    Asked.DEFINITION: r"\b(defin\w+|is an?|are an?|called|refers? to|introduc\w+|propos\w+|termed|consists? of)\b",
    Asked.NUMBER: r"\d|\b(two|three|four|five|six|seven|eight|nine|ten|half|twice|dozens?|percent)\b",
    Asked.METHOD: r"\b(propos\w+|introduc\w+|develop\w*|present|by \w+ing|using|us(e|es)|based on|via|through|leverag\w+|construct\w*|algorithm|consists?|combin\w+|deriv\w+)\b",
    Asked.RESULT: r"\b(find|found|show\w*|demonstrat\w+|results?|outperform\w*|achiev\w+|reveal\w*|prov(e|es|ed)|improv\w+|establish\w*|observ\w+|conclu\w+|suggest\w*|surpass\w*|confirm\w*)\b",
    Asked.DATA: r"\b(data ?sets?|benchmarks?|evaluat\w+|experiments?|experimental\w*|tasks?|corpus|simulat\w+|data|tested|validat\w+|appl(y|ied|ications?))\b",
    Asked.COMPARISON: r"\b(than|compared|outperform\w*|versus|whereas|while|unlike|contrast|over|baselines?|state-of-the-art|differ\w*)\b",
    Asked.REASON: r"\b(because|due to|since|thus|therefore|explain\w*|caus\w+|reason|attribut\w+|leads? to|arises?|stems?|so that|result(s|ing) (in|from))\b",
    Asked.AVAILABILITY: r"\b(code|github|available|https?)\b",
}
_OWN = re.compile(
    r"\b(we|our|this (paper|work|study|article|letter|thesis)|here|in this)\b", re.IGNORECASE
)
_BACKGROUND = re.compile(
    r"\b(however|recently|recent (years|work|advances)|has been|have been|widely|is one of|"
    r"remains?|despite|little is known|existing|traditional\w*|previous(ly)?)\b",
    re.IGNORECASE,
)
_AVAILABILITY = re.compile(r"https?://|\b(code|data|models?) (is|are|will be) .*available", re.I)
_DANGLING = re.compile(
    r"(it|its|this(?! (paper|work|study|article|letter|thesis))|these|those|they|their|such|both|"
    r"the (latter|former)|that|thus|therefore|hence|moreover|furthermore|additionally|also|"
    r"in (addition|contrast|particular)|finally|however|but|for (example|instance)|consequently|"
    r"as a result|specifically|then|second(ly)?|third(ly)?|similarly|conversely|yet)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Weights:
    """How much each sign of relevance counts; fitted on development questions."""

    cosine: float = 0.35
    """Similarity of the sentence and the question."""
    overlap: float = 0.75
    """Share of the question's words, by rarity, that the sentence holds."""
    answers: float = 0.1
    """Share of the asked kinds of answer that the sentence has the form of."""
    number: float = 0.6
    """The sentence holds a number, and one is asked for."""
    position: float = 0.3
    """How far down the abstract it stands, from 0 to 1: results come late."""
    own: float = 0.07
    """It speaks of the paper's own work."""
    background: float = -0.04
    """It speaks of what was known before."""
    availability: float = -0.35
    """It says where the code is; counts the other way round if that is asked."""
    paper: float = 1.0
    """The paper's score in the search."""


WEIGHTS = Weights()


@dataclass(frozen=True, slots=True)
class Candidate:
    """A sentence that may serve in an answer.

    `relevance` adds up the signs, higher is better; `cosine` and `overlap` are
    those of the question and this sentence; `position` counts the
    sentences of its abstract from 0; `part` is the part of the question it serves best.
    """

    evidence: Evidence
    source: Source
    position: int
    cosine: float
    overlap: float
    part: int

    @property
    def relevance(self) -> float:
        """How well the sentence bears on the question."""
        return self.evidence.score

    @property
    def text(self) -> str:
        """The sentence, to the letter."""
        return self.evidence.quote

    @property
    def leans_on_the_one_before(self) -> bool:
        """Whether the sentence opens by pointing back."""
        return bool(_DANGLING.match(self.text))


def rank_sentences(
    question: Question, hits: Sequence[Hit], sources: Sequence[Source], idf: Idf
) -> list[Candidate]:
    """Return every sentence of the sources as a candidate, best first.

    `sources` are the hits' papers, in the hits' order.
    """
    candidates = [
        candidate
        for hit, source in zip(hits, sources, strict=True)
        if source.sentences
        for candidate in _candidates(question, hit, source, idf)
    ]
    return sorted(candidates, key=lambda candidate: -candidate.relevance)


def neighbour_before(candidate: Candidate) -> Evidence | None:
    """Return the sentence before this one in its abstract, or None."""
    if candidate.position == 0:
        return None
    span = candidate.source.sentences[candidate.position - 1]
    return Evidence(candidate.source.paper, span.start, span.end, candidate.relevance)


def _candidates(question: Question, hit: Hit, source: Source, idf: Idf) -> list[Candidate]:
    cosines = source.vectors @ question.vector
    by_part = source.vectors @ question.part_vectors.T
    found = []
    for position, span in enumerate(source.sentences):
        text = span.of(source.paper.abstract)
        cosine = float(cosines[position])
        overlap = overlap_share(question.stems, set(stems(text)), idf)
        relevance = (
            WEIGHTS.cosine * cosine
            + WEIGHTS.overlap * overlap
            + WEIGHTS.position * position / len(source.sentences)
            + WEIGHTS.paper * hit.score
            + _role(question, text)
        )
        evidence = Evidence(source.paper, span.start, span.end, relevance)
        part = int(np.argmax(by_part[position]))
        found.append(Candidate(evidence, source, position, cosine, overlap, part))
    return found


def _role(question: Question, text: str) -> float:
    """Return what the sentence's part in its abstract adds, given what is asked."""
    wanted = question.asked - {Asked.AVAILABILITY}
    score = 0.0
    if wanted:
        answering = sum(bool(re.search(_ANSWERS[kind], text, re.IGNORECASE)) for kind in wanted)
        score += WEIGHTS.answers * answering / len(wanted)
    if Asked.NUMBER in question.asked and re.search(r"\d", text):
        score += WEIGHTS.number
    if _OWN.search(text):
        score += WEIGHTS.own
    if _BACKGROUND.search(text):
        score += WEIGHTS.background
    if _AVAILABILITY.search(text):
        is_asked = Asked.AVAILABILITY in question.asked
        score += -WEIGHTS.availability if is_asked else WEIGHTS.availability
    return score
