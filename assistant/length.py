"""How long an answer may be: five sentences, unless the question asks for more."""

import re

from assistant.words import any_of

MAX_SENTENCES = 5
MOST_SENTENCES = 10
"""As many where more is asked, however many that are."""

_ASKS_FOR_MORE = any_of("""
    in detail, in more detail, in depth, in full, at length, give details, more details
    all details, the details, elaborate on, a list of, list all, list the, list some
    list every, list papers, list methods, enumerate, an overview of, everything, as many as
""")
_NUMBERS = {
    word: number
    for number, word in enumerate("six seven eight nine ten eleven twelve".split(), start=6)
}
_NUMBER = rf"(\d{{1,3}}|{'|'.join(_NUMBERS)}|dozen)"
_ITEMS = re.compile(
    r"\b(?:name|give|list|show|find|which|what are(?: the)?|tell me|top)\s(?:me\s)?(?:\w+\s)?"
    rf"{_NUMBER}\s"
    r"(?:\w+\s){0,2}?\w+s\b"
    rf"|\bin {_NUMBER} sentences\b",
    re.IGNORECASE,
)
"""A number of things that are asked for, such as "name 8 methods" or "in six sentences"."""


def sentences_wanted(question: str) -> int:
    """Return how many sentences an answer may have, from 5 to 10."""
    if numbered := _ITEMS.search(question):
        word = next(group for group in numbered.groups() if group).lower()
        number = int(word) if word.isdigit() else _NUMBERS.get(word, MOST_SENTENCES)
        return min(MOST_SENTENCES, max(MAX_SENTENCES, number))
    return MOST_SENTENCES if _ASKS_FOR_MORE.search(question) else MAX_SENTENCES
