"""What a refusal says: what is missing, what the nearest paper does speak of, what to do. Pure."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from assistant.asks import Unmet
from assistant.types import Coverage

TERMS_NAMED = 4
_EVERYDAY = frozenset("need needs work works take takes happen happens help helps go goes".split())
_NO_TOPIC = "names no topic"


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why nothing is answered, what of the question the nearest paper has, and what to do.

    `covered` and `missing` are words of the question, as they stand there; `advice` is a
    sentence, or "" where there is none to give.
    """

    reason: str
    covered: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    advice: str = ""

    @property
    def opening(self) -> str:
        """Return the sentence that says that there is no answer, and why."""
        return f"The library does not answer this: {self.reason}."


def explain(question: str, reason: str, coverage: Coverage) -> Refusal:
    """Return what a refusal has to tell.

    Args:
        question: as it was asked; its words are named as they stand there.
        reason: why it is refused.
        coverage: what of the question the nearest paper covers.
    """
    covered = _telling(question, coverage.covered)
    missing = _telling(question, coverage.missing)
    advice = _advice(_quoted(covered), _quoted(missing), coverage, reason)
    return Refusal(reason, tuple(covered), tuple(missing), advice)


def refusal_text(question: str, reason: str, coverage: Coverage) -> str:
    """Return a refusal in a few sentences; no papers are listed. Arguments as for `explain`."""
    refusal = explain(question, reason, coverage)
    is_told = any(_stands_in(term, reason) for term in coverage.missing)
    spoken_of = _speaks_of(_quoted(refusal.covered), _quoted(refusal.missing))
    return " ".join(filter(None, [refusal.opening, "" if is_told else spoken_of, refusal.advice]))


def _speaks_of(covered: Sequence[str], missing: Sequence[str]) -> str:
    """Name words of the question that the nearest paper has, and those that it lacks."""
    if not missing:
        return ""
    if not covered:
        return f"The nearest paper does not mention {_listed(missing, 'or')}."
    return (
        f"The nearest paper speaks of {_listed(covered, 'and')}, "
        f"but does not mention {_listed(missing, 'or')}."
    )


def _advice(covered: Sequence[str], missing: Sequence[str], coverage: Coverage, reason: str) -> str:
    """Say how to ask instead, or what to ingest; "" where nothing is known of either."""
    if _NO_TOPIC in reason:
        return "Name what you ask about."
    decisive = [kind for kind in Unmet if kind in coverage.unmet and kind in reason]
    if Unmet.OUTSIDE in decisive:
        return "The paper itself may tell; ask what its abstract tells: aims, methods, findings."
    if decisive:
        wanted = " and ".join(kind.wanted for kind in decisive)
        return f"Ask what it says without that, or ingest papers that give {wanted}."
    if covered and missing:
        return (
            f"Ask about {_listed(covered, 'and')} alone, or ingest papers on "
            f"{_listed(missing, 'and')}."
        )
    if missing:
        return f"Ask about what the library holds, or ingest papers on {_listed(missing, 'and')}."
    return "Ask in other words, or ingest papers that say it." if covered else ""


def _telling(question: str, terms: Sequence[str]) -> list[str]:
    """Return the first terms, as they were written; those that stand together as one.

    Numbers, single letters and everyday verbs tell nobody.
    """
    telling = [term for term in terms if len(term) > 1 and term.isalpha() and term not in _EVERYDAY]
    return _phrases(question, telling)[:TERMS_NAMED]


def _quoted(phrases: Iterable[str]) -> list[str]:
    return [f"“{phrase}”" for phrase in phrases]


def _phrases(question: str, terms: Sequence[str]) -> list[str]:
    """Return terms as the question has them, runs of neighbours as one phrase."""
    if not terms:
        return []
    either = "|".join(map(re.escape, sorted(terms, key=len, reverse=True)))
    run = re.compile(rf"\b(?:{either})\b(?:[ -](?:{either})\b){{0,2}}", re.IGNORECASE)
    return list(dict.fromkeys(run.findall(question))) or list(terms)


def _stands_in(term: str, text: str) -> bool:
    return re.search(rf"\b{re.escape(term)}\b", text, re.IGNORECASE) is not None


def _listed(words: Sequence[str], joint: str) -> str:
    return f" {joint} ".join(filter(None, (", ".join(words[:-1]), words[-1])))
