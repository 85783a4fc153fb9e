"""Citations of an answer: do they carry its sentences, and are they of the right papers?"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import NamedTuple

Phi = Callable[[str, str], bool]
"""phi(premise, sentence): whether the premise entails the sentence, by a named judge."""


class PrecisionRecall(NamedTuple):
    """The two shares that belong together, each between 0 and 1."""

    precision: float
    recall: float


@dataclass(frozen=True, slots=True)
class CitedSentence:
    """A sentence that makes a claim, without its markers, and the ids that they name."""

    text: str
    cited: tuple[int, ...]


def citation_precision_recall(
    sentences: Sequence[CitedSentence], premises: Mapping[int, str], phi: Phi
) -> PrecisionRecall:
    """Return citation precision and recall of one answer.

    ALCE (Gao et al. 2023, section 3), mended as the project's definitions say: with
    C_i the ids cited by sentence s_i, recall_i is 1 if C_i is not empty, every id is
    valid (a key of `premises`) and phi(all of C_i, s_i); a citation counts as precise if
    recall_i is 1, unless phi(c, s_i) fails while phi(C_i without c, s_i) holds.
    Invented ids stay in the denominator. An answer without a citation has precision 0
    (as in ALCE's code): saying little must not look good.

    Raises:
        ValueError: there is no sentence that makes a claim.
    """
    if not sentences:
        raise ValueError("citation metrics need a sentence that makes a claim")
    judged = [_judge_sentence(sentence, premises, phi) for sentence in sentences]
    marks = [mark for _, precise in judged for mark in precise]
    recall = sum(recalled for recalled, _ in judged) / len(judged)
    return PrecisionRecall(sum(marks) / len(marks) if marks else 0.0, recall)


def _judge_sentence(
    sentence: CitedSentence, premises: Mapping[int, str], phi: Phi
) -> tuple[bool, list[bool]]:
    """Return recall_i, and for each distinct id in C_i whether it is precise."""
    cited = list(dict.fromkeys(sentence.cited))

    def entailed(ids: Iterable[int]) -> bool:
        premise = "\n".join(premises[i] for i in ids)
        return bool(premise) and phi(premise, sentence.text)

    if not all(i in premises for i in cited) or not entailed(cited):
        return False, [False] * len(cited)
    relevant = [entailed([i]) or not entailed([j for j in cited if j != i]) for i in cited]
    return True, relevant


def invalid_citation_rate(cited: Iterable[int], valid: AbstractSet[int]) -> float:
    """Return the share of citation uses that name nothing valid; the goal is exactly 0.

    Raises:
        ValueError: nothing is cited.
    """
    uses = list(cited)
    if not uses:
        raise ValueError("an answer without citations has no share of invalid ones")
    return sum(i not in valid for i in uses) / len(uses)


def paper_citation_precision_recall(
    cited: AbstractSet[str], gold: AbstractSet[str], may: AbstractSet[str] = frozenset()
) -> PrecisionRecall:
    """Return precision and recall of cited papers against those that deserve citing.

    Papers that `may` be cited without harm count neither for nor against. Citing
    nothing that counts has precision 0.

    Raises:
        ValueError: no paper deserves citing.
    """
    if not gold:
        raise ValueError("paper citation metrics need a paper that deserves citing")
    counted = cited - (may - gold)
    right = len(counted & gold)
    return PrecisionRecall(right / len(counted) if counted else 0.0, right / len(gold))
