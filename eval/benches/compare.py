"""Two systems, asked the same questions and judged by the same metrics.

What they show is read by `eval.reading` and `peer_reading`; here it is scored and paired.
"""

import math
import random
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from assistant.statistics import Interval, clustered_interval, holm, mcnemar_exact
from assistant.types import Answer, Paper
from eval.benches.peer_reading import is_refusal, read_peer
from eval.benches.peers import PeerAnswer
from eval.cases import KINDS, Case
from eval.metrics import (
    ANSWER_WINDOW_WORDS,
    MULTI_ANSWER_WINDOW_WORDS,
    CitedSentence,
    Phi,
    count_words,
    fact_recall,
    invalid_citation_rate,
    paper_citation_precision_recall,
    percentile,
)
from eval.reading import AnswerReading, read_answer
from eval.scores import Aggregate, Score, weighted_mean

DECISIONS = ("near_miss_answered", "off_topic_answered", "answerable_refused")
METRICS = (
    *("invalid_citation_rate", "unsupported_rate", "uncited_rate", "fact_recall"),
    *("paper_citation_precision", "paper_citation_recall", *DECISIONS, "answer_words"),
)
SEED = 7


@dataclass(frozen=True, slots=True)
class Shown:
    """What a system shows: a reading of its answer, or None where it refuses.

    `failure` says how its model failed, where something is shown all the same.
    """

    reading: AnswerReading | None
    failure: str | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """The scores of one system on one question, and how long it took."""

    scores: Mapping[str, Score]
    latency_s: float | None = None
    failure: str | None = None


@dataclass(frozen=True, slots=True)
class Pair:
    """A question, and what became of it on both sides."""

    case: Case
    ours: Outcome
    theirs: Outcome

    @property
    def cluster(self) -> str:
        """The paper that it is about, so that intervals count papers and not questions."""
        return next(iter(self.case.papers), self.case.id)


@dataclass(frozen=True, slots=True)
class Row:
    """One metric of both; `difference` is theirs less ours, over the questions with both.

    `p` is that of the exact McNemar test, by Holm for all rows that have one; None for
    what is no yes or no.
    """

    metric: str
    ours: Aggregate
    theirs: Aggregate
    difference: Aggregate
    p: float | None = None


@dataclass(frozen=True, slots=True)
class Comparison:
    """All rows, and what they were made from; `failures` are how the model failed, each once."""

    questions: int
    kinds: Mapping[str, int]
    rows: tuple[Row, ...]
    ours_failed: int
    theirs_failed: int
    failures: tuple[str, ...] = field(default=())

    def row(self, metric: str) -> Row:
        """Return the row of a metric."""
        return next(row for row in self.rows if row.metric == metric)


def sample(cases: Sequence[Case], count: int, seed: int = SEED) -> list[Case]:
    """Return `count` cases, each kind in its share and with one at least where there is room."""
    if count >= len(cases):
        return list(cases)
    drawn = random.Random(seed).sample(cases, len(cases))
    strata = {kind: [case for case in drawn if case.kind == kind] for kind in KINDS}
    strata = {kind: rows for kind, rows in strata.items() if rows}
    takes = _shares({kind: len(rows) for kind, rows in strata.items()}, count)
    return [case for kind, rows in strata.items() for case in rows[: takes[kind]]]


def _shares(sizes: Mapping[str, int], count: int) -> dict[str, int]:
    """Return how many of each kind come to `count`: what lacks most of its share comes next."""
    wanted = {kind: count * size / sum(sizes.values()) for kind, size in sizes.items()}
    takes = dict.fromkeys(sizes, int(count >= len(sizes)))
    while sum(takes.values()) < count:
        takes[max(takes, key=lambda kind: wanted[kind] - takes[kind])] += 1
    return takes


def ours(answer: Answer, papers: Mapping[str, Paper]) -> Shown:
    """Read an answer of ours against the papers, by id, of its library."""
    return Shown(None if answer.refused else read_answer(answer, papers), answer.failure)


def theirs(answer: PeerAnswer) -> Shown:
    """Read an answer of a peer; one that claims nothing refuses, whatever it means to do."""
    reading = read_peer(answer)
    return Shown(None if is_refusal(answer.text) or not reading.claims else reading)


def ask_both(
    cases: Sequence[Case],
    ask_us: Callable[[str], Shown],
    ask_them: Callable[[str], Shown],
    phi: Phi,
    clock: Callable[[], float] = time.perf_counter,
) -> list[Pair]:
    """Put every question to both, us first; an exception is a failure, and the run goes on."""

    def put(case: Case, ask: Callable[[str], Shown]) -> Outcome:
        began = clock()
        try:
            shown = ask(case.question)
        except Exception as error:
            failure = f"{type(error).__name__}: {error}"
            return Outcome(dict.fromkeys(METRICS, Score(error=failure)), None, failure)
        took_s = clock() - began
        return Outcome(score(case, shown.reading, phi), took_s, shown.failure)

    return [Pair(case, put(case, ask_us), put(case, ask_them)) for case in cases]


def score(case: Case, reading: AnswerReading | None, phi: Phi) -> dict[str, Score]:
    """Score what was shown for a case; None is a refusal.

    A refusal shows no sentence and no marker, so it has no share of bad ones; of the facts
    and papers of an answerable question it has found none.
    """
    scores = _decision_scores(case, reading is None)
    if reading is None:
        refused = dict.fromkeys(METRICS, Score(not_applicable="refused"))
        missed = dict.fromkeys(("fact_recall", "paper_citation_recall"), Score(0.0))
        return refused | (missed if case.answerable else {}) | scores
    return scores | _grounding_scores(reading, phi) | _content_scores(case, reading)


