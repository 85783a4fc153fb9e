"""Follow-up questions and the papers they point to, by rules; pure."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from assistant.records.notes import SentPrompt
from assistant.referents import EXPLETIVE
from assistant.types import Answer
from assistant.words import STOP_WORDS, any_of, stem, stems, words

_POINTS_BACK = any_of("""
    this, these, those, he, she, his, her, the paper, the method, the author*, the study
    the approach, the model, the work, the result*, the same, the former, the latter, each other
    the two compare, the two differ, the two papers, the two methods, the two approaches
    both papers, both methods, both approaches, both studies
""")
_PRONOUN = re.compile(r"\b(?:(it)|its|they|them|their|that|ones?)\b(?!-)", re.IGNORECASE)
_CLAUSE_BREAK = re.compile(r"[,;:?]|\b(?:and|but|or|if|when|because|while|so)\b", re.IGNORECASE)
_CONTINUES = re.compile(
    r"\s*(and|but|so|also|why|how so|what about|how about|or|then)\b", re.IGNORECASE
)
_ASKS_OF_A_PAPER = any_of("""
    data, dataset*, result*, code, accuracy, method*, limitation*, conclusion*, input*, output*
    experiment*, evaluat*, theor*, proof, benchmark*, example*, more, detail*, author*, paper*
    use, used, need, needs, know, known, explain, compare, work, works, happen*, mean, means
""")
_NTH = r"the (?:first|second|third|fourth|fifth|last)"
_OF_CITED = r" (?:one|paper|source|citation|study)\b"
_ORDINAL = re.compile(
    rf"\[(\d{{1,4}})\]|\b(?=({_NTH})\b)\2(?:{_OF_CITED}"
    rf"|(?=\W*$| (?:and|or|with|to|than|versus) {_NTH}(?:{_OF_CITED})?\W*$))",
    re.IGNORECASE,
)
_ORDINALS = ("first", "second", "third", "fourth", "fifth")
_COMPARES = any_of("compar*, differ*, versus, vs, than, contrast*, unlike, better, worse")
_ONE_BACK = any_of("it, its, that, this, this one, that one, the paper, the method, the approach")
_SEVERAL_BACK = any_of("""
    they, them, their, these, those, each other, which one, which of, the two compare
    the two differ, the two papers, the two methods, the two approaches
    both papers, both methods, both approaches, both studies
""")
_FEW_WORDS = 6

TextOf = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Turn:
    """One turn: the title that its question pointed to, if any, and the answer as it was."""

    about: str
    answer: Answer


@dataclass(frozen=True, slots=True)
class FollowUp:
    """What a question of a conversation leans on.

    `about` is the title of the paper that it points to; `compared` are what to look into for
    each of the papers that it holds side by side; `standalone` is the question as a model
    told it by itself, with the prompts and tokens that this took.
    """

    conversation_id: str = ""
    about: str = ""
    compared: tuple[str, ...] = ()
    standalone: str = ""
    prompts: tuple[SentPrompt, ...] = ()
    usage: Mapping[str, int] = field(default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        """Return what a record keeps of it: what the question was taken to mean."""
        return {
            "conversation_id": self.conversation_id,
            "about": self.about,
            "compared": list(self.compared),
            "standalone": self.standalone,
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> "FollowUp":
        """Rebuild it from what `to_dict` made of it."""
        return cls(**{**data, "compared": tuple(data["compared"])})


ALONE = FollowUp()
"""A question that leans on nothing."""


def pointed_at(question: str, history: Sequence[Turn], text_of: TextOf) -> str:
    """Return the title of the paper that a follow-up points to; empty if it points to none.

    "What does it need?", "and why?", "on which data?" point to the first paper that the
    last citing answer cites, "the second paper" and "[2]" to one of the last answer that
    cites so many; "why?" after a refusal points to none. Where nothing has been cited, a
    question after a refusal points to the paper that was nearest. A question whose own topic
    that paper does not mention is a change of topic, however it begins.

    Args:
        question: the follow-up.
        history: the turns before it.
        text_of: the title and abstract of a paper, by its id.
    """
    if not history or not leans_on_history(question):
        return ""
    if not any(turn.answer.citations for turn in history):
        return _nearest_to_refused(question, history[-1].answer, text_of)
    if match := _ORDINAL.search(question):
        return _named(match, history)
    if history[-1].answer.refused and not _content(question):
        return ""
    title, paper_id = next(iter(_last_cited(history).items()))
    text = text_of(paper_id)
    return title if text and _is_topic_of(question, text) else ""


def _nearest_to_refused(question: str, refused: Answer, text_of: TextOf) -> str:
    """Return the title of the paper that speaks of most of what was asked and refused, if any."""
    on_topic = len(refused.coverage.covered) > len(refused.coverage.missing)
    of_no_paper = _ORDINAL.search(question) or not _content(question)
    if not on_topic or of_no_paper or not refused.retrieved:
        return ""
    nearest = refused.retrieved[0]
    return nearest.title if _is_topic_of(question, text_of(nearest.paper_id)) else ""


def held_side_by_side(question: str, history: Sequence[Turn]) -> tuple[str, ...]:
    """Return the titles of the papers of a conversation that a follow-up compares; two, or none.

    "How does that compare with the second one?", "how do they differ?", "[1] or [2]: which
    is better?" A comparison with what no answer has cited compares no two of them.
    """
    if not _COMPARES.search(question) or not leans_on_history(question):
        return ()
    cited = list(_last_cited(history))
    named = list(dict.fromkeys(_named(match, history) for match in _ORDINAL.finditer(question)))
    rest = _ORDINAL.sub("", question)
    if "" in named:
        return ()
    if not named and _SEVERAL_BACK.search(rest) and not _topics(_SEVERAL_BACK.sub("", rest)):
        named = cited[:2]
    elif len(named) == 1 and _ONE_BACK.search(rest):
        named = [*[title for title in cited if title not in named][:1], *named]
    two = tuple(dict.fromkeys(named))
    return two if len(two) == 2 else ()


def sides_of(question: str, titles: Sequence[str]) -> tuple[str, ...]:
    """Return what to look into for each paper that a question compares: its title, and on what."""
    rest = _SEVERAL_BACK.sub("", _ORDINAL.sub("", question))
    on = " ".join(word for word in _content(rest) if not _COMPARES.fullmatch(word))
    return tuple(f"{title}: {on}" if on else title for title in titles)


def leans_on_history(question: str) -> bool:
    """Whether a question, by its form, can't be understood without what was said before it."""
    content = _content(question)
    if _ORDINAL.search(question) or not content:
        return True
    if len(content) == 1 and _ASKS_OF_A_PAPER.fullmatch(content[0]):
        return True
    points = _CONTINUES.match(question) or _POINTS_BACK.search(question) or _lone_pronoun(question)
    return bool(points) and len(content) <= _FEW_WORDS


