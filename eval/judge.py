"""phi of the evaluation: a deterministic rule of its own, named in every report.

It shares no code, no word list and no normalisation with the product's verifier, so
that it can't repeat that one's mistakes. It knows nothing of synonyms or direction
("increases" for "decreases" passes if all else agrees): it bounds what a citation
can carry, it does not prove entailment.
"""

import re
import unicodedata

JUDGE_NAME = "token-containment-2"
"""Printed beside every number that rests on `entails`; a changed rule gets a new name."""

_LEAST_SHARE = 0.8
_COMMAND = re.compile(r"\\[a-zA-Z]+\s?|\{\\?(?:em|it|bf|tt|sc)\b")
_ACCENT = re.compile(r"\\['`\"^~](?=\{?\w)")
_BRACKETED = re.compile(r"\[(\d[\d,;\s–—-]*)\]")
_QUOTE_MARK = re.compile(r"(?<!\w)['\"`]+|['\"`]+(?!\w)")
_RESIDUE = re.compile(r"[\\{}$^_]")
_WORD = re.compile(r"[^\W\d_]+(?:['-][^\W\d_]+)*")
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_NEGATIONS = frozenset("no not nor none never neither without cannot".split())
_FUNCTION_WORDS = frozenset(
    """a about above after again all also among an and any are as at be because been before
    being below between both but by can could did do does doing down during each either
    else few for from further had has have having he her here hers him his how i if in
    into is it its itself just may me might more most much must my of off on once only or
    other our ours out over own per same she should since so some such than that the their
    theirs them then there these they this those through thus to too under until up upon us
    very via was we were what when where whether which while who whom whose why will with
    within would you your yours paper study work authors show shows propose proposes
    present presents however moreover""".split()
)


def entails(premise: str, sentence: str) -> bool:
    """Tell whether `premise` carries `sentence`, by the rule ``token-containment-2``.

    Yes if the sentence stands in the premise verbatim, whitespace and LaTeX residue
    apart; otherwise if the premise has every number and every negation of the sentence,
    and at least 0.8 of its distinct content words (up to inflection).
    """
    return is_verbatim(premise, sentence) or _is_contained(premise, sentence)


def is_verbatim(premise: str, sentence: str) -> bool:
    """Tell whether `sentence` is a quotation from `premise` that starts and ends at words."""
    quoted = _tidy(sentence).strip(" .,;:!?\"'")
    return (
        bool(quoted) and re.search(rf"(?<!\w){re.escape(quoted)}(?!\w)", _tidy(premise)) is not None
    )


def _tidy(text: str) -> str:
    """Reduce what display may change: case, spacing, accents, LaTeX, quotation marks, dashes.

    A paper's own "[7]" may be shown as "(7)", so that it is not taken for a marker.
    """
    text = _BRACKETED.sub(r"(\1)", text)
    text = unicodedata.normalize("NFKD", _ACCENT.sub("", text).replace("~", " "))
    text = "".join(character for character in text if not unicodedata.combining(character))
    text = text.translate(str.maketrans("“”’‘–—−", "\"\"''---"))
    text = _RESIDUE.sub("", _COMMAND.sub("", _QUOTE_MARK.sub("", text)))
    return " ".join(text.casefold().split())


def _is_contained(premise: str, sentence: str) -> bool:
    wanted, given = _content_words(sentence), _content_words(premise)
    must_have = _numbers(sentence) | (_words(sentence) & _NEGATIONS)
    if not wanted or not must_have <= _numbers(premise) | _words(premise):
        return False
    return len(wanted & given) >= _LEAST_SHARE * len(wanted)


def _words(text: str) -> set[str]:
    words = set(_WORD.findall(_tidy(text)))
    return words | {"not" for word in words if word.endswith("n't")}


def _content_words(text: str) -> set[str]:
    return {_stem(word) for word in _words(text) - _FUNCTION_WORDS - _NEGATIONS if len(word) > 1}


def _numbers(text: str) -> set[str]:
    return {number.replace(",", "") for number in _NUMBER.findall(_tidy(text))}


def _stem(word: str) -> str:
    """Cut the commonest endings of inflection, where enough of a stem is left."""
    for ending in ("ing", "ies", "ed", "es", "ly", "s", "e", "y"):
        if word.endswith(ending) and len(word) - len(ending) >= 4:
            return word.removesuffix(ending)
    return word
