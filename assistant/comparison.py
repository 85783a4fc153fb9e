"""Comparisons: the things that a question holds side by side, each as a query of its own."""

import re
from itertools import pairwise

from assistant.question import content_stems
from assistant.shared_heads import is_relational, with_shared_head
from assistant.words import any_of, stem

MOST_OPERANDS = 4
_MOST_WORDS = 8
"""A longer operand is a clause, or several things."""

_POLITE = r"(?:please\s+|(?:can|could|would|will) you\s+(?:please\s+)?)?"
_COMPARE = re.compile(rf"{_POLITE}(?:compare and contrast|compare|contrast)\s+(?P<rest>.+)", re.I)
_DIFFERENCE_BETWEEN = re.compile(
    rf"(?:(?:(?:what|which)\s+(?:is|are|was|were)|(?:is|are)\s+there|{_POLITE}(?:explain|describe"
    r"|discuss|summari[sz]e))\s+)?(?:(?:the|an?|any)\s+)?(?:(?!of\b|in\b|for\b)[\w-]+\s+){0,3}?"
    r"(?:differences?|similarit(?:y|ies)|distinctions?|contrasts?)(?P<topic>\s+in\s+.+?)?"
    r"\s+between\s+(?P<rest>.+)",
    re.I,
)
_WITH_SUBJECT = [
    re.compile(pattern, re.I)
    for pattern in (
        r"(?:(?:how|in (?:what|which) (?:ways?|respects?))\s+)?(?:do|does|did|would|might)\s+"
        r"(?P<subject>.+?)\s+(?:differ|compare)\b(?P<rest>.*)",
        r"how\s+(?:is|are|was|were)\s+(?P<subject>.+?)\s+different\b(?P<rest>.*)",
        r"how\s+(?:well\s+)?(?:do|does|did)\s+(?P<subject>.+?)\s+(?:perform|do|fare|work|behave)"
        r"(?:\s+(?:compared|relative|next))?(?P<rest>\s+(?:with|to|versus|vs\.?|against)\s.+)",
        r"what\s+(?:distinguish(?:es|ed)?|differentiates?|sets?)\s+(?P<subject>.+?)"
        r"(?:\s+apart)?(?P<rest>\s+from\s.+)",
        r"(?P<subject>(?:(?!(?:of|for|in|on|to)\b)\S+\s*?)(?:\s+(?!(?:of|for|in|on|to)\b)\S+){0,4}?)"
        r"(?P<rest>\s+(?:versus|vs\.?)\s.+)",
    )
]
_WHICH_OF_TWO = re.compile(
    r"which(?:\s+one)?(?:\s+of\s+(?:the two|these|them))?\s+(?P<predicate>(?:is|are|was|were|\w+s)"
    r"\s[^,;:]*)[,:]\s*(?P<first>[^,]+?)\s+or\s+(?P<last>[^,]+)",
    re.I,
)
_MORE_OR_LESS = any_of("""
    better, worse, more, less, fewer, best, most, least, faster, slower, safer, cheaper, stronger
    weaker, higher, lower, larger, smaller, greater, easier, harder, sooner, earlier, later, longer
    shorter
""")

_TOPIC = re.compile(
    r"[,\s]+(?:in terms of|with (?:respect|regards?) to|when it comes to|as regards|regarding"
    r"|concerning|(?:in|by) (?:their|its|(?=how|what|which|whether)))\s+"
    r"|[,\s]+(?P<kept>in|on|for|at|under|during|across|among|within|over|when|while|after|before|if"
    r"|given|as|inside|throughout|through|without|because)\s+",
    re.I,
)
_AND = re.compile(r"\s(?:and|or|&)\s", re.I)
_LINK = re.compile(r"\s(?:versus|vs\.?|against|with|to)\s", re.I)
_AND_OR_LINK = re.compile(r"\s(?:and|or|&|versus|vs\.?|against|with|to)\s", re.I)
_AGAINST = re.compile(r"\s+(?:from|with|to|against|versus|vs\.?)\s+", re.I)
_BETWEEN = re.compile(r"\s+between\s+", re.I)
_COMMA_OR_AND = re.compile(r"\s*,\s*(?:(?:and|or)\s+)?|\s+(?:and|or|&)\s+", re.I)
_SECOND_SENTENCE = re.compile(r"(?:(?<!\bvs)\.|[!?;:])[\"'”’)]*\s+\S", re.I)
_TAIL = re.compile(
    r"[,\s]+and\s+(?:why|how(?: so| much)?|by how much|where|when|in what way)$", re.I
)
_OF_SEVERAL = re.compile(r"\s*(?:the\s+)?(?P<noun>\w+)\s+of\s+(?P<several>(?!.*\sof\s).+)", re.I)
_OWN_ARTICLE = re.compile(r"(?:the|an?)\s", re.I)
_ARTICLE = re.compile(r"(?:(?:both|either)\s+)?(?:(?:the|an?)\s+)?", re.I)

_CLAUSE_WORD = any_of("""
    it, they, them, this, that, these, those, each, both, one, ones, he, she, we, you, i
    who, which, what, how, why, when, where, whether, is, are, was, were, do, does, did, can, could
    has, have
""")
_OTHERS = any_of("""
    other, others, another, existing, previous, prior, earlier, alternative*, competing, rival*
    traditional, conventional, its, their, our, any, all, some, no
""")
_NO_TOPIC = frozenset(
    map(
        stem,
        """
        baseline placebo sham control usual standard care chance work state art treatment none
        nothing rest competitor counterpart system technique algorithm model group
        """.split(),
    )
)
"""Stems of what others are held against, and of what any topic can be called."""

