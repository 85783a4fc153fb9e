"""One case's scores: which metrics apply to it, and what they give."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from assistant.types import Answer, Hit, Label, Paper
from eval.cases import KINDS, Key
from eval.diversity import (
    EVIDENCE_METRICS,
    RETRIEVED_METRIC,
    Embed,
    score_evidence_diversity,
    score_retrieved_diversity,
)
from eval.judge import is_verbatim
from eval.metrics import (
    ANSWER_WINDOW_WORDS,
    MULTI_ANSWER_WINDOW_WORDS,
    CitedSentence,
    Phi,
    attributed_share,
    citation_precision_recall,
    count_words,
    fact_recall,
    invalid_citation_rate,
    ndcg_at_k,
    paper_citation_precision_recall,
    recall_at_k,
    reciprocal_rank,
    wrong_answer,
)
from eval.reading import AnswerReading, read_answer
from eval.scores import Score

RETRIEVAL_DEPTH = 10
RETRIEVAL_METRICS = (
    *("recall_at_1", "recall_at_5", "ndcg_at_10", "mrr_at_10"),
    RETRIEVED_METRIC,
)
GROUNDING_METRICS = (
    *("citation_precision", "citation_recall", "citation_recall_reworded"),
    *("invalid_citation_rate", "verbatim_share", "attributed_share"),
)
CONTENT_METRICS = (
    *("paper_citation_precision", "paper_citation_recall"),
    *("fact_recall", "wrong_answer_rate", "answer_words"),
)
ANSWER_METRICS = ("coverage", *GROUNDING_METRICS, *CONTENT_METRICS, *EVIDENCE_METRICS)
REFUSAL_METRICS = (
    *("refusal_precision", "refusal_recall", "refusal_f1", "refusal_f1_on_topic"),
    *("refusal_recall_near_miss", "refusal_recall_off_topic"),
)
_ANSWERABLE_ONLY = ("coverage", "paper_citation_precision", "paper_citation_recall", "fact_recall")


@dataclass(frozen=True, slots=True)
class Judge:
    """What answers are judged by.

    `papers` are those of the library, by id; `phi` is the entailment judgement, independent
    of the product's own; `embed` gives the vectors that diversity is measured by.
    """

    papers: Mapping[str, Paper]
    phi: Phi
    embed: Embed


def score_retrieval(key: Key, hits: Sequence[Hit], judge: Judge) -> dict[str, Score]:
    """Score what was found, best first, against the gold papers, by title."""
    if not key.answerable:
        return not_applicable(RETRIEVAL_METRICS, "unanswerable")
    qrels = dict.fromkeys(key.gold, 1)
    best = list(dict.fromkeys(hit.paper.title for hit in hits))[:RETRIEVAL_DEPTH]
    return {
        "recall_at_1": Score(recall_at_k(best, qrels, 1)),
        "recall_at_5": Score(recall_at_k(best, qrels, 5)),
        "ndcg_at_10": Score(ndcg_at_k(best, qrels, 10)),
        "mrr_at_10": Score(reciprocal_rank(best, qrels)),
        **score_retrieved_diversity([hit.paper for hit in hits], judge.embed),
    }


def score_answer(key: Key, answer: Answer, judge: Judge) -> dict[str, Score]:
    """Score an answer; a refusal is scored by coverage and the refusal metrics alone."""
    always = score_coverage(key, answer.refused)
    if answer.refused:
        scores = not_applicable(ANSWER_METRICS, "refused") | always
    else:
        reading = read_answer(answer, judge.papers)
        scores = {
            **always,
            **_grounding_scores(reading, judge.phi),
            **_content_scores(key, reading, judge.phi),
            **score_evidence_diversity(reading.premises.values(), judge.embed),
        }
    if not key.answerable:
        scores |= not_applicable(_ANSWERABLE_ONLY, "unanswerable")
    return scores


def score_coverage(key: Key, refused: bool) -> dict[str, Score]:
    """Score whether there is an answer; it is known even where what it says can't be judged."""
    if not key.answerable:
        return not_applicable(["coverage"], "unanswerable")
    return {"coverage": Score(float(not refused))}


