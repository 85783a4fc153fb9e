"""The columns of a comparison table: what a question asks of each paper, and what states it.

An attribute knows the form of a sentence that states it of the paper's own work. The forms
are narrow on purpose: a cell that stays empty is better than one that says something else.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from assistant.evidence import speaks_of_others
from assistant.facts import facts_of
from assistant.question import Asked, Question, content_stems
from assistant.words import any_of, stem, stems

MOST_COLUMNS = 5


@dataclass(frozen=True, slots=True)
class Attribute:
    """What a column asks of each paper.

    `kind` is the kind of answer; None for a term of the person's own, of which `wanted` are
    the stems. `counts` says that only a number answers.
    """

    name: str
    kind: Asked | None = None
    wanted: frozenset[str] = frozenset()
    counts: bool = False

    def is_stated_by(self, text: str) -> bool:
        """Whether a sentence has the form that states this of its paper's own work."""
        if speaks_of_others(text):
            return False
        if text.rstrip("\"”’'").endswith("?"):
            return False
        if self.kind is None:
            return self._names(text) and (not self.counts or self._counts_in(text))
        return bool(_FORMS[self.kind].search(text)) and not (
            self.kind is Asked.RESULT and _AIM.match(text)
        )

    @property
    def is_of_the_question(self) -> bool:
        """Whether it asks about what the question is about, not about the paper as a whole."""
        return self.kind in _OF_THE_QUESTION

    def _names(self, text: str) -> bool:
        held = set(stems(text))
        return all(held & _named_also(wanted) for wanted in self.wanted)

    def _counts_in(self, text: str) -> bool:
        """Whether a number stands beside one of the words, with no mark between them."""
        facts = facts_of(text)
        names = frozenset().union(*map(_named_also, self.wanted))
        places = [m.span() for m in _WORD.finditer(facts.text) if stem(m[0].lower()) in names]
        return any(
            _is_near(facts.text[min(end, number.end) : max(start, number.start)])
            for start, end in places
            for number in facts.mentions
            if number.demanded
        )


def read_attributes(question: str) -> tuple[str, tuple[Attribute, ...]]:
    """Return what a question is about, and the attributes that it lists or asks for by name.

    "Compare A and B by data and accuracy" is about "Compare A and B".
    """
    plain = question.strip().rstrip("?!. ")
    if (match := _LIST.search(plain)) and _COMPARES.search(plain[: match.start()]):
        items = [_ARTICLES.sub("", item) for item in _COMMA_OR_AND.split(match["items"])]
        items = [item for item in items if stems(item)]
        known = [bool(_kind_of(item) or _MEASURE.search(item)) for item in items]
        if items and (all(known) or (any(known) and match["by"]) or match["terms"]):
            attributes = [_listed(item) for item in items]
            return plain[: match.start()], _distinct(attributes)
    return question, _distinct(_asked_by_name(plain))


def default_attributes(question: Question) -> tuple[Attribute, ...]:
    """Return the kinds of answer that a question asks for in other words; else the usual ones."""
    kinds = [kind for kind in _HEADINGS if kind in question.asked - _WEAK]
    if not kinds or (kinds == [Asked.METHOD]):
        kinds = list(_USUAL)
    elif len(kinds) == 1:
        kinds = [*kinds, Asked.RESULT]
    return tuple(of_kind(kind) for kind in kinds)[:MOST_COLUMNS]


def _asked_by_name(question: str) -> Iterator[Attribute]:
    for match in _ASKS.finditer(question):
        if noun := match["many"]:
            wanted = frozenset(content_stems(noun))
            counted = Attribute(f"number of {noun}", None, wanted, counts=True)
            yield counted if wanted else of_kind(Asked.NUMBER)
        elif match["finding"]:
            yield of_kind(Asked.RESULT)
        elif match["quality"]:
            name = _QUALITIES[match["quality"].lower()]
            yield Attribute(name, None, frozenset([stem(name)]), counts=True)
        elif kind := _kind_of(match["thing"]):
            yield of_kind(kind)
        elif measure := _MEASURE.search(match["thing"]):
            name = measure[0].lower()
            yield Attribute(name, None, frozenset([stem(name)]), counts=True)


def _listed(item: str) -> Attribute:
    kind = _kind_of(item)
    return of_kind(kind) if kind else Attribute(item, None, frozenset(stems(item)))


def of_kind(kind: Asked) -> Attribute:
    """Return the column for a kind of answer."""
    return Attribute(_HEADINGS[kind], kind)


def _kind_of(item: str) -> Asked | None:
    *_, head = item.split()
    return next((kind for kind, names in _NAMES.items() if names.fullmatch(head)), None)