def compare(pairs: Sequence[Pair]) -> Comparison:
    """Aggregate and pair every metric over all questions."""
    decided = holm([_mcnemar(pairs, metric) for metric in DECISIONS])
    p_values = dict(zip(DECISIONS, decided, strict=True))
    rows = [
        Row(
            metric,
            _mean(pairs, [pair.ours.scores[metric] for pair in pairs]),
            _mean(pairs, [pair.theirs.scores[metric] for pair in pairs]),
            _difference(pairs, metric),
            p_values.get(metric),
        )
        for metric in METRICS
    ]
    sides = {"ours": [p.ours for p in pairs], "theirs": [p.theirs for p in pairs]}
    failures = [each.failure for side in sides.values() for each in side if each.failure]
    return Comparison(
        questions=len(pairs),
        kinds=dict(Counter(pair.case.kind for pair in pairs)),
        rows=(*rows, _latency(sides, 50), _latency(sides, 95)),
        ours_failed=sum(each.failure is not None for each in sides["ours"]),
        theirs_failed=sum(each.failure is not None for each in sides["theirs"]),
        failures=tuple(dict.fromkeys(failures)),
    )


def _decision_scores(case: Case, refused: bool) -> dict[str, Score]:
    def of(applies: bool, happened: bool) -> Score:
        return Score(float(happened)) if applies else Score(not_applicable="of another kind")

    return {
        "near_miss_answered": of(case.kind == "near_miss", not refused),
        "off_topic_answered": of(case.kind == "off_topic", not refused),
        "answerable_refused": of(case.answerable, refused),
    }


def _grounding_scores(reading: AnswerReading, phi: Phi) -> dict[str, Score]:
    claims, uses = reading.claims, reading.uses
    nothing = Score(not_applicable="no claim")

    def share(bad: Callable[[CitedSentence], bool]) -> Score:
        return Score(sum(map(bad, claims)) / len(claims), weight=len(claims)) if claims else nothing

    return {
        "invalid_citation_rate": (
            Score(invalid_citation_rate(uses, reading.premises.keys()), weight=len(uses))
            if uses
            else Score(not_applicable="no citation")
        ),
        "unsupported_rate": share(lambda claim: not _is_carried(claim, reading, phi)),
        "uncited_rate": share(lambda claim: not claim.cited),
    }


def _is_carried(claim: CitedSentence, reading: AnswerReading, phi: Phi) -> bool:
    """Tell whether what a claim cites carries it; markers that name nothing are passed over."""
    cited = dict.fromkeys(claim.cited)
    premise = "\n".join(reading.premises[i] for i in cited if i in reading.premises)
    return bool(premise) and phi(premise, claim.text)


def _content_scores(case: Case, reading: AnswerReading) -> dict[str, Score]:
    window = MULTI_ANSWER_WINDOW_WORDS if case.kind == "multi" else ANSWER_WINDOW_WORDS
    none = Score(not_applicable="unanswerable")
    scores = {"answer_words": Score(float(count_words(reading.plain)))}
    if not case.answerable:
        names = ("fact_recall", "paper_citation_precision", "paper_citation_recall")
        return scores | dict.fromkeys(names, none)
    gold, may = frozenset(case.gold), frozenset(case.may)
    papers = paper_citation_precision_recall(reading.papers, gold, may)
    facts = fact_recall(reading.plain, case.facts, window) if case.facts else None
    return scores | {
        "fact_recall": Score(facts) if facts is not None else Score(not_applicable="no key facts"),
        "paper_citation_precision": Score(papers.precision),
        "paper_citation_recall": Score(papers.recall),
    }


def _mean(pairs: Sequence[Pair], scores: Sequence[Score]) -> Aggregate:
    return weighted_mean(scores, [pair.cluster for pair in pairs])


def _values(pairs: Sequence[Pair], metric: str) -> list[tuple[Pair, float, float]]:
    both = [(p, p.ours.scores[metric].value, p.theirs.scores[metric].value) for p in pairs]
    return [(p, us, them) for p, us, them in both if us is not None and them is not None]


def _difference(pairs: Sequence[Pair], metric: str) -> Aggregate:
    """Return theirs less ours, each question alike, where both have a value."""
    both = _values(pairs, metric)
    if not both:
        return Aggregate.of(None, [])
    differences = [them - us for _, us, them in both]
    mean = math.fsum(differences) / len(differences)
    return Aggregate.of(mean, map(Score, differences), _interval(both, differences))


def _interval(
    both: Sequence[tuple[Pair, float, float]], differences: Sequence[float]
) -> Interval | None:
    """Return none where all differ alike: resampling would claim to be certain."""
    clusters = [pair.cluster for pair, _, _ in both]
    if len(set(clusters)) < 2 or len(set(differences)) < 2:
        return None
    return clustered_interval(differences, [1] * len(differences), clusters)


def _mcnemar(pairs: Sequence[Pair], metric: str) -> float:
    both = [(bool(us), bool(them)) for _, us, them in _values(pairs, metric)]
    return mcnemar_exact(both.count((True, False)), both.count((False, True)))


def _latency(sides: Mapping[str, Sequence[Outcome]], percent: int) -> Row:
    def of(outcomes: Sequence[Outcome]) -> Aggregate:
        times = [each.latency_s for each in outcomes if each.latency_s is not None]
        return Aggregate.of(percentile(times, percent) if times else None, map(Score, times))

    nothing = Aggregate.of(None, [])
    return Row(f"latency_p{percent}_s", of(sides["ours"]), of(sides["theirs"]), nothing)
