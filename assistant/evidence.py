"""Evidence selection: which sentences of the retrieved papers bear on the question."""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass

from assistant.facts import facts_of
from assistant.question import Asked, Question
from assistant.sources import Idf, Source
from assistant.types import Evidence, Hit
from assistant.words import any_of, stems

_ANSWERS = {
    Asked.DEFINITION: any_of("""
        defin*, is a, is an, are a, are an, called, refer to, refers to, introduc*, propos*, termed
        consist of, consists of
    """),
    Asked.NUMBER: re.compile(
        r"\d|\b(two|three|four|five|six|seven|eight|nine|ten|half|twice|dozens?)\b", re.IGNORECASE
    ),
    Asked.METHOD: any_of("""
        propos*, introduc*, develop*, present, using, use, uses, based on, via, through, leverag*
        construct*, algorithm, consist, consists, combin*, deriv*
    """),
    Asked.RESULT: any_of("""
        find, found, show*, demonstrat*, result*, outperform*, achiev*, reveal*, prove, proves
        proved, improv*, establish*, observ*, conclu*, suggest*, surpass*, confirm*
    """),
    Asked.DATA: any_of("""
        dataset*, data set*, benchmark*, evaluat*, experiment*, task*, corpus, simulat*, data
        tested, validat*, apply, applied, application*
    """),
    Asked.COMPARISON: any_of("""
        than, compared, outperform*, versus, whereas, while, unlike, contrast, over, baseline*
        state-of-the-art, differ*
    """),
    Asked.REASON: any_of("""
        because, due to, since, thus, therefore, explain*, caus*, reason, attribut*, lead to
        leads to, arise, arises, stems, so that, result in, results in, resulting from
    """),
    Asked.AVAILABILITY: any_of("code, github, available, http*"),
}
_DEFINES = any_of("""
    is defined, are defined, is given by, is called, are called, is termed, is known as
    we define, to define, we call, we term, propos* the, propos* a, propos* an, introduc* the
    introduc* a, introduc* an, is a, is an, are a, are an, refer to, refers to
""")
_OWN = any_of("we, our, this paper, this work, this study, this article, this letter, here")
_OF_OTHERS = any_of("""
    prior, previous, previously, existing, recent, recently, earlier, traditional, traditionally
    conventional, has been, have been, less explored, unexplored, little is known, widely
    few works, many works, most works, other works, other methods, many methods, most methods
    other approaches, many approaches, most approaches, other studies, many studies, most studies
""")
_AIMS = any_of("""
    we study, we investigate, we examine, we explore, we consider, we address, we aim, we seek
    this paper studies, this paper investigates, this paper explores, this paper examines
    this study investigates, this study aims, aims to
""")
_TELLS_WHERE_CODE_IS = re.compile(
    r"https?://|\bgithub\.com|\b(code|data|models?) (is|are|will be) .*available", re.IGNORECASE
)
_OPENS_POINTING_BACK = any_of("""
    it, its, these, those, they, their, such, both, the latter, the former, that, this, while this
    although this, to this end, to address this, to address these, to do so, as a result
    for example, for instance
""")
_OPENS_CONTINUING = any_of("""
    that, thus, therefore, hence, moreover, furthermore, additionally, also, in addition
    in contrast, in particular, finally, however, but, consequently, specifically, then, second
    secondly, third, thirdly, similarly, conversely, yet, besides, importantly
""")
_NAMES_ITSELF = any_of("this paper, this work, this study, this article, this letter, this thesis")


@dataclass(frozen=True, slots=True)
class Weights:
    """How much each sign of relevance counts.

    Fitted, and rounded, by a conditional logit on which sentences of 197 abstracts are
    marked as the evidence for development questions; `definition`, `own_of_several` and
    `question` were set by hand.
    """

    cosine: float = 0.38
    """Similarity of the sentence and the question."""
    overlap: float = 0.8
    """Share of the question's words that the sentence holds; rare ones, and those that
    stand in few sentences of the abstract, count more."""
    answers: float = 0.13
    """Share of the asked kinds of answer that the sentence has the form of."""
    definition: float = 0.5
    """It defines something, and a definition is asked for."""
    number: float = 0.46
    """It holds a number, and one is asked for."""
    names: float = 0.1
    """It names things, and data are asked for: full at three names."""
    position: float = 0.29
    """How far down the abstract it stands, from 0 to 1: results come late, definitions don't.
    Counts nothing where several papers are asked for: what each proposes is as good."""
    own: float = 0.06
    """It speaks of the paper's own work."""
    own_of_several: float = 0.5
    """The same where several papers are asked for: what each of them did."""
    aim: float = -0.14
    """It says what was set out to do, not what came of it."""
    question: float = -0.4
    """It asks something itself."""
    availability: float = -0.5
    """It says where the code is; counts the other way round if that is asked."""
    paper: float = 1.0
    """The paper's score in the search."""
    read: float = 0.15
    """How far it lies behind the sentence of its abstract that most probably answers, in the
    checker's log-odds; set by hand, on written questions that the checker was not trained on."""


WEIGHTS = Weights()


