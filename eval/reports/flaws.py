"""What is wrong with a result, in words, and how bad it is. Pure."""

from collections.abc import Mapping

from eval.results import Result

FATAL = 5.0
"""From here on one case is one too many; below, the floor of a metric tolerates some."""

_INVALID_CITATION = ("invalid_citation_rate", "replay_invalid_citation_rate")
_SHARES = ("fact_recall", "citation_recall", "citation_precision", "recall_at_5")


def flaws_of(result: Result) -> Mapping[str, float]:
    """Return what is wrong with a result in words, each with how bad it is.

    Of test cases no text is told: an error or an effect is only named as one.
    """
    scores = {name: s.value for name, s in result.scores.items() if s.value is not None}
    flaws: dict[str, float] = {}
    if result.error:
        flaws[_told(result, result.error, "error")] = 7.0
    if scores.get("forbidden_effect_rate"):
        flaws[_told(result, result.remark, "forbidden effect")] = 6.0
    if any(scores.get(name) for name in _INVALID_CITATION):
        flaws["invalid citation"] = FATAL
    if scores.get("falsehood_caught") == 0.0:
        flaws["false, and passes"] = 3.5
    if result.refused is False and result.answerable is False:
        flaws["answered, has no answer"] = 4.0
    if result.refused and result.answerable:
        flaws["refused, has an answer"] = 3.0
    elif scores.get("wrong_answer_rate"):
        flaws["wrong answer"] = 2.0
    if scores.get("paraphrase_passed") == 0.0:
        flaws["true, and does not pass"] = 1.5
    for name in _SHARES:
        if (value := scores.get(name, 1.0)) < 1.0:
            flaws[f"{name} {value:.2f}"] = 1.0 - value
    return flaws


def fatal_flaw(result: Result) -> str | None:
    """Return the worst flaw if it is an error, a forbidden effect or an invalid citation."""
    return next((words for words, how_bad in flaws_of(result).items() if how_bad >= FATAL), None)


def _told(result: Result, words: str, name: str) -> str:
    return words if words and result.split == "dev" else name
