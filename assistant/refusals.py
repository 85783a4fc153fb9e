"""What a refusal says: what is missing, what the nearest paper does speak of, what to do. Pure."""

import re
from collections.abc import Sequence

from assistant.asks import Unmet
from assistant.types import Coverage

TERMS_NAMED = 4
_EVERYDAY = frozenset("need needs work works take takes happen happens help helps go goes".split())
_NO_TOPIC = "names no topic"


def refusal_text(question: str, reason: str, coverage: Coverage) -> str:
    """Return a refusal in a few sentences, the same for terminal and page; no papers are listed.

    Args:
        question: as it was asked; its words are named as they stand there.
        reason: why it is refused.
        coverage: what of the question the nearest paper covers.
    """
    missing = _telling(question, coverage.missing, reason)
    covered = _telling(question, coverage.covered, "")
    told = [
        f"The library does not answer this: {reason}.",
        _speaks_of(covered, missing),
        _advice(covered, missing or _telling(question, coverage.missing, ""), coverage, reason),
    ]
    return " ".join(filter(None, told))


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


def _telling(question: str, terms: Sequence[str], reason: str) -> list[str]:
    """Return the first terms, as they were written; those that stand together as one.

    Numbers, single letters and everyday verbs tell nobody; none where the reason names one
    already.
    """
    if any(_stands_in(term, reason) for term in terms):
        return []
    telling = [term for term in terms if len(term) > 1 and term.isalpha() and term not in _EVERYDAY]
    return [f"“{phrase}”" for phrase in _phrases(question, telling)[:TERMS_NAMED]]


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
