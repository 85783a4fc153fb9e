"""How near a question's words are to an abstract's: what a golden question may not lean on."""

import re
from functools import lru_cache

from assistant.words import stems, words

RUN_WORDS = 4
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9-]*")


def lexical_overlap(question: str, abstract: str) -> float:
    """Return the share of the question's distinct content stems that the abstract holds, 0 to 1."""
    asked = set(stems(question))
    return len(asked & _stems(abstract)) / len(asked) if asked else 0.0


def shared_runs(question: str, abstract: str) -> list[str]:
    """Return the runs of four words that stand in both, in the question's order."""
    known = set(_runs(abstract))
    return [" ".join(run) for run in _runs(question) if run in known]


def shared_acronyms(question: str, text: str) -> set[str]:
    """Return the acronyms and mixed-case names ("GPT-4", "QuIP") that stand in both."""
    return _acronyms(question) & _acronyms(text)


def _acronyms(text: str) -> set[str]:
    """Return words with two capitals, as "VAE", "VAEs", "ResNet"; less a plural s."""
    names = _NAME.findall(text)
    return {name.rstrip("s") for name in names if sum(map(str.isupper, name)) >= 2}


@lru_cache(maxsize=2000)
def _stems(abstract: str) -> frozenset[str]:
    return frozenset(stems(abstract))


def _runs(text: str) -> list[tuple[str, ...]]:
    found = words(text)
    return [tuple(found[i : i + RUN_WORDS]) for i in range(len(found) - RUN_WORDS + 1)]


def counted(count: int, name: str) -> str:
    """Return a count with what is counted, in the plural but for one."""
    return f"{count} {name}" if count == 1 else f"{count} {name}s"