def score_refusal(key: Key, refused: bool) -> dict[str, Score]:
    """Score the decision to answer or refuse, "positive" being a refusal.

    The weighted means over many questions are precision, recall and F1 of refusing: a
    right refusal weighs 2 in F1 = 2tp / (2tp + fp + fn), a wrong decision 1. On topic are
    near misses and what is answerable: the hard part.
    """
    right = refused != key.answerable
    by_kind = {
        f"refusal_recall_{kind}": (
            Score(float(refused)) if key.kind == kind else Score(not_applicable=f"not {kind}")
        )
        for kind in KINDS
        if kind not in ("single", "multi")
    }
    neither = key.answerable and not refused
    f1 = (
        Score(not_applicable="no refusal was due or given")
        if neither
        else Score(float(right), weight=1 + right)
    )
    return {
        "refusal_precision": (
            Score(float(not key.answerable)) if refused else Score(not_applicable="answered")
        ),
        "refusal_recall": (
            Score(not_applicable="answerable") if key.answerable else Score(float(refused))
        ),
        "refusal_f1": f1,
        "refusal_f1_on_topic": (
            f1 if key.kind != "off_topic" else Score(not_applicable="off topic")
        ),
        **by_kind,
    }


def not_applicable(names: Iterable[str], reason: str) -> dict[str, Score]:
    """Return the same "not applicable" for several metrics."""
    return {name: Score(not_applicable=reason) for name in names}


def failed_scores(key: Key, names: Iterable[str], error: str) -> dict[str, Score]:
    """Return the same error for several metrics, but for those that can't apply to the question."""
    scores = {name: Score(error=error) for name in names}
    if not key.answerable:
        never = (*RETRIEVAL_METRICS, *_ANSWERABLE_ONLY)
        scores |= not_applicable([name for name in never if name in scores], "unanswerable")
    return scores


def _grounding_scores(reading: AnswerReading, phi: Phi) -> dict[str, Score]:
    """Score what the answer stands on. An answer that claims nothing grounds nothing: 0."""
    claims, premises = reading.claims, reading.premises
    reworded = [claim for claim in claims if not _is_quotation(claim, premises)]
    both = citation_precision_recall(claims, premises, phi) if claims else (0.0, 0.0)
    return {
        "citation_precision": Score(both[0]),
        "citation_recall": Score(both[1]),
        "citation_recall_reworded": (
            Score(citation_precision_recall(reworded, premises, phi).recall)
            if reworded
            else Score(not_applicable="only quotations")
        ),
        "invalid_citation_rate": (
            Score(invalid_citation_rate(reading.uses, premises.keys()), weight=len(reading.uses))
            if reading.uses
            else Score(not_applicable="no citation")
        ),
        "verbatim_share": (
            Score(1 - len(reworded) / len(claims), weight=len(claims))
            if claims
            else Score(not_applicable="no claim")
        ),
        "attributed_share": _attributed(reading.labels),
    }


def _content_scores(key: Key, reading: AnswerReading, phi: Phi) -> dict[str, Score]:
    """Score whether the answer answers; whatever is shown for an unanswerable one is wrong."""
    gold, may = frozenset(key.gold), frozenset(key.may)
    window = MULTI_ANSWER_WINDOW_WORDS if key.kind == "multi" else ANSWER_WINDOW_WORDS
    facts = fact_recall(reading.plain, key.facts, window) if key.facts else None
    backers = gold | may if gold else frozenset()
    backed = [_is_backed(claim, reading, backers, phi) for claim in reading.claims]
    papers = paper_citation_precision_recall(reading.papers, gold, may) if gold else (0.0, 0.0)
    return {
        "paper_citation_precision": Score(papers[0]),
        "paper_citation_recall": Score(papers[1]),
        "fact_recall": Score(facts) if facts is not None else Score(not_applicable="no key facts"),
        "wrong_answer_rate": Score(float(wrong_answer(facts, backed))),
        "answer_words": Score(float(count_words(reading.plain))),
    }


def _attributed(labels: Sequence[str]) -> Score:
    claims = sum(label in (Label.SUPPORTED, Label.ATTRIBUTED) for label in labels)
    if not claims:
        return Score(not_applicable="no claim")
    return Score(attributed_share(labels), weight=claims)


def _is_quotation(claim: CitedSentence, premises: Mapping[int, str]) -> bool:
    return any(is_verbatim(premises[i], claim.text) for i in claim.cited if i in premises)


def _is_backed(
    claim: CitedSentence, reading: AnswerReading, titles: frozenset[str], phi: Phi
) -> bool:
    """Tell whether what a claim cites from `titles` carries it."""
    good = [i for i in claim.cited if reading.sources.get(i) in titles]
    return bool(good) and phi("\n".join(reading.premises[i] for i in good), claim.text)
