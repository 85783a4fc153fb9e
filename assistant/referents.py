"""What a question is about, and the pronouns of the next question that stand for it."""

import re
from dataclasses import dataclass

from assistant.question import content_stems
from assistant.words import any_of

DO = r"(?:do|does|did|can|could|should|would|will|might|may|must)"
BE = r"(?:is|are|was|were)"
AUXILIARY = rf"(?:{DO}|{BE}|has|have|had)"

_PLURAL_AUXILIARIES = frozenset({"do", "are", "were", "have"})
_SINGULAR_AUXILIARIES = frozenset({"does", "is", "was", "has"})
_CLEAR_VERBS = """
    absorb accelerate accumulate achieve acquire activate adapt adjust affect aggregate aim
    alleviate allocate alter amplify apply approximate argue arise assess attract avoid become
    behave bid bind breathe breed bring build burn calculate capture carry catalyse catalyze
    choose classify collapse collide combine come communicate compare compress compute condense
    connect conserve consist constrain contribute converge cooperate cope correlate corrode
    create crystallise crystallize decide decode decompose define deform degrade deliver depend
    depolarise derive detect determine develop diagnose die differ differentiate diffuse
    diminish discover disperse disrupt dissociate dissolve distinguish eat eliminate emerge emit
    enable encode enhance ensure erupt escape evade evaluate evaporate evolve exceed excite
    exist expand explain explore extract fail fare fluctuate fluoresce fly forage forget freeze
    generalise generalize generate get give go grow handle happen hedge hinder hire hunt hurt
    identify ignite imitate improve incentivise infect infer inform inherit inhibit integrate
    interact interfere interpret invade invest ionise ionize judge keep kill learn lend let
    locate lose maintain make manage melt memorise memorize metastasise migrate minimise
    minimize mitigate modify mutate navigate negotiate nucleate occur operate optimise optimize
    orbit oscillate outperform oxidise oxidize penetrate perceive perform polarise polarize
    pollinate precipitate predict preserve prevent produce proliferate propagate propose protect
    prove provide quantify quench radiate react recognise recognize recover recruit reduce
    regulate reject relate relax rely remain remember remove replicate represent reproduce
    require resist resolve respond restore retain retrieve reveal scatter seem select separate
    sequester simulate sinter solve speak stabilise stabilize stay stiffen stimulate stratify
    succeed suppress survive swim synthesise synthesize take teach tolerate train transform
    translate transmit treat undergo underlie understand vary vibrate vote weaken write
""".split()
_VERBS_AND_NOUNS = """
    act benefit block break cause change cost cover decay decrease drive ease end estimate exploit
    express extend fold follow form function gain harm help hold increase influence last lead limit
    live lower matter measure model move need process promote raise reach reason reflect repair rise
    rotate sense shape shift shrink signal sleep slow spread stand start stop store support think
    track transfer travel trigger turn use work
""".split()
_CLEAR_VERB = re.compile(rf"(?<=\S)\s+(?:{'|'.join(_CLEAR_VERBS)})(?:e?s)?(?![\w'’-])")
_VERB_OR_NOUN = re.compile(rf"(?<=\S)\s+(?:{'|'.join(_VERBS_AND_NOUNS)})(?:e?s)?(?![\w'’-])")
_PREPOSITION = r"(?:in|on|at|for|to|from|by|with|under|of|over|through|during|as|into)"
_PREDICATE = re.compile(
    r"(?:[a-z-]{2,}(?:ed|ive|ous|able|ible|ful|less|ant|ent)|made|built|found|known|grown|chosen"
    r"|driven|done|seen|given|taken|written|drawn|shown|held|kept|bound|fought|taught)"
    rf"(?=$|\s+(?:{_PREPOSITION}|\w+ly|when|if|because)\b)"
)
_ABOUT = re.compile(
    r"(?:(?:meant|known|understood|said|thought)\s+(?:by|about|of)"
    r"|the\s+(?:main\s+|basic\s+)?(?:idea|meaning|definition|notion|concept|purpose|point|goal)\s+"
    r"(?:of|behind))\s+",
    re.I,
)
_WHAT_IS = re.compile(
    rf"(?:what|who)\s+({BE})\s+(?!\w+ed\s+{_PREPOSITION}\s|\w+ing\s+(?:the|an?|these)\s)(.+)", re.I
)
_WHICH_ARE = re.compile(rf"(?:which|what)\s+((?:[\w'-]+\s+){{1,3}}?)({BE})\s+(.+)", re.I)
_WHAT_DOES = re.compile(r"what\s+(?!(?:is|was|does|has)\b)[a-z]+s\s+(.+)", re.I)
_WHICH_DO = re.compile(r"(?:which|what)\s+(.+)", re.I)
_INVERTED = re.compile(
    rf"(?:{_PREPOSITION}\s+)?(?:(?:how|what|which|why|when|where|whose)\b(?:\s+[\w'-]+){{0,4}}?\s+)?"
    rf"({AUXILIARY})\s+(.+)",
    re.I,
)
_UNCLEAR = any_of("""
    it, they, them, this, these, those, he, she, we, you, i, who, what, how, why, when, where
    whether, and, or, but, because, if
""")
_MOST_WORDS = 10