_PAIRS = frozenset(
    frozenset(map(stem, pair.split()))
    for pair in """
    precision recall, sensitivity specificity, bias variance, mean variance, speed accuracy,
    exploration exploitation, supply demand, cost benefit, risk benefit, risk return, signal noise,
    search rescue, cause effect, cause consequence, advantage disadvantage, pros cons,
    strength weakness, man woman, men women, male female, boy girl, nature nurture, theory practice,
    trial error, predator prey, host parasite, read write, time space, time frequency, input output,
    rich poor, success failure, winner loser, right wrong, good bad, true false, real fake,
    friend foe, life death, kolmogorov arnold, hit run, command control, research development
    """.split(",")
)
"""Pairs of words that name one thing together, or that one study holds side by side."""


def compared(question: str) -> tuple[str, ...]:
    """Return a query for each thing that `question` compares; none where that is not plain.

    Each has what the comparison is about: "LSTMs on long texts", "GRUs on long texts".
    """
    if _SECOND_SENTENCE.search(question):
        return ()
    operands, topic = _read(_TAIL.sub("", question.strip().rstrip("?!.,; ")))
    operands = [_ARTICLE.sub("", operand.strip(), count=1) for operand in operands]
    told_apart = {frozenset(content_stems(operand)) for operand in operands}
    if not 2 <= len(told_apart) == len(operands) <= MOST_OPERANDS:
        return ()
    if not all(map(_is_operand, operands)) or any(_is_pair(*two) for two in pairwise(operands)):
        return ()
    return tuple(operand + topic for operand in operands)


def _read(body: str) -> tuple[list[str], str]:
    """Return the operands as they stand, and what all of them are compared on."""
    if match := _COMPARE.fullmatch(body):
        return _linked(match["rest"])
    if match := _DIFFERENCE_BETWEEN.fullmatch(body):
        head, topic = _cut_topic(match["rest"], after=_AND)
        return _listed(head), match["topic"] or topic
    if match := _WHICH_OF_TWO.fullmatch(body):
        return _alternatives(match)
    for frame in _WITH_SUBJECT:
        if match := frame.fullmatch(body):
            return _subject_and_rest(match["subject"], match["rest"])
    return [], ""


def _linked(rest: str) -> tuple[list[str], str]:
    """Read "A with B on C" and "A, B and C on D"; not what has both kinds of link."""
    head, topic = _cut_topic(rest, after=_AND_OR_LINK)
    sides = _LINK.split(head)
    if len(sides) == 1:
        return _listed(head), topic
    return (sides, topic) if len(sides) == 2 and not _COMMA_OR_AND.search(head) else ([], "")


def _subject_and_rest(subject: str, rest: str) -> tuple[list[str], str]:
    """Read "A ... from B and C on D", "A and B ... on C" and "C ... between A and B"."""
    if (match := _BETWEEN.match(rest)) and not _AND.search(subject):
        head, topic = _cut_topic(rest[match.end() :], after=_AND)
        return _listed(head), f"{topic}: {_ARTICLE.sub('', subject, count=1)}"
    head, topic = _cut_topic(rest)
    if match := _AGAINST.match(head):
        against = head[match.end() :]
        others = _listed(against) if _COMMA_OR_AND.search(against) else [against]
        return ([subject, *others], topic) if not _AND.search(subject) else ([], "")
    return (_listed(subject), topic) if not head.strip() else ([], "")


def _alternatives(match: re.Match[str]) -> tuple[list[str], str]:
    """Read "which is better, A or B"; not "which are better for trees, forests or grids"."""
    predicate, first, last = match["predicate"], match["first"], match["last"]
    items = [predicate.split()[-1], first, last]
    if not _MORE_OR_LESS.search(predicate) or all(re.fullmatch("[a-z]+s", item) for item in items):
        return [], ""
    topic = re.sub(r"^(?:is|are|was|were)\s+", "", predicate, flags=re.I)
    return _listed(f"{first} or {last}"), f" {topic}"


def _cut_topic(text: str, after: re.Pattern[str] | None = None) -> tuple[str, str]:
    """Cut off what is said of all operands: what follows a preposition `after` the first link."""
    link = after.search(text) if after else None
    start = link.end() if link else 0
    if (after and not link) or not (match := _TOPIC.search(text, start)):
        return text, ""
    mark = f" {match['kept']} " if match["kept"] else ": "
    return text[: match.start()], mark + text[match.end() :].strip()


def _listed(text: str) -> list[str]:
    """Return the members of "A and B" or "A, B and C", each with the words that it shares.

    None where it is not plain which these are.
    """
    of = _OF_SEVERAL.match(text)
    if of and is_relational(of["noun"]):
        several, topic = _cut_topic(of["several"], after=_AND)
        return [f"{of['noun']} of {member}{topic}" for member in _listed(several)]
    members = _COMMA_OR_AND.split(text.strip())
    if len(_AND.findall(text)) != 1 or any(_is_pair(*two) for two in pairwise(members)):
        return []
    if all(map(_OWN_ARTICLE.match, members)):
        return members
    *others, last = (_ARTICLE.sub("", member, count=1) for member in members)
    whole = [*(with_shared_head(other, last) for other in others), last]
    return whole if all(whole) else []


def _is_operand(operand: str) -> bool:
    """Whether this names a topic of its own."""
    return (
        bool({*content_stems(operand)} - _NO_TOPIC)
        and len(operand.split()) <= _MOST_WORDS
        and not _OTHERS.match(operand)
        and not _CLAUSE_WORD.search(operand)
        and operand.count("(") == operand.count(")")
        and operand.count('"') % 2 == 0
    )


def _is_pair(first: str, second: str) -> bool:
    """Whether the words on both sides of the "and" are one of the pairs."""
    words = [*first.lower().split()[-1:], *second.lower().split()[:1]]
    return frozenset(map(stem, words)) in _PAIRS
