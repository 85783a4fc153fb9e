"""What turns what a sentence says: denials, opposites, claims of strength, conditions.

Only tables of words: that two sentences agree in them does not show that one follows
from the other. A claim that merely drops a "may" passes; one that adds "proves" or
"always" to it does not.
"""

import re

from assistant.denial import denial_clash, denied_words, opposites
from assistant.direction import turned
from assistant.facts import Facts, nearest_sentence
from assistant.relevance import meaning
from assistant.words import any_of

_LIMITING = any_of(
    "some, several, many, most, few, often, usually, typically, generally, sometimes, may, might, "
    "can, could, almost, nearly, majority, certain, subset, partly, partially, mostly, mainly, "
    "largely, frequently, likely, tend, tends, suggest*, indicate*, hint*, one of"
)
"""What does not speak of all, so that "all" would make more of it."""

_STRENGTHS = tuple(
    (any_of(claimed), any_of(f"{claimed}, {also}"))
    for claimed, also in (
        ("always, invariably", "every*, constant*, constitutiv*, whenever, any, all, consistently"),
        (
            "only, solely, exclusively",
            "just, merely, simply, sole, exclusive, restrict*, limit*, confin*, strict*, alone, "
            "unique*, require*, necessary, need*, no other, unless, few, single",
        ),
        (
            "best, optimal, optimally",
            "state of the art, state-of-the-art, sota, optim*, minimax, maxim*, greatest, highest, "
            "leading, superior, strongest, outperform*, surpass*",
        ),
        (
            "the first, a first",
            "our first, pioneer*, initial*, for the first time, novel, new, one",
        ),
        ("prove, proves, proved, proven, provably, proof*", "proving, provable, theorem*"),
        ("guarantee, guarantees, guaranteed", "ensure*, guaranteeing, certif*"),
        ("must, necessarily, inevitabl*", "require*, necessary, need*, unavoidabl*"),
        ("perfect, perfectly", "100%"),
        ("certain to, sure to, certainly, surely, undoubtedly", "guarantee*, ensure*, definite*"),
    )
)
_UNIVERSAL = any_of("all, every, everything, everyone, everywhere, most, majority")
_UNIVERSAL_HELD = any_of(
    "all, every*, each, always, any, entire*, whole, complete*, full, fully, universal*, "
    "throughout, both, 100%, most, mostly, majority, largely, predominantly, mainly, primar*, "
    "chief*, heavily, almost, nearly"
)
_WEAKENED = re.compile(
    r"\b(?:almost|nearly|virtually|practically|not)\s+(?:all|every\w*|each|always|any|certain|sure"
    r"|necessarily)"
    r"\b|\b(?:at (?:best|most|first|all)|above all|first of all|all (?:over|along)|most of all)\b"
    r"|\b(?:at|the) most\b|\bmost (?=\w+ly\b)"
    r"|\b(?:the )?first[ -](?:order|class|stage|step|phase|part|term|one|two|three|author)\b"
    r"|^first\b|\b(?:if|when|rather than|even) only\b|-only\b"
    r"|\bonly (?=(?:so|a|an|about|recently|partly|rather|very|few|came|then|now|when|once|after"
    r"|in part|to a)\b|(?:minimal|slight|limited|partial|marginal|modest))|\bbest (?:if|when)\b",
    re.IGNORECASE,
)
"""What holds a strong word and claims no strength."""

_ALMOST = re.compile(r"\b(?:almost|nearly|virtually) ((?:all|every) \w+)", re.IGNORECASE)
_SCOPES = tuple(
    (cue, any_of(kept))
    for cue, kept in (
        (re.compile(r"(?<!even )(?<!as )\b(?:if|unless|assuming|provided that|suppos(?:e|ing))\b",
                    re.IGNORECASE),
         "if, unless, when, whenever, where, assum*, provided, under, given, as long as, "
         "conditional*, suppos*, whether"),
        (any_of("whether"), "whether, if, how"),
        (re.compile(r"\?"), "whether, if, how, question*, ask*"),
        (any_of("believe, believed, believes, allege*, supposedly, purported*, myth, folklore, "
                "claimed, claims that, claim that, conventional wisdom, commonly thought, "
                "widely thought, often thought, commonly assumed, often assumed, widely held, "
                "hypothesise*, hypothesize*, hypothesis that, conjecture that, conjectured"),
         "belie*, alleg*, suppos*, purport*, myth, folklore, claim*, wisdom, thought, assum*, "
         "held, hypothes*, conjectur*, may, might, refut*, reject*, disprov*"),
        (any_of("contrary to, disprov*, refut*, debunk*, call into question, in contrast to "
                "the belief, is not the case"),
         "contrary, disprov*, refut*, debunk*, question, not"),
    )
)  # fmt: skip
_TAKEN_BACK = re.compile(
    r"(?:in fact|however|but|yet|actually|we \w+(?: that)?)?,?\s*(?:"
    r"(?:this|that|it|these|they)(?: \w+)? (?:is|are|was|were|does|do|turns? out to be) "
    r"(?:not (?:so|the case|true|correct|right|valid)|false|wrong|incorrect|untrue|a myth)\b"
    r"|(?:we|i) (?:\w+ )?(?:disprove|refute|reject|debunk|challenge|contradict) "
    r"(?:this|that|it|these)\b)",
    re.IGNORECASE,
)


def polarity_clash(claim: Facts, source: Facts) -> str | None:
    """Return how `claim` says the opposite of `source`, or None.

    One denies what the other says, they point into opposite directions ("increases",
    "decreases"), or one has a word that the other has with a denying prefix only.
    """
    return (
        denial_clash(claim, source, meaning)
        or turned(claim, source, meaning)
        or _prefixed(claim, source)
        or _prefixed(source, claim)
    )


def added_strength(claim: Facts, source: Facts) -> str | None:
    """Return the word by which `claim` says more than `source` ("always", "only"), or None."""
    weak = {match[1].lower() for match in _ALMOST.finditer(source.text)}
    claimed, stated = (_WEAKENED.sub(" ", facts.text) for facts in (claim, source))
    if found := next((phrase for phrase in sorted(weak) if phrase in claimed.lower()), None):
        return found
    for strong, held in _STRENGTHS:
        match = strong.search(claimed)
        if match and not held.search(stated):
            return match[0]
    universal = _UNIVERSAL.search(claimed)
    if universal and _LIMITING.search(stated) and not _UNIVERSAL_HELD.search(source.text):
        return universal[0]
    return None


def lost_scope(claim: Facts, source: Facts) -> str | None:
    """Return the word by which `source` does not assert what `claim` does, or None.

    It asks, sets a condition, or tells what others believe.
    """
    nearest = nearest_sentence(claim, source).text
    for cue, kept in _SCOPES:
        match = cue.search(nearest)
        if match and not cue.search(claim.text) and not kept.search(claim.text):
            return match[0]
    return None


def takes_back(sentence: str) -> bool:
    """Whether a sentence denies the one before it: "In fact, this is not so."."""
    return _TAKEN_BACK.match(sentence) is not None


def _prefixed(one: Facts, other: Facts) -> str | None:
    """Return the stem of `one` that `other` has with a denying prefix only, and not itself."""
    denied = denied_words(one)
    for word in sorted(one.stems - other.stems - denied):
        if opposite := opposites(word) & other.stems - one.stems:
            return f"{word!r} against {min(opposite)!r}"
    return None
