"""The decision to answer at all, taken before anything is drafted or any model is called.

Two things must hold: the papers are about what is asked (`nearness`), and what is asked
about it seems to be there (`sufficiency`). The lower of the two is the score.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from assistant.asks import Unmet, plainly_unmet
from assistant.calibration import Curve
from assistant.evidence import Candidate
from assistant.named_works import absent_works
from assistant.question import Asked, Question
from assistant.signs import Signs, read_signs
from assistant.sources import Idf
from assistant.sufficiency import read_fitted, sufficiency
from assistant.types import Coverage, Paper
from assistant.words import stem, stems, words


@dataclass(frozen=True, slots=True)
class Gate:
    """From which score on a question is answered, and how likely the answer then is one.

    What ships was set on development questions, the probability (that a cited sentence is one
    marked as the evidence) as if one in five were a near miss; see `assistant.gatekeeping`
    for a gate that holds for a library.
    """

    threshold: float = 0.0
    curve: Curve | None = None

    def probability(self, score: float, was_read: bool) -> float:
        """Return how likely the answer is one, by the curve that ships where none is given.

        `was_read` is whether the checker has its part in the score.
        """
        fitted = read_fitted()
        shipped = fitted.reading.curve if was_read else fitted.curve
        return (self.curve or shipped)(score)


SHIPPED = Gate()


@dataclass(frozen=True, slots=True)
class Decision:
    """Whether to answer; if not, why; if so, what the reader must know beforehand.

    `coverage` sorts the question's telling words by whether the best paper holds them.
    `score` is what was decided by, `probability` that the evidence answers; None where
    there was nothing to score.
    """

    answers: bool
    reason: str
    coverage: Coverage
    score: float | None = None
    probability: float | None = None


def decide(
    question: Question,
    papers: Sequence[Sequence[Candidate]],
    cosines: Mapping[str, float],
    idf: Idf,
    knows: Callable[[str], bool],
    embedder: str = "",
    gate: Gate = SHIPPED,
    answering: float | None = None,
) -> Decision:
    """Decide whether the evidence is enough to answer.

    Args:
        question: what is asked.
        papers: the ranked sentences of the retrieved papers, the best paper first.
        cosines: the cosine of each paper's nearest chunk with the question, by paper id.
        idf: rarity of a stem in the library.
        knows: whether any paper of the library holds a stem.
        embedder: the name of what the vectors come from.
        gate: how sure one must be.
        answering: the log-odds, by the checker, that the best paper answers.
    """
    if not question.stems and not question.about:
        return Decision(False, "the question names no topic", Coverage())
    if not papers:
        return Decision(False, "the library holds no paper that bears on it", Coverage())
    if absent := absent_works(question.text, (group[0].source.paper for group in papers)):
        named = " and ".join(f"“{title}”" for title in absent)
        return Decision(False, f"no paper found is called {named}", Coverage(missing=absent))
    signs = read_signs(question, papers, cosines, idf, knows, answering)
    score = score_of(question, signs, embedder)
    answers = score >= gate.threshold
    return Decision(
        answers,
        _caveat(signs, papers[0][0].source.paper) if answers else _why_not(signs, score),
        _coverage(question, papers[0][0].source.paper, signs.unmet),
        score,
        gate.probability(score, answering is not None),
    )


def score_of(question: Question, signs: Signs, embedder: str) -> float:
    """Return how much speaks for an answer; from the gate's threshold on it is answered."""
    near = nearness(signs)
    if nearness_alone_counts(question, signs):
        return near - 4 * bool(signs.missing)
    return min(near, sufficiency(signs, embedder))


def nearness_alone_counts(question: Question, signs: Signs) -> bool:
    """Whether one paper can't be asked for more than being near.

    What a follow-up leaves unsaid, and what several papers are asked for, can't be looked
    for in one paper; and who asks only what a thing is asks for nothing beyond its name, nor
    does the part of a question that is nothing but a name.
    """
    bare_part = bool(question.whole) and len(words(question.text)) == len(question.stems)
    only_named = (Asked.DEFINITION in question.asked or bare_part) and signs.covered == 1
    return bool(question.about) or question.wants_several or only_named


def nearness(signs: Signs) -> float:
    """Return how near the papers are to what the question is about; below 0 it is off topic.

    The weights come from a logistic regression on questions about 300 arXiv abstracts against
    questions from elsewhere (off topic, or asked of another library).
    """
    cosines = signs.nearest_chunk + signs.nearest_sentence
    return 8 * cosines + 1.3 * signs.covered - 0.7 * signs.unknown - 5.55


def _caveat(signs: Signs, paper: Paper) -> str:
    """Return what the reader must know of what is answered: the part without evidence."""
    unmentioned = ", ".join(_distinct(signs.missing))
    lacking = f"the best source does not mention {unmentioned}" if unmentioned else ""
    return "; ".join(filter(None, (lacking, *plainly_unmet(signs.unmet, paper.abstract))))


def _why_not(signs: Signs, score: float) -> str:
    unmentioned = ", ".join(_distinct(signs.missing))
    if unmentioned:
        return f"the nearest paper does not mention {unmentioned}"
    if Unmet.OUTSIDE in signs.unmet:
        return Unmet.OUTSIDE
    if nearness(signs) < 0:
        return "no paper comes close enough to what is asked"
    if signs.unmet:
        return "; ".join(signs.unmet)
    if score < 0:
        return "the nearest paper is on the topic, but does not seem to say this"
    return "the evidence is not sure enough for the threshold calibrated on this library"


def _distinct(missing: Sequence[str]) -> list[str]:
    """Return the names and numbers, without the numbers that stand in one of the names."""
    return [
        item for item in missing if not any(item != other and item in other for other in missing)
    ]


def _coverage(question: Question, paper: Paper, unmet: Sequence[Unmet]) -> Coverage:
    """Sort the question's content words by whether the lead's paper holds them."""
    held = set(stems(f"{paper.title} {paper.abstract}"))
    telling = [word for word in dict.fromkeys(words(question.text)) if stem(word) in question.stems]
    return Coverage(
        covered=tuple(word for word in telling if stem(word) in held),
        missing=tuple(word for word in telling if stem(word) not in held),
        unmet=tuple(map(str, unmet)),
    )
