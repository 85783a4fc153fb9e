"""The metrics, pure: plain values in, a number out; no clock, no library, no model.

What a metric is not defined for is a ValueError here. Whether a case is eligible
is decided in `eval.scoring`, which gives such cases no score instead of a 0.
"""

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import NamedTuple

Phi = Callable[[str, str], bool]
"""phi(premise, sentence): whether the premise entails the sentence, by a named judge."""

ANSWER_WINDOW_WORDS = 120
MULTI_ANSWER_WINDOW_WORDS = 250


# Retrieval: a ranking of ids, best first, against qrels, id -> grade (0 is not relevant).


def ndcg_at_k(ranking: Sequence[str], qrels: Mapping[str, int], k: int) -> float:
    """Return nDCG@k with the grade as gain and log2(rank + 1) as discount.

    As in trec_eval's ``ndcg_cut`` (Järvelin and Kekäläinen 2002 with linear gain).
    A ranking that is empty scores 0.
    """
    _check_ranking(ranking, qrels)
    ideal = sorted((grade for grade in qrels.values() if grade > 0), reverse=True)
    return _dcg([qrels.get(item, 0) for item in ranking[:k]]) / _dcg(ideal[:k])


def recall_at_k(ranking: Sequence[str], qrels: Mapping[str, int], k: int) -> float:
    """Return the share of the relevant ids found in the first k (trec_eval's ``recall``)."""
    _check_ranking(ranking, qrels)
    relevant = {item for item, grade in qrels.items() if grade > 0}
    return len(relevant & set(ranking[:k])) / len(relevant)


def reciprocal_rank(ranking: Sequence[str], qrels: Mapping[str, int]) -> float:
    """Return 1 / rank of the first relevant id, 0 without one; its mean over queries is MRR."""
    _check_ranking(ranking, qrels)
    ranks = (rank for rank, item in enumerate(ranking, 1) if qrels.get(item, 0) > 0)
    return 1 / next(ranks, math.inf)


def _dcg(grades: Sequence[int]) -> float:
    return math.fsum(max(grade, 0) / math.log2(i + 2) for i, grade in enumerate(grades))


def _check_ranking(ranking: Sequence[str], qrels: Mapping[str, int]) -> None:
    if not any(grade > 0 for grade in qrels.values()):
        raise ValueError("retrieval is not defined for a query without a relevant paper")
    if len(set(ranking)) != len(ranking):
        raise ValueError("a ranking holds each id once")


# Citations


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


# What the answer says


def fact_recall(text: str, facts: Sequence[Sequence[str]], max_words: int) -> float:
    """Return the share of key facts found in the first `max_words` words of `text`.

    A fact is a list of alternative wordings in lower case; it is found if one of them
    is a substring of the lower-cased text. Markers and titles are taken out of `text`
    beforehand (`eval.markers`), so that they neither count as words nor state facts.

    Raises:
        ValueError: there are no facts to look for.
    """
    if not facts:
        raise ValueError("fact recall needs a key fact")
    window = " ".join(text.split()[:max_words]).lower()
    return sum(any(wording in window for wording in fact) for fact in facts) / len(facts)


def count_words(text: str) -> int:
    """Return the number of words, parted by whitespace."""
    return len(text.split())


def attributed_share(labels: Sequence[str]) -> float:
    """Return how many of the shown claims are only ``attributed``, not ``supported``.

    `labels` are the verdicts of the shown sentences; connectives claim nothing and
    count neither way.

    Raises:
        ValueError: no sentence makes a claim.
    """
    claims = [label for label in labels if label in ("supported", "attributed")]
    if not claims:
        raise ValueError("the attributed share needs a sentence that makes a claim")
    return claims.count("attributed") / len(claims)


def wrong_answer(facts_found: float | None, backed: Sequence[bool]) -> bool:
    """Tell whether a shown answer is wrong, for risk and calibration.

    It is if half of the key facts or more are missing (`facts_found` is their recall;
    None without key facts), or a shown claim is not backed by the gold papers, or
    nothing is claimed at all.
    """
    missing = facts_found is not None and facts_found <= 0.5
    return missing or not backed or not all(backed)


# Refusing: "positive" is a refusal, and right for a question that has no answer.


@dataclass(frozen=True, slots=True)
class RefusalConfusion:
    """Answerable or not, against refused or answered, in numbers of questions."""

    refused_unanswerable: int = 0
    refused_answerable: int = 0
    answered_unanswerable: int = 0
    answered_answerable: int = 0

    @property
    def precision(self) -> float | None:
        """Of the refusals, how many were right; None if nothing was refused."""
        return _share(self.refused_unanswerable, self.refused_answerable)

    @property
    def recall(self) -> float | None:
        """Of the unanswerable questions, how many were refused; None without any."""
        return _share(self.refused_unanswerable, self.answered_unanswerable)

    @property
    def f1(self) -> float | None:
        """Harmonic mean of both, 2tp / (2tp + fp + fn); None if nothing could count."""
        wrong = self.refused_answerable + self.answered_unanswerable
        return _share(2 * self.refused_unanswerable, wrong)


def refusal_confusion(outcomes: Iterable[tuple[bool, bool]]) -> RefusalConfusion:
    """Count pairs of (is answerable, was refused)."""
    rows = list(outcomes)
    return RefusalConfusion(
        refused_unanswerable=rows.count((False, True)),
        refused_answerable=rows.count((True, True)),
        answered_unanswerable=rows.count((False, False)),
        answered_answerable=rows.count((True, False)),
    )


def _share(part: int, rest: int) -> float | None:
    return part / (part + rest) if part + rest else None


# Latency


def percentile(values: Sequence[float], percent: float) -> float:
    """Return the nearest-rank percentile: the smallest value with `percent` % at or below it.

    Raises:
        ValueError: there are no values, or `percent` is not in (0, 100].
    """
    if not values or not 0 < percent <= 100:
        raise ValueError(f"no {percent} % percentile of {len(values)} values")
    return sorted(values)[math.ceil(len(values) * percent / 100) - 1]