def _distinct(attributes: Iterator[Attribute] | list[Attribute]) -> tuple[Attribute, ...]:
    return tuple({attribute.name: attribute for attribute in attributes}.values())[:MOST_COLUMNS]


def _named_also(wanted: str) -> frozenset[str]:
    return _ALSO.get(wanted, frozenset([wanted]))


def _is_near(between: str) -> bool:
    """Whether what stands between a number and a word lets the one belong to the other."""
    return len(between.split()) <= _FEW_WORDS and not _PARTS.search(between)


_FEW_WORDS = 5
_PARTS = re.compile(r"[,;:()—–]|--|\s-\s")
_WORD = re.compile(r"[^\W\d_]+")


_HEADINGS = {
    Asked.DEFINITION: "what it is",
    Asked.METHOD: "method",
    Asked.DATA: "data",
    Asked.RESULT: "result",
    Asked.NUMBER: "number",
    Asked.COMPARISON: "compared with",
    Asked.REASON: "reason",
    Asked.AVAILABILITY: "code",
}
_USUAL = (Asked.METHOD, Asked.DATA, Asked.RESULT)
_WEAK = frozenset({Asked.RESULT, Asked.COMPARISON})
"""What the plainest words of a question ask for already: "is", "does", "compare"."""

_OF_THE_QUESTION = frozenset({Asked.DEFINITION, Asked.NUMBER, Asked.REASON})

_NAMES = {
    Asked.METHOD: any_of("method*, approach*, technique*, algorithm*, procedure*, mechanism*"),
    Asked.DATA: any_of("data, dataset*, benchmark*, corpus, corpora, experiment*"),
    Asked.RESULT: any_of("result*, finding*, outcome*, conclusion*, performance, effect*"),
    Asked.NUMBER: any_of("number*, figure*, percentage*, factor*, margin*"),
    Asked.DEFINITION: any_of("definition*"),
    Asked.COMPARISON: any_of("baseline*, rival*, competitor*"),
    Asked.REASON: any_of("reason*, cause*, explanation*"),
    Asked.AVAILABILITY: any_of("code, availability, software"),
}
_MEASURE = any_of("""
    accuracy, error, precision, recall, speed, speedup, runtime, cost, size, parameters, rate
    score, improvement, gain, complexity, memory, width, depth, dimension, bound, convergence
""")
_QUALITIES = {
    "accurate": "accuracy",
    "precise": "precision",
    "fast": "speed",
    "quickly": "speed",
    "large": "size",
    "big": "size",
    "wide": "width",
    "deep": "depth",
    "expensive": "cost",
}
_ALSO = {
    stem(name): frozenset(map(stem, also.split()))
    for name, also in {
        "accuracy": "accuracy accurate accurately",
        "speed": "speed speedup fast faster slow slower runtime",
        "speedup": "speedup speed fast faster",
        "runtime": "runtime faster slower",
        "cost": "cost costs cheap cheaper expensive inexpensive overhead",
        "size": "size sizes parameters large larger small smaller",
        "parameters": "parameter parameters",
        "error": "error errors mse rmse",
        "improvement": "improvement improve improves improved",
        "gain": "gain gains improvement improve improves",
        "convergence": "convergence converge converges rate",
    }.items()
}
"""Stems that name the same thing, by that of its name."""

_ARTICLES = re.compile(r"^(?:(?:the|their|its|what|which|how)\s+)+", re.I)
_COMMA_OR_AND = re.compile(r"\s*,\s*(?:(?:and|or)\s+)?|\s+(?:and|or|&)\s+", re.I)
_COMPARES = re.compile(
    r"\b(?:compar\w*|contrast\w*|tabulat\w*|table|list|summari[sz]\w*|differ\w*|versus|vs)\b", re.I
)
_ITEM = r"[\w-]+(?:\s+(?!and\b|or\b)[\w-]+){0,3}"
_LIST = re.compile(
    r"[,;:\s]+(?:(?P<terms>in terms of|with (?:respect|regards?) to|as regards|regarding|according "
    rf"to)|(?P<by>by)|on|in|for)\s+(?P<items>{_ITEM}(?:\s*,\s*{_ITEM})*(?:,?\s+(?:and|or|&)\s+"
    rf"{_ITEM})?)$",
    re.I,
)
_ASKS = re.compile(
    r"\bhow many (?P<many>[a-z-]+)|\bhow (?P<quality>" + "|".join(_QUALITIES) + r")\b"
    r"|\bwhat (?:do|does|did|have|has|was|were|is|are) (?:[\w-]+ ){0,3}?(?P<finding>find|found|show"
    r"|shown|reveal\w*|conclude\w*|discover\w*)\b"
    r"|\b(?:which|what|(?:and|or) (?:their|the|its))\s+(?P<thing>(?:[\w-]+\s+){0,2}?(?:"
    + "|".join(pattern.pattern for pattern in (*_NAMES.values(), _MEASURE))
    + "))",
    re.I,
)