def telling_stems(question: str) -> set[str]:
    """Return the stems of a follow-up's own words: not those that point to what was said."""
    return set(stems(_POINTS_BACK.sub("", _ORDINAL.sub("", question))))


def _content(question: str) -> list[str]:
    return [word for word in words(question) if word not in STOP_WORDS]


def _topics(question: str) -> list[str]:
    """Return the content words that neither ask of a paper nor compare."""
    return [
        word
        for word in _content(question)
        if not _ASKS_OF_A_PAPER.fullmatch(word) and not _COMPARES.fullmatch(word)
    ]


def _is_topic_of(question: str, text: str) -> bool:
    """Whether a question names no topic of its own, or one that `text` mostly mentions.

    One with a pronoun that nothing in it can stand for leans by its grammar: then a single
    word that the text mentions is enough.
    """
    named = {stem(word) for word in _content(question) if not _ASKS_OF_A_PAPER.fullmatch(word)}
    mentioned = len(named & set(stems(text)))
    if _lone_pronoun(question) and not EXPLETIVE.search(question):
        return not named or mentioned > 0
    return not named or mentioned > len(named) / 2


def _lone_pronoun(question: str) -> bool:
    """Whether a pronoun points out of the question: no noun before it could be meant.

    In "what is dropout and how is it done?" and "how do models calibrate their
    confidence?" it points to the question's own.
    """
    match = _PRONOUN.search(question)
    if match is None:
        return False
    before = question[: match.start()]
    named = [word for word in _content(before) if not _ASKS_OF_A_PAPER.fullmatch(word)]
    if match[1]:  # "it" needs a clause of its own: "does dropout help it?" points back
        return not (named and _CLAUSE_BREAK.search(before))
    return not named


def _cited(answer: Answer) -> dict[str, str]:
    """Return the ids of the papers that an answer cites by their titles, in order."""
    return {citation.title: citation.paper_id for citation in answer.citations}


def _last_cited(history: Sequence[Turn]) -> dict[str, str]:
    """Return the papers of the last answer that cites any."""
    return next(_citing(history), {})


def _citing(history: Sequence[Turn]) -> Iterator[dict[str, str]]:
    """Yield the papers of each answer that cites any, the last answer first."""
    return (_cited(turn.answer) for turn in reversed(history) if turn.answer.citations)


def _named(match: re.Match[str], history: Sequence[Turn]) -> str:
    """Return the title that a marker or an ordinal names; empty where no answer has so many."""
    if match[1]:
        marker = int(match[1])
        citations = (c for turn in reversed(history) for c in turn.answer.citations)
        return next((each.title for each in citations if each.marker == marker), "")
    ordinal = match[2].lower().removeprefix("the ")
    lists = list(_citing(history))
    several = next((papers for papers in lists if len(papers) > 1), None)
    if ordinal in ("first", "last"):  # of one paper nobody says so
        papers = list(several or (lists[0] if lists else {}))
        return papers[0 if ordinal == "first" else -1] if papers else ""
    place = _ORDINALS.index(ordinal)
    return next((list(papers)[place] for papers in lists if len(papers) > place), "")
