"""The noun that words joined by "and" share: "convolutional and recurrent networks"."""

import re

from assistant.words import stem

_ADJECTIVE = re.compile(
    r"(?:[a-z]+-)*(?:[a-z]{2,}(?:al|ic|ive|ous|ar|ary|ory|ed|less|ful|able|ible|ian|(?<!m)ent))"
    r"|[a-z]+(?:-[a-z]+)+"
)
_PLAIN_ADJECTIVES = frozenset(
    """
    sparse dense deep shallow large small big high low strong weak fast slow early late short long
    old new young soft hard hot cold warm cool wet dry open closed left right upper lower inner
    outer light heavy rich poor acute chronic wild finite infinite exact rough smooth thick thin
    wide narrow black white red blue green full empty free false fine coarse major minor simple
    complex pure mixed rural urban online offline discrete male female
    """.split()
)
_NO_ADJECTIVES = frozenset(
    """
    memory theory history factory laboratory trajectory inventory library dictionary boundary
    vocabulary salary music traffic topic plastic metric logic fabric arsenic sugar radar calendar
    grammar seed feed speed weed table cable vegetable objective derivative signal animal mammal
    metal mineral hospital proposal retrieval survival trial journal capital crystal interval agent
    gradient student patient coefficient content event
    """.split()
)
_NOUN = re.compile(
    r"(?:[a-z]+-)*[a-z]{2,}(?:[tsx]ion|ment|ness|ity|ism|[ae]nce|[ae]ncy|ship|logy|[oe]sis|itis|metry"
    r"|graphy)"
)
_PLURAL = re.compile(r"\S{2,}[^\WsS]s")
_NAME = re.compile(r"\S*[A-Z]\S*")
_ORDINAL = re.compile(r"\d+|[A-Za-z]|[IVX]+")
_FUNCTION_WORDS = frozenset("of with without from to by in on for at as or under via".split())

RELATIONAL = frozenset(
    map(
        stem,
        """
        accuracy advantage alternative amount application area assumption author baseline benchmark
        benefit case cause challenge common complexity complication computational condition
        consequence context cost current data dataset differ difference disadvantage domain drawback
        effect efficiency empirical error evidence example experiment experimental feature field
        guarantee implication issue key kind level limit limitation main major measure mechanism
        memory method metric model number outcome parameter participant patient people performance
        practical problem proof property purpose quality question rate reason researcher result risk
        role sample score setting size solution speed step strength subject symptom system task
        technique test theoretical training treatment type typical user value weakness weight
        """.split(),
    )
)
"""Stems of nouns that are of something, and of their usual adjectives: they don't say of what."""


def with_shared_head(first: str, last: str) -> str:
    """Return `first` of "`first` and `last`", with the head that it shares with `last`.

    "convolutional" and "recurrent networks" are "convolutional networks"; "LSTMs" and
    "recurrent networks" share nothing. Where the forms of the words don't tell, as in
    "tin and copper oxides" against "tin and copper wire", the result is empty.
    """
    a, b = first.split(), last.split()
    if not a or not b or (_FUNCTION_WORDS & {*b[1:]} and not _FUNCTION_WORDS & {*a}):
        return ""
    if _counts_on(a, b):
        return " ".join([*a, *b[len(a) :]])
    if _is_adjective(a[-1]):
        return _joined(a, b)
    if len(a) > 1 or len(b) == 1 or _PLURAL.fullmatch(first):
        return first
    if _NAME.fullmatch(first):
        return _joined(a, b) if _NAME.fullmatch(b[0]) and not _NAME.fullmatch(b[1]) else first
    if _NOUN.fullmatch(first):
        return _joined(a, b) if _NOUN.fullmatch(b[0]) else first
    return ""


def _joined(a: list[str], b: list[str]) -> str:
    """Return `a` with the words of `b` after its first modifier, an adverb before it aside."""
    modifiers = 2 if b[0].endswith("ly") else 1
    return " ".join([*a, *b[modifiers:]]) if len(b) > modifiers else ""


def _counts_on(a: list[str], b: list[str]) -> bool:
    """Whether both begin alike: "type 1" and "type 2 diabetes", "in vitro" and "in vivo assays"."""
    if len(b) <= len(a):
        return False
    same_start = len(a) > 1 and a[0].lower() == b[0].lower()
    in_series = bool(_ORDINAL.fullmatch(a[-1]) and _ORDINAL.fullmatch(b[len(a) - 1]))
    return a[-1].lower() == b[len(a) - 1].lower() or (
        same_start and (in_series or a[0] in _FUNCTION_WORDS)
    )


def _is_adjective(word: str) -> bool:
    if _NOUN.fullmatch(word) or _PLURAL.fullmatch(word) or word in _NO_ADJECTIVES:
        return False
    return word in _PLAIN_ADJECTIVES or (
        bool(_ADJECTIVE.fullmatch(word)) and not word.endswith("ing")
    )


def is_relational(noun: str) -> bool:
    """Whether a noun is of something, as the effects of a drug: and of each of two drugs."""
    return stem(noun.lower()) in RELATIONAL