_AIM = re.compile(
    r"(?:in this \w+,? )?(?:we|this \w+) (?:aims?|seeks?|stud(?:y|ies)|investigates?|examines?"
    r"|explores?|considers?|address(?:es)?)\b",
    re.I,
)
_WE = r"\b(?:we|i|this (?:paper|work|study|article|letter|thesis))\s+(?:[\w-]+\s+){0,2}?"
_EVALUATED = (
    r"\b(?:evaluat|test(?:s|ed|ing)?(?= (?:\w+ ){0,2}?(?:on|with)\b)|validat|experiment"
    r"|train(?:s|ed|ing)?(?= (?:\w+ ){0,2}?on\b)|benchmark(?:ed|ing)?\b|demonstrat|appl(?:y|ied)\b"
    r"|assess|showcas|illustrat|results?\b)"
)
_DATA_NOUN = (
    r"(?:data|datasets?|data sets?|databases?|benchmarks?|corp(?:us|ora)|simulations?|recordings?"
    r"|images?|tasks?)"
)
_FORMS = {
    Asked.METHOD: re.compile(
        rf"{_WE}(?:propos|introduc|develop|present|devis|design|formulat|construct|employ|adopt"
        r"|combin|extend|leverag|uses?\b|utili[sz]|appl(?:y|ied)\b|buil[dt]|train(?:ed)?\b|deriv"
        r"|describ|generali[sz])"
        r"|\bby (?:proposing|introducing|developing)\b"
        r"|\b(?:is|are|was|were) (?:proposed|introduced|developed|presented|devised)\b"
        r"|\bour (?:[\w-]+ ){0,3}(?:methods?|approach|models?|framework|algorithm|architecture"
        r"|technique|network|construction|procedure|estimator)\b[^.;:]{0,30}?\b(?:is|uses?|relies"
        r"|combines?|consists?|works?|employs?|learns?|leverages?|based|builds?|represents?)\b",
        re.I,
    ),
    Asked.DATA: re.compile(
        rf"(?i:{_EVALUATED}\w*\b[^.;]{{0,70}}?\b(?:on|to|in|with|using|across|through)\b"
        rf"(?!\s+these\b)[^.;]{{0,90}}?\b{_DATA_NOUN}\b"
        r"|\b(?:on|using|across)\s+(?!these)(?:[\w-]+\s+){0,5}?(?:datasets?|data sets?|databases?"
        r"|benchmarks?|corp(?:us|ora))\b)"
        rf"|(?i:{_EVALUATED})\w*\b[^.;]{{0,50}}?\bon\s+(?:[\w-]+\s+){{0,3}}?"
        r"[A-Z]\w*(?:[A-Z0-9]|-\d)"
    ),
    Asked.RESULT: re.compile(
        rf"{_WE}(?:find|found|show|demonstrat|reveal|prov(?:e|es|ed)\b|observ|achiev|outperform"
        r"|improv|establish|conclud|confirm|obtain|report|discover|identif)"
        r"|\b(?:results?|experiments?|findings?|evaluations?|analys[ie]s|simulations?|stud(?:y|ies)"
        r"|evidence|theorem|method|approach|model|framework|algorithm|architecture)\b[^.;:]{0,40}?"
        r"\b(?:show|demonstrat|reveal|indicat|suggest|confirm|outperform|achiev|improv|attain|yield"
        r"|surpass|exceed|reduc|highlight)\w*"
        r"|\b(?:outperform|surpass)\w*\b",
        re.I,
    ),
    Asked.NUMBER: re.compile(r"\d"),
    Asked.DEFINITION: any_of("""
        is defined, are defined, is given by, we define, we call, we term, is called, is termed
        refers to, is a, is an, are a, propos* the, propos* a, propos* an, introduc* the
        introduc* a, introduc* an
    """),
    Asked.COMPARISON: any_of("""
        than, compared with, compared to, outperform*, surpass*, versus, baseline*, unlike
        in contrast to, state-of-the-art, comparable to, competitive with, on par with
    """),
    Asked.REASON: any_of("""
        because, because of, due to, explain*, attribut*, leads to, lead to, arise* from, stems from
        result* from, caused by
    """),
    Asked.AVAILABILITY: re.compile(
        r"https?://|\bgithub\b|\b(?:code|software|package|implementation)\b[^.;]{0,40}?\bavailable",
        re.I,
    ),
}
