"""Tests any library by itself: what is found, refused and caught, with no labels at all.

The papers that are drawn are asked about by title, searched by half a sentence, and withheld
from a copy of the library, in which the same questions are to be refused. Their sentences are
checked as they are, with another paper cited for them, and turned false. These are copies of
sentences with little changed, an easier test than sentences in other words: what slips through
is telling, a full score is not.
"""

import time
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from functools import partial

from assistant.ask import Assistant
from assistant.checker import load_checker
from assistant.entailment import hear_each, load_judges, second_opinion
from assistant.errors import LibraryError
from assistant.grounding import find_quotation
from assistant.library import Library
from assistant.sources import Source, source_of
from assistant.types import Answer, Paper, Verdict
from eval.auto_metrics import (
    ASKED_METRICS,
    AUTO,
    FLIPPED,
    FOUND_METRICS,
    NUMBER,
    OWN,
    PAPERS,
    REST_METRICS,
    SEED,
    SWAPPED,
    WITHHELD,
)
from eval.auto_questions import Drawn, draw
from eval.jobs import Job
from eval.results import Result
from eval.runner import describe
from eval.sandbox import Sandbox, sandbox
from eval.scores import Score
from eval.verifier_pairs import Judge, judge_with

NEAR_COPY = 0.9
"""Cosine of two abstracts from which on one paper may answer for the other."""

_LOOKED_AT = 5
_NEAREST_CHUNKS = 50


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one test gave, before it is a result."""

    scores: Mapping[str, Score]
    remark: str = ""
    ranking: tuple[str, ...] = ()
    answer: Answer | None = None
    latency_s: float | None = None


@contextmanager
def auto_suite(
    assistant: Assistant, papers: int = PAPERS, seed: int = SEED
) -> Iterator[tuple[Job, ...]]:
    """Give the jobs over papers drawn from the assistant's library; they run inside the block.

    The library stays as it was: its answers are not kept, and papers are withheld from a copy,
    which is made when the first job needs it and gone at the end.

    Args:
        assistant: the assistant that is measured.
        papers: how many are drawn; fewer where fewer have a title and three sentences.
        seed: of what is drawn.
    """
    library = assistant.library
    drawn = draw(library.papers(), papers, seed)
    with ExitStack() as copies:
        withheld = [each.paper.paper_id for each in drawn[: library.count // 2]]
        thinned = _Thinned(assistant, frozenset(withheld), copies)
        yield (
            *_question_jobs(assistant, drawn),
            *_sentence_jobs(assistant, drawn),
            *(_withheld_job(assistant, each, thinned) for each in drawn),
        )


def _question_jobs(assistant: Assistant, drawn: Sequence[Drawn]) -> Iterator[Job]:
    for each in drawn:
        search = partial(_search, assistant, each.paper)
        by_title = partial(search, each.question, FOUND_METRICS)
        yield _job("found", each.paper, each.question, FOUND_METRICS, by_title)
        if each.rest:
            by_rest = partial(search, each.rest, REST_METRICS)
            yield _job("rest", each.paper, each.rest, REST_METRICS, by_rest)
        ask = partial(_ask, assistant, each)
        yield _job("asked", each.paper, each.question, ASKED_METRICS, ask)


def _sentence_jobs(assistant: Assistant, drawn: Sequence[Drawn]) -> Iterator[Job]:
    library, judge = assistant.library, _judge(assistant)
    for each in drawn:
        paper = each.paper
        if each.sentence:
            own = partial(_check_own, assistant, each.sentence)
            yield _job("own", paper, each.sentence, (OWN,), own)
            swap = partial(_swap_citation, library, judge, each)
            yield _job("swapped", paper, each.sentence, (SWAPPED,), swap)
        for changed in each.changed:
            metric = NUMBER if changed.change == "number" else FLIPPED
            check = partial(_check_changed, library, judge, paper, changed.text, metric)
            yield _job(changed.change, paper, changed.text, (metric,), check)


def _withheld_job(assistant: Assistant, each: Drawn, thinned: "_Thinned") -> Job:
    ask = partial(_ask_without, assistant.library, each, thinned)
    return _job("withheld", each.paper, each.question, (WITHHELD,), ask)


def _job(
    what: str, paper: Paper, asked: str, metrics: Sequence[str], measure: Callable[[], Outcome]
) -> Job:
    """Return a job whose scores are those of `measure`, or its error."""

    def run() -> tuple[Result]:
        try:
            outcome = measure()
        except Exception as error:
            outcome = Outcome(dict.fromkeys(metrics, Score(error=describe(what, error))))
        result = Result(
            id=job_id,
            kind=AUTO,
            split="dev",
            cluster=paper.title,
            asked=asked,
            scores=outcome.scores,
            ranking=outcome.ranking,
            answer=outcome.answer,
            latency_s=outcome.latency_s,
            remark=outcome.remark,
        )
        return (result,)

    job_id = f"auto-{what}-{paper.paper_id}"
    return Job(job_id, run)


def _search(assistant: Assistant, paper: Paper, query: str, metrics: Sequence[str]) -> Outcome:
    """Score whether a paper is the first that is found, and whether it is among five."""
    found = [hit.paper for hit in assistant.search(query, _LOOKED_AT)]
    ids = [each.paper_id for each in found]
    places = (ids[:1], ids)
    scores = [Score(float(paper.paper_id in within)) for within in places]
    titles = tuple(each.title for each in found)
    return Outcome(dict(zip(metrics, scores, strict=True)), ranking=titles)


def _ask(assistant: Assistant, each: Drawn) -> Outcome:
    """Score whether the question is answered, and whether the answer cites its paper."""
    began = time.perf_counter()
    answer = assistant.ask(each.question)
    latency_s = time.perf_counter() - began
    if answer.record_id is not None:
        assistant.answers.delete([answer.record_id])
        answer = replace(answer, record_id=None)
    cited = any(citation.paper_id == each.paper.paper_id for citation in answer.citations)
    cites = Score(not_applicable="refused") if answer.refused else Score(float(cited))
    scores = (Score(float(not answer.refused)), cites)
    return Outcome(
        dict(zip(ASKED_METRICS, scores, strict=True)), answer=answer, latency_s=latency_s
    )


def _ask_without(library: Library, each: Drawn, thinned: "_Thinned") -> Outcome:
    """Score whether the question is refused where its paper is not in the library."""
    if each.paper.paper_id not in thinned.withheld:
        return _untested(WITHHELD, "no more than half of the library is withheld at once")
    near = next(_neighbours(library, each.paper, thinned.withheld), None)
    if near and near.cosine >= NEAR_COPY:
        reason = f"says nearly the same (cosine {near.cosine:.2f})"
        return _untested(WITHHELD, f"“{near.source.paper.title}” {reason}")
    answer = thinned.ask(each.question)
    cited = ", ".join(dict.fromkeys(f"“{each.title}”" for each in answer.citations))
    remark = "" if answer.refused else f"answered from {cited}"
    return Outcome({WITHHELD: Score(float(answer.refused))}, remark, answer=answer)


def _check_own(assistant: Assistant, sentence: str) -> Outcome:
    """Score whether a sentence of an abstract passes the check against the whole library."""
    verdicts = [checked.verdict for checked in assistant.check(sentence)]
    if not verdicts:
        raise ValueError("no sentence is found in it")
    passed = all(verdict.label.shown for verdict in verdicts)
    return Outcome({OWN: Score(float(passed))}, "; ".join(map(_told, verdicts)))


def _swap_citation(library: Library, judge: Judge, each: Drawn) -> Outcome:
    """Score whether a sentence is refused where the nearest other paper is cited for it."""
    others = (near.source for near in _neighbours(library, each.paper) if near.cosine < NEAR_COPY)
    other = next((source for source in others if source.sentences), None)
    if other is None:
        return _untested(SWAPPED, "no other paper has an abstract that is not nearly the same")
    if find_quotation(each.sentence, [other]):
        return _untested(SWAPPED, f"“{other.paper.title}” has the sentence too")
    verdict = judge(each.sentence, other)
    remark = f"against “{other.paper.title}”: {_told(verdict)}"
    return Outcome({SWAPPED: Score(float(not verdict.label.shown))}, remark)


def _check_changed(library: Library, judge: Judge, paper: Paper, text: str, metric: str) -> Outcome:
    """Score whether a sentence that was made false is refused against its own paper."""
    verdict = judge(text, source_of(library, paper))
    return Outcome({metric: Score(float(not verdict.label.shown))}, _told(verdict))


def _untested(metric: str, reason: str) -> Outcome:
    return Outcome({metric: Score(not_applicable=reason)})


def _told(verdict: Verdict) -> str:
    return f"{verdict.label}: {', '.join(verdict.reasons)}"


def _judge(assistant: Assistant) -> Judge:
    """Return the verifier as the assistant's settings make it, its judges heard too."""
    library, config = assistant.library, assistant.config
    check = judge_with(library.embedder, library.idf, load_checker(config).read)
    hear = hear_each(load_judges(config))
    return lambda sentence, source: second_opinion(sentence, check(sentence, source), hear)


