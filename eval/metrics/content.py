"""What an answer says: key facts, length, and whether it is wrong."""

import re
import unicodedata
from collections.abc import Sequence

ANSWER_WINDOW_WORDS = 120
MULTI_ANSWER_WINDOW_WORDS = 250
_DASHES = str.maketrans("‐‑–—−’", "-----'")


def fact_recall(text: str, facts: Sequence[Sequence[str]], max_words: int) -> float:
    """Return the share of key facts found in the first `max_words` words of `text`.

    A fact is a list of alternative wordings; it is found if `text` states one of them.
    Markers and titles are taken out of `text` beforehand (`eval.markers`), so that they
    neither count as words nor state facts.

    Raises:
        ValueError: there are no facts to look for.
    """
    if not facts:
        raise ValueError("fact recall needs a key fact")
    window = " ".join(text.split()[:max_words])
    return sum(any(states(window, wording) for wording in fact) for fact in facts) / len(facts)


def states(text: str, wording: str) -> bool:
    """Tell whether `wording` stands in `text`, case, spacing and typography apart.

    It starts where a word starts and may end within one ("subspace" is found in
    "subspaces"), but a number is the whole number: "12" is found in "x12" and "12%", not
    in "128", "312" or "12.5".
    """
    before = r"(?<!\d)(?<!\d[.,])" if wording[:1].isdigit() else r"(?<!\w)"
    after = r"(?![.,]?\d)" if wording[-1:].isdigit() else ""
    return re.search(before + re.escape(_plain(wording)) + after, _plain(text)) is not None


def _plain(text: str) -> str:
    text = unicodedata.normalize("NFKC", text).translate(_DASHES)
    return " ".join(text.casefold().split())


def count_words(text: str) -> int:
    """Return the number of words, parted by whitespace."""
    return len(text.split())


def attributed_share(labels: Sequence[str]) -> float:
    """Return how many of the shown claims are only ``attributed``, not ``supported``.

    `labels` are the verdicts of the shown sentences; connectives claim nothing and
    count neither way.

    Raises:
        ValueError: no sentence makes a claim.
    """
    claims = [label for label in labels if label in ("supported", "attributed")]
    if not claims:
        raise ValueError("the attributed share needs a sentence that makes a claim")
    return claims.count("attributed") / len(claims)


def wrong_answer(facts_found: float | None, backed: Sequence[bool]) -> bool:
    """Tell whether a shown answer is wrong, for risk and calibration.

    It is if half of the key facts or more are missing (`facts_found` is their recall;
    None without key facts), or a shown claim is not backed by the gold papers, or
    nothing is claimed at all.
    """
    missing = facts_found is not None and facts_found <= 0.5
    return missing or not backed or not all(backed)