PRONOUN = re.compile(r"\b(?:(its?)|they|them|their)\b(?![-'’])", re.I)
_POSSESSIVES = frozenset({"its", "their"})
EXPLETIVE = re.compile(
    r"\bit\s+(?:\w+ly\s+|so\s+|not\s+|more\s+)?(?:possible|known|true|likely|clear|necessary|worth\w*"
    r"|important|feasible|safe|hard|easy|difficult|better|best|common|usual|wise|fair|rains?|snows?"
    r"|takes?|matters?|helps?|means?|makes?|costs?)\s+(?:\w+\s+)?(?:to|that|whether|if|for|sense)\b",
    re.I,
)
_HEAD = re.compile(
    rf"(?:{_PREPOSITION}\s+)?(?:(?:how|what|which|why|when|where|whose)\b"
    rf"(?:\s+[\w'-]+){{0,4}}?\s+)?{AUXILIARY}\s+(?:there\s+)?|what\s+[a-z]+s\s+",
    re.I,
)


@dataclass(frozen=True, slots=True)
class Topic:
    """The noun phrase that a question is about; `plural` as far as the question tells."""

    phrase: str
    plural: bool


def topic_of(question: str) -> Topic | None:
    """Return what a question is about, where its form shows it: the subject, mostly.

    That is "dropout" in "what is dropout", "how does dropout help" and "what limits
    dropout", and "genes that regulate growth" in "which genes regulate growth".
    """
    found = _subject(question.strip(" ?!.,;"))
    if found is None:
        return None
    phrase, auxiliary = _ABOUT.sub("", found[0], count=1), found[1].lower()
    unclear = _UNCLEAR.search(phrase) or len(phrase.split()) > _MOST_WORDS
    if unclear or not content_stems(phrase):
        return None
    if auxiliary in _PLURAL_AUXILIARIES | _SINGULAR_AUXILIARIES:
        return Topic(phrase, auxiliary in _PLURAL_AUXILIARIES)
    return Topic(phrase, _is_plural(phrase))


def with_topic(clause: str, topic: Topic) -> str:
    """Return `clause` with `topic` in place of its pronoun; empty if that can't stand for it.

    "It" and "they" differ in number, and "is it possible to" is about nothing.
    """
    pronoun = PRONOUN.search(clause)
    if pronoun is None or topic.plural == bool(pronoun[1]) or EXPLETIVE.search(clause):
        return ""
    phrase = topic.phrase
    if pronoun[0].lower() in _POSSESSIVES:
        phrase += "'" if topic.plural and phrase.endswith("s") else "'s"
    return clause[: pronoun.start()] + phrase + clause[pronoun.end() :]


def pointing_out(clause: str) -> re.Match[str] | None:
    """Return the pronoun for which no noun before it in the clause could be meant, if any.

    In "how do models calibrate their confidence" it stands for the models; as the
    object, in "how do models use it", it can't.
    """
    pronoun = PRONOUN.search(clause)
    if pronoun is None:
        return None
    head = _HEAD.match(clause, 0, pronoun.start())
    before = clause[head.end() if head else 0 : pronoun.start()]
    is_object = pronoun[0].lower() in ("it", "them") and re.match(
        r"\W*(?:$|(?:in|on|at|for|to|from|by|with|under|during)\b)", clause[pronoun.end() :]
    )
    return pronoun if is_object or not content_stems(before) else None


def _subject(question: str) -> tuple[str, str] | None:
    """Return a question's subject, or the object of "what causes ...", and its auxiliary if any."""
    if match := _WHAT_IS.fullmatch(question):
        return match[2], match[1]
    if match := _WHICH_ARE.fullmatch(question):
        return match[1] + match[3].removeprefix("being "), match[2]
    if match := _INVERTED.fullmatch(question):
        subject = _before_predicate(match[2], be=bool(re.fullmatch(BE, match[1], re.I)))
        return (subject, match[1]) if subject else None
    if match := _WHAT_DOES.fullmatch(question):
        return match[1], ""
    if match := _WHICH_DO.fullmatch(question):
        subject = _before_verb(match[1])
        return (f"{subject} that{match[1][len(subject) :]}", "") if subject else None
    return None


def _before_predicate(text: str, be: bool) -> str:
    """Return the subject at the start of `text`, what follows an auxiliary; empty if unclear."""
    if not be:
        return _before_verb(text)
    for match in _PREDICATE.finditer(text):
        if content_stems(text[: match.start()]) and text[match.start() - 1].isspace():
            return text[: match.start()].strip()
    return ""


def _before_verb(text: str) -> str:
    """Return what stands before the verb, at least a word; empty where no verb is known.

    A word that may be a noun too ("change") is the verb only if there is no other.
    """
    for verbs, place in ((_CLEAR_VERB, 0), (_VERB_OR_NOUN, -1)):
        found = [match.start() for match in verbs.finditer(text)]
        if found:
            return text[: found[place]]
    return ""


def _is_plural(phrase: str) -> bool:
    """Whether the head of a noun phrase looks plural: what stands before its first preposition."""
    head = re.split(rf"\s(?:{_PREPOSITION}|that|which|used|made)\b", phrase)[0].split()[-1]
    return head.endswith("s") and not head.endswith(("ss", "us", "is"))