@dataclass(frozen=True, slots=True)
class _Neighbour:
    source: Source
    cosine: float


def _neighbours(
    library: Library, paper: Paper, without: Collection[str] = ()
) -> Iterator[_Neighbour]:
    """Yield other papers near to one, the nearest first, by the means of their sentences."""
    topic = source_of(library, paper).topic_vector
    nearest = [paper_id for paper_id, _ in library.dense(topic, _NEAREST_CHUNKS)]
    others = [each for each in nearest if each != paper.paper_id and each not in without]
    sources = [source_of(library, other) for other in library.papers_by_id(others)]
    found = [_Neighbour(source, float(source.topic_vector @ topic)) for source in sources]
    yield from sorted(found, key=lambda near: -near.cosine)


@dataclass
class _Thinned:
    """A copy of the library without the withheld papers, made when it is first asked."""

    assistant: Assistant
    withheld: frozenset[str]
    copies: ExitStack
    _opened: Sandbox | Exception | None = field(default=None, init=False)

    def ask(self, question: str) -> Answer:
        """Ask the copy; what kept it from being made is raised each time, and not tried again."""
        if self._opened is None:
            try:
                self._opened = self._open()
            except Exception as error:
                self._opened = error
        if isinstance(self._opened, Exception):
            raise self._opened
        return self._opened.ask(question)

    def _open(self) -> Sandbox:
        copy = self.copies.enter_context(sandbox(self.assistant))
        if missed := copy.library.remove(sorted(self.withheld)).not_found:
            raise LibraryError(f"{missed[0]!r} can't be withheld: the copy does not know it")
        return copy
