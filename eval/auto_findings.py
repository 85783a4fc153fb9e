"""What the tests of a library by itself show, in plain sentences: no judgement without a number."""

from collections.abc import Iterable, Sequence

from eval.auto_metrics import (
    ASKED_METRICS,
    AUTO,
    AUTO_METRICS,
    FLIPPED,
    FOUND_METRICS,
    NUMBER,
    OWN,
    REST_METRICS,
    SWAPPED,
    WITHHELD,
)
from eval.results import Result
from eval.scores import Score, weighted_mean

SHOWN = 3
"""How many of those that failed a sentence names."""

Results = Sequence[Result]
Rows = Sequence[tuple[str, bool]]
"""The title of the paper that a test is about, and whether all is well."""


def auto_findings(results: Iterable[Result]) -> list[str]:
    """Say what the results of kind ``auto`` show; what was not measured is said as well."""
    of_auto = [result for result in results if result.kind == AUTO]
    if not of_auto:
        return ["No paper was tested: none has a title and an abstract of three sentences."]
    told = (
        _found(of_auto),
        _remembered(of_auto),
        _asked(of_auto),
        _withheld(of_auto),
        _own(of_auto),
        _swapped(of_auto),
        _changed(of_auto, NUMBER, "with one number changed"),
        _changed(of_auto, FLIPPED, "denied, or with a direction turned round,"),
        _failed(of_auto),
    )
    return [*filter(None, told), *_unmeasured(of_auto)]


def _found(results: Results) -> str:
    first, five = (_measured(results, metric) for metric in FOUND_METRICS)
    if not five:
        return ""
    return (
        f"Asked about by title, {_of(first, 'paper')} {_is(first)} found first and "
        f"{_passed(five)} among the first five.{_named(five, ' Not among them: ')}"
    )


def _remembered(results: Results) -> str:
    first, five = (_measured(results, metric) for metric in REST_METRICS)
    if not five:
        return ""
    return (
        f"By what is left of a sentence with 4 of 10 words forgotten, {_of(first, 'paper')} "
        f"{_is(first)} found first and {_passed(five)} among the first five."
        f"{_named(five, ' Found only below rank 5, or not at all: ')}"
    )


def _asked(results: Results) -> str:
    answered, cites = (_measured(results, metric) for metric in ASKED_METRICS)
    if not answered:
        return ""
    refused = _named(answered, " Refused, though their papers are there: ")
    begun = f"{_of(answered, 'question')} about a paper of the library {_is(answered)} answered"
    if not cites:
        return f"{begun}.{refused}"
    elsewhere = _named(cites, " Answered without the paper asked about: ")
    return f"{begun}, {_passed(cites)} of these from the paper asked about.{refused}{elsewhere}"


def _withheld(results: Results) -> str:
    rows = _measured(results, WITHHELD)
    if not rows:
        return ""
    return (
        f"With the paper asked about withheld, {_of(rows, 'question')} {_is(rows)} refused: where "
        f"the library lacks a paper that a question names, this configuration says so "
        f"{_share(rows)}."
        f"{_named(rows, ' Answered from other papers: ')}"
    )


def _own(results: Results) -> str:
    rows = _measured(results, OWN)
    if not rows:
        return ""
    return (
        f"{_of(rows, 'sentence')} copied from the abstracts {_passes(rows)} the check against the "
        f"library. Each should.{_named(rows, ' Refused: one of ')}"
    )


def _swapped(results: Results) -> str:
    rows = _measured(results, SWAPPED)
    if not rows:
        return ""
    return (
        f"Cited for the nearest other paper, {_of(rows, 'true sentence')} {_is(rows)} refused."
        f"{_named(rows, ' Let through: one of ')}"
    )


def _changed(results: Results, metric: str, how: str) -> str:
    rows = _measured(results, metric)
    if not rows:
        return ""
    return (
        f"{_of(rows, 'sentence')} {how} {_is(rows)} caught; sentences in other words are harder."
        f"{_named(rows, ' Let through: one of ')}"
    )


def _failed(results: Results) -> str:
    errors = [result.error for result in results if result.error is not None]
    if not errors:
        return ""
    return f"{len(errors)} of {len(results)} tests failed; the first: {errors[0]}"


def _unmeasured(results: Results) -> list[str]:
    """Say for each metric how many results are not applicable, and the first reason."""
    lines = []
    for metric in AUTO_METRICS:
        scores = [result.scores[metric] for result in results if metric in result.scores]
        reasons = [score.not_applicable for score in scores if score.not_applicable]
        if not scores:
            lines.append(f"{metric} was not measured: no paper drawn offers what it needs.")
        elif reasons:
            of = f"{len(reasons)} of {len(scores)}"
            lines.append(f"{metric} does not apply to {of}; the first: {reasons[0]}.")
    return lines


def _measured(results: Results, metric: str) -> Rows:
    """Return a row for each result that has a value."""
    scored = [(result, result.scores[metric]) for result in results if metric in result.scores]
    return [
        (result.cluster, bool(score.value)) for result, score in scored if score.value is not None
    ]


def _passed(rows: Rows) -> int:
    return sum(well for _, well in rows)


def _of(rows: Rows, name: str) -> str:
    return f"{_passed(rows)} of {len(rows)} {name}{'' if len(rows) == 1 else 's'}"


def _is(rows: Rows) -> str:
    return "is" if _passed(rows) == 1 else "are"


def _passes(rows: Rows) -> str:
    return "passes" if _passed(rows) == 1 else "pass"


def _share(rows: Rows) -> str:
    """Return the share that is well, with the interval that holds it with 95% confidence."""
    mean = weighted_mean([Score(float(well)) for _, well in rows], [title for title, _ in rows])
    if mean.value is None or mean.interval is None:
        return "there are too few to say how often"
    low, high = mean.interval
    return f"{mean.value:.0%} of the time ({low:.0%} to {high:.0%} with 95% confidence)"


def _named(rows: Rows, before: str) -> str:
    """Return the first papers that failed, after `before`; "" if none did."""
    failed = list(dict.fromkeys(title for title, well in rows if not well))
    if not failed:
        return ""
    more = f" and {len(failed) - SHOWN} more" if len(failed) > SHOWN else ""
    return f"{before}{', '.join(f'“{title}”' for title in failed[:SHOWN])}{more}."
