"""The metrics, pure: plain values in, a number out; no clock, no library, no model.

What a metric is not defined for is a ValueError here. Whether a case is eligible
is decided in `eval.scoring`, which gives such cases no score instead of a 0.
"""

from assistant.diversity import vendi_score_of_similarity as vendi_score
from eval.metrics.citations import (
    CitedSentence,
    Phi,
    PrecisionRecall,
    citation_precision_recall,
    invalid_citation_rate,
    paper_citation_precision_recall,
)
from eval.metrics.content import (
    ANSWER_WINDOW_WORDS,
    MULTI_ANSWER_WINDOW_WORDS,
    attributed_share,
    count_words,
    fact_recall,
    states,
    wrong_answer,
)
from eval.metrics.evidence import EvidenceScore, evidence_score
from eval.metrics.latency import percentile
from eval.metrics.refusing import RefusalConfusion, refusal_confusion
from eval.metrics.retrieval import (
    first_relevant_rank,
    ndcg_at_k,
    recall_at_k,
    reciprocal_rank,
)
from eval.metrics.risk import aurc, coverage_at_risk, excess_aurc, risk_coverage_curve

__all__ = [
    "ANSWER_WINDOW_WORDS",
    "MULTI_ANSWER_WINDOW_WORDS",
    "CitedSentence",
    "EvidenceScore",
    "Phi",
    "PrecisionRecall",
    "RefusalConfusion",
    "attributed_share",
    "aurc",
    "citation_precision_recall",
    "count_words",
    "coverage_at_risk",
    "evidence_score",
    "excess_aurc",
    "fact_recall",
    "first_relevant_rank",
    "invalid_citation_rate",
    "ndcg_at_k",
    "paper_citation_precision_recall",
    "percentile",
    "recall_at_k",
    "reciprocal_rank",
    "refusal_confusion",
    "risk_coverage_curve",
    "states",
    "vendi_score",
    "wrong_answer",
]
