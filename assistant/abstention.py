"""The decision to answer at all, taken before anything is drafted or any model is called.

A linear score over five signs. The weights of the first four come from a logistic
regression on questions about 300 arXiv abstracts against questions from elsewhere
(off topic, or asked of another library); that of the fifth (twice as
much for a name with a number in it), and the threshold, were set so that about one
answerable question in twelve is refused there. It is a default: not calibrated on the
reader's library, so no probability is shown.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from assistant.evidence import Candidate
from assistant.facts import facts_of, missing_names, missing_numbers
from assistant.grounding import Idf, overlap_share
from assistant.question import Question
from assistant.types import Coverage, Paper
from assistant.words import stem, stems, words

_VERSION = re.compile(r"(?=\S*[^\W\d])(?=\S*\d)\S+")


@dataclass(frozen=True, slots=True)
class Signs:
    """What speaks for and against an answer; the first four lie in [0, 1] or nearly so.

    `nearest_chunk` and `nearest_sentence` are the best cosines with the question;
    `covered` is the share of the question's words, by rarity, that the lead's paper
    holds; `unknown` the share that no paper of the library holds; `missing` the
    names and numbers of the question that the lead's paper doesn't mention.
    """

    nearest_chunk: float
    nearest_sentence: float
    covered: float
    unknown: float
    missing: tuple[str, ...]

    @property
    def names_a_version(self) -> bool:
        """Whether one of what is missing is a name with a number, such as GPT-4 or CIFAR-10."""
        return any(_VERSION.fullmatch(item) for item in self.missing)

    @property
    def score(self) -> float:
        """How much speaks for an answer; below 0 the question is refused."""
        return (
            8 * (self.nearest_chunk + self.nearest_sentence)
            + 1.3 * self.covered
            - 0.7 * self.unknown
            - (8 if self.names_a_version else 4) * bool(self.missing)
            - 5.55
        )


@dataclass(frozen=True, slots=True)
class Decision:
    """Whether to answer; if not, why; if so, what the reader must know beforehand.

    `coverage` sorts the question's telling words by whether the best paper holds them.
    """

    answers: bool
    reason: str
    coverage: Coverage


def decide(
    question: Question,
    papers: Sequence[Sequence[Candidate]],
    cosines: Mapping[str, float],
    idf: Idf,
    knows: Callable[[str], bool],
) -> Decision:
    """Decide whether the evidence is enough to answer.

    Args:
        question: what is asked.
        papers: the ranked sentences of the retrieved papers, the best paper first.
        cosines: the cosine of each paper's nearest chunk with the question, by paper id.
        idf: rarity of a stem in the library.
        knows: whether any paper of the library holds a stem.
    """
    if not question.stems and not question.about:
        return Decision(False, "the question names no topic", Coverage())
    if not papers:
        return Decision(False, "the library holds no paper that bears on it", Coverage())
    signs = read_signs(question, papers, cosines, idf, knows)
    coverage = _coverage(question, papers[0][0].source.paper)
    unmentioned = ", ".join(_distinct(signs.missing))
    if signs.score >= 0:
        caveat = f"the best source does not mention {unmentioned}" if unmentioned else ""
        return Decision(True, caveat, coverage)
    if unmentioned:
        return Decision(False, f"the nearest paper does not mention {unmentioned}", coverage)
    return Decision(False, "no paper comes close enough to what is asked", coverage)


def read_signs(
    question: Question,
    papers: Sequence[Sequence[Candidate]],
    cosines: Mapping[str, float],
    idf: Idf,
    knows: Callable[[str], bool],
) -> Signs:
    """Return the signs for one question; `papers` are ranked and not empty."""
    paper = papers[0][0].source.paper
    text = f"{paper.title}. {paper.abstract}"
    asked, told = facts_of(question.text), facts_of(text)
    wanted = [*question.stems, *stems(question.about)]
    known = {stem for stem in wanted if knows(stem)}
    return Signs(
        nearest_chunk=max(cosines.get(group[0].source.paper.paper_id, 0.0) for group in papers),
        nearest_sentence=max(candidate.cosine for group in papers for candidate in group),
        covered=overlap_share(wanted, set(stems(text)), idf),
        unknown=1 - overlap_share(wanted, known, idf),
        missing=(*missing_names(asked, told), *missing_numbers(asked, told)),
    )


def _distinct(missing: Sequence[str]) -> list[str]:
    """Return the names and numbers, without the numbers that stand in one of the names."""
    return [
        item for item in missing if not any(item != other and item in other for other in missing)
    ]


def _coverage(question: Question, paper: Paper) -> Coverage:
    """Sort the question's content words by whether the lead's paper holds them."""
    held = set(stems(f"{paper.title} {paper.abstract}"))
    telling = [word for word in dict.fromkeys(words(question.text)) if stem(word) in question.stems]
    return Coverage(
        covered=tuple(word for word in telling if stem(word) in held),
        missing=tuple(word for word in telling if stem(word) not in held),
    )
