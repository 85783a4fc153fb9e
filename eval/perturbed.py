"""Perturbations as jobs: each paraphrase turned false by code, checked against its own paper."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING

from eval.cases import Paraphrase
from eval.jobs import Job
from eval.lint import unknown_titles
from eval.results import Result
from eval.runner import describe
from eval.scores import Score
from eval.suite import changed_id

if TYPE_CHECKING:
    from assistant.ask import Assistant
    from eval.verifier_pairs import Pair, Pairs

MOVED, VERBATIM = "citation moved", "verbatim"

_METRIC_OF: Mapping[str, str] = {
    "number changed": "perturbed_number_caught",
    "unit swapped": "perturbed_unit_caught",
    "entity swapped": "perturbed_entity_caught",
    "negation inserted": "perturbed_negation_caught",
    "negation removed": "perturbed_negation_caught",
    "direction flipped": "perturbed_direction_caught",
    "hedge dropped": "perturbed_hedge_caught",
    "clause joined": "perturbed_clause_caught",
    MOVED: "perturbed_citation_caught",
    VERBATIM: "verbatim_passed",
}
PERTURBED = "perturbed"
PERTURBED_METRICS = tuple(dict.fromkeys(_METRIC_OF.values()))


def perturbation_jobs(assistant: "Assistant", rows: Sequence[Paraphrase]) -> Iterator[Job]:
    """Yield a job a paraphrase: it and its changes, each against one paper alone."""
    if not rows:
        return
    from assistant.checker import load_checker
    from assistant.sources import source_of
    from eval.verifier_pairs import Pairs, judge_with

    library = assistant.library
    papers = list(library.papers())
    sources = [source_of(library, paper) for paper in papers]
    judge = judge_with(library.embedder, library.idf, load_checker(assistant.config).read)
    pairs = Pairs([source for source in sources if source.sentences], judge)
    titles = [paper.title for paper in papers]
    for row in rows:
        yield Job(
            changed_id(row.id), partial(_run, row, pairs, unknown_titles([row.title], titles))
        )


def _run(row: Paraphrase, pairs: "Pairs", lacking: Sequence[str]) -> tuple[Result]:
    try:
        if lacking:
            raise ValueError(f"not in this library: {lacking[0]!r}")
        found = list(pairs.of(row))
        scores, remark = _scores(found), "; ".join(f"{p.kind}: {p.text}" for p in _missed(found))
    except Exception as error:
        scores = dict.fromkeys(PERTURBED_METRICS, Score(error=describe("check", error)))
        remark = ""
    result = Result(
        id=changed_id(row.id),
        kind=PERTURBED,
        split=row.split,
        cluster=row.title,
        asked=row.text,
        scores=scores,
        remark=remark,
    )
    return (result,)


def _scores(pairs: "Sequence[Pair]") -> dict[str, Score]:
    """Return the share caught of each kind of change; of verbatim sentences, the share passed."""
    right: dict[str, list[bool]] = defaultdict(list)
    for pair in pairs:
        right[_METRIC_OF[pair.kind]].append(_is_right(pair))
    return {
        name: Score(sum(right[name]) / len(right[name]), weight=len(right[name]))
        if right[name]
        else Score(not_applicable="nothing to change")
        for name in PERTURBED_METRICS
    }


def _missed(pairs: "Sequence[Pair]") -> "list[Pair]":
    return [pair for pair in pairs if not _is_right(pair)]


def _is_right(pair: "Pair") -> bool:
    return not pair.alarm if pair.kind == VERBATIM else pair.caught