@dataclass(frozen=True, slots=True)
class Candidate:
    """A sentence that may serve in an answer.

    `position` counts the sentences of its abstract from 0; `cosine` is that of the
    question and this sentence; `topical` says how near it is to what the question is
    about, `role` how well it has the form of what is asked; `paper_score` is its
    paper's in the search; `read_odds` is how far it lies behind the best of its abstract in the
    log-odds, by the checker, that it answers. Higher is better, in all of them.
    """

    source: Source
    position: int
    cosine: float
    topical: float
    role: float
    paper_score: float
    read_odds: float = 0.0

    @property
    def bearing(self) -> float:
        """How well the sentence answers, among those of its abstract."""
        return self.topical + self.role

    @property
    def standing(self) -> float:
        """By what it is ordered among those of its abstract, once the checker has read them."""
        return self.bearing + WEIGHTS.read * self.read_odds

    @property
    def relevance(self) -> float:
        """How much the sentence speaks for its paper, among the papers found."""
        return self.topical + WEIGHTS.paper * self.paper_score

    @property
    def evidence(self) -> Evidence:
        """The sentence with its place."""
        return self._evidence(self.position)

    @property
    def before(self) -> Evidence | None:
        """The sentence before this one in its abstract, if any."""
        return self._evidence(self.position - 1) if self.position > 0 else None

    @property
    def text(self) -> str:
        """The sentence, to the letter."""
        return self.evidence.quote

    @property
    def continues(self) -> bool:
        """Whether the sentence opens as the next step of an argument: "however", "finally"."""
        return bool(_OPENS_CONTINUING.match(self.text))

    @property
    def leans_on_the_one_before(self) -> bool:
        """Whether the sentence opens by pointing back: "it", "these"."""
        return bool(_OPENS_POINTING_BACK.match(self.text) and not _NAMES_ITSELF.match(self.text))

    def _evidence(self, position: int) -> Evidence:
        span = self.source.sentences[position]
        return Evidence(self.source.paper, span.start, span.end, self.relevance)


def speaks_of_others(text: str) -> bool:
    """Whether a sentence is about the work of others, and does not bring in the paper's own."""
    return bool(_OF_OTHERS.search(text) and not _OWN.search(text))


def rank_sentences(
    question: Question, hits: Sequence[Hit], sources: Sequence[Source], idf: Idf
) -> list[list[Candidate]]:
    """Return the sentences of each source, best first; the source that fits best comes first.

    `sources` are the hits' papers, in the hits' order; those without sentences are left out.
    """
    groups = [
        sorted(candidates, key=lambda candidate: -candidate.bearing)
        for hit, source in zip(hits, sources, strict=True)
        if (candidates := _candidates(question, hit, source, idf))
    ]
    return sorted(groups, key=lambda group: -fit(group))


def fit(group: Sequence[Candidate]) -> float:
    """Return how well a paper fits the question: the relevance of its most relevant sentence."""
    return max(candidate.relevance for candidate in group)


def _candidates(question: Question, hit: Hit, source: Source, idf: Idf) -> list[Candidate]:
    if not source.sentences:
        return []
    texts = [span.of(source.paper.abstract) for span in source.sentences]
    overlaps = telling_overlaps(question.stems, texts, idf)
    cosines = source.vectors @ question.vector
    return [
        Candidate(
            source=source,
            position=position,
            cosine=float(cosines[position]),
            topical=WEIGHTS.cosine * float(cosines[position])
            + WEIGHTS.overlap * overlaps[position],
            role=_role(question, text, overlaps[position] > 0, depth=position / len(texts)),
            paper_score=hit.score,
        )
        for position, text in enumerate(texts)
    ]


def telling_overlaps(wanted: Sequence[str], texts: Sequence[str], idf: Idf) -> list[float]:
    """Return for each sentence of one abstract how much of the stems `wanted` it holds, in [0, 1].

    A stem weighs its idf over the library times ln((n + 1) / (m + 1/2)) / ln(n + 1),
    where m of the abstract's n sentences hold it: what all of them say tells none apart.
    """
    held = [set(stems(text)) for text in texts]
    n = len(texts)
    total = sum(idf(stem) for stem in wanted) or 1.0

    def weight(stem: str) -> float:
        m = sum(stem in words for words in held)
        return idf(stem) / total * math.log((n + 1) / (m + 0.5)) / math.log(n + 1)

    weights = {stem: weight(stem) for stem in wanted}
    return [sum(weights[stem] for stem in wanted if stem in words) for words in held]


def _role(question: Question, text: str, on_topic: bool, depth: float) -> float:
    """Return what a sentence `depth` of the way down its abstract adds, given what is asked."""
    asked = question.asked
    own = WEIGHTS.own_of_several if question.wants_several else WEIGHTS.own
    score = own * bool(_OWN.search(text))
    if asked:
        answering = sum(bool(_ANSWERS[kind].search(text)) for kind in asked)
        score += WEIGHTS.answers * answering / len(asked)
    if Asked.DEFINITION in asked:
        score += WEIGHTS.definition * bool(on_topic and _DEFINES.search(text))
    elif not question.wants_several:
        score += WEIGHTS.position * depth
    score += WEIGHTS.aim * bool(_AIMS.search(text))
    if text.rstrip("\"”’'").endswith("?"):
        score += WEIGHTS.question
    if Asked.NUMBER in asked:
        score += WEIGHTS.number * bool(re.search(r"\d", text))
    if Asked.DATA in asked:
        new_names = facts_of(text).names - facts_of(question.text).names
        score += WEIGHTS.names * min(len(new_names), _MANY_NAMES) / _MANY_NAMES
    if _TELLS_WHERE_CODE_IS.search(text):
        score += -WEIGHTS.availability if Asked.AVAILABILITY in asked else WEIGHTS.availability
    return score


_MANY_NAMES = 3
