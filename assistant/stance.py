"""Words that turn what a sentence says: denials, opposites, claims of strength, conditions.

Only tables of words: that two sentences agree in them does not show that one follows
from the other. A claim that merely drops a "may" passes; one that adds "proves" or
"always" to it does not.
"""

import re

from assistant.facts import Facts
from assistant.words import any_of, stem, words

_NEGATIONS = frozenset(
    "not no never none neither nor cannot without fail fails failed failing unable lack lacks "
    "lacking absent impossible nothing nobody nowhere dont doesnt didnt isnt arent wasnt werent "
    "cant wont hardly rarely seldom scarcely barely false falsely incorrect incorrectly untrue "
    "invalid refute refutes refuted refuting deny denies denied denying reject rejects rejected "
    "disprove disproves disproved disproving contradict contradicts contradicted unlikely".split()
)
_TERMS = any_of(
    "false positive*, false negative*, false discover*, false alarm*, reject option*, "
    "at no cost, not necessarily, no longer"
)
"""Terms whose denial is a part of their name, or not the sentence's."""

_OPPOSITES = (
    ("increase increases increased increasing rise rises rose grow grows grew raise raises boost "
     "boosts boosted boosting",
     "decrease decreases decreased decreasing fall falls fell drop drops shrink shrinks decline "
     "declines declined reduce reduces reduced reducing reduction lowers lowered diminish "
     "diminishes"),
    ("high higher highest", "low lower lowest"),
    ("more greater", "fewer less"),
    ("better best superior", "worse worst inferior"),
    ("good useful helpful well excellent", "poor poorly bad badly useless unhelpful"),
    ("fast faster fastest", "slow slower slowest"),
    ("large larger largest bigger biggest", "small smaller smallest"),
    ("longer longest", "shorter shortest"),
    ("strong stronger strongest", "weak weaker weakest"),
    ("easy easier easily", "hard harder difficult"),
    ("improve improves improved improving improvement enhance enhances enhanced help helps helped "
     "benefit benefits benefited",
     "worsen worsens worsened degrade degrades degraded degradation impair impairs impaired "
     "deteriorate deteriorates harm harms harmed harming harmful hurt hurts hurting"),
    ("outperform outperforms outperformed outperforming exceed exceeds exceeded surpass surpasses",
     "underperform underperforms underperformed"),
    ("positive positively", "negative negatively"),
    ("above", "below"),
    ("before", "after"),
    ("always", "never"),
    ("often frequently usually", "rarely seldom"),
    ("all every", "none"),
    ("most", "few"),
    ("necessary", "unnecessary"),
    ("gain gains", "loss losses"),
    ("upper", "lower"),
    ("robust robustly", "brittle fragile vulnerable"),
    ("maximum maximal maximize maximizes maximized maximizing",
     "minimum minimal minimize minimizes minimized minimizing"),
    ("widespread common frequent abundant", "scarce rare uncommon"),
    ("stability stable", "instability instabilities unstable"),
    ("cause causes caused causing lead leads led leading trigger triggers triggered triggering "
     "induce induces",
     "prevent prevents prevented preventing avoid avoids avoided avoiding mitigate mitigates "
     "mitigated mitigating"),
    ("confirm confirms confirmed support supports supported",
     "refute refutes refuted disprove disproves disproved contradict contradicts"),
    ("overestimate overestimates", "underestimate underestimates"),
    ("encourage encourages enable enables", "discourage discourages disable disables"),
)  # fmt: skip
_SIDES = [
    (frozenset(side.split()), frozenset(other.split()))
    for pair in _OPPOSITES
    for side, other in (pair, pair[::-1])
]
_OPPOSITE_PREFIXES = ("un", "in", "im", "ir", "non", "dis", "mis")
_SHORTEST_PREFIXED = 4
_DENIED_WORD = re.compile(r"\bnot (\w+)")

_STRENGTHS = tuple(
    (any_of(claimed), any_of(f"{claimed}, {also}"))
    for claimed, also in (
        (
            "all, every, each, always, everything, everyone, everywhere",
            "any, entire*, whole, complete*, full, fully, universal*, throughout, both, 100%",
        ),
        ("only, solely, exclusively", "just, merely, simply, sole, exclusive"),
        ("best, optimal, optimally", "state-of-the-art, sota, optimum, optima, minimax"),
        ("the first, a first", "our first, pioneer*"),
        ("prove, proves, proved, proven, provably, proof*", "proving, provable, theorem*"),
        ("guarantee, guarantees, guaranteed", "ensure*, guaranteeing, certif*"),
        ("most, mostly, majority", "largely, predominantly, mainly"),
        ("must, necessarily, inevitabl*", "require*, necessary, need*, unavoidabl*"),
        ("perfect, perfectly", "100%"),
    )
)
_WEAKENED = re.compile(
    r"\b(?:almost|nearly|virtually|practically|not)\s+(?:all|every\w*|each|always|any|necessarily)"
    r"\b|\bat (?:best|most|first|all)\b|\bthe most\b|\bfirst[ -](?:order|class)\b|^first\b",
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

    A clash is a denial on one side only, one more in the claim than in the source, or
    a direction on one side and only its opposite on the other: "increases" against
    "decreases", "biased" against "unbiased".
    """
    denied, stated = _denials(claim, source), _denials(source, claim)
    if denied > stated or bool(denied) != bool(stated):
        return "one denies what the other states"
    for side, other in _SIDES:
        if claim.words & side and not claim.words & other:
            opposite = source.words & other
            if opposite and not source.words & side:
                return f"{min(claim.words & side)!r} against {min(opposite)!r}"
    return _prefixed(claim, source) or _prefixed(source, claim)


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
    return None


def lost_scope(claim: Facts, source: Facts) -> str | None:
    """Return the word by which `source` does not assert what `claim` does, or None.

    It asks, sets a condition, or tells what others believe.
    """
    for cue, kept in _SCOPES:
        match = cue.search(source.text)
        if match and not cue.search(claim.text) and not kept.search(claim.text):
            return match[0]
    return None


def takes_back(sentence: str) -> bool:
    """Whether a sentence denies the one before it: "In fact, this is not so."."""
    return _TAKEN_BACK.match(sentence) is not None


def _denials(facts: Facts, other: Facts) -> int:
    """Return how often a text denies; "not stable" does not where the other says "unstable"."""
    text = _TERMS.sub(" ", facts.text).lower()
    for match in _DENIED_WORD.finditer(text):
        if _opposites(stem(match[1])) & other.stems:
            text = text.replace(match[0], " ")
    return sum(word in _NEGATIONS for word in words(text))


def _prefixed(one: Facts, other: Facts) -> str | None:
    """Return the stem of `one` that `other` has with a denying prefix only, and not itself."""
    text = one.text.lower()
    denied = {stem(match[1]) for match in _DENIED_WORD.finditer(text)}
    for word in sorted(one.stems - other.stems - denied):
        if opposite := _opposites(word) & other.stems - one.stems:
            return f"{word!r} against {min(opposite)!r}"
    return None


def _opposites(word: str) -> set[str]:
    """Return what a stem of some length may be with a denying prefix."""
    long_enough = len(word) >= _SHORTEST_PREFIXED
    return {prefix + word for prefix in _OPPOSITE_PREFIXES} if long_enough else set()
